package db

import (
	"database/sql"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"holdfast/models"
)

// HoldLogins keeps a user and their logins from changing until the door closes.
// The logins come first, as for everybody who signs in.
func (t *ConsoleTx) HoldLogins(user int64) error {
	if err := t.tx.holdLogins(user); err != nil {
		return err
	}
	return t.tx.hold(`SELECT 1 FROM users WHERE id = ?`, user)
}

// holdLogins keeps a user's logins from changing until the door closes.
//
// Whoever works on somebody holds things in one order, so that nobody waits in a
// circle: AdminsAlone, logins by their ids, users, what hangs on a login (its
// links and their letters), sessions.
func (t tx) holdLogins(user int64) error {
	return t.hold(`SELECT 1 FROM logins WHERE user_id = ? ORDER BY id`, user)
}

// UserOfLogins is a user whose logins may be seen and set. Of one who was
// deleted there is only a number left.
func (v *ConsoleView) UserOfLogins(id int64) (models.User, error) {
	u, err := v.user(id)
	if models.KindOf(err) == models.NotFound || err == nil && u.DeletedAt != nil {
		return models.User{}, &models.Error{Kind: models.NotFound, Code: "user_not_found", Text: "No such user."}
	}
	return u, err
}

// LoginWorld is what a set of logins that claims those keys meets.
func (v *ConsoleView) LoginWorld(who models.Actor, user int64, claims []string) (w models.LoginWorld, err error) {
	w.By, w.Now = who, v.Now
	if w.User, err = v.UserOfLogins(user); err != nil {
		return w, err
	}
	if w.Live, err = v.logins(user); err != nil {
		return w, err
	}
	if w.Providers, err = v.providerStates(); err != nil {
		return w, err
	}
	if w.Taken, err = v.taken(user, claims); err != nil {
		return w, err
	}
	w.Links, err = v.linksMade(user)
	return w, err
}

// providerStates are all identity providers, and whether they are enabled.
func (v view) providerStates() (map[int64]bool, error) {
	type state struct {
		id      int64
		enabled bool
	}
	rows, err := v.rows(`SELECT id, enabled FROM providers`)
	list, err := collect(rows, err, func(r *sql.Rows, s *state) error { return r.Scan(&s.id, &s.enabled) })
	states := make(map[int64]bool, len(list))
	for _, s := range list {
		states[s.id] = s.enabled
	}
	return states, err
}

type takenKey struct {
	claim  models.KeyClaim
	holder models.KeyHolder
}

// taken are those of the keys that other users' logins have, or had until lately.
func (v view) taken(user int64, keys []string) (map[models.KeyClaim]models.KeyHolder, error) {
	found := map[models.KeyClaim]models.KeyHolder{}
	for some := range slices.Chunk(keys, models.MostLogins) {
		args := make([]any, 0, len(some)+2)
		for _, key := range some {
			args = append(args, storable(key))
		}
		rows, err := v.rows(`SELECT coalesce(l.trusted_idp_id, 0), l.key_canon, l.user_id, u.name, l.removed_at IS NOT NULL
			FROM logins l JOIN users u ON u.id = l.user_id
			WHERE l.key_canon IN (`+marks(len(some))+`) AND l.user_id <> ? AND (l.removed_at IS NULL OR l.removed_at > ?)`,
			append(args, user, v.Now.Add(-models.KeyQuarantine))...)
		list, err := collect(rows, err, func(r *sql.Rows, k *takenKey) error {
			return r.Scan(&k.claim.Provider, &k.claim.Canon, &k.holder.UserID, &k.holder.Name, &k.holder.Removed)
		})
		if err != nil {
			return nil, err
		}
		for _, k := range list {
			if before, known := found[k.claim]; !known || before.Removed {
				found[k.claim] = k.holder
			}
		}
	}
	return found, nil
}

// FreeFrom is when a key that a login of somebody else's than the user had until
// lately can be given again; the zero time when nobody had it.
func (v *ConsoleView) FreeFrom(user int64, c models.KeyClaim) (time.Time, error) {
	return v.freeFrom(user, c)
}

func (v view) freeFrom(user int64, c models.KeyClaim) (at time.Time, err error) {
	err = v.row(`SELECT removed_at FROM logins WHERE key_canon = ? AND coalesce(trusted_idp_id, 0) = ? AND user_id <> ? AND removed_at > ? ORDER BY removed_at DESC LIMIT 1`,
		storable(c.Canon), c.Provider, user, v.Now.Add(-models.KeyQuarantine)).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return at.Add(models.KeyQuarantine), err
}

// linksMade says when access links of a user's logins were made within the
// window that bounds them.
func (v view) linksMade(user int64) (map[int64][]time.Time, error) {
	rows, err := v.rows(`SELECT k.login_id, k.created_at FROM access_links k JOIN logins l ON l.id = k.login_id
		WHERE l.user_id = ? AND k.created_at > ?`, user, v.Now.Add(-models.LinkWindow))
	type link struct {
		login int64
		at    time.Time
	}
	list, err := collect(rows, err, func(r *sql.Rows, k *link) error { return r.Scan(&k.login, &k.at) })
	made := map[int64][]time.Time{}
	for _, k := range list {
		made[k.login] = append(made[k.login], k.at)
	}
	return made, err
}

// RemovedLogins are the user's removed logins that can still be restored, the
// last removed first.
func (v *ConsoleView) RemovedLogins(user int64) ([]models.Login, error) {
	return gorm.G[models.Login](v.g).Where("user_id = ? AND removed_at > ?", user, v.Now.Add(-models.KeyQuarantine)).
		Order("removed_at DESC, id DESC").Find(v.ctx)
}

// LoginOf is one of the user's logins, removed or not.
func (v *ConsoleView) LoginOf(user, id int64) (models.Login, error) {
	l, err := gorm.G[models.Login](v.g).Where("id = ? AND user_id = ?", id, user).First(v.ctx)
	return l, fault(err, "login")
}
