-- +goose Up
-- A user can be disabled, and is deleted after a grace period. What is left of a
-- deleted one is a number, so that what they did keeps its author.
ALTER TABLE users ADD COLUMN disabled_at datetime;
ALTER TABLE users ADD COLUMN disabled_by integer;
ALTER TABLE users ADD COLUMN disable_reason text NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN deletion_at datetime;
ALTER TABLE users ADD COLUMN deleted_at datetime;
ALTER TABLE users ADD COLUMN revision integer NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN last_login_at datetime NOT NULL DEFAULT '0001-01-01 00:00:00+00:00';
UPDATE users SET last_login_at = coalesce((SELECT max(l.last_login_at) FROM logins l WHERE l.user_id = users.id), '0001-01-01 00:00:00+00:00');
CREATE INDEX users_name ON users (name_key, id);
CREATE INDEX users_last_login ON users (last_login_at, id);
CREATE INDEX users_deletion ON users (deletion_at) WHERE deletion_at IS NOT NULL AND deleted_at IS NULL;

-- Failures count in fail_count until a success, a pause or an unlock; fail_total
-- until a success or an unlock. Issuer and subject bind a login to who came by
-- its identity provider first. A removed login keeps its key for a while.
ALTER TABLE logins ADD COLUMN locked_at datetime;
ALTER TABLE logins ADD COLUMN locked_until datetime;
ALTER TABLE logins ADD COLUMN fail_count integer NOT NULL DEFAULT 0;
ALTER TABLE logins ADD COLUMN fail_total integer NOT NULL DEFAULT 0;
ALTER TABLE logins ADD COLUMN failed_at datetime;
ALTER TABLE logins ADD COLUMN issuer text NOT NULL DEFAULT '';
ALTER TABLE logins ADD COLUMN subject text NOT NULL DEFAULT '';
ALTER TABLE logins ADD COLUMN must_change boolean NOT NULL DEFAULT 0;
ALTER TABLE logins ADD COLUMN secret_until datetime;
ALTER TABLE logins ADD COLUMN removed_at datetime;
ALTER TABLE logins ADD COLUMN removed_by integer;
DROP INDEX logins_key;
CREATE UNIQUE INDEX logins_key ON logins (key_canon) WHERE trusted_idp_id IS NULL AND removed_at IS NULL;
CREATE UNIQUE INDEX logins_idp_key ON logins (trusted_idp_id, key_canon) WHERE trusted_idp_id IS NOT NULL AND removed_at IS NULL;
CREATE UNIQUE INDEX logins_subject ON logins (issuer, subject) WHERE subject <> '' AND removed_at IS NULL;
CREATE INDEX logins_removed ON logins (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX logins_removed_key ON logins (key_canon) WHERE removed_at IS NOT NULL;

-- What an access link is for, the address it went to, and what became of it.
ALTER TABLE access_links ADD COLUMN purpose text NOT NULL DEFAULT 'invitation';
ALTER TABLE access_links ADD COLUMN email text NOT NULL DEFAULT '';
ALTER TABLE access_links ADD COLUMN letter_id text;
ALTER TABLE access_links ADD COLUMN made_by integer;
ALTER TABLE access_links ADD COLUMN opened_at datetime;

-- How far somebody has come in, what they have shown, and when they did last.
ALTER TABLE sessions ADD COLUMN stage text NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN proofs text NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN proven_at datetime NOT NULL DEFAULT '0001-01-01 00:00:00+00:00';

-- Who came in or was refused, and from where; of unknown logins nothing is kept.
CREATE TABLE sign_ins (
	id         text PRIMARY KEY,
	user_id    integer NOT NULL,
	login_id   integer NOT NULL,
	key        text NOT NULL,
	at         datetime NOT NULL,
	outcome    text NOT NULL CHECK (outcome IN ('in', 'refused')),
	reason     text NOT NULL,
	proofs     text NOT NULL,
	ip         text NOT NULL,
	user_agent text NOT NULL
);
CREATE INDEX sign_ins_user ON sign_ins (user_id, id);
CREATE INDEX sign_ins_at ON sign_ins (at);

-- A second factor: an app that shows codes. Its secret is sealed, and no list reads it.
CREATE TABLE totps (
	id           text PRIMARY KEY,
	user_id      integer NOT NULL REFERENCES users,
	label        text NOT NULL,
	sealed       blob NOT NULL,
	key_id       text NOT NULL,
	last_step    integer NOT NULL,
	created_at   datetime NOT NULL,
	last_used_at datetime
);
CREATE INDEX totps_user ON totps (user_id);
CREATE INDEX totps_key ON totps (key_id, id);

CREATE TABLE recovery_codes (
	id         text PRIMARY KEY,
	user_id    integer NOT NULL REFERENCES users,
	code_hash  blob NOT NULL,
	created_at datetime NOT NULL,
	used_at    datetime
);
CREATE INDEX recovery_codes_user ON recovery_codes (user_id, code_hash);

CREATE TABLE providers (
	id                integer PRIMARY KEY AUTOINCREMENT,
	name              text NOT NULL,
	name_key          text NOT NULL UNIQUE,
	issuer            text NOT NULL,
	client_id         text NOT NULL,
	auth_method       text NOT NULL CHECK (auth_method IN ('client_secret_basic', 'client_secret_post', 'none')),
	scopes            text NOT NULL,
	login_claim       text NOT NULL,
	authoritative     boolean NOT NULL,
	factor_values     text NOT NULL,
	enabled           boolean NOT NULL,
	created_at        datetime NOT NULL,
	updated_at        datetime NOT NULL
);

-- The secret half of a trusted identity provider.
CREATE TABLE provider_secrets (
	id     text PRIMARY KEY,
	provider_id integer NOT NULL UNIQUE REFERENCES providers ON DELETE CASCADE,
	sealed blob NOT NULL,
	key_id text NOT NULL,
	set_at datetime NOT NULL
);
CREATE INDEX provider_secrets_key ON provider_secrets (key_id, id);

-- A visit to an identity provider that has not come back yet. The browser holds
-- the rest in a cookie; here are only hashes.
CREATE TABLE provider_visits (
	id          text PRIMARY KEY,
	state_hash  blob NOT NULL UNIQUE,
	cookie_hash blob NOT NULL,
	provider_id integer NOT NULL REFERENCES providers ON DELETE CASCADE,
	purpose     text NOT NULL CHECK (purpose IN ('sign-in', 'confirm', 'test')),
	user_id     integer,
	next        text NOT NULL,
	created_at  datetime NOT NULL,
	expires_at  datetime NOT NULL
);
CREATE INDEX provider_visits_expiry ON provider_visits (expires_at);
CREATE INDEX provider_visits_idp ON provider_visits (provider_id);

-- Whom an identity provider vouched for, and who could not come in.
CREATE TABLE provider_refusals (
	id         text PRIMARY KEY,
	provider_id integer NOT NULL REFERENCES providers ON DELETE CASCADE,
	issuer     text NOT NULL,
	subject    text NOT NULL,
	claim      text NOT NULL,
	email      text NOT NULL,
	name       text NOT NULL,
	reason     text NOT NULL,
	tries      integer NOT NULL,
	first_at   datetime NOT NULL,
	last_at    datetime NOT NULL,
	ip         text NOT NULL,
	UNIQUE (provider_id, subject)
);
CREATE INDEX provider_refusals_last ON provider_refusals (last_at, id);

-- A personal token of the API: its hash, and a few signs to know it by.
CREATE TABLE api_tokens (
	id           text PRIMARY KEY,
	user_id      integer NOT NULL REFERENCES users,
	name         text NOT NULL,
	token_hash   blob NOT NULL UNIQUE,
	hint         text NOT NULL,
	created_at   datetime NOT NULL,
	expires_at   datetime NOT NULL,
	last_used_at datetime,
	last_used_ip text NOT NULL DEFAULT ''
);
CREATE INDEX api_tokens_user ON api_tokens (user_id, id);
CREATE INDEX api_tokens_expiry ON api_tokens (expires_at);

-- +goose Down
DROP TABLE api_tokens;
DROP TABLE provider_refusals;
DROP TABLE provider_visits;
DROP TABLE provider_secrets;
DROP TABLE providers;
DROP TABLE recovery_codes;
DROP TABLE totps;
DROP TABLE sign_ins;
ALTER TABLE sessions DROP COLUMN stage;
ALTER TABLE sessions DROP COLUMN proofs;
ALTER TABLE sessions DROP COLUMN proven_at;
ALTER TABLE access_links DROP COLUMN purpose;
ALTER TABLE access_links DROP COLUMN email;
ALTER TABLE access_links DROP COLUMN letter_id;
ALTER TABLE access_links DROP COLUMN made_by;
ALTER TABLE access_links DROP COLUMN opened_at;
DROP INDEX logins_removed_key;
DROP INDEX logins_removed;
DROP INDEX logins_subject;
DROP INDEX logins_idp_key;
DROP INDEX logins_key;
ALTER TABLE logins DROP COLUMN locked_at;
ALTER TABLE logins DROP COLUMN locked_until;
ALTER TABLE logins DROP COLUMN fail_count;
ALTER TABLE logins DROP COLUMN fail_total;
ALTER TABLE logins DROP COLUMN failed_at;
ALTER TABLE logins DROP COLUMN issuer;
ALTER TABLE logins DROP COLUMN subject;
ALTER TABLE logins DROP COLUMN must_change;
ALTER TABLE logins DROP COLUMN secret_until;
ALTER TABLE logins DROP COLUMN removed_at;
ALTER TABLE logins DROP COLUMN removed_by;
CREATE UNIQUE INDEX logins_key ON logins (key_canon) WHERE trusted_idp_id IS NULL;
DROP INDEX users_deletion;
DROP INDEX users_last_login;
DROP INDEX users_name;
ALTER TABLE users DROP COLUMN disabled_at;
ALTER TABLE users DROP COLUMN disabled_by;
ALTER TABLE users DROP COLUMN disable_reason;
ALTER TABLE users DROP COLUMN deletion_at;
ALTER TABLE users DROP COLUMN deleted_at;
ALTER TABLE users DROP COLUMN revision;
ALTER TABLE users DROP COLUMN last_login_at;
