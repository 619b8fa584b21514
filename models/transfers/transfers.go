// Package transfers hands credentials over from one user to another.
//
// The owner offers; the receiver, and nobody else, accepts or declines from an
// emailed link. Both sides are checked twice: when the offer is made, and again
// under lock when it is accepted. It owns the tokens of the links: each leaves
// this package sealed in a letter, and only its hash is kept beside the offer.
// It refuses to know what is inside a credential, and how a letter reads.
//
// The seed's functions stand here under these names:
//
//	credential_transfer_changeset      Offer
//	validate_credential_transfer       Validate
//	initiate_credential_transfer       Initiate
//	confirm_transfer                   Confirm
//	revoke_transfer                    Revoke
package transfers

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/post"
)

// Ops are the operations.
type Ops struct {
	db     *db.DB
	office post.Office
	life   time.Duration
}

// New are the operations on a database; letters leave by the office, and their
// links live for life.
func New(d *db.DB, o post.Office, life time.Duration) Ops { return Ops{db: d, office: o, life: life} }

// Life is how long an offer stands.
func (o Ops) Life() time.Duration { return o.life }

// ExpireEvery is how often the job looks for offers whose time is over. Nobody
// can accept one meanwhile: it only learns of its end later.
func (o Ops) ExpireEvery() time.Duration { return min(max(o.life/10, time.Second), time.Minute) }

// List shows both sides of a person: a page of what was offered to them and a
// page of what they offered, each from where its former page ended.
func (o Ops) List(ctx context.Context, who models.Actor, in, out string) (toMe, ofMine models.OfferPage, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if toMe, err = v.OffersToMe(in); err != nil {
			return err
		}
		ofMine, err = v.OffersOfMine(out)
		return err
	})
	return toMe, ofMine, err
}

// OwnsNothing reports whether the person has no credential to offer.
func (o Ops) OwnsNothing(ctx context.Context, who models.Actor) (nothing bool, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		nothing, err = v.OwnsNothing()
		return err
	})
	return nothing, err
}

// proposals is how many people a form proposes.
const proposals = 20

// Form is what a person has to know before they offer a credential.
type Form struct {
	models.Credential
	Projects []models.SharedWith // that use it
	People   []models.Person     // who could take it over
	Pending  *models.Offered     // it is offered already
	Provider string              // of one that connects an account: where that is
	Account  string              // and what people call it there
}

// Form shows what offering one of the person's own credentials means.
func (o Ops) Form(ctx context.Context, who models.Actor, id models.ID) (f Form, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if f.Credential, err = v.Credential(id); err != nil {
			return err
		}
		if f.Projects, err = v.ProjectsOf(f.Credential); err != nil {
			return err
		}
		if f.Kind == models.OAuthKind {
			facts, err := v.Facts([]models.ID{id})
			if err != nil {
				return err
			}
			f.Provider, f.Account = facts[id].Grant.Provider, facts[id].Grant.Account
		}
		offer, found, err := v.Pending(id)
		if found {
			f.Pending = &offer
		}
		if err != nil || found {
			return err
		}
		f.People, err = v.Candidates([]models.ID{id}, proposals)
		return err
	})
	return f, err
}

// Leaving is what a user owns and could hand over, a page of it.
type Leaving struct {
	Owner       models.User
	Credentials models.CredentialPage
	Offers      []models.Offered // the open ones of this page
	People      []models.Person  // who could take over some of it
}

// Leaving shows a person what they own.
func (o Ops) Leaving(ctx context.Context, who models.Actor, after string) (l Leaving, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if l.Owner, err = v.Me(); err != nil {
			return err
		}
		if l.Credentials, err = v.Credentials(active(after)); err != nil {
			return err
		}
		if l.Offers, err = v.PendingOf(ids(l.Credentials.Rows)); err != nil {
			return err
		}
		l.People, err = v.CandidatesForSome(ids(l.Credentials.Rows), proposals)
		return err
	})
	return l, err
}

// LeavingOf shows an administrator what a user owns, by name.
func (o Ops) LeavingOf(ctx context.Context, who models.Actor, user int64, after string) (l Leaving, err error) {
	err = o.db.ReadConsole(ctx, who, models.HandOver, func(v *db.ConsoleView) error {
		if l.Owner, err = v.User(user); err != nil {
			return err
		}
		if l.Credentials, err = v.CredentialsOf(user, active(after)); err != nil {
			return err
		}
		if l.Offers, err = v.PendingOf(user, ids(l.Credentials.Rows)); err != nil {
			return err
		}
		l.People, err = v.CandidatesForSome(who, user, ids(l.Credentials.Rows), proposals)
		return err
	})
	return l, err
}

func active(after string) models.CredentialFilter {
	return models.CredentialFilter{State: models.ActiveState, After: after}
}

func ids(rows []models.Listed) []models.ID {
	list := make([]models.ID, 0, len(rows))
	for _, r := range rows {
		list = append(list, r.ID)
	}
	return list
}
