package db

import (
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"holdfast/models"
)

// LoginByKey finds the login of a key, for signing in.
func (v *SystemView) LoginByKey(canon string) (models.Login, error) {
	l, err := gorm.G[models.Login](v.g).Where("key_canon = ? AND trusted_idp_id IS NULL AND removed_at IS NULL", canon).First(v.ctx)
	return l, fault(err, "login")
}

// LoginAndUser are a login and whose it is.
func (v *SystemView) LoginAndUser(id int64) (models.Login, models.User, error) {
	l, err := gorm.G[models.Login](v.g).Where("id = ?", id).First(v.ctx)
	if err != nil {
		return l, models.User{}, fault(err, "login")
	}
	u, err := v.user(l.UserID)
	return l, u, err
}

// Opens reports whether the login lets its user in, by a password or by an
// identity provider that is enabled.
func (v *SystemView) Opens(l models.Login) (can bool, err error) {
	err = v.row(`SELECT (`+opens+`) FROM logins l WHERE l.id = ?`, v.Now, l.ID).Scan(&can)
	return can && !l.SecretOver(v.Now), err
}

// HasFactor reports whether the user has a second factor.
func (v *SystemView) HasFactor(user int64) (bool, error) { return v.hasFactor(user) }

func (v view) hasFactor(user int64) (has bool, err error) {
	err = v.row(`SELECT EXISTS (SELECT 1 FROM totps WHERE user_id = ?)`, user).Scan(&has)
	return has, err
}

// MyLogin is one of the person's own logins.
func (v *SelfView) MyLogin(id int64) (models.Login, error) {
	l, err := gorm.G[models.Login](v.g).Where("id = ? AND user_id = ? AND removed_at IS NULL", id, v.Who.UserID).First(v.ctx)
	return l, fault(err, "login")
}

// SetPassword keeps the hash of the person's new password, ends their other
// sessions and revokes the links that could still set another.
func (t *SelfTx) SetPassword(l models.Login, hash string) error {
	if err := t.tx.setPassword(l, hash, "changed by the user"); err != nil {
		return err
	}
	_, err := t.tx.exec(`DELETE FROM sessions WHERE user_id = ? AND id <> ?`, l.UserID, t.Who.SessionID)
	return err
}

// SetPassword keeps the hash of a first or forgotten password and ends every
// session of the user.
func (t *SystemTx) SetPassword(l models.Login, hash string) error {
	if err := t.tx.setPassword(l, hash, "set by an access link"); err != nil {
		return err
	}
	_, err := t.tx.exec(`DELETE FROM sessions WHERE user_id = ?`, l.UserID)
	return err
}

func (t tx) setPassword(l models.Login, hash, how string) error {
	n, err := t.exec(`UPDATE logins SET secret_hash = ?, secret_set_at = ?, updated_at = ? WHERE id = ? AND secret_hash = ?`, hash, t.Now, t.Now, l.ID, l.SecretHash)
	if err != nil {
		return err
	}
	if n == 0 {
		return models.Fail(models.Conflict, "The password was changed meanwhile. Sign in again and look whether it was you.")
	}
	if err := t.revokeLinks(l); err != nil {
		return err
	}
	t.record(models.PasswordSet, login(l), models.Details{Note: how})
	return nil
}

func login(l models.Login) Thing { return Thing{"login", decimal(l.ID), l.Key} }

// Upgrade replaces a hash by a stronger one of the same password, unless the
// password was changed meanwhile.
func (t *SystemTx) Upgrade(l models.Login, hash string) error {
	_, err := t.tx.exec(`UPDATE logins SET secret_hash = ? WHERE id = ? AND secret_hash = ?`, hash, l.ID, l.SecretHash)
	return err
}

// IssueLink keeps a new access link of a login and revokes the older ones.
func (t *ConsoleTx) IssueLink(l models.Login, hash []byte, life time.Duration) (models.AccessLink, error) {
	return t.tx.issueLink(&l, hash, life)
}

