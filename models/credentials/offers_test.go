package credentials_test

import (
	"slices"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/credentials"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// deal is a house in which ana has offered a credential, which her project
// uses, to ben; the letters of that have gone.
type deal struct {
	*modelstest.House
	ana, ben models.Actor
	project  models.ID
	id       models.ID
	token    string
}

func onOffer(t *testing.T, test func(*testing.T, deal)) {
	t.Helper()
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		d := deal{House: h, ana: h.Person(t, "ana", models.PlainMember), ben: h.Person(t, "ben", models.PlainMember)}
		h.Lets(t, d.ben)
		d.project = h.Project(t, d.ana, "P")
		h.Seat(t, d.ana, d.project, d.ben, models.Viewer)
		d.id = h.Keep(t, d.ana, "c", d.project)
		_, err := h.Transfers.Initiate(t.Context(), d.ana, transfers.Offer{Credentials: []models.ID{d.id}, Email: d.ben.Email})
		modelstest.Must(t, err)
		d.token = h.LinkTo(t, d.ben)
		h.Mail(t)
		test(t, d)
	})
}

// pending reports whether ben could still accept.
func (d deal) pending(t *testing.T) bool {
	t.Helper()
	return d.Count(t, `SELECT count(*) FROM transfers WHERE state = 'pending'`) == 1
}

// revoked stops the test unless the offer is revoked by ana, ben is told in one
// letter and nobody else, and his link is dead.
func (d deal) revoked(t *testing.T, besides ...string) {
	t.Helper()
	if d.Count(t, `SELECT count(*) FROM transfers WHERE state = 'revoked' AND ended_by = ?`, d.ana.UserID) != 1 {
		t.Fatal("the offer is not revoked by ana")
	}
	if events := d.Events(t, d.id.String()); !slices.Contains(events, models.TransferTakenBack) {
		t.Fatalf("events %v", events)
	}
	d.WantMail(t, append(besides, "transfer.withdrawn ben@example.org")...)
	_, err := d.Transfers.Confirm(t.Context(), d.ben, d.token, transfers.Answer{})
	modelstest.Want(t, err, models.Conflict)
}

func TestAnEditOfWhatIsOfferedAsksFirstAndThenRevokes(t *testing.T) {
	onOffer(t, func(t *testing.T, d deal) {
		ctx := t.Context()
		q := d.Project(t, d.ana, "Q")
		_, impact, err := d.Credentials.Impact(ctx, d.ana, d.id)
		modelstest.Must(t, err)
		if impact.Offered != "ben" {
			t.Errorf("the page of what it means says %+v", impact)
		}
		before := d.Dump(t)
		for name, draft := range map[string]credentials.Draft{
			"a new name": modelstest.Raw("new", ""), "a new body": modelstest.Raw("c", `{"pin": 2}`), "another project": modelstest.Raw("c", "", q),
		} {
			draft.Version = 1
			err := d.Credentials.Update(ctx, d.ana, d.id, draft)
			if got := models.WrongFields(err)["revoke"]; got != "This credential is offered to ben. Tick the box to revoke the offer and save." {
				t.Errorf("%s: %v %q", name, err, got)
			}
		}
		if d.Dump(t) != before {
			t.Error("asking left something behind")
		}
		same := modelstest.Raw("c", "", d.project)
		same.Version = 1
		modelstest.Must(t, d.Credentials.Update(ctx, d.ana, d.id, same)) // changes nothing
		same.Revoke = true
		modelstest.Must(t, d.Credentials.Update(ctx, d.ana, d.id, same)) // nor does the box alone
		if d.Dump(t) != before {
			t.Error("an edit that changes nothing ended the offer")
		}
		wrong := modelstest.Raw("", `{"pin": 2}`)
		wrong.Version, wrong.Revoke = 1, true
		modelstest.WantWrong(t, d.Credentials.Update(ctx, d.ana, d.id, wrong), "name")
		late := modelstest.Raw("new", "")
		late.Version, late.Revoke = 7, true
		modelstest.Want(t, d.Credentials.Update(ctx, d.ana, d.id, late), models.Conflict)
		if !d.pending(t) {
			t.Error("an edit that fails ended the offer")
		}
		edit := modelstest.Raw("new", `{"pin": 2}`, q)
		edit.Version, edit.Revoke = 1, true
		modelstest.Must(t, d.Credentials.Update(ctx, d.ana, d.id, edit))
		d.revoked(t)
		if !strings.Contains(d.Body(t, d.id), "2") {
			t.Error("the edit is lost")
		}
	})
}

