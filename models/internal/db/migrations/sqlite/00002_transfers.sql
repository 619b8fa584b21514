-- +goose Up
-- An offer of a credential to another user. The record of an offer outlives the
-- credential, so nothing points at that: whoever accepts looks at it under lock.
CREATE TABLE transfers (
	id            text PRIMARY KEY,
	credential_id text NOT NULL,
	name          text NOT NULL,
	version       integer NOT NULL,
	from_id       integer NOT NULL REFERENCES users,
	to_id         integer NOT NULL REFERENCES users,
	offered_by    integer NOT NULL,
	token_hash    blob NOT NULL,
	letter_id     text NOT NULL,
	state         text NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'revoked', 'expired')),
	created_at    datetime NOT NULL,
	expires_at    datetime NOT NULL,
	ended_at      datetime,
	ended_by      integer
);
CREATE UNIQUE INDEX transfers_one_pending ON transfers (credential_id) WHERE state = 'pending';
CREATE INDEX transfers_token ON transfers (token_hash);
CREATE INDEX transfers_from ON transfers (from_id, id);
CREATE INDEX transfers_to ON transfers (to_id, id);

-- The outbox: a letter is written in the transaction of the change that it tells of.
-- Whom it was sent to stays true when that user is gone, so it points at nobody.
CREATE TABLE letters (
	id         text PRIMARY KEY,
	user_id    integer NOT NULL,
	name       text NOT NULL,
	email      text NOT NULL,
	kind       text NOT NULL,
	subject    text NOT NULL,
	details    text NOT NULL,
	state      text NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
	tries      integer NOT NULL DEFAULT 0,
	created_at datetime NOT NULL,
	due_at     datetime NOT NULL,
	good_until datetime,
	ended_at   datetime,
	outcome    text NOT NULL DEFAULT ''
);
CREATE INDEX letters_due ON letters (due_at, id) WHERE state = 'queued';
CREATE INDEX letters_state ON letters (state, id);
CREATE INDEX letters_ended ON letters (ended_at) WHERE state <> 'queued';

-- The secret half of the letter of that id, while it has one: the token of its link.
CREATE TABLE letter_tokens (
	id     text PRIMARY KEY,
	sealed blob NOT NULL,
	key_id text NOT NULL
);
CREATE INDEX letter_tokens_key ON letter_tokens (key_id, id);

-- How often somebody tried something within a while.
CREATE TABLE attempts (
	name  text PRIMARY KEY,
	since datetime NOT NULL,
	count integer NOT NULL
);
CREATE INDEX attempts_since ON attempts (since);

-- +goose Down
DROP TABLE attempts;
DROP TABLE letter_tokens;
DROP TABLE letters;
DROP TABLE transfers;
