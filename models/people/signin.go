package people

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// errRefused is the one answer to a login that is unknown, locked, blocked,
// expired, disabled or without a password, and to a wrong password.
var errRefused = models.Wrong("login", "The login or the password is not right. Check both and try again.")

// SignIn reports the entry that key and password open; Start then begins its
// session. A hash weaker than today's is replaced on the way.
//
// The try counts as a failure before the password is looked at, and is taken back
// when it is right: so many who try at once get no more than the threshold. A
// locked login takes as long to say no as any other.
func (o Ops) SignIn(ctx context.Context, who models.Actor, key, password string) (models.Entry, error) {
	if err := o.throttled(ctx, who); err != nil {
		return models.Entry{}, err
	}
	l, err := o.find(ctx, key)
	if err != nil {
		return models.Entry{}, err
	}
	try, err := o.reserve(ctx, who, l)
	if err != nil {
		return models.Entry{}, err
	}
	ok, weak, err := o.hasher.Verify(ctx, password, l.SecretHash) // also when nobody has the login: same time
	if err != nil {
		return models.Entry{}, errors.Join(err, o.forgive(ctx, try))
	}
	if err := o.settle(ctx, who, try, l, ok); err != nil {
		return models.Entry{}, err
	}
	if weak {
		err = o.upgrade(ctx, l, password)
	}
	return models.Entry{LoginID: l.ID, Proofs: models.ByPassword, Secret: l.SecretSetAt}, err
}

// find is the login of that key, or none.
func (o Ops) find(ctx context.Context, key string) (l models.Login, err error) {
	canon, err := models.CanonicalKey(key)
	if err != nil {
		return l, nil // nobody has such a login
	}
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		l, err = v.LoginByKey(canon)
		return err
	})
	if models.KindOf(err) == models.NotFound {
		return models.Login{}, nil
	}
	return l, err
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
//
// How far it leads, the session's stage says: a factor or a new password may be
// missing. An entry that renews a session keeps its time and is no sign-in.
func (o Ops) Start(ctx context.Context, who models.Actor, e models.Entry, hash []byte) (s models.Session, now models.Actor, err error) {
	err = o.db.System(ctx, guest(who), func(t *db.SystemTx) error {
		if err := t.HoldLogin(models.Login{ID: e.LoginID}); err != nil {
			return err
		}
		l, u, err := t.LoginAndUser(e.LoginID)
		if err != nil {
			return err
		}
		if err := mayEnter(t, u, l); err != nil {
			return err
		}
		if e.Secret != nil && !sameTime(e.Secret, l.SecretSetAt) {
			return errRefused
		}
		t.As(u)
		if s, err = begin(t, who, e, u, l); err != nil {
			return err
		}
		s.TokenHash = hash
		now = models.Actor{UserID: u.ID, LoginID: l.ID, Name: u.Name, Email: u.Email, Rank: u.Rank, Stage: s.Stage, Proofs: s.Proofs, ProvenAt: s.ProvenAt}
		if s.Stage == models.Whole && !e.Renew {
			if err := cameIn(t, l, &s); err != nil {
				return err
			}
		}
		if err := t.EndSession(who.SessionID); err != nil {
			return err
		}
		return t.StartSession(l, &s)
	})
	now.SessionID = s.ID
	return s, now, err
}

func mayEnter(t *db.SystemTx, u models.User, l models.Login) error {
	opens, err := t.Opens(l)
	if err != nil {
		return err
	}
	if !opens || !u.MayEnter() {
		return errRefused
	}
	return nil
}

// begin is the session of an entry: how far it leads and how long.
func begin(t *db.SystemTx, who models.Actor, e models.Entry, u models.User, l models.Login) (models.Session, error) {
	enrolled, err := t.HasFactor(u.ID)
	if err != nil {
		return models.Session{}, err
	}
	s := models.Session{
		IP: who.IP, UserAgent: short(who.UserAgent), Stage: e.Stage(u, l, enrolled), Proofs: e.Proofs,
		CreatedAt: t.Now, ProvenAt: t.Now, ExpiresAt: t.Now.Add(models.SessionLife),
	}
	if s.Stage != models.Whole {
		s.ExpiresAt = t.Now.Add(models.HalfLife)
	}
	if !e.Renew {
		return s, nil
	}
	before, err := t.FindSession(who.SessionID)
	if err != nil {
		return s, err
	}
	s.CreatedAt = before.CreatedAt
	if before.ExpiresAt.Before(s.ExpiresAt) || s.Stage == models.Whole {
		s.ExpiresAt = before.ExpiresAt
	}
	if !e.Shown {
		s.ProvenAt = before.ProvenAt
	}
	return s, nil
}

// cameIn notes the sign-in, and tells the user of failures before it. Who has
// come by the password needs no link to another one.
func cameIn(t *db.SystemTx, l models.Login, s *models.Session) error {
	if l.FailTotal >= manyFailures {
		s.FlashKind, s.FlashText = "info", fmt.Sprintf("There were %d failed sign-ins with this login since you were last here. If that was not you, tell an administrator.", l.FailTotal)
		t.Record(models.CameInAfterFailures, db.LoginThing(l), models.Details{After: map[string]any{"failures": l.FailTotal}})
	}
	if err := t.NoteCameIn(l, models.SignIn{Proofs: s.Proofs, IP: s.IP, UserAgent: s.UserAgent}); err != nil {
		return err
	}
	if !s.Proofs.Has(models.ByPassword) {
		return nil
	}
	return t.RevokeLinks(l)
}

// manyFailures are so many that their user should know of them.
const manyFailures = 3

// short keeps as much of a browser's description as a list shows, and of that
// what is text: the browser may send any bytes.
func short(agent string) string {
	const most = 300
	return strings.ToValidUTF8(strings.ReplaceAll(agent[:min(len(agent), most)], "\x00", ""), "")
}
