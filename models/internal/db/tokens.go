package db

import (
	"database/sql"
	"errors"
	"time"

	"gorm.io/gorm"

	"holdfast/models"
)

func tokenThing(a models.APIToken) Thing { return Thing{"token", a.ID.String(), a.Name} }

const tokenColumns = `SELECT id, user_id, name, hint, created_at, expires_at, last_used_at, last_used_ip FROM api_tokens`

func scanToken(r *sql.Rows, a *models.APIToken) error {
	var used nullTime
	err := r.Scan(&a.ID, &a.UserID, &a.Name, &a.Hint, &a.CreatedAt, &a.ExpiresAt, &used, &a.LastUsedIP)
	a.LastUsedAt = used.orNil()
	return err
}

// APITokens are the person's own API tokens, those that live longest first. What
// has expired stands at the end, as much of it as a page holds.
func (v *SelfView) APITokens() ([]models.APIToken, error) { return v.apiTokens(v.Who.UserID) }

// APITokens are the API tokens of a user.
func (v *ConsoleView) APITokens(user int64) ([]models.APIToken, error) { return v.apiTokens(user) }

func (v view) apiTokens(user int64) ([]models.APIToken, error) {
	rows, err := v.rows(tokenColumns+` WHERE user_id = ? ORDER BY expires_at DESC, id DESC LIMIT ?`, user, models.PageSize)
	return collect(rows, err, scanToken)
}

// APIToken is one of the person's own API tokens.
func (v *SelfView) APIToken(id models.ID) (models.APIToken, error) {
	return v.apiToken(v.Who.UserID, id)
}

// APIToken is an API token of a user.
func (v *ConsoleView) APIToken(user int64, id models.ID) (models.APIToken, error) {
	return v.apiToken(user, id)
}

func (v view) apiToken(user int64, id models.ID) (models.APIToken, error) {
	rows, err := v.rows(tokenColumns+` WHERE id = ? AND user_id = ?`, id, user)
	list, err := collect(rows, err, scanToken)
	if err != nil || len(list) == 0 {
		return models.APIToken{}, fault(orNone(err), "token")
	}
	return list[0], nil
}

// LiveTokens are the API tokens of a user that have not expired, and that
// nobody adds to until the door closes.
func (t *ConsoleTx) LiveTokens(user int64) ([]models.APIToken, error) {
	if err := t.tx.lock("users", user); err != nil {
		return nil, err
	}
	rows, err := t.rows(tokenColumns+` WHERE user_id = ? AND expires_at > ?`, user, t.Now)
	return collect(rows, err, scanToken)
}

// AddToken keeps a new API token.
func (t *ConsoleTx) AddToken(a *models.APIToken) error {
	a.ID, a.CreatedAt = models.NewID(), t.Now
	t.tx.record(models.TokenCreated, tokenThing(*a), models.Details{After: map[string]any{"expires_at": a.ExpiresAt}})
	return fault(gorm.G[models.APIToken](t.g).Create(t.ctx, a), "token")
}

// RevokeToken forgets one of the person's own API tokens.
func (t *SelfTx) RevokeToken(a models.APIToken) error {
	return t.tx.revokeToken(a, models.Details{})
}

// RevokeToken forgets an API token of the user u.
func (t *ConsoleTx) RevokeToken(a models.APIToken, u models.User) error {
	return t.tx.revokeToken(a, models.Details{Before: map[string]any{"user": u.Email, "user_id": u.ID}})
}

func (t tx) revokeToken(a models.APIToken, d models.Details) error {
	n, err := t.exec(`DELETE FROM api_tokens WHERE id = ?`, a.ID)
	if err == nil && n == 0 {
		return models.Fail(models.NotFound, "No such token.")
	}
	t.record(models.TokenRevoked, tokenThing(a), d)
	return err
}

// Bearer is whom the live API token of that hash acts for, and when it was used
// last. It is one look at a unique index, whatever is found there; a user who may
// not come in has no token that works.
func (v *SystemView) Bearer(hash []byte) (who models.Actor, used time.Time, err error) {
	var last nullTime
	err = v.row(`SELECT a.id, a.last_used_at, u.id, u.name, u.email, u.rank FROM api_tokens a JOIN users u ON u.id = a.user_id
		WHERE a.token_hash = ? AND a.expires_at > ? AND `+entersUser+`
		AND EXISTS (SELECT 1 FROM logins l WHERE l.user_id = u.id AND `+opens+` AND (l.secret_until IS NULL OR l.secret_until > ?))`,
		hash, v.Now, v.Now, v.Now).Scan(&who.TokenID, &last, &who.UserID, &who.Name, &who.Email, &who.Rank)
	if errors.Is(err, sql.ErrNoRows) {
		return models.Actor{}, used, models.ErrDeadToken
	}
	return who, last.Time, err
}

// SeeToken notes that an API token was used just now from ip, unless somebody
// noted it after since.
func (t *SystemTx) SeeToken(id models.ID, ip string, since time.Time) error {
	_, err := t.tx.exec(`UPDATE api_tokens SET last_used_at = ?, last_used_ip = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at <= ?)`, t.Now, ip, id, since)
	return err
}

// SweepTokens forgets at most limit API tokens that expired before old.
func (t *SystemTx) SweepTokens(old time.Time, limit int) (int, error) {
	n, err := t.tx.exec(`DELETE FROM api_tokens WHERE id IN (SELECT id FROM api_tokens WHERE expires_at <= ? LIMIT ?)`, old, limit)
	return int(n), err
}
