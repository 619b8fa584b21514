package factors

import (
	"context"
	"strings"
	"unicode/utf8"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// Loss is what resetting a user's factors takes away.
type Loss struct {
	User models.User
	Held
	Sessions int
}

// Impact says what Reset would take away.
func (o Ops) Impact(ctx context.Context, who models.Actor, user int64) (l Loss, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageLogins, func(v *db.ConsoleView) error {
		if l.User, err = v.User(user); err != nil {
			return err
		}
		apps, err := v.Factors(user)
		if err != nil {
			return err
		}
		l.Factors = shown(apps)
		if l.CodesLeft, err = v.RecoveryLeft(user); err != nil {
			return err
		}
		sessions, err := v.Sessions(user)
		l.Sessions = len(sessions)
		return err
	})
	return l, err
}

// Reset removes all second factors and recovery codes of somebody who has lost
// them, ends their sessions, and tells them why. What asks them for a factor
// goes on asking: they enrol one at their next sign-in.
func (o Ops) Reset(ctx context.Context, who models.Actor, user int64, reason string) error {
	return o.db.Console(ctx, who, models.ManageLogins, func(t *db.ConsoleTx) error {
		if err := who.MustProve(t.Now, models.ProvenLately); err != nil {
			return err
		}
		u, err := t.User(user)
		if err != nil {
			return err
		}
		if u.ID == who.UserID {
			return models.Fail(models.Conflict, "You can't reset your own second factors. Another administrator can; or remove them one by one in your account.")
		}
		reason, err := cleanReason(reason)
		if err != nil {
			return err
		}
		return o.reset(t, who, u, reason)
	})
}

func (o Ops) reset(t *db.ConsoleTx, who models.Actor, u models.User, reason string) error {
	if err := t.FactorsAlone(u.ID); err != nil {
		return err
	}
	n, err := t.ResetFactors(u, reason, atDoor(u.ID), inside(u.ID))
	if err != nil {
		return err
	}
	if n == 0 {
		return models.Fail(models.Conflict, "%s has no second factor.", u.Name)
	}
	t.Post(o.office.Letter(u, models.AccountLetter, models.LetterDetails{
		By: who.User().Party(), Reason: reason, Changes: []models.LetterChange{{Event: models.FactorsReset}},
	}))
	_, err = t.EndSessions(u)
	return err
}

// ResetFromHost is Reset for the command line: break-glass, for who holds the host.
func (o Ops) ResetFromHost(ctx context.Context, email string) error {
	return o.db.System(ctx, models.Actor{Job: "command line"}, func(t *db.SystemTx) error {
		u, err := t.UserByEmail(email)
		if err != nil {
			return err
		}
		n, err := t.ResetFactors(u, "", atDoor(u.ID), inside(u.ID))
		if err != nil {
			return err
		}
		if n == 0 {
			return models.Fail(models.Conflict, "%s has no second factor.", u.Name)
		}
		t.Post(o.office.Letter(u, models.AccountLetter, models.LetterDetails{Changes: []models.LetterChange{{Event: models.FactorsReset}}}))
		return nil
	})
}

func cleanReason(reason string) (string, error) {
	const most = 500
	reason = strings.TrimSpace(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return "", models.Wrong("reason", "Say why. The user reads it, and it stands in the audit.")
	case n > most:
		return "", models.Wrong("reason", "Use at most %d characters.", most)
	}
	return reason, nil
}
