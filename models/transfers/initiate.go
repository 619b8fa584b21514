package transfers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
)

// Offer is what a form says: which credentials, to whom.
type Offer struct {
	Credentials []models.ID
	Email       string
}

// Made is what became of an offer.
type Made struct {
	To    models.Party
	Count int
	Until time.Time
}

const (
	// most is how many credentials one offer may hold.
	most = 100
	// tries is how often somebody may name an address that they may not know
	// of within window, before they are told to wait. Who they may know of they
	// can name as before.
	tries  = 10
	window = 15 * time.Minute
)

// Initiate offers credentials of the person's own to another user: all of them
// with one link, or none. Each is an offer of its own.
//
// It reports wrong fields (email, credentials), not_owner for a credential that
// the person can only see, and RateLimited after too many unknown addresses.
func (o Ops) Initiate(ctx context.Context, who models.Actor, of Offer) (made Made, err error) {
	if made, done, err := o.initiateAtOnce(ctx, who, of); done || err != nil {
		return made, err
	}
	err = o.own(ctx, who, of, func(t *db.SelfTx) error {
		made, err = o.initiate(t.Estate(), of)
		return err
	})
	return made, err
}

// Validate reports what Initiate would, and offers nothing.
func (o Ops) Validate(ctx context.Context, who models.Actor, of Offer) (to models.Party, err error) {
	err = o.own(ctx, who, of, func(t *db.SelfTx) error {
		p, err := validate(t.Estate(), of)
		to = p.to.Party()
		return err
	})
	return to, err
}

// InitiateFor offers credentials of a user in their place. The owner is told.
// An administrator can't be the receiver of their own offer.
func (o Ops) InitiateFor(ctx context.Context, who models.Actor, owner int64, of Offer) (made Made, err error) {
	err = o.db.Console(ctx, who, models.HandOver, func(t *db.ConsoleTx) error {
		e, err := t.Estate(owner)
		if err != nil {
			return err
		}
		made, err = o.initiate(e, of)
		return err
	})
	return made, err
}

// own opens the door of the owner for an offer, within the number of tries.
func (o Ops) own(ctx context.Context, who models.Actor, of Offer, work func(*db.SelfTx) error) error {
	name, guessed := triesOf(who), false
	err := o.db.Self(ctx, who, func(t *db.SelfTx) error {
		if err := t.Alone(name); err != nil { // whoever guesses many at once is counted one by one
			return err
		}
		err := t.NotMine(work(t), of.Credentials)
		if guessed = errors.Is(err, models.ErrNoReceiver); !guessed {
			return err
		}
		n, until, err := t.Attempts(name, window)
		if err != nil {
			return err
		}
		if n >= tries {
			return &models.Error{Kind: models.RateLimited, Text: "Too many addresses that nobody in your projects has. Choose one of the people named here, or wait a few minutes.", RetryAfter: until.Sub(t.Now)}
		}
		return t.Attempt(name, window) // the try counts, though nothing else is kept
	})
	if err == nil && guessed {
		return models.ErrNoReceiver
	}
	return err
}

func triesOf(who models.Actor) string { return fmt.Sprint("transfer.receiver/", who.UserID) }

// plan is what an offer is made of.
type plan struct {
	held []db.Held
	to   models.Receiver
	uses []db.Use
}

// wrong reports why the plan can't be offered, or nil.
func (p plan) wrong() error {
	wrong := models.Fields{}
	for _, c := range p.held {
		wrong.Gather(c.Offerable(c.Pending))
	}
	wrong.Gather(p.to.OfferedTo(outside(p.uses)))
	return wrong.Err()
}

