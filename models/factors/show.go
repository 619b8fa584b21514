package factors

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
	"holdfast/models/internal/totp"
)

// Wrong tries are counted for each user: at the door, and when somebody who is
// in shows again who they are. Neither touches the lock-out of a login.
func atDoor(user int64) string { return "factor " + strconv.FormatInt(user, 10) }

func inside(user int64) string { return "sudo " + strconv.FormatInt(user, 10) }

// SignIn reports what a code of an app, or a recovery code, proves of somebody
// who has shown their password. A wrong one is noted and counted.
func (o Ops) SignIn(ctx context.Context, who models.Actor, code, recovery string) (models.Proofs, error) {
	by, field, wrong := models.ByCode, "code", "This code is not right. Wait for the next one in your app, and look whether its clock is right."
	judge := func(t *db.SelfTx) (bool, error) { return o.takeCode(t, code) }
	if strings.ContainsFunc(code, unicode.IsLetter) {
		wrong = "This is no code of an app: those are six digits. Is it a recovery code? Open “Use a recovery code” below, and enter it there."
	}
	if recovery != "" {
		by, field, wrong = models.ByRecovery, "recovery", "This recovery code is not right, or was used already."
		judge = func(t *db.SelfTx) (bool, error) { return o.takeRecovery(t, recovery) }
	}
	right, err := o.judged(ctx, who, atDoor(who.UserID), judge, func(t *db.SelfTx, right bool) error {
		if right {
			return nil
		}
		return noteWrong(t, by)
	})
	if err != nil {
		return "", err
	}
	if !right {
		return "", models.Wrong(field, "%s", wrong)
	}
	return by, nil
}

func noteWrong(t *db.SelfTx, by models.Proofs) error {
	l, err := t.MyLogin(t.Who.LoginID)
	if err != nil {
		return err
	}
	return t.NoteWrongCode(l, models.SignIn{Proofs: t.Who.Proofs, IP: t.Who.IP, UserAgent: t.Who.UserAgent})
}

// judged judges one try, unless there were too many wrong ones. Nobody else's
// try is judged meanwhile, so that no crowd of guesses gets past the count.
func (o Ops) judged(ctx context.Context, who models.Actor, tries string, judge func(*db.SelfTx) (bool, error), note func(t *db.SelfTx, right bool) error) (right bool, err error) {
	err = o.db.Self(ctx, who, func(t *db.SelfTx) (err error) {
		if err := t.FactorsAlone(); err != nil {
			return err
		}
		if err := mayTry(t, tries); err != nil {
			return err
		}
		if right, err = judge(t); err != nil {
			return err
		}
		count := t.Miss
		if right {
			count = t.Forgive
		}
		return errors.Join(count(tries), note(t, right))
	})
	return right, err
}

// mayTry reports that too many tries in a row were wrong.
func mayTry(t *db.SelfTx, tries string) error {
	n, until, err := t.Attempts(tries, models.CodePause)
	if err != nil || n < models.CodeTries {
		return err
	}
	wait := until.Sub(t.Now)
	minutes := strconv.Itoa(int(math.Ceil(wait.Minutes()))) + " minutes"
	if wait <= time.Minute {
		minutes = "a minute"
	}
	return &models.Error{Kind: models.RateLimited, Text: "Too many wrong tries in a row. Wait " + minutes + ", then try again.", RetryAfter: wait}
}

// takeCode takes the code of one of the person's apps, once.
func (o Ops) takeCode(t *db.SelfTx, code string) (bool, error) {
	apps, err := t.SealedFactors()
	if err != nil {
		return false, err
	}
	var closed error
	for _, app := range apps {
		secret, err := o.ring.Open(app.Sealed, place(app.ID))
		if err != nil {
			closed = err
			continue
		}
		if step, ok := totp.Check(secret, code, t.Now, app.LastStep); ok {
			return t.TakeStep(app.ID, step)
		}
	}
	if closed != nil {
		return false, &models.Error{Kind: models.Unavailable, Text: "The secret of your app can't be opened: a key of this console is missing. Tell an administrator.", Cause: closed}
	}
	return false, nil
}

// takeRecovery spends a recovery code and tells the person so.
func (o Ops) takeRecovery(t *db.SelfTx, typed string) (bool, error) {
	used, err := t.UseRecoveryCode(onetime.Hash(canonical(typed)))
	if err != nil || !used {
		return false, err
	}
	left, err := t.RecoveryLeft()
	o.tell(t, models.LetterChange{Event: models.RecoveryUsed, Now: strconv.Itoa(left) + " left"})
	return true, err
}
