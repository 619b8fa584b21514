package factors

import (
	"context"
	"errors"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// Ways are the ways in which the person can show that it is them: a code, if
// they have a second factor; else what they signed in with.
func (o Ops) Ways(ctx context.Context, who models.Actor) (w models.Ways, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		w, _, err = ways(v)
		return err
	})
	return w, err
}

func ways(v *db.SelfView) (w models.Ways, l models.Login, err error) {
	if w.Code, err = v.HasFactor(); err != nil || w.Code {
		return w, l, err
	}
	if l, err = v.MyLogin(v.Who.LoginID); err != nil {
		return w, l, err
	}
	if !l.Federated() {
		w.Password = l.SecretHash != ""
		return w, l, nil
	}
	list, err := v.Providers()
	for _, p := range list {
		if p.ID == *l.TrustedIDPID && p.Enabled {
			w.Provider = p.Name
		}
	}
	return w, l, err
}

// Prove reports what was shown. What does not prove it is Unproven; too many
// wrong tries in a row are RateLimited. A recovery code is no proof here.
func (o Ops) Prove(ctx context.Context, who models.Actor, given models.Given) (models.Proofs, error) {
	var w models.Ways
	var l models.Login
	err := o.db.ReadSelf(ctx, who, func(v *db.SelfView) (err error) {
		w, l, err = ways(v)
		return err
	})
	switch {
	case err != nil:
		return "", err
	case w.Code:
		return o.proveByCode(ctx, who, given.Code)
	case w.Password:
		return o.proveByPassword(ctx, who, l, given.Password)
	}
	return "", models.Fail(models.Unproven, "Neither a code nor a password proves it here.")
}

func (o Ops) proveByCode(ctx context.Context, who models.Actor, code string) (models.Proofs, error) {
	if code == "" {
		return "", unproven("code", "Enter the code that your authenticator app shows now.")
	}
	judge := func(t *db.SelfTx) (bool, error) { return o.takeCode(t, code) }
	right, err := o.judged(ctx, who, inside(who.UserID), judge, func(t *db.SelfTx, right bool) error {
		t.NoteProof(right, models.ByCode)
		return nil
	})
	if err != nil {
		return "", err
	}
	if !right {
		return "", unproven("code", "This code is not right, or was used already. Wait for the next one in your app.")
	}
	return models.ByCode, nil
}

// proveByPassword counts the try before it judges it, since judging takes long
// and happens behind no door.
func (o Ops) proveByPassword(ctx context.Context, who models.Actor, l models.Login, password string) (models.Proofs, error) {
	if password == "" {
		return "", unproven("password", "Enter your password.")
	}
	tries := inside(who.UserID)
	err := o.db.Self(ctx, who, func(t *db.SelfTx) error {
		if err := t.FactorsAlone(); err != nil {
			return err
		}
		if err := mayTry(t, tries); err != nil {
			return err
		}
		return t.Miss(tries)
	})
	if err != nil {
		return "", err
	}
	right, _, err := o.hasher.Verify(ctx, password, l.SecretHash)
	if err != nil { // nobody looked at it, so it was no try
		return "", errors.Join(err, o.db.Self(context.WithoutCancel(ctx), who, func(t *db.SelfTx) error { return t.Forgive(tries) }))
	}
	err = o.db.Self(ctx, who, func(t *db.SelfTx) error {
		t.NoteProof(right, models.ByPassword)
		if right {
			return t.Forgive(tries)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if !right {
		return "", unproven("password", "This is not your password.")
	}
	return models.ByPassword, nil
}

// unproven says what is wrong with what was shown.
func unproven(field, text string) error {
	return &models.Error{Kind: models.Unproven, Text: "That did not show that it is you.", Fields: models.Fields{field: text}}
}