// validate reports everything that is wrong with the offer at once, as far as
// it can be known: without a receiver no one knows what projects they lack.
func validate(e db.Estate, of Offer) (p plan, err error) {
	wrong := models.Fields{}
	email, err := models.CleanReceiver(of.Email, e.Owner.Party(), e.By.User().Party())
	wrong.Gather(err)
	if err == nil && !e.OwnHands() && models.Fold(email) == models.Fold(e.By.Email) {
		wrong.Add("email", "You can't offer somebody else's credentials to yourself. Another person has to receive them.")
	}
	switch n := len(of.Credentials); {
	case n == 0:
		wrong.Add("credentials", "Choose at least one credential.")
	case n > most:
		wrong.Add("credentials", "Choose at most 100 credentials at once.")
	}
	if len(of.Credentials) == 0 || len(of.Credentials) > most {
		return p, wrong.Err()
	}
	if p.held, err = e.Hold(of.Credentials); err != nil {
		return p, err
	}
	if wrong["email"] != "" {
		p.to.SignsIn = true // who they are is another matter
		wrong.Gather(p.wrong())
		return p, wrong.Err()
	}
	if p.to, err = e.Receiver(email); err != nil {
		return p, err
	}
	if p.uses, err = e.Uses(idsOf(p.held), p.to.ID); err != nil {
		return p, err
	}
	return p, p.wrong()
}

func (o Ops) initiate(e db.Estate, of Offer) (Made, error) {
	p, err := validate(e, of)
	if err != nil {
		return Made{}, err
	}
	over, err := e.Expire(p.held)
	if err != nil {
		return Made{}, err
	}
	e.Post(o.expired(over)...)
	d, err := o.draw(p, e.Owner, e.By, e.Now)
	if err != nil {
		return Made{}, err
	}
	e.Post(d.letters...)
	return d.made, e.Offer(d.offers, d.made.To)
}

// drawn is what an offer leaves behind: its rows, and a letter to each side.
type drawn struct {
	offers  []models.Transfer
	letters []db.NewLetter
	made    Made
}

func (o Ops) draw(p plan, owner models.User, by models.Actor, now time.Time) (drawn, error) {
	token, until, to := onetime.Token(), now.Add(o.life), p.to.Party()
	d := models.LetterDetails{Other: owner.Party(), Things: things(p), Until: until}
	if by.UserID != owner.ID {
		d.By = by.User().Party()
	}
	news := d
	news.Other = to
	made := o.office.Letter(owner, models.OfferMadeLetter, news)
	link, err := o.office.WithLink(o.office.Letter(p.to.User, models.OfferLetter, d), token, until)
	if err != nil {
		return drawn{}, err
	}
	all := drawn{
		letters: []db.NewLetter{made, link}, // the one with the link is the newest in the outbox
		made:    Made{To: to, Count: len(p.held), Until: until},
	}
	for _, c := range p.held {
		all.offers = append(all.offers, models.Transfer{
			CredentialID: c.ID, Name: c.Name, Version: c.Version, ToID: p.to.ID,
			TokenHash: onetime.Hash(token), LetterID: link.ID, ExpiresAt: until,
		})
	}
	return all, nil
}

// outside are the projects that the receiver is no member of, each once.
func outside(uses []db.Use) []models.SharedWith {
	var list []models.SharedWith
	for _, u := range uses {
		if !u.Inside && !slices.ContainsFunc(list, func(p models.SharedWith) bool { return p.ID == u.ID }) {
			list = append(list, u.SharedWith)
		}
	}
	return list
}

// things are the credentials of a plan with their projects, by name.
func things(p plan) []models.LetterThing {
	list := make([]models.LetterThing, 0, len(p.held))
	for _, c := range p.held {
		list = append(list, models.LetterThing{ID: c.ID.String(), Name: c.Name, Projects: projectNames(p.uses, c.ID)})
	}
	slices.SortFunc(list, func(a, b models.LetterThing) int {
		return strings.Compare(models.Fold(a.Name), models.Fold(b.Name))
	})
	return list
}

func projectNames(uses []db.Use, credential models.ID) (names []string) {
	for _, u := range uses {
		if u.Credential == credential {
			names = append(names, u.Name)
		}
	}
	return names
}

func idsOf(held []db.Held) []models.ID {
	list := make([]models.ID, 0, len(held))
	for _, c := range held {
		list = append(list, c.ID)
	}
	return list
}
