package db

import (
	"gorm.io/gorm"

	"holdfast/models"
)

func user(u models.User) Thing { return Thing{"user", decimal(u.ID), u.Email} }

// User finds a user.
func (v *ConsoleView) User(id int64) (models.User, error) { return v.user(id) }

// Me is the person of this door.
func (v *SelfView) Me() (models.User, error) { return v.user(v.Who.UserID) }

func (v view) user(id int64) (models.User, error) {
	u, err := gorm.G[models.User](v.g).Where("id = ?", id).First(v.ctx)
	return u, fault(err, "user")
}

// Logins are the ways in of a user, the oldest first.
func (v *ConsoleView) Logins(userID int64) ([]models.Login, error) { return v.logins(userID) }

// Logins are the person's own ways in.
func (v *SelfView) Logins() ([]models.Login, error) { return v.logins(v.Who.UserID) }

func (v view) logins(userID int64) ([]models.Login, error) {
	return gorm.G[models.Login](v.g).Where("user_id = ? AND removed_at IS NULL", userID).Order("id").Find(v.ctx)
}

// AddUser makes a user with one login, which has no password yet.
func (t *ConsoleTx) AddUser(n models.NewUser) (models.User, models.Login, error) {
	return t.tx.addUser(n)
}

// AddUser makes a user with one login, which has no password yet.
func (t *SystemTx) AddUser(n models.NewUser) (models.User, models.Login, error) {
	return t.tx.addUser(n)
}

func (t tx) addUser(n models.NewUser) (models.User, models.Login, error) {
	canon, err := models.CanonicalKey(n.Email)
	if err != nil {
		return models.User{}, models.Login{}, err
	}
	u := models.User{Name: n.Name, NameKey: models.Fold(n.Name), Email: n.Email, EmailKey: models.Fold(n.Email), Rank: n.Rank, Revision: 1, CreatedAt: t.Now, UpdatedAt: t.Now}
	if err := gorm.G[models.User](t.g).Create(t.ctx, &u); err != nil {
		return u, models.Login{}, inUse(err)
	}
	l := models.Login{UserID: u.ID, Key: n.Email, KeyCanon: canon, CreatedAt: t.Now, UpdatedAt: t.Now}
	if err := gorm.G[models.Login](t.g).Create(t.ctx, &l); err != nil {
		return u, l, inUse(err)
	}
	free, err := t.freeFrom(u.ID, l.Claim())
	if err != nil {
		return u, l, err
	}
	if !free.IsZero() {
		return u, l, models.Wrong("email", "This address was somebody else's login until lately. It can be given again from %s on.", models.FreeAgain(free))
	}
	t.record(models.UserCreated, user(u), models.Details{After: map[string]any{"name": u.Name, "email": u.Email, "rank": u.Rank}})
	return u, l, nil
}

func inUse(err error) error {
	if duplicate(err) {
		return models.Wrong("email", "There is a user with this address already.")
	}
	return err
}

// Anybody reports whether any user exists.
func (v *SystemView) Anybody() (bool, error) {
	var any bool
	err := v.row(`SELECT EXISTS (SELECT 1 FROM users)`).Scan(&any)
	return any, err
}

// UserByEmail finds a user who is not deleted, for the command line.
func (v *SystemView) UserByEmail(email string) (models.User, error) {
	u, err := gorm.G[models.User](v.g).Where("email_key = ? AND deleted_at IS NULL", models.Fold(email)).First(v.ctx)
	return u, fault(err, "user")
}

// Logins are the ways in of a user, for the command line.
func (v *SystemView) Logins(userID int64) ([]models.Login, error) { return v.logins(userID) }