func TestSharingWhatIsOfferedRevokesToo(t *testing.T) {
	onOffer(t, func(t *testing.T, d deal) {
		q := d.Project(t, d.ana, "Q")
		share := modelstest.Raw("c", "", q)
		share.Version, share.Revoke = 1, true
		modelstest.Must(t, d.Credentials.Update(t.Context(), d.ana, d.id, share))
		d.revoked(t)
	})
}

func TestUnsharingRevokes(t *testing.T) {
	onOffer(t, func(t *testing.T, d deal) {
		modelstest.Want(t, d.Credentials.Unshare(t.Context(), d.ana, d.id, d.Project(t, d.ana, "Q")), models.NotFound)
		if !d.pending(t) {
			t.Error("what failed ended the offer")
		}
		d.WantMail(t)
		modelstest.Must(t, d.Credentials.Unshare(t.Context(), d.ana, d.id, d.project))
		d.revoked(t)
	})
}

func TestADeletionRevokesAndTellsTheOwnerHowToRestore(t *testing.T) {
	onOffer(t, func(t *testing.T, d deal) {
		due, err := d.Credentials.ScheduleDeletion(t.Context(), d.ana, d.id)
		modelstest.Must(t, err)
		d.revoked(t, "credential.deletion ana@example.org")
		modelstest.Must(t, d.Credentials.Restore(t.Context(), d.ana, d.id))
		_, err = d.Transfers.Confirm(t.Context(), d.ben, d.token, transfers.Answer{})
		modelstest.Want(t, err, models.Conflict) // it stays dead
		d.WantMail(t)

		_, err = d.Credentials.ScheduleDeletion(t.Context(), d.ana, d.id) // nothing is offered now
		modelstest.Must(t, err)
		l := d.WantMail(t, "credential.deletion ana@example.org")[0]
		told := l.ReadDetails()
		if l.Subject != "“c” will be deleted" || l.Token != "" || l.GoodUntil == nil || !l.GoodUntil.Equal(due) || !told.Until.Equal(due) || len(told.Things) != 1 ||
			told.Things[0].ID != d.id.String() || !slices.Equal(told.Things[0].Projects, []string{"P"}) {
			t.Errorf("%q %+v", l.Subject, told)
		}
		_, err = d.Credentials.ScheduleDeletion(t.Context(), d.ana, d.id)
		modelstest.Want(t, err, models.Conflict)
		d.WantMail(t)
	})
}

func TestAnOfferWhoseTimeIsOverHindersNoEdit(t *testing.T) {
	onOffer(t, func(t *testing.T, d deal) {
		d.Clock.Pass(modelstest.OfferLife)
		edit := modelstest.Raw("new", "")
		edit.Version = 1
		modelstest.Must(t, d.Credentials.Update(t.Context(), d.ana, d.id, edit))
		d.WantMail(t)
		if n, err := d.Transfers.Expire(t.Context()); n != 1 || err != nil {
			t.Errorf("expired %d, %v", n, err)
		}
		d.WantMail(t, "transfer.expired ana@example.org")
	})
}

func TestThePageOfACredentialTellsItsOwnerAloneOfAnOffer(t *testing.T) {
	onOffer(t, func(t *testing.T, d deal) {
		v, err := d.Credentials.Get(t.Context(), d.ana, d.id)
		modelstest.Must(t, err)
		if v.Offer == nil || v.Offer.To.Email != d.ben.Email {
			t.Errorf("%+v", v.Offer)
		}
		page, err := d.Credentials.ListInProject(t.Context(), d.ben, d.project, models.CredentialFilter{})
		modelstest.Must(t, err)
		seen, err := d.Credentials.Glimpse(t.Context(), d.ben, d.id)
		modelstest.Must(t, err)
		if page.Rows[0].Offered || seen.Offered {
			t.Error("a member of the project is told")
		}
		modelstest.Must(t, d.Transfers.Revoke(t.Context(), d.ana, d.id))
		if v, err = d.Credentials.Get(t.Context(), d.ana, d.id); err != nil || v.Offer != nil {
			t.Errorf("%+v, %v", v.Offer, err)
		}
	})
}
