-- +goose Up
-- An app that somebody registered at a provider. What has to be known of the
-- provider is one JSON text: nothing is searched in it.
CREATE TABLE oauth_clients (
	id            uuid PRIMARY KEY,
	owner_id      bigint NOT NULL REFERENCES users,
	name          text NOT NULL,
	name_key      text COLLATE "C" NOT NULL,
	provider      text NOT NULL,
	client_id     text NOT NULL,
	settings      text NOT NULL,
	global        boolean NOT NULL DEFAULT false,
	version       bigint NOT NULL,
	incident_at   timestamptz,
	incident_code text NOT NULL DEFAULT '',
	created_at    timestamptz NOT NULL,
	updated_at    timestamptz NOT NULL
);
CREATE UNIQUE INDEX oauth_clients_name ON oauth_clients (owner_id, name_key);
CREATE INDEX oauth_clients_by_name ON oauth_clients (name_key, id);

CREATE TABLE oauth_client_secrets (
	id              uuid PRIMARY KEY,
	oauth_client_id uuid NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
	sealed          bytea NOT NULL,
	key_id          text NOT NULL,
	set_at          timestamptz NOT NULL
);
CREATE UNIQUE INDEX oauth_client_secrets_client ON oauth_client_secrets (oauth_client_id);
CREATE INDEX oauth_client_secrets_key ON oauth_client_secrets (key_id, id);

CREATE TABLE oauth_client_projects (
	project_id      uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
	oauth_client_id uuid NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
	created_at      timestamptz NOT NULL,
	PRIMARY KEY (project_id, oauth_client_id)
);
CREATE INDEX oauth_client_projects_client ON oauth_client_projects (oauth_client_id);

-- What a provider granted for one credential. One that belongs to no credential
-- waits to be revoked there: whatever takes a credential away leaves its grant.
CREATE TABLE grants (
	id              uuid PRIMARY KEY,
	credential_id   uuid REFERENCES credentials ON DELETE SET NULL,
	made_for        uuid NOT NULL,
	name            text NOT NULL,
	oauth_client_id uuid REFERENCES oauth_clients ON DELETE SET NULL,
	provider        text NOT NULL,
	connected_by    bigint NOT NULL,
	realm           text NOT NULL,
	subject         text NOT NULL,
	account         text NOT NULL,
	asked           text NOT NULL,
	given           text NOT NULL,
	missing         text NOT NULL,
	refreshable     boolean NOT NULL,
	sealed          bytea NOT NULL,
	key_id          text NOT NULL,
	version         bigint NOT NULL,
	obtained_at     timestamptz NOT NULL,
	expires_at      timestamptz,
	refresh_until   timestamptz,
	refresh_since   timestamptz,
	idle_until      timestamptz,
	checked_at      timestamptz NOT NULL,
	trouble         text NOT NULL DEFAULT '',
	cause           text NOT NULL DEFAULT '',
	trouble_at      timestamptz,
	tries           bigint NOT NULL DEFAULT 0,
	retry_at        timestamptz,
	lost_at         timestamptz,
	told_at         timestamptz,
	due_at          timestamptz,
	created_at      timestamptz NOT NULL,
	updated_at      timestamptz NOT NULL
);
CREATE UNIQUE INDEX grants_credential ON grants (credential_id) WHERE credential_id IS NOT NULL;
CREATE INDEX grants_client ON grants (oauth_client_id) WHERE oauth_client_id IS NOT NULL;
CREATE INDEX grants_due ON grants (due_at, id) WHERE credential_id IS NOT NULL AND due_at IS NOT NULL;
CREATE INDEX grants_left ON grants (due_at, id) WHERE credential_id IS NULL;
CREATE INDEX grants_key ON grants (key_id, id);

-- Whoever asks a provider about a grant holds its lease. It ends by itself.
CREATE TABLE grant_leases (
	grant_id   uuid PRIMARY KEY REFERENCES grants ON DELETE CASCADE,
	owner      text NOT NULL,
	fence      bigint NOT NULL,
	expires_at timestamptz NOT NULL
);

-- The ledger: when tokens were asked for, why, and with what outcome.
CREATE TABLE refreshes (
	id            uuid PRIMARY KEY,
	credential_id uuid NOT NULL REFERENCES credentials ON DELETE CASCADE,
	grant_id      uuid NOT NULL,
	at            timestamptz NOT NULL,
	why           text NOT NULL,
	outcome       text NOT NULL,
	status        bigint NOT NULL,
	millis        bigint NOT NULL,
	rotated       boolean NOT NULL
);
CREATE INDEX refreshes_credential ON refreshes (credential_id, id);
CREATE INDEX refreshes_at ON refreshes (at);

-- Somebody on their way to a provider and back. It ends with their session.
CREATE TABLE connects (
	id              uuid PRIMARY KEY,
	state_hash      bytea NOT NULL UNIQUE,
	user_id         bigint NOT NULL REFERENCES users,
	session_id      uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
	oauth_client_id uuid NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
	credential_id   uuid REFERENCES credentials ON DELETE CASCADE,
	wish            text NOT NULL,
	state           text NOT NULL,
	grant_id        uuid REFERENCES grants ON DELETE SET NULL,
	outcome         text NOT NULL DEFAULT '',
	created_at      timestamptz NOT NULL,
	expires_at      timestamptz NOT NULL
);
CREATE INDEX connects_created ON connects (created_at);
CREATE INDEX connects_session ON connects (session_id);
CREATE INDEX connects_client ON connects (oauth_client_id);
CREATE INDEX connects_credential ON connects (credential_id);
CREATE INDEX connects_grant ON connects (grant_id) WHERE grant_id IS NOT NULL;

CREATE TABLE connect_verifiers (
	id     uuid PRIMARY KEY REFERENCES connects ON DELETE CASCADE,
	sealed bytea NOT NULL,
	key_id text NOT NULL
);
CREATE INDEX connect_verifiers_key ON connect_verifiers (key_id, id);

-- +goose Down
DROP TABLE connect_verifiers;
DROP TABLE connects;
DROP TABLE refreshes;
DROP TABLE grant_leases;
DROP TABLE grants;
DROP TABLE oauth_client_projects;
DROP TABLE oauth_client_secrets;
DROP TABLE oauth_clients;
