package transfers_test

import (
	"iter"
	"maps"
	"slices"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

func valuesOf(m map[string]int) iter.Seq[int] { return maps.Values(m) }

// three has ana offer three credentials to ben with one link.
func (s stage) three(t *testing.T) (token string, ids []models.ID) {
	t.Helper()
	for _, name := range []string{"one", "two", "three"} {
		ids = append(ids, s.Keep(t, s.ana, name, s.project))
	}
	return s.offered(t, ids...), ids
}

func TestSeveralAreOfferedWithOneLinkAndAnsweredOneByOne(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		token, ids := s.three(t)
		letters := s.WantMail(t, "transfer.offer ben@example.org", "transfer.offer_made ana@example.org")
		var names []string
		for _, thing := range letters[0].ReadDetails().Things {
			names = append(names, thing.Name)
		}
		if letters[0].Subject != "ana offers you 3 credentials" || !slices.Equal(names, []string{"one", "three", "two"}) {
			t.Errorf("%q of %v", letters[0].Subject, names)
		}
		offers := s.offersIn(t, token)
		only := func(name string) transfers.Answer { return transfers.Answer{Offers: []models.ID{offers[name].ID}} }
		took, err := s.Transfers.Confirm(ctx, s.ben, token, only("one"))
		modelstest.Must(t, err)
		modelstest.Must(t, s.Transfers.Decline(ctx, s.ben, token, only("two")))
		if !slices.Equal(took, []string{"one"}) {
			t.Errorf("took %v", took)
		}
		for i, want := range []string{"[accepted]", "[declined]", "[pending]"} {
			s.inState(t, ids[i], want)
		}
		s.WantMail(t, "transfer.received ben@example.org", "transfer.handed_over ana@example.org", "transfer.declined ana@example.org")
		_, err = s.Transfers.Confirm(ctx, s.ben, token, only("two"))
		wantCode(t, err, models.Conflict, "not_pending")
		both := transfers.Answer{Offers: []models.ID{offers["three"].ID, offers["one"].ID}}
		_, err = s.Transfers.Confirm(ctx, s.ben, token, both)
		wantCode(t, err, models.Conflict, "not_pending") // one of them is answered, so neither moves
		s.owns(t, s.ana, ids[2])
		took, err = s.Transfers.Confirm(ctx, s.ben, token, transfers.Answer{}) // the rest
		modelstest.Must(t, err)
		if !slices.Equal(took, []string{"three"}) {
			t.Errorf("took %v", took)
		}
		wantCode(t, s.accept(t, token), models.Conflict, "not_pending")
		s.lone(t)
	})
}

func TestAllOfALinkAreAcceptedTogether(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		token, ids := s.three(t)
		s.Mail(t)
		names, err := s.Transfers.Confirm(t.Context(), s.ben, token, transfers.Answer{})
		modelstest.Must(t, err)
		slices.Sort(names)
		if !slices.Equal(names, []string{"one", "three", "two"}) {
			t.Errorf("took %v", names)
		}
		for _, id := range ids {
			s.owns(t, s.ben, id)
			s.inState(t, id, "[accepted]")
			if events := s.Events(t, id.String()); events[len(events)-1] != models.TransferDone {
				t.Errorf("events %v", events)
			}
		}
		letters := s.WantMail(t, "transfer.received ben@example.org", "transfer.handed_over ana@example.org")
		if len(letters[0].ReadDetails().Things) != 3 || letters[0].Subject != "You own 3 credentials now" {
			t.Errorf("%q %+v", letters[0].Subject, letters[0].ReadDetails())
		}
		_, err = s.Transfers.Open(t.Context(), s.ben, token)
		modelstest.Must(t, err)
		wantCode(t, s.accept(t, token), models.Conflict, "not_pending")
	})
}

