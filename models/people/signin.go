package people

import (
	"context"
	"strings"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// errRefused is the one answer to a login that is unknown, blocked, expired or
// without a password, and to a wrong password.
var errRefused = models.Wrong("login", "The login or the password is not right. Check both and try again.")

// SignIn reports the login that key and password open; Start then begins its
// session. A hash weaker than today's is replaced on the way.
func (o Ops) SignIn(ctx context.Context, who models.Actor, key, password string) (login int64, err error) {
	l, known, err := o.find(ctx, key)
	if err != nil {
		return 0, err
	}
	ok, weak, err := o.hasher.Verify(ctx, password, l.SecretHash) // also when nobody has the login: same time
	if err != nil {
		return 0, err
	}
	if !ok || !known || !l.Usable(o.db.Clock()) {
		return 0, o.refuse(ctx, who, l, known)
	}
	if weak {
		err = o.upgrade(ctx, l, password)
	}
	return l.ID, err
}

func (o Ops) find(ctx context.Context, key string) (l models.Login, known bool, err error) {
	canon, err := models.CanonicalKey(key)
	if err != nil {
		return l, false, nil // nobody has such a login
	}
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		l, err = v.LoginByKey(canon)
		return err
	})
	if models.KindOf(err) == models.NotFound {
		return models.Login{}, false, nil
	}
	return l, err == nil, err
}

// refuse notes the failure. What was typed as a login is not kept where no
// login has it: it may be a password in the wrong field.
func (o Ops) refuse(ctx context.Context, who models.Actor, l models.Login, known bool) error {
	thing, why := db.UnknownLogin(), "unknown login"
	if known {
		thing, why = db.LoginThing(l), "wrong password"
		if !l.Usable(o.db.Clock()) {
			why = "the login can't be used"
		}
	}
	err := o.db.System(ctx, guest(who), func(t *db.SystemTx) error {
		t.Record(models.SignInFailed, thing, models.Details{Note: why})
		return nil
	})
	if err != nil {
		return err
	}
	return errRefused
}

// upgrade hashes the password anew. That every hasher is busy is no reason to
// keep anyone out: the next sign-in tries again.
func (o Ops) upgrade(ctx context.Context, l models.Login, password string) error {
	hash, err := o.hasher.Hash(ctx, password)
	if models.KindOf(err) == models.RateLimited {
		return nil
	}
	if err != nil {
		return err
	}
	return o.db.System(ctx, models.Actor{}, func(t *db.SystemTx) error { return t.Upgrade(l, hash) })
}

// Start begins a session of a login that SignIn has reported, under the hash
// of the browser's new token. The session that the browser had before ends.
func (o Ops) Start(ctx context.Context, who models.Actor, login int64, hash []byte) (s models.Session, now models.Actor, err error) {
	s = models.Session{TokenHash: hash, IP: who.IP, UserAgent: short(who.UserAgent)}
	err = o.db.System(ctx, guest(who), func(t *db.SystemTx) error {
		l, u, err := t.LoginAndUser(login)
		if err != nil {
			return err
		}
		if !l.Usable(t.Now) {
			return errRefused
		}
		t.As(u)
		if err := t.EndSession(who.SessionID); err != nil {
			return err
		}
		now = models.Actor{UserID: u.ID, LoginID: l.ID, Name: u.Name, Email: u.Email, Rank: u.Rank}
		return t.StartSession(l, &s)
	})
	now.SessionID = s.ID
	return s, now, err
}

// short keeps as much of a browser's description as a list shows, and of that
// what is text: the browser may send any bytes.
func short(agent string) string {
	const most = 300
	return strings.ToValidUTF8(strings.ReplaceAll(agent[:min(len(agent), most)], "\x00", ""), "")
}
