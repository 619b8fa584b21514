package projects

import (
	"context"
	"fmt"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
)

const (
	// tries is how often somebody may name an address that nobody has within
	// window, before they are told to wait: they could find out who signs in here.
	// Addresses that somebody has can be named as before.
	tries  = 10
	window = 15 * time.Minute
)

// AddMember seats the user with that e-mail. It reports wrong fields (email,
// role), and RateLimited after too many unknown addresses.
func (o Ops) AddMember(ctx context.Context, who models.Actor, id models.ID, email string, role models.Role) (m models.Member, err error) {
	wrong := models.Fields{}
	if !models.PlausibleEmail(email) {
		wrong.Add("email", "Enter an e-mail address such as ana@example.org.")
	}
	wrong.Gather(m.Changeable(role))
	guessed := false
	err = o.db.Project(ctx, who, id, models.ManageMembers, func(t *db.ProjectTx) error {
		if err := wrong.Err(); err != nil {
			return err
		}
		m, err = t.AddMember(email, role)
		if guessed = models.KindOf(err) == models.NotFound; guessed {
			return note(t)
		}
		return err
	})
	if err == nil && guessed {
		return m, errNobody
	}
	return m, err
}

var errNobody = models.Wrong("email", "Nobody here signs in with this address. Ask an administrator to add them first.")

// note counts an address that nobody has, though nothing else is kept.
func note(t *db.ProjectTx) error {
	name := fmt.Sprint("project.member/", t.Who.UserID)
	if err := t.Alone(name); err != nil { // whoever guesses many at once is counted one by one
		return err
	}
	n, until, err := t.Attempts(name, window)
	if err != nil {
		return err
	}
	if n >= tries {
		return &models.Error{Kind: models.RateLimited, Text: "Too many addresses that nobody here signs in with. Wait a few minutes, then check the address.", RetryAfter: until.Sub(t.Now)}
	}
	return t.Attempt(name, window)
}
