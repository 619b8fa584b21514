package db

import (
	"time"

	"holdfast/models"
)

// HoldUser is a user who is not deleted, and who stays as they are, with their
// logins, until the door closes.
func (t *ConsoleTx) HoldUser(id int64) (models.User, error) {
	if err := t.tx.holdLogins(id); err != nil {
		return models.User{}, err
	}
	if err := t.tx.lock("users", id); err != nil {
		return models.User{}, err
	}
	u, err := t.User(id)
	if err == nil && u.DeletedAt != nil {
		return u, models.Fail(models.NotFound, "No such user.")
	}
	return u, err
}

// SetProfile gives the held user u another name, address or rank, and notes
// what changed. Access links that went to a former address die.
func (t *ConsoleTx) SetProfile(u models.User, n models.NewUser) error {
	_, err := t.tx.exec(`UPDATE users SET name = ?, name_key = ?, email = ?, email_key = ?, rank = ?, updated_at = ? WHERE id = ?`,
		n.Name, models.Fold(n.Name), n.Email, models.Fold(n.Email), string(n.Rank), t.Now, u.ID)
	if err != nil {
		return inUse(err)
	}
	was, is := map[string]any{}, map[string]any{}
	if n.Name != u.Name {
		was["name"], is["name"] = u.Name, n.Name
	}
	if n.Email != u.Email {
		was["email"], is["email"] = u.Email, n.Email
		if err := t.killLinks(u.ID); err != nil {
			return err
		}
	}
	if len(is) > 0 {
		t.tx.record(models.UserUpdated, user(u), models.Details{Before: was, After: is})
	}
	if n.Rank != u.Rank {
		t.tx.record(models.RankChanged, user(u), models.Details{Before: map[string]any{"rank": u.Rank}, After: map[string]any{"rank": n.Rank}})
	}
	return nil
}

// killLinks revokes the open access links of all logins of the held user.
func (t *ConsoleTx) killLinks(user int64) error {
	logins, err := t.Logins(user)
	if err != nil {
		return err
	}
	for _, l := range logins {
		if err := t.tx.revokeLinks(l); err != nil {
			return err
		}
	}
	return nil
}

// Disable keeps the held user u out from now on: their sessions end and their
// access links die.
func (t *ConsoleTx) Disable(u models.User, reason string) error {
	_, err := t.tx.exec(`UPDATE users SET disabled_at = ?, disabled_by = ?, disable_reason = ?, updated_at = ? WHERE id = ?`,
		t.Now, t.tx.who.UserID, reason, t.Now, u.ID)
	if err != nil {
		return err
	}
	t.tx.record(models.UserDisabled, user(u), models.Details{Note: reason})
	return t.shutOut(u)
}

// Enable lets the held user u in again by the logins that open.
func (t *ConsoleTx) Enable(u models.User) error {
	_, err := t.tx.exec(`UPDATE users SET disabled_at = NULL, disabled_by = NULL, disable_reason = '', updated_at = ? WHERE id = ?`, t.Now, u.ID)
	t.tx.record(models.UserEnabled, user(u), models.Details{})
	return err
}

// ScheduleUser has the held user u purged at due, and keeps them out till then.
func (t *ConsoleTx) ScheduleUser(u models.User, due time.Time, reason string) error {
	_, err := t.tx.exec(`UPDATE users SET deletion_at = ?, updated_at = ? WHERE id = ?`, due, t.Now, u.ID)
	if err != nil {
		return err
	}
	t.tx.record(models.UserScheduled, user(u), models.Details{After: map[string]any{"deletion_at": due}, Note: reason})
	return t.shutOut(u)
}

// RestoreUser calls the deletion of the held user u off.
func (t *ConsoleTx) RestoreUser(u models.User) error {
	_, err := t.tx.exec(`UPDATE users SET deletion_at = NULL, updated_at = ? WHERE id = ?`, t.Now, u.ID)
	t.tx.record(models.UserRestored, user(u), models.Details{})
	return err
}

// shutOut ends what lets a user in besides their logins.
func (t *ConsoleTx) shutOut(u models.User) error {
	if err := t.killLinks(u.ID); err != nil {
		return err
	}
	_, err := t.EndSessions(u)
	return err
}
