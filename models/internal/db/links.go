package db

import (
	"database/sql"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"holdfast/models"
)

// IssueLink keeps a new access link of a login of u and revokes the older ones.
// Letter is the letter that carries it, or nil.
func (t *ConsoleTx) IssueLink(u models.User, l models.Login, hash []byte, letter *models.ID) (models.AccessLink, error) {
	return t.tx.issueLink(u, l, hash, letter)
}

// IssueLink keeps a new access link of a login of u and revokes the older ones.
// Letter is the letter that carries it, or nil.
func (t *SystemTx) IssueLink(u models.User, l models.Login, hash []byte, letter *models.ID) (models.AccessLink, error) {
	return t.tx.issueLink(u, l, hash, letter)
}

// IssueSetup keeps a new link to the setup page.
func (t *SystemTx) IssueSetup(hash []byte) (models.AccessLink, error) {
	k := models.AccessLink{
		ID: models.NewID(), TokenHash: hash, CreatedAt: t.Now, ExpiresAt: t.Now.Add(models.SetupLife), Purpose: models.Invitation,
	}
	return k, gorm.G[models.AccessLink](t.g).Create(t.ctx, &k)
}

func (t tx) issueLink(u models.User, l models.Login, hash []byte, letter *models.ID) (models.AccessLink, error) {
	purpose := models.PurposeOf(l)
	k := models.AccessLink{
		ID: models.NewID(), TokenHash: hash, LoginID: &l.ID, CreatedAt: t.Now, ExpiresAt: t.Now.Add(purpose.Life()),
		Purpose: purpose, Email: u.Email, LetterID: letter,
	}
	if t.who.SignedIn() {
		k.MadeBy = &t.who.UserID
	}
	if err := t.lock("logins", l.ID); err != nil {
		return k, err
	}
	if err := t.revokeLinks(l); err != nil {
		return k, err
	}
	t.record(models.LinkIssued, login(l), models.Details{After: map[string]any{"purpose": purpose, "mailed": letter != nil, "expires_at": k.ExpiresAt}})
	return k, gorm.G[models.AccessLink](t.g).Create(t.ctx, &k)
}

// RevokeLinks ends every access link of a login whose user has come in: they
// need none. The login is held first, as by everybody who changes its links.
func (t *SystemTx) RevokeLinks(l models.Login) error {
	var any bool
	err := t.row(`SELECT EXISTS (SELECT 1 FROM access_links WHERE login_id = ? AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ?)`, l.ID, t.Now).Scan(&any)
	if err != nil || !any {
		return err
	}
	if err := t.HoldLogin(l); err != nil {
		return err
	}
	return t.tx.revokeLinks(l)
}

// revokeLinks ends every access link of the login, and takes back the letters
// that carry no living link any more.
func (t tx) revokeLinks(l models.Login) error {
	n, err := t.exec(`UPDATE access_links SET revoked_at = ? WHERE login_id = ? AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ?`, t.Now, l.ID, t.Now)
	if err != nil {
		return err
	}
	if n > 0 {
		t.record(models.LinkRevoked, login(l), models.Details{})
	}
	return t.recall(`user_id = ? AND kind IN (?, ?) AND NOT EXISTS (SELECT 1 FROM access_links k JOIN logins o ON o.id = k.login_id
		WHERE o.user_id = letters.user_id AND k.letter_id = letters.id AND k.used_at IS NULL AND k.revoked_at IS NULL)`,
		l.UserID, string(models.InvitationLetter), string(models.ResetLetter))
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

// Whose is the user of a login.
func (v *SystemView) Whose(l models.Login) (models.User, error) { return v.user(l.UserID) }

// UseLink spends an access link.
func (t *SystemTx) UseLink(k models.AccessLink, about Thing) error {
	n, err := t.tx.exec(`UPDATE access_links SET used_at = ? WHERE id = ? AND used_at IS NULL`, t.Now, k.ID)
	if err == nil && n == 0 {
		return models.ErrDeadLink
	}
	t.tx.record(models.LinkUsed, about, models.Details{})
	return err
}

// SeeLink notes that a browser shows the page of the link; the first time counts.
func (t *SystemTx) SeeLink(k models.AccessLink, l models.Login) error {
	n, err := t.tx.exec(`UPDATE access_links SET opened_at = ? WHERE id = ? AND opened_at IS NULL`, t.Now, k.ID)
	if err == nil && n > 0 {
		t.tx.record(models.LinkOpened, login(l), models.Details{})
	}
	return err
}

// LinksMailed says how many letters with a link went to the login since then, and
// when the first and the last of them did.
func (v view) LinksMailed(l models.Login, since time.Time) (n int, first, last time.Time, err error) {
	rows, err := v.rows(`SELECT created_at FROM access_links WHERE login_id = ? AND letter_id IS NOT NULL AND created_at > ? ORDER BY created_at`, l.ID, since)
	list, err := collect(rows, err, func(r *sql.Rows, at *time.Time) error { return r.Scan(at) })
	if err != nil || len(list) == 0 {
		return 0, first, last, err
	}
	return len(list), list[0].UTC(), list[len(list)-1].UTC(), nil
}

// HoldLogin makes everybody who changes the login wait until the door closes.
func (t *SystemTx) HoldLogin(l models.Login) error { return t.tx.lock("logins", l.ID) }

// HoldLogin makes everybody who changes the login wait until the door closes.
func (t *ConsoleTx) HoldLogin(l models.Login) error { return t.tx.lock("logins", l.ID) }

// Links are the last access link of each login of a user, with how far its
// letter has come.
func (v *ConsoleView) Links(user int64) ([]models.LoginLink, error) {
	rows, err := v.rows(`SELECT k.id, k.login_id, k.created_at, k.expires_at, k.used_at, k.revoked_at, k.purpose, k.email, k.made_by, k.opened_at, coalesce(m.state, '')
		FROM access_links k JOIN logins l ON l.id = k.login_id LEFT JOIN letters m ON m.id = k.letter_id
		WHERE l.user_id = ? AND NOT EXISTS (SELECT 1 FROM access_links n WHERE n.login_id = k.login_id AND n.id > k.id) ORDER BY k.login_id`, user)
	return collect(rows, err, func(r *sql.Rows, k *models.LoginLink) error {
		var used, revoked, opened nullTime
		err := r.Scan(&k.ID, &k.LoginID, &k.CreatedAt, &k.ExpiresAt, &used, &revoked, &k.Purpose, &k.Email, &k.MadeBy, &opened, &k.Letter)
		k.UsedAt, k.RevokedAt, k.OpenedAt = used.orNil(), revoked.orNil(), opened.orNil()
		return err
	})
}
