package transfers

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/post"
)

// Revoke takes the open offer of one of the person's own credentials back. It
// reports not_found, not_owner (of a credential that the person can only see)
// and not_pending. Other offers of the same link stay open.
func (o Ops) Revoke(ctx context.Context, who models.Actor, credential models.ID) error {
	only := []models.ID{credential}
	return o.db.Self(ctx, who, func(t *db.SelfTx) error { return t.NotMine(o.revoke(t.Estate(), only), only) })
}

// RevokeFor takes the open offer of a user's credential back in their place.
// The owner is told.
func (o Ops) RevokeFor(ctx context.Context, who models.Actor, owner int64, credential models.ID) error {
	return o.db.Console(ctx, who, models.HandOver, func(t *db.ConsoleTx) error {
		e, err := t.Estate(owner)
		if err != nil {
			return err
		}
		return o.revoke(e, []models.ID{credential})
	})
}

func (o Ops) revoke(e db.Estate, only []models.ID) error {
	if _, err := e.Hold(only); err != nil {
		return err
	}
	offers, err := e.Pending(only)
	if err != nil {
		return err
	}
	if len(offers) == 0 {
		return models.ErrNoTransfer
	}
	e.Post(o.office.Withdrawn(offers, e.By)...)
	return e.End(offers, models.TransferRevoked)
}

// overdue is how many offers a run of Expire ends in one transaction.
const overdue = 200

// Expire ends every offer whose time is over and tells its owner. It counts
// them. Several replicas may do it at once.
func (o Ops) Expire(ctx context.Context) (total int, err error) {
	for {
		n := 0
		err := o.db.System(ctx, models.Actor{Job: "expiry"}, func(t *db.SystemTx) error {
			offers, err := t.Overdue(overdue)
			n = len(offers)
			if err != nil || n == 0 {
				return err
			}
			t.Post(o.expired(offers)...)
			return t.End(offers, models.TransferExpired)
		})
		total += n
		if err != nil || n < overdue {
			return total, err
		}
	}
}

// expired are the letters of offers whose time is over, one for each link.
func (o Ops) expired(offers []models.Offered) (letters []db.NewLetter) {
	for _, together := range byLetter(offers) {
		first := together[0]
		d := models.LetterDetails{Other: first.To, Things: post.Things(together), Until: first.ExpiresAt}
		letters = append(letters, o.office.Letter(post.Sender(first), models.ExpiredLetter, d))
	}
	return letters
}

// byLetter groups offers by the link that they were made with.
func byLetter(offers []models.Offered) [][]models.Offered {
	var groups [][]models.Offered
	at := map[models.ID]int{}
	for _, f := range offers {
		i, known := at[f.LetterID]
		if !known {
			i = len(groups)
			at[f.LetterID] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}
