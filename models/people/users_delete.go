package people

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// Farewell is what an administrator says to have a user deleted.
type Farewell struct {
	Email  string // the user's, typed to confirm
	Reason string
}

// clean trims what was typed and reports what is wrong with it.
func (f *Farewell) clean(u models.User) (err error) {
	wrong := models.Fields{}
	f.Reason, err = models.CleanReason(f.Reason)
	wrong.Gather(err)
	if models.Fold(f.Email) != models.Fold(u.Email) {
		wrong.Add("confirm", "Type the user's e-mail to confirm: "+u.Email)
	}
	return wrong.Err()
}

// DeleteUser keeps a user out at once and has them purged when their grace
// period ends. It reports when that is. Who owns something can't go.
func (o Ops) DeleteUser(ctx context.Context, who models.Actor, id int64, f Farewell) (due time.Time, err error) {
	err = o.overUser(ctx, who, id, models.ProvenLately, func(t *db.ConsoleTx, u models.User) error {
		if err := u.Schedulable(who); err != nil {
			return err
		}
		i, err := t.UserImpact(id)
		if err != nil {
			return err
		}
		if err := i.Deletable(); err != nil {
			return err
		}
		if err := f.clean(u); err != nil {
			return err
		}
		due = t.Now.Add(models.UserGrace)
		if err := t.ScheduleUser(u, due, f.Reason); err != nil {
			return err
		}
		o.tell(t, who, u, f.Reason, models.LetterChange{Event: models.UserScheduled, Now: "on " + due.UTC().Format("2 January 2006")})
		return keepAnAdmin(t, u)
	})
	return due, err
}

// RestoreUser calls the deletion of a user off.
func (o Ops) RestoreUser(ctx context.Context, who models.Actor, id int64) error {
	return o.overUser(ctx, who, id, models.ProvenFor, func(t *db.ConsoleTx, u models.User) error {
		if err := u.Restorable(); err != nil {
			return err
		}
		o.tell(t, who, u, "", models.LetterChange{Event: models.UserRestored})
		return t.RestoreUser(u)
	})
}

// PurgeUsersEvery is how often users whose grace period has ended are purged.
const PurgeUsersEvery = time.Hour

// PurgeUsers erases what is known of each user whose grace period has ended, in
// a transaction of its own, and reports whom it had to leave. Several replicas
// may do it at once.
func (o Ops) PurgeUsers(ctx context.Context) (done models.UserPurge, err error) {
	const batch = 100
	for from := (db.DueUser{}); ; {
		var due []db.DueUser
		err := o.db.ReadSystem(ctx, func(v *db.SystemView) error {
			due, err = v.DueUsers(from, batch)
			return err
		})
		for _, d := range due {
			if err == nil {
				err = o.purgeUser(ctx, d.ID, &done)
			}
		}
		if err != nil || len(due) < batch {
			return done, err
		}
		from = due[len(due)-1]
	}
}

func (o Ops) purgeUser(ctx context.Context, id int64, done *models.UserPurge) error {
	purged, held := false, false
	err := o.db.System(ctx, models.Actor{Job: "purge-users"}, func(t *db.SystemTx) error {
		u, offers, found, err := t.TakeDueUser(id)
		if err != nil || !found {
			return err
		}
		if held, err = t.OwnsSomething(id); err != nil || held {
			return err
		}
		purged = true
		if err := o.withdraw(t, offers); err != nil {
			return err
		}
		return t.PurgeUser(u)
	})
	switch {
	case err != nil:
		return err
	case purged:
		done.Purged++
	case held:
		done.Held = append(done.Held, id)
	}
	return nil
}

// withdraw ends open offers, and tells whom they came from.
func (o Ops) withdraw(t *db.SystemTx, offers []models.Offered) error {
	if len(offers) == 0 {
		return nil
	}
	for _, f := range offers {
		d := models.LetterDetails{Other: f.To, Things: []models.LetterThing{{ID: f.CredentialID.String(), Name: f.Name}}}
		t.Post(o.office.Letter(models.User{ID: f.FromID, Name: f.From.Name, Email: f.From.Email}, models.RevokedLetter, d))
	}
	return t.End(offers, models.TransferRevoked)
}
