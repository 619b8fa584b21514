-- +goose Up
CREATE TABLE users (
	id         integer PRIMARY KEY AUTOINCREMENT,
	name       text NOT NULL,
	name_key   text NOT NULL,
	email      text NOT NULL,
	email_key  text NOT NULL UNIQUE,
	rank       text NOT NULL CHECK (rank IN ('member', 'admin')),
	created_at datetime NOT NULL,
	updated_at datetime NOT NULL
);

CREATE TABLE logins (
	id             integer PRIMARY KEY AUTOINCREMENT,
	user_id        integer NOT NULL REFERENCES users,
	key            text NOT NULL,
	key_canon      text NOT NULL,
	trusted_idp_id integer,
	secret_hash    text NOT NULL,
	secret_set_at  datetime,
	expire_at      datetime,
	mfa            boolean NOT NULL DEFAULT 0,
	blocked_at     datetime,
	blocked_by     integer,
	block_reason   text NOT NULL DEFAULT '',
	last_login_at  datetime,
	created_at     datetime NOT NULL,
	updated_at     datetime NOT NULL
);
CREATE UNIQUE INDEX logins_key ON logins (key_canon) WHERE trusted_idp_id IS NULL;
CREATE INDEX logins_user ON logins (user_id);

-- An access link lets its holder set a password; without a login it is the setup link.
CREATE TABLE access_links (
	id         text PRIMARY KEY,
	token_hash blob NOT NULL UNIQUE,
	login_id   integer REFERENCES logins,
	created_at datetime NOT NULL,
	expires_at datetime NOT NULL,
	used_at    datetime,
	revoked_at datetime
);
CREATE INDEX access_links_login ON access_links (login_id);
CREATE INDEX access_links_expiry ON access_links (expires_at);

CREATE TABLE sessions (
	id           text PRIMARY KEY,
	token_hash   blob NOT NULL UNIQUE,
	user_id      integer NOT NULL REFERENCES users,
	login_id     integer NOT NULL REFERENCES logins,
	created_at   datetime NOT NULL,
	last_seen_at datetime NOT NULL,
	expires_at   datetime NOT NULL,
	ip           text NOT NULL,
	user_agent   text NOT NULL,
	flash_kind   text NOT NULL DEFAULT '',
	flash_text   text NOT NULL DEFAULT ''
);
CREATE INDEX sessions_user ON sessions (user_id, last_seen_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_idle ON sessions (last_seen_at);

CREATE TABLE projects (
	id         text PRIMARY KEY,
	name       text NOT NULL,
	name_key   text NOT NULL,
	created_at datetime NOT NULL,
	updated_at datetime NOT NULL
);

CREATE TABLE memberships (
	project_id text NOT NULL REFERENCES projects ON DELETE CASCADE,
	user_id    integer NOT NULL REFERENCES users,
	role       text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer')),
	created_at datetime NOT NULL,
	PRIMARY KEY (project_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);
CREATE UNIQUE INDEX memberships_one_owner ON memberships (project_id) WHERE role = 'owner';

CREATE TABLE credentials (
	id                    text PRIMARY KEY,
	owner_id              integer NOT NULL REFERENCES users,
	name                  text NOT NULL,
	name_key              text NOT NULL,
	kind                  text NOT NULL,
	version               integer NOT NULL,
	created_at            datetime NOT NULL,
	updated_at            datetime NOT NULL,
	last_used_at          datetime NOT NULL DEFAULT '0001-01-01 00:00:00+00:00',
	deletion_at           datetime,
	deletion_requested_at datetime,
	purged_at             datetime
);
CREATE UNIQUE INDEX credentials_name ON credentials (owner_id, name_key) WHERE purged_at IS NULL;
CREATE INDEX credentials_purged ON credentials (owner_id, name_key, id) WHERE purged_at IS NOT NULL;
CREATE INDEX credentials_scheduled ON credentials (owner_id, name_key, id) WHERE deletion_at IS NOT NULL AND purged_at IS NULL;
CREATE INDEX credentials_newest ON credentials (owner_id, id);
CREATE INDEX credentials_changed ON credentials (owner_id, updated_at, id);
CREATE INDEX credentials_used ON credentials (owner_id, last_used_at, id);
CREATE INDEX credentials_kind ON credentials (owner_id, kind, name_key);
CREATE INDEX credentials_due ON credentials (deletion_at, id) WHERE deletion_at IS NOT NULL AND purged_at IS NULL;

-- The secret half of a credential: no list reads this table.
CREATE TABLE bodies (
	id            text PRIMARY KEY,
	credential_id text NOT NULL REFERENCES credentials ON DELETE CASCADE,
	environment   text NOT NULL,
	sealed        blob NOT NULL,
	key_id        text NOT NULL,
	fields        text NOT NULL,
	updated_at    datetime NOT NULL
);
CREATE UNIQUE INDEX bodies_credential ON bodies (credential_id, environment);
CREATE INDEX bodies_key ON bodies (key_id, id);

-- name_key and suspended repeat what the credential says: a project's list is read from one index.
CREATE TABLE shares (
	project_id    text NOT NULL REFERENCES projects ON DELETE CASCADE,
	credential_id text NOT NULL REFERENCES credentials ON DELETE CASCADE,
	name_key      text NOT NULL,
	suspended     boolean NOT NULL DEFAULT 0,
	created_at    datetime NOT NULL,
	PRIMARY KEY (project_id, credential_id)
);
CREATE INDEX shares_credential ON shares (credential_id);
CREATE INDEX shares_name ON shares (project_id, name_key, credential_id) WHERE NOT suspended;

CREATE TABLE steps (
	id            text PRIMARY KEY,
	credential_id text NOT NULL REFERENCES credentials,
	project_id    text REFERENCES projects ON DELETE SET NULL,
	used_at       datetime NOT NULL
);
CREATE INDEX steps_credential ON steps (credential_id, used_at);
CREATE INDEX steps_project ON steps (project_id);

CREATE TABLE events (
	id         text PRIMARY KEY,
	at         datetime NOT NULL,
	name       text NOT NULL,
	actor_id   integer NOT NULL,
	actor_name text NOT NULL,
	thing_type text NOT NULL,
	thing_id   text NOT NULL,
	thing_name text NOT NULL,
	details    text NOT NULL,
	ip         text NOT NULL,
	request_id text NOT NULL
);
CREATE INDEX events_at ON events (at, id);
CREATE INDEX events_thing ON events (thing_id, at, id);
CREATE INDEX events_thing_name ON events (thing_name, at, id);
CREATE INDEX events_actor ON events (actor_name, at, id);
CREATE INDEX events_name ON events (name, at, id);

-- A lease lets one replica at a time do a job.
CREATE TABLE leases (
	name       text PRIMARY KEY,
	owner      text NOT NULL,
	fence      integer NOT NULL,
	expires_at datetime NOT NULL
);

-- +goose Down
DROP TABLE leases;
DROP TABLE events;
DROP TABLE steps;
DROP TABLE shares;
DROP TABLE bodies;
DROP TABLE credentials;
DROP TABLE memberships;
DROP TABLE projects;
DROP TABLE sessions;
DROP TABLE access_links;
DROP TABLE logins;
DROP TABLE users;
