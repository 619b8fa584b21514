package people_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// busy is a member with two logins whom everybody works on at once, and the
// administrator who does.
type busy struct {
	*modelstest.House
	root, ben models.Actor
}

// act is one thing that is done to Ben again and again.
type act func(ctx context.Context, round int) error

func (b busy) toggle(ctx context.Context, _ int) error {
	err := b.People.Disable(ctx, b.root, b.ben.UserID, "left")
	if passes(err) {
		err = b.People.Enable(ctx, b.root, b.ben.UserID)
	}
	return err
}

func (b busy) rename(ctx context.Context, round int) error {
	p, err := b.People.Get(ctx, b.root, b.ben.UserID)
	if err != nil {
		return err
	}
	n := models.NewUser{Name: "Ben", Email: fmt.Sprintf("ben%d@example.org", round), Rank: models.PlainMember}
	return b.People.SetProfile(ctx, b.root, b.ben.UserID, models.UserChange{NewUser: n, Seen: p.UpdatedAt})
}

func (b busy) send(ctx context.Context, round int) error {
	_, err := b.People.SendLink(ctx, b.root, b.ben.UserID, b.ben.LoginID, round%2 == 0)
	return err
}

// use makes a link and uses it.
func (b busy) use(ctx context.Context, _ int) error {
	link, err := b.People.NewLink(ctx, b.root, b.ben.UserID)
	if err != nil {
		return err
	}
	return b.People.UseLink(ctx, browser, link.Token, modelstest.Password)
}

func (b busy) forget(ctx context.Context, round int) error {
	return b.People.Forgot(ctx, models.Actor{IP: fmt.Sprintf("192.0.2.%d", round)}, "ben@example.org")
}

// enter signs in, in a browser that has Ben's last session still.
func (b busy) enter() act {
	who := browser
	return func(ctx context.Context, round int) error {
		who.IP = fmt.Sprintf("198.51.100.%d", round)
		entry, err := b.People.SignIn(ctx, who, "ben@example.org", modelstest.Password)
		if !passes(err) {
			return err
		}
		if err != nil { // somebody has just shut him out; his session is begun as if not
			entry = modelstest.In(b.ben.LoginID)
		}
		hash := sha256.Sum256([]byte(models.NewID().String()))
		s, _, err := b.People.Start(ctx, who, entry, hash[:])
		who.SessionID = s.ID
		return err
	}
}

func (b busy) set(ctx context.Context, round int) error {
	set, err := b.Logins.FindByUserID(ctx, b.root, b.ben.UserID)
	if err != nil {
		return err
	}
	var items []models.LoginItem
	for _, l := range set.Logins {
		item := models.LoginItem{ID: models.Some(l.ID)}
		if l.ID == b.ben.LoginID {
			item.MFA, item.Blocked = models.Some(round%2 == 0), models.Some(models.Block{On: round%4 == 1})
		} else {
			item.Key = models.Some(fmt.Sprintf("ben.%d", round))
		}
		items = append(items, item)
	}
	_, err = b.Logins.SetCredentials(ctx, b.root, b.ben.UserID, models.LoginSet{Items: items, Revision: &set.Revision})
	return err
}

func (b busy) end(ctx context.Context, _ int) error {
	_, err := b.People.EndSessions(ctx, b.root, b.ben.UserID)
	return err
}

// passes reports that the answer is one that a person understands: it was done,
// or something that somebody else did is in the way.
func passes(err error) bool {
	kind := models.KindOf(err)
	return err == nil || kind != models.Internal && kind != models.Unavailable
}

// Whoever works on one user at the same time waits for the others, in one order:
// nobody waits in a circle, which Postgres would end by failing one of them.
func TestAllThatIsDoneToOneUserAtOnceWaitsInOneOrder(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		const rounds = 8
		b := busy{h, h.Person(t, "root", models.Administrator), h.Person(t, "ben", models.PlainMember)}
		h.Lets(t, b.root)
		h.Lets(t, b.ben)
		two := models.LoginSet{Items: []models.LoginItem{{ID: models.Some(b.ben.LoginID)}, {Key: models.Some("ben.two"), Secret: models.Some(modelstest.Password)}}}
		_, err := h.Logins.SetCredentials(t.Context(), b.root, b.ben.UserID, two)
		modelstest.Must(t, err)
		acts := map[string]act{
			"disable": b.toggle, "profile": b.rename, "send": b.send, "use": b.use, "forgot": b.forget,
			"enter": b.enter(), "enter again": b.enter(), "set": b.set, "end": b.end,
		}
		var everybody sync.WaitGroup
		for name, do := range acts {
			everybody.Go(func() {
				for round := range rounds {
					if err := do(t.Context(), round); !passes(err) {
						t.Errorf("%s, round %d: %v", name, round, err)
					}
				}
			})
		}
		everybody.Wait()
	})
}
