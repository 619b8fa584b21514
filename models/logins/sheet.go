package logins

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// Sheet is what an editor of a user's logins has to show.
type Sheet struct {
	Set
	Removed   []models.Login // that can still be restored
	Providers []models.Provider
	Links     map[int64]models.SentLink // the newest of each login
	Names     map[int64]string          // of who blocked or removed one
}

// Provider is the identity provider of that id; none has no name.
func (s Sheet) Provider(id *int64) models.Provider {
	for _, p := range s.Providers {
		if id != nil && p.ID == *id {
			return p
		}
	}
	return models.Provider{}
}

// Sheet finds the logins of a user with all that is to be said of them.
func (o Ops) Sheet(ctx context.Context, who models.Actor, user int64) (s Sheet, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageLogins, func(v *db.ConsoleView) error {
		if s.User, err = v.UserOfLogins(user); err != nil {
			return err
		}
		s.Revision = s.User.Revision
		if s.Logins, err = v.Logins(user); err != nil {
			return err
		}
		if s.Removed, err = v.RemovedLogins(user); err != nil {
			return err
		}
		if s.Providers, err = v.ChoiceOfProviders(); err != nil {
			return err
		}
		if s.Links, err = v.LastLinks(user); err != nil {
			return err
		}
		s.Names, err = v.NamesOf(doers(s))
		return err
	})
	return s, err
}

// doers are who blocked or removed one of the logins.
func doers(s Sheet) []int64 {
	var ids []int64
	for _, l := range s.Logins {
		if l.BlockedBy != nil {
			ids = append(ids, *l.BlockedBy)
		}
	}
	for _, l := range s.Removed {
		if l.RemovedBy != nil {
			ids = append(ids, *l.RemovedBy)
		}
	}
	return ids
}
