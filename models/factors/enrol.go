package factors

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/seal"
	"holdfast/models/internal/totp"
)

// Issuer is what apps show beside the codes.
const Issuer = "Holdfast"

// EnrolmentLife is how long the secret on a page is good to be enrolled.
const EnrolmentLife = 15 * time.Minute

// Enrolment is an app on its way in. Nothing of it is kept here: the page
// carries it, sealed, until the first right code.
type Enrolment struct {
	Sealed  string   // to come back with the code
	Secret  string   // to type into the app
	URL     string   // to open in the app
	Picture [][]bool // to show to the app; true is dark
}

// enrolment is what Enrolment.Sealed holds.
type enrolment struct {
	id     models.ID // of the app it will be, so that it can't be two
	made   time.Time
	secret []byte
}

// Begin makes a new secret for an app of the person's, or shows once more the
// one that a page has carried, while it is good.
func (o Ops) Begin(ctx context.Context, who models.Actor, sealed string) (e Enrolment, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		carried, fresh := o.carried(who, sealed, v.Now)
		if !fresh {
			carried = enrolment{id: models.NewID(), made: v.Now, secret: totp.NewSecret()}
			sealed = o.carry(who, carried)
		}
		e = Enrolment{Sealed: sealed, Secret: totp.Spelled(carried.secret), URL: totp.URL(Issuer, who.Email, carried.secret)}
		e.Picture, err = totp.Picture(e.URL)
		return err
	})
	return e, err
}

// bound is where a secret stands while a page carries it: with this user alone.
func bound(who models.Actor) seal.Place {
	return seal.Place{Table: "enrolment", Column: "secret", Row: strconv.FormatInt(who.UserID, 10)}
}

func (o Ops) carry(who models.Actor, e enrolment) string {
	plain := binary.BigEndian.AppendUint64(e.id[:], uint64(e.made.Unix()))
	return base64.RawURLEncoding.EncodeToString(o.ring.Seal(append(plain, e.secret...), bound(who)))
}

// carried is what a page has carried, and whether it is whole and still good.
func (o Ops) carried(who models.Actor, sealed string, now time.Time) (e enrolment, fresh bool) {
	const head = 16 + 8
	blob, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return e, false
	}
	plain, err := o.ring.Open(blob, bound(who))
	if err != nil || len(plain) <= head {
		return e, false
	}
	copy(e.id[:], plain)
	e.made = time.Unix(int64(binary.BigEndian.Uint64(plain[16:head])), 0)
	e.secret = plain[head:]
	return e, now.Sub(e.made) < EnrolmentLife
}

// Given is what comes back from the page of an enrolment.
type Given struct{ Sealed, Label, Code string }

// Add enrols the app whose first code is right. The person's other sessions
// end. Who has no recovery codes yet gets some: they are shown this once.
func (o Ops) Add(ctx context.Context, who models.Actor, g Given) (codes []string, err error) {
	err = o.db.Self(ctx, who, func(t *db.SelfTx) error {
		if err := t.FactorsAlone(); err != nil {
			return err
		}
		if err := mayChange(t); err != nil {
			return err
		}
		app, err := o.checked(t, g)
		if err != nil {
			return err
		}
		if err := t.AddFactor(app); err != nil {
			return err
		}
		o.tell(t, models.LetterChange{Event: models.FactorAdded, Thing: app.Label})
		if codes, err = firstCodes(t); err != nil {
			return err
		}
		_, err = t.EndOtherSessions()
		return err
	})
	return codes, err
}

// checked is the app to keep, once everything about it is right.
func (o Ops) checked(t *db.SelfTx, g Given) (app models.TOTP, err error) {
	have, err := t.Factors()
	if err != nil {
		return app, err
	}
	if len(have) >= models.MostFactors {
		return app, models.Fail(models.Conflict, "You have %d second factors already. Remove one that you don't use.", len(have))
	}
	wrong := models.Fields{}
	label, err := models.CleanFactorLabel(g.Label)
	wrong.Gather(err)
	e, fresh := o.carried(t.Who, g.Sealed, t.Now)
	step, right := totp.Check(e.secret, g.Code, t.Now, 0)
	switch {
	case !fresh:
		wrong.Add("code", "This page was open for too long. Here is a new secret: remove the old one from your app and scan this.")
	case !right:
		wrong.Add("code", "This is not the code that belongs to this secret now. Wait for the next one, and look whether the clock of your phone is right.")
	}
	if err := wrong.Err(); err != nil {
		return app, err
	}
	app = models.TOTP{ID: e.id, Label: label, LastStep: step, Sealed: o.ring.Seal(e.secret, place(e.id))}
	app.KeyID, err = seal.KeyID(app.Sealed)
	return app, err
}

func place(app models.ID) seal.Place {
	return seal.Place{Table: "totps", Column: "sealed", Row: app.String()}
}

// Remove removes one of the person's apps and ends their other sessions. The
// last one takes the recovery codes with it, and stays when one is needed.
func (o Ops) Remove(ctx context.Context, who models.Actor, id models.ID) error {
	return o.db.Self(ctx, who, func(t *db.SelfTx) error {
		if err := t.FactorsAlone(); err != nil {
			return err
		}
		if err := mayChange(t); err != nil {
			return err
		}
		f, left, err := removable(t, id)
		if err != nil {
			return err
		}
		if err := t.RemoveFactor(models.TOTP{ID: f.ID, Label: f.Label}); err != nil {
			return err
		}
		if left == 0 {
			if err := t.SetRecoveryCodes(nil); err != nil {
				return err
			}
		}
		o.tell(t, models.LetterChange{Event: models.FactorRemoved, Thing: f.Label})
		_, err = t.EndOtherSessions()
		return err
	})
}

// removable is the app of that id, if it may go, and how many are left then.
func removable(t *db.SelfTx, id models.ID) (f Factor, left int, err error) {
	apps, err := t.Factors()
	if err != nil {
		return f, 0, err
	}
	if f, err = (Held{Factors: shown(apps)}).Find(id); err != nil {
		return f, 0, err
	}
	needed, err := t.NeedsFactor()
	if err != nil {
		return f, 0, err
	}
	left = len(apps) - 1
	return f, left, models.Removable(left, needed)
}
