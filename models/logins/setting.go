package logins

import (
	"context"
	"strconv"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/passwords"
)

// SetCredentials makes the logins of a user those of the set: it creates,
// updates and removes what differs, or nothing at all. When nothing differs,
// nothing is written.
func (o Ops) SetCredentials(ctx context.Context, who models.Actor, user int64, s models.LoginSet) (Result, error) {
	r, err := o.look(ctx, who, user, s)
	if err == nil && !r.Plan.Empty() {
		r, err = o.set(ctx, who, user, s, r.Plan)
	}
	if err != nil {
		o.noteRefused(ctx, who, user, s, err)
		return Result{}, err
	}
	return r, nil
}

// Preview is what SetCredentials would do and say. It does it, and takes it
// back: what is shown can't differ from what is done.
func (o Ops) Preview(ctx context.Context, who models.Actor, user int64, s models.LoginSet) (r Result, err error) {
	done := false
	err = o.db.Console(ctx, who, models.ManageLogins, func(t *db.ConsoleTx) error {
		act := setting{ops: o, tx: t, who: who, set: s, hash: pretended}
		if r, err = act.run(user); err != nil {
			return err
		}
		done = true
		return errTakeBack
	})
	if done {
		return r.takenBack(), nil
	}
	return Result{}, err
}

// pretended stands for the hash of a new secret, which a preview does not need.
func pretended(l models.PlannedLogin) string {
	if l.Secret == "" {
		return ""
	}
	return "preview"
}

// errTakeBack ends a preview's transaction without keeping any of it.
var errTakeBack = models.Fail(models.Conflict, "This was only a preview.")

// look plans the set before anything is held, so that what can't be is refused,
// and what needs nothing done does nothing, before any secret is hashed.
func (o Ops) look(ctx context.Context, who models.Actor, user int64, s models.LoginSet) (r Result, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageLogins, func(v *db.ConsoleView) error {
		w, plan, err := planned(v, who, user, s)
		if err != nil {
			return err
		}
		before := Set{User: w.User, Logins: w.Live, Revision: w.User.Revision}
		r = Result{Plan: plan, User: w.User, Before: before, Logins: w.Live, Revision: before.Revision}
		return proven(who, plan, v)
	})
	return r, err
}

// set does it. Secrets are hashed first: that takes long, and nobody waits for it.
func (o Ops) set(ctx context.Context, who models.Actor, user int64, s models.LoginSet, plan models.LoginPlan) (r Result, err error) {
	hashes := map[int]string{}
	for _, l := range plan.Logins {
		if l.Secret == "" {
			continue
		}
		if hashes[l.Item], err = o.hasher.Hash(ctx, l.Secret); err != nil {
			return r, err
		}
	}
	err = o.db.Console(ctx, who, models.ManageLogins, func(t *db.ConsoleTx) error {
		act := setting{ops: o, tx: t, who: who, set: s, hash: func(l models.PlannedLogin) string { return hashes[l.Item] }}
		if r, err = act.run(user); err != nil {
			return err
		}
		return proven(who, r.Plan, &t.ConsoleView)
	})
	return r, err
}

// proven reports whether who acts has shown who they are as lately as the plan wants.
func proven(who models.Actor, plan models.LoginPlan, v *db.ConsoleView) error {
	switch {
	case plan.Empty():
		return nil
	case plan.Gravest():
		return shown(who, v, models.ProvenLately)
	}
	return shown(who, v, models.ProvenFor)
}

// shown reports whether a person has shown within that time who they are. A
// program can't, and does what needs no fresher proof than its token did.
func shown(who models.Actor, v *db.ConsoleView, within time.Duration) error {
	if who.Program() {
		return nil
	}
	return who.MustProve(v.Now, within)
}

// planned is the plan for the set, and the world that it is for.
func planned(v *db.ConsoleView, who models.Actor, user int64, s models.LoginSet) (models.LoginWorld, models.LoginPlan, error) {
	w, err := v.LoginWorld(who, user, s.Claims())
	if err != nil {
		return w, models.LoginPlan{}, err
	}
	if s.Revision != nil && *s.Revision != w.User.Revision {
		return w, models.LoginPlan{}, &models.Error{
			Kind: models.Outdated, Code: models.CodeConflict,
			Text: "Somebody has changed the logins of this user since you read them: this is revision " + strconv.FormatInt(w.User.Revision, 10) + ". Read them again.",
		}
	}
	w.Judge = func(secret, key string) (code, text string) {
		return passwords.Judge(secret, passwords.Person{Name: w.User.Name, Email: w.User.Email, Login: key})
	}
	plan, err := models.PlanLogins(w, s)
	if err == nil && who.Program() {
		err = plan.ForProgram(w.User)
	}
	return w, plan, err
}
