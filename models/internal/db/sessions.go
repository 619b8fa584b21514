package db

import (
	"database/sql"
	"time"

	"gorm.io/gorm"

	"holdfast/models"
)

// Session finds a live session by its token's hash, and who sits before it, in
// one query. A session whose user, login or time has ended is not found.
func (v *SystemView) Session(hash []byte) (models.Session, models.Actor, error) {
	s := models.Session{TokenHash: hash}
	var who models.Actor
	var expire, blocked nullTime
	err := v.row(`SELECT s.id, s.user_id, s.login_id, s.created_at, s.last_seen_at, s.expires_at, s.flash_kind, s.flash_text,
			s.stage, s.proofs, s.proven_at, u.name, u.email, u.rank, l.expire_at, l.blocked_at
		FROM sessions s JOIN users u ON u.id = s.user_id JOIN logins l ON l.id = s.login_id
		WHERE s.token_hash = ? AND l.removed_at IS NULL AND `+trusted+` AND `+entersUser, hash).
		Scan(&s.ID, &s.UserID, &s.LoginID, &s.CreatedAt, &s.LastSeenAt, &s.ExpiresAt, &s.FlashKind, &s.FlashText,
			&s.Stage, &s.Proofs, &s.ProvenAt, &who.Name, &who.Email, &who.Rank, &expire, &blocked)
	if err != nil {
		return s, who, fault(err, "session")
	}
	l := models.Login{ExpireAt: expire.orNil(), BlockedAt: blocked.orNil()}
	unproven := who.Rank == models.Administrator && s.Stage == models.Whole && !s.Proofs.Factor() // they were promoted meanwhile
	if unproven || !s.Live(v.Now) || l.BlockedAt != nil || l.Expired(v.Now) {
		return s, models.Actor{}, models.Fail(models.NotFound, "No such session.")
	}
	who.UserID, who.LoginID, who.SessionID = s.UserID, s.LoginID, s.ID
	who.Stage, who.Proofs, who.ProvenAt = s.Stage, s.Proofs, s.ProvenAt
	return s, who, nil
}

// entersUser says of user u what models.User.MayEnter says.
const entersUser = `u.disabled_at IS NULL AND u.deletion_at IS NULL AND u.deleted_at IS NULL`

// StartSession keeps a new session of the login.
func (t *SystemTx) StartSession(l models.Login, s *models.Session) error {
	s.ID, s.UserID, s.LoginID, s.LastSeenAt = models.NewID(), l.UserID, l.ID, t.Now
	return fault(gorm.G[models.Session](t.g).Create(t.ctx, s), "session")
}

// FindSession is the session of that id, to go on from.
func (v *SystemView) FindSession(id models.ID) (models.Session, error) {
	s, err := gorm.G[models.Session](v.g).Where("id = ?", id).First(v.ctx)
	return s, fault(err, "session")
}

// NoteCameIn notes that the user came in by the login, and forgets the failures before.
func (t *SystemTx) NoteCameIn(l models.Login, in models.SignIn) error {
	if err := t.keepSignIn(l, in, models.CameIn); err != nil {
		return err
	}
	_, err := t.tx.exec(`UPDATE logins SET last_login_at = ?, fail_count = 0, fail_total = 0, failed_at = NULL, locked_at = NULL, locked_until = NULL WHERE id = ?`, t.Now, l.ID)
	if err != nil {
		return err
	}
	if _, err := t.tx.exec(`UPDATE users SET last_login_at = ? WHERE id = ?`, t.Now, l.UserID); err != nil {
		return err
	}
	t.tx.record(models.SignedInEvent, login(l), models.Details{})
	return nil
}

// NoteRefused keeps a line of a refused sign-in in the user's history.
func (t *SystemTx) NoteRefused(l models.Login, in models.SignIn) error {
	return t.keepSignIn(l, in, models.Refused)
}

func (t *SystemTx) keepSignIn(l models.Login, in models.SignIn, o models.SignInOutcome) error {
	in.ID, in.UserID, in.LoginID, in.Key, in.At, in.Outcome = models.NewID(), l.UserID, l.ID, l.Key, t.Now, o
	return fault(gorm.G[models.SignIn](t.g).Create(t.ctx, &in), "sign-in")
}

// SeeSession notes that the session was used just now.
func (t *SystemTx) SeeSession(id models.ID) error {
	_, err := t.tx.exec(`UPDATE sessions SET last_seen_at = ? WHERE id = ?`, t.Now, id)
	return err
}