func TestAllOfALinkAreDeclinedTogether(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		token, ids := s.three(t)
		s.Mail(t)
		modelstest.Must(t, s.Transfers.Decline(t.Context(), s.ben, token, transfers.Answer{}))
		for _, id := range ids {
			s.inState(t, id, "[declined]")
		}
		if l := s.WantMail(t, "transfer.declined ana@example.org")[0]; len(l.ReadDetails().Things) != 3 {
			t.Errorf("%+v", l.ReadDetails())
		}
	})
}

func TestOneClashMovesNothingOfALink(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		s.Keep(t, s.ben, "TWO")
		token, ids := s.three(t)
		s.Mail(t)
		offers := s.offersIn(t, token)
		if offers["one"].Clash || !offers["two"].Clash || offers["three"].Clash {
			t.Errorf("%+v", offers)
		}
		before := s.Dump(t)
		modelstest.WantWrong(t, s.accept(t, token), models.NameField(offers["two"].ID))
		// Two of them can't have the same name either, new or not.
		for _, name := range []string{"one", "THREE"} {
			_, err := s.Transfers.Confirm(ctx, s.ben, token, transfers.Answer{Names: map[models.ID]string{offers["two"].ID: name}})
			if len(models.WrongFields(err)) != 1 {
				t.Errorf("%s: %v %v", name, err, models.WrongFields(err))
			}
		}
		if s.Dump(t) != before {
			t.Error("a clash left something behind")
		}
		_, err := s.Transfers.Confirm(ctx, s.ben, token, transfers.Answer{Names: map[models.ID]string{offers["two"].ID: "two of ana's"}})
		modelstest.Must(t, err)
		for _, id := range ids {
			s.owns(t, s.ben, id)
		}
	})
}

// What stands in the way of one does not stop another that is accepted alone.
func TestWhatBlocksOneOfALinkLeavesTheOthers(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		token, ids := s.three(t)
		s.Exec(t, `UPDATE credentials SET version = 9 WHERE id = ?`, ids[1])
		s.Mail(t)
		modelstest.Want(t, s.accept(t, token), models.Conflict)
		for _, id := range ids {
			s.inState(t, id, "[pending]")
			s.owns(t, s.ana, id)
		}
		s.WantMail(t)
		offers := s.offersIn(t, token)
		_, err := s.Transfers.Confirm(t.Context(), s.ben, token, transfers.Answer{Offers: []models.ID{offers["one"].ID, offers["three"].ID}})
		modelstest.Must(t, err)
	})
}

func TestRevokingOneOfALinkLeavesTheOthersOpen(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		token, ids := s.three(t)
		s.Mail(t)
		modelstest.Must(t, s.Transfers.Revoke(t.Context(), s.ana, ids[0]))
		if l := s.WantMail(t, "transfer.withdrawn ben@example.org")[0]; len(l.ReadDetails().Things) != 1 {
			t.Errorf("%+v", l.ReadDetails())
		}
		s.inState(t, ids[1], "[pending]")
		names, err := s.Transfers.Confirm(t.Context(), s.ben, token, transfers.Answer{}) // what is left
		modelstest.Must(t, err)
		slices.Sort(names)
		if !slices.Equal(names, []string{"three", "two"}) {
			t.Errorf("took %v", names)
		}
		s.owns(t, s.ana, ids[0])
	})
}

func TestALinkThatExpiresIsToldOfOnce(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		_, ids := s.three(t)
		s.offered(t)
		s.Mail(t)
		modelstest.Must(t, s.Transfers.Revoke(t.Context(), s.ana, ids[2]))
		s.Mail(t)
		s.Clock.Pass(modelstest.OfferLife)
		if n, err := s.Transfers.Expire(t.Context()); n != 3 || err != nil {
			t.Errorf("expired %d, %v", n, err)
		}
		letters := s.WantMail(t, "transfer.expired ana@example.org", "transfer.expired ana@example.org")
		if n := len(letters[0].ReadDetails().Things) * len(letters[1].ReadDetails().Things); n != 2 {
			t.Errorf("one of two and one of one, got %+v and %+v", letters[0].ReadDetails(), letters[1].ReadDetails())
		}
	})
}