// IssueLink keeps a new access link of a login and revokes the older ones.
func (t *SystemTx) IssueLink(l models.Login, hash []byte, life time.Duration) (models.AccessLink, error) {
	return t.tx.issueLink(&l, hash, life)
}

// IssueSetup keeps a new link to the setup page.
func (t *SystemTx) IssueSetup(hash []byte) (models.AccessLink, error) {
	return t.tx.issueLink(nil, hash, models.SetupLife)
}

func (t tx) issueLink(l *models.Login, hash []byte, life time.Duration) (models.AccessLink, error) {
	k := models.AccessLink{ID: models.NewID(), TokenHash: hash, CreatedAt: t.Now, ExpiresAt: t.Now.Add(life)}
	if l != nil {
		if err := t.lock("logins", l.ID); err != nil {
			return k, err
		}
		if err := t.revokeLinks(*l); err != nil {
			return k, err
		}
		k.LoginID = &l.ID
		t.record(models.LinkIssued, login(*l), models.Details{After: map[string]any{"expires_at": k.ExpiresAt}})
	}
	return k, gorm.G[models.AccessLink](t.g).Create(t.ctx, &k)
}

func (t tx) revokeLinks(l models.Login) error {
	_, err := t.exec(`UPDATE access_links SET revoked_at = ? WHERE login_id = ? AND used_at IS NULL AND revoked_at IS NULL`, t.Now, l.ID)
	if err != nil {
		return err
	}
	return t.recall(`kind = ? AND user_id = ?`, string(models.InvitationLetter), l.UserID)
}

// Link finds an access link by its token's hash, and its login; the setup link
// has none.
func (v *SystemView) Link(hash []byte) (models.AccessLink, models.Login, error) {
	return v.link(gorm.G[models.AccessLink](v.g), hash)
}

// TakeLink is Link for who will use it: it holds the link until the door closes.
// The login is held first, as by everybody who changes a login's links, so that
// nobody waits in a circle.
func (t *SystemTx) TakeLink(hash []byte) (models.AccessLink, models.Login, error) {
	if k, _, err := t.Link(hash); err == nil && k.LoginID != nil {
		if err := t.tx.lock("logins", *k.LoginID); err != nil {
			return k, models.Login{}, err
		}
	}
	return t.link(gorm.G[models.AccessLink](t.g, clause.Locking{Strength: "UPDATE"}), hash)
}

func (v view) link(q gorm.Interface[models.AccessLink], hash []byte) (models.AccessLink, models.Login, error) {
	k, err := q.Where("token_hash = ?", hash).First(v.ctx)
	if err != nil || k.LoginID == nil {
		return k, models.Login{}, fault(err, "link")
	}
	l, err := gorm.G[models.Login](v.g).Where("id = ? AND removed_at IS NULL", *k.LoginID).First(v.ctx)
	return k, l, fault(err, "link")
}

// UseLink spends an access link.
func (t *SystemTx) UseLink(k models.AccessLink, about Thing) error {
	n, err := t.tx.exec(`UPDATE access_links SET used_at = ? WHERE id = ? AND used_at IS NULL`, t.Now, k.ID)
	if err == nil && n == 0 {
		return models.ErrDeadLink
	}
	t.tx.record(models.LinkUsed, about, models.Details{})
	return err
}

// Alone makes everybody who asks for the same name wait until the door closes.
func (t *SystemTx) Alone(name string) error { return t.tx.alone(name) }

// As says who acts from here on, once signing in has found out.
func (t *SystemTx) As(u models.User) {
	t.tx.who.UserID, t.tx.who.Email, t.tx.who.Job = u.ID, u.Email, ""
}

// LoginThing names a login in an event.
func LoginThing(l models.Login) Thing { return login(l) }

// UserThing names a user in an event.
func UserThing(u models.User) Thing { return user(u) }

// UnknownLogin names what was typed where no login has that key.
func UnknownLogin() Thing { return Thing{"login", "", ""} }