// SetFlash leaves a line of news in the session; an empty one takes it away.
func (t *SystemTx) SetFlash(id models.ID, kind, text string) error {
	_, err := t.tx.exec(`UPDATE sessions SET flash_kind = ?, flash_text = ? WHERE id = ?`, kind, text, id)
	return err
}

// EndSession ends a session; that it has ended already is fine.
func (t *SystemTx) EndSession(id models.ID) error {
	_, err := t.tx.exec(`DELETE FROM sessions WHERE id = ?`, id)
	return err
}

// Sessions are the person's own live sessions, the last used first.
func (v *SelfView) Sessions() ([]models.Session, error) { return v.sessions(v.Who.UserID) }

// Sessions are the live sessions of a user.
func (v *ConsoleView) Sessions(userID int64) ([]models.Session, error) { return v.sessions(userID) }

func (v view) sessions(userID int64) ([]models.Session, error) {
	rows, err := v.rows(`SELECT id, created_at, last_seen_at, expires_at, ip, user_agent FROM sessions
		WHERE user_id = ? AND last_seen_at > ? AND expires_at > ? ORDER BY last_seen_at DESC LIMIT ?`,
		userID, v.Now.Add(-models.SessionIdle), v.Now, models.PageSize)
	return collect(rows, err, func(r *sql.Rows, s *models.Session) error {
		return r.Scan(&s.ID, &s.CreatedAt, &s.LastSeenAt, &s.ExpiresAt, &s.IP, &s.UserAgent)
	})
}

// EndSession ends one of the person's own sessions.
func (t *SelfTx) EndSession(id models.ID) error {
	return t.tx.endSession(id, t.Who.UserID, t.Who.Email)
}

func (t tx) endSession(id models.ID, user int64, email string) error {
	n, err := t.exec(`DELETE FROM sessions WHERE id = ? AND user_id = ?`, id, user)
	if err != nil {
		return err
	}
	if n == 0 {
		return models.Fail(models.NotFound, "That session has ended already.")
	}
	t.record(models.SessionRevoked, Thing{"session", id.String(), email}, models.Details{})
	return nil
}

// EndOtherSessions ends every session of the person but this one.
func (t *SelfTx) EndOtherSessions() (int, error) {
	n, err := t.tx.exec(`DELETE FROM sessions WHERE user_id = ? AND id <> ?`, t.Who.UserID, t.Who.SessionID)
	if err == nil && n > 0 {
		t.tx.record(models.SessionsRevoked, Thing{"user", decimal(t.Who.UserID), t.Who.Email}, models.Details{Note: "all but the one in use"})
	}
	return int(n), err
}

// EndSessions ends every session of a user.
func (t *ConsoleTx) EndSessions(u models.User) (int, error) {
	n, err := t.tx.exec(`DELETE FROM sessions WHERE user_id = ?`, u.ID)
	if err == nil && n > 0 {
		t.tx.record(models.SessionsRevoked, user(u), models.Details{})
	}
	return int(n), err
}

// EndSession ends one session of a user.
func (t *ConsoleTx) EndSession(u models.User, id models.ID) error {
	return t.tx.endSession(id, u.ID, u.Email)
}

// LiveSessions counts the sessions that still let somebody in.
func (v *ConsoleView) LiveSessions() (n int, err error) {
	err = v.row(`SELECT count(*) FROM sessions WHERE last_seen_at > ? AND expires_at > ?`, v.Now.Add(-models.SessionIdle), v.Now).Scan(&n)
	return n, err
}

// EndEverySession ends the sessions of everybody.
func (t *ConsoleTx) EndEverySession() (int, error) {
	n, err := t.tx.exec(`DELETE FROM sessions`)
	if err == nil {
		t.tx.record(models.SessionsRevoked, Thing{"session", "", "everybody"}, models.Details{})
	}
	return int(n), err
}

// Sweep forgets, at most limit rows of each, the sessions that ended and the
// links that have been dead for a week.
func (t *SystemTx) Sweep(limit int) (int, error) {
	ended, err := t.tx.exec(`DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? OR last_seen_at <= ? LIMIT ?)`,
		t.Now, t.Now.Add(-models.SessionIdle), limit)
	if err != nil {
		return 0, err
	}
	dead, err := t.tx.exec(`DELETE FROM access_links WHERE id IN (SELECT id FROM access_links WHERE expires_at <= ? LIMIT ?)`,
		t.Now.Add(-7*24*time.Hour), limit)
	return int(ended + dead), err
}
