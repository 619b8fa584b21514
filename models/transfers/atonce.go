package transfers

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
)

// initiateAtOnce is Initiate for one credential where nothing stands in the
// way. Where something does, nothing is done, and Initiate says what it is.
func (o Ops) initiateAtOnce(ctx context.Context, who models.Actor, of Offer) (made Made, done bool, err error) {
	me := who.User()
	email, wrong := models.CleanReceiver(of.Email, me.Party(), me.Party())
	if len(of.Credentials) != 1 || wrong != nil {
		return made, false, nil
	}
	done, err = o.db.OfferAtOnce(ctx, who, of.Credentials[0], email, func(f db.OfferFacts) (db.OfferDrawn, bool, error) {
		p := plan{[]db.Held{f.Held}, f.Receiver, f.Uses}
		if !p.to.Known || p.wrong() != nil {
			return db.OfferDrawn{}, false, nil
		}
		d, err := o.draw(p, me, who, o.db.Clock())
		if err != nil {
			return db.OfferDrawn{}, false, err
		}
		made = d.made
		return db.OfferDrawn{Offer: d.offers[0], To: made.To, Letters: d.letters}, true, nil
	})
	return made, done, err
}

// confirmAtOnce is Confirm for the one offer of a link where nothing stands in
// the way. Where something does, nothing is done, and Confirm says what it is.
func (o Ops) confirmAtOnce(ctx context.Context, who models.Actor, token string, a Answer) (name string, done bool, err error) {
	done, err = o.db.HandOverAtOnce(ctx, who, onetime.Hash(token), func(f db.GivenFacts) ([]db.NewLetter, bool) {
		given, err := meant([]db.Given{f.Given}, a.Offers, o.db.Clock())
		if name = f.Credential.Name; err != nil || f.Taken || !f.Ready || len(a.Names) > 0 || blocked(f.Given, f.Uses, o.db.Clock()) != nil {
			return nil, false
		}
		return o.both(who, given, []string{name}, f.Uses), true
	})
	return name, done, err
}
