package transfers

import (
	"cmp"
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
	"holdfast/models/internal/post"
)

// Open shows a person what the link is for. It changes nothing, however often
// a mail scanner opens it. Anybody but the receiver gets token_error, as for a
// link that never was. The receiver sees offers that have ended, too.
func (o Ops) Open(ctx context.Context, who models.Actor, token string) (list []models.Offered, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		given, err := v.Given(onetime.Hash(token))
		if err != nil {
			return err
		}
		if len(given) == 0 {
			return models.ErrTransferToken
		}
		uses, err := v.GivenUses(credentialsOf(given))
		if err != nil {
			return err
		}
		names, _ := chosen(given, Answer{})
		taken, err := v.TakenNames(names)
		if err != nil {
			return err
		}
		accounts, err := v.Facts(connecting(given, v.Now))
		for _, g := range given {
			f := accounts[g.CredentialID].Grant
			g.Provider, g.Account = f.Provider, f.Account
			g.Projects = projectsOf(uses, g.CredentialID)
			g.Clash = g.Open(v.Now) == nil && taken[models.Fold(g.Credential.Name)] // once accepted, it is its own name
			g.Blocked = blocked(g, uses, v.Now)
			if g.State == models.TransferAccepted && g.Credential.OwnerID == who.UserID {
				g.Name = g.Credential.Name // as it is called by now
			}
			list = append(list, g.Offered)
		}
		return err
	})
	return list, err
}

// Answer is what the receiver says to the offers of a link.
type Answer struct {
	Offers []models.ID          // those that are meant; none means every open one
	Names  map[models.ID]string // new names of credentials, by the offer
}

// Confirm hands the offered credentials over to the person who holds the link:
// every one that is meant, or none. Each is looked at again under lock; its
// projects keep it, and its former owner is told.
//
// It reports token_error, not_pending, not_owner (the sender does not own it any
// more), not_found (the credential is gone) and wrong fields: name/OFFER for a
// name that the receiver has given to another credential already.
func (o Ops) Confirm(ctx context.Context, who models.Actor, token string, a Answer) (names []string, err error) {
	if name, done, err := o.confirmAtOnce(ctx, who, token, a); done || err != nil {
		return []string{name}, err
	}
	err = o.answer(ctx, who, token, a, func(t *db.SelfTx, given []db.Given) error {
		credentials := credentialsOf(given)
		uses, err := t.GivenUses(credentials)
		if err != nil {
			return err
		}
		if err := t.KeepSeats(uses); err != nil {
			return err
		}
		if active, err := t.SignsIn(); err != nil || !active {
			return cmp.Or(err, error(models.ErrNoLogin))
		}
		for _, g := range given {
			if err := blocked(g, uses, t.Now); err != nil {
				return err
			}
		}
		if names, err = o.names(t, given, a); err != nil {
			return err
		}
		t.Post(o.both(t.Who, given, names, uses)...)
		return t.HandOver(given, names)
	})
	return names, err
}

// Decline refuses the offers of a link that are meant. It reports token_error
// and not_pending.
func (o Ops) Decline(ctx context.Context, who models.Actor, token string, a Answer) error {
	return o.answer(ctx, who, token, a, func(t *db.SelfTx, given []db.Given) error {
		offers := offersOf(given)
		d := models.LetterDetails{Other: offers[0].To, Things: post.Things(offers)}
		t.Post(o.office.Letter(post.Sender(offers[0]), models.DeclinedLetter, d))
		return t.End(offers, models.TransferDeclined)
	})
}

// answer holds the offers of the link that are meant, which are all open.
func (o Ops) answer(ctx context.Context, who models.Actor, token string, a Answer, work func(*db.SelfTx, []db.Given) error) error {
	return o.db.Self(ctx, who, func(t *db.SelfTx) error {
		given, err := t.Take(onetime.Hash(token))
		if err != nil {
			return err
		}
		if len(given) == 0 {
			return models.ErrTransferToken
		}
		given, err = meant(given, a.Offers, t.Now)
		if err != nil {
			return err
		}
		return work(t, given)
	})
}
