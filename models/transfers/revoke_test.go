package transfers_test

import (
	"slices"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/post"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// Cases 91 and 92, in the order of the seed: not_found, not_owner, not_pending.
func TestRevoking(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		revoke := func(who models.Actor, id models.ID) error { return s.Transfers.Revoke(ctx, who, id) }
		modelstest.Want(t, revoke(s.ana, models.NewID()), models.NotFound)
		modelstest.Want(t, revoke(s.eve, s.credential), models.NotFound) // a stranger learns nothing
		wantCode(t, revoke(s.ben, s.credential), models.Forbidden, "not_owner")
		wantCode(t, revoke(s.ana, s.credential), models.Conflict, "not_pending") // never offered
		token := s.offered(t)
		s.Mail(t)
		wantCode(t, revoke(s.ben, s.credential), models.Forbidden, "not_owner")
		s.inState(t, s.credential, "[pending]")

		modelstest.Must(t, revoke(s.ana, s.credential))
		s.inState(t, s.credential, "[revoked]")
		s.owns(t, s.ana, s.credential)
		wantCode(t, s.accept(t, token), models.Conflict, "not_pending") // 88
		wantCode(t, revoke(s.ana, s.credential), models.Conflict, "not_pending")
		letters := s.WantMail(t, "transfer.withdrawn ben@example.org")
		if d := letters[0].ReadDetails(); letters[0].Subject != "The offer of “DHIS2” was withdrawn" || d.Other.Name != "ana" || letters[0].Token != "" {
			t.Errorf("%q %+v", letters[0].Subject, d)
		}
		history, err := s.Credentials.History(ctx, s.ana, s.credential, "")
		modelstest.Must(t, err)
		if e := history.Rows[0]; e.Name != models.TransferTakenBack || e.ActorID != s.ana.UserID || e.ReadDetails().After["to_id"] != float64(s.ben.UserID) {
			t.Errorf("the event is %+v", e)
		}

		modelstest.Must(t, s.accept(t, s.offered(t)))
		wantCode(t, revoke(s.ben, s.credential), models.Conflict, "not_pending") // completed
		wantCode(t, revoke(s.ana, s.credential), models.Forbidden, "not_owner")  // not hers any more
		modelstest.Must(t, s.Projects.RemoveMember(ctx, s.ana, s.project, s.ben.UserID))
		modelstest.Want(t, revoke(s.ana, s.credential), models.NotFound)
	})
}

func TestAnOfferWhoseTimeIsOverCannotBeRevoked(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		s.offered(t)
		s.Clock.Pass(modelstest.OfferLife)
		wantCode(t, s.Transfers.Revoke(t.Context(), s.ana, s.credential), models.Conflict, "not_pending")
		if v, err := s.Credentials.Get(t.Context(), s.ana, s.credential); err != nil || v.Offer != nil {
			t.Errorf("the page shows an offer: %+v, %v", v.Offer, err)
		}
	})
}

func TestAnAdministratorRevokesInTheOwnersPlace(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		root := s.Person(t, "root", models.Administrator)
		revoke := func(who models.Actor, owner int64, id models.ID) error {
			return s.Transfers.RevokeFor(ctx, who, owner, id)
		}
		token := s.offered(t)
		s.Mail(t)
		before := s.Dump(t)
		modelstest.Want(t, revoke(s.eve, s.ana.UserID, s.credential), models.Forbidden)
		modelstest.Want(t, revoke(s.ana, s.ana.UserID, s.credential), models.Forbidden)
		liar := s.eve
		liar.Rank = models.Administrator // what a session says is not what the door believes
		modelstest.Want(t, revoke(liar, s.ana.UserID, s.credential), models.Forbidden)
		modelstest.Want(t, revoke(root, s.ana.UserID, models.NewID()), models.NotFound)
		modelstest.Want(t, revoke(root, s.ben.UserID, s.credential), models.NotFound)
		modelstest.Want(t, revoke(root, 4711, s.credential), models.NotFound)
		if s.Dump(t) != before {
			t.Error("a refusal left something behind")
		}
		modelstest.Must(t, revoke(root, s.ana.UserID, s.credential))
		wantCode(t, revoke(root, s.ana.UserID, s.credential), models.Conflict, "not_pending")
		wantCode(t, s.accept(t, token), models.Conflict, "not_pending")
		letters := s.WantMail(t, "transfer.withdrawn ben@example.org", "transfer.revoked ana@example.org")
		if d := letters[0].ReadDetails(); d.Other.Name != "ana" || d.By.Name != "" {
			t.Errorf("to ben: %+v", d)
		}
		if d := letters[1].ReadDetails(); letters[1].Subject != "An administrator revoked your offer of “DHIS2”" || d.Other.Name != "ben" || d.By.Email != root.Email {
			t.Errorf("to ana: %q %+v", letters[1].Subject, d)
		}
		s.actedBy(t, root, models.TransferTakenBack)
		if s.Count(t, `SELECT count(*) FROM transfers WHERE ended_by = ?`, root.UserID) != 1 {
			t.Error("the offer does not say who ended it")
		}
	})
}

// actedBy stops the test unless the last event about the credential is this one, by who.
func (s stage) actedBy(t *testing.T, who models.Actor, event string) {
	t.Helper()
	page, err := s.Audit.List(t.Context(), s.Person(t, "auditor", models.Administrator), models.EventFilter{ThingType: "credential", ThingID: s.credential.String()})
	modelstest.Must(t, err)
	if e := page.Rows[0]; e.Name != event || e.ActorID != who.UserID || e.ActorName != who.Email {
		t.Fatalf("the event is %+v", e)
	}
}

func TestAnAdministratorOffersInTheOwnersPlace(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		root := s.Person(t, "root", models.Administrator)
		s.Lets(t, root)
		s.Seat(t, s.ana, s.project, root, models.Viewer)
		offer := func(who models.Actor, owner int64, of transfers.Offer) error {
			_, err := s.Transfers.InitiateFor(ctx, who, owner, of)
			return err
		}
		before := s.Dump(t)
		for _, who := range []models.Actor{s.eve, s.ana} {
			modelstest.Want(t, offer(who, s.ana.UserID, to(s.ben, s.credential)), models.Forbidden)
		}
		modelstest.Want(t, offer(root, s.ben.UserID, to(s.ben, s.credential)), models.NotFound)
		modelstest.Want(t, offer(root, 4711, to(s.ben, s.credential)), models.NotFound)
		wantText(t, offer(root, s.ana.UserID, to(root, s.credential)), "email", "You can't offer somebody else's credentials to yourself. Another person has to receive them.")
		wantText(t, offer(root, s.ana.UserID, to(s.ana, s.credential)), "email", "That is the owner's own address. Enter the address of somebody else.")
		// A stranger to ana is known to the administrator, who may see every project's name.
		wantText(t, offer(root, s.ana.UserID, to(s.eve, s.credential)), "email",
			"eve is not a member of Clinic. Everybody who takes over a credential has to be in each project that uses it.")
		if s.Dump(t) != before {
			t.Error("a refusal left something behind")
		}
		modelstest.Must(t, offer(root, s.ana.UserID, to(s.ben, s.credential)))
		letters := s.WantMail(t, "transfer.offer ben@example.org", "transfer.offer_made ana@example.org")
		for i, other := range []string{"ana", "ben"} {
			if d := letters[i].ReadDetails(); d.Other.Name != other || d.By.Email != root.Email {
				t.Errorf("%s: %+v", letters[i].Kind, d)
			}
		}
		s.actedBy(t, root, models.TransferOffered)
		if s.Count(t, `SELECT count(*) FROM transfers WHERE from_id = ? AND offered_by = ?`, s.ana.UserID, root.UserID) != 1 {
			t.Error("the offer does not say who made it")
		}
		modelstest.Must(t, s.accept(t, letters[0].Token))
		s.owns(t, s.ben, s.credential)
		s.WantMail(t, "transfer.received ben@example.org", "transfer.handed_over ana@example.org")
	})
}

// An administrator who owns something is its owner like anybody else.
func TestAnAdministratorForThemselvesIsAnOwner(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		root := s.Person(t, "root", models.Administrator)
		own := s.Keep(t, root, "own")
		_, err := s.Transfers.InitiateFor(ctx, root, root.UserID, to(s.ben, own))
		modelstest.Must(t, err)
		letters := s.WantMail(t, "transfer.offer ben@example.org", "transfer.offer_made root@example.org")
		if d := letters[0].ReadDetails(); d.By.Name != "" {
			t.Errorf("%+v", d)
		}
		modelstest.Must(t, s.Transfers.RevokeFor(ctx, root, root.UserID, own))
		s.WantMail(t, "transfer.withdrawn ben@example.org")
	})
}

// §13.5: what nobody answers ends, and its owner is told.
func TestAJobExpiresWhatIsPastItsTime(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		s.offered(t)
		s.Clock.Pass(time.Hour)
		young := s.Keep(t, s.ana, "young", s.project)
		s.offered(t, young)
		s.Mail(t)
		s.Clock.Pass(modelstest.OfferLife - time.Hour)
		if n, err := s.Transfers.Expire(ctx); n != 1 || err != nil {
			t.Errorf("expired %d, %v", n, err)
		}
		s.inState(t, s.credential, "[expired]")
		s.inState(t, young, "[pending]")
		letters := s.WantMail(t, "transfer.expired ana@example.org")
		if d := letters[0].ReadDetails(); letters[0].Subject != "Your offer of “DHIS2” has expired" || d.Other.Name != "ben" || !d.Until.Equal(s.Clock.Now()) {
			t.Errorf("%q %+v", letters[0].Subject, d)
		}
		if events := s.Events(t, s.credential.String()); events[len(events)-1] != models.TransferTimedOut {
			t.Errorf("events %v", events)
		}
		if s.Count(t, `SELECT count(*) FROM events WHERE name = ? AND actor_id = 0 AND actor_name = 'expiry'`, models.TransferTimedOut) != 1 ||
			s.Count(t, `SELECT count(*) FROM transfers WHERE state = 'expired' AND ended_by IS NULL AND ended_at = ?`, s.Clock.Now()) != 1 {
			t.Error("who ended it, and when")
		}
		if n, err := s.Transfers.Expire(ctx); n != 0 || err != nil {
			t.Errorf("expired %d more, %v", n, err)
		}
		s.WantMail(t)
	})
}

func TestTwoReplicasExpireEachOfferOnce(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		other, total := s.Replica(t, ""), 0
		for i := range 5 { // five links of 60: more than a run ends in one transaction
			var ids []models.ID
			for j := range 60 {
				ids = append(ids, s.Keep(t, s.ana, named(named("c", i), j)))
			}
			s.offered(t, ids...)
			total += len(ids)
		}
		s.Mail(t)
		s.Clock.Pass(modelstest.OfferLife)
		counts := make([]int, 2)
		told := atOnce(
			func() (err error) { counts[0], err = s.Transfers.Expire(t.Context()); return err },
			func() (err error) { counts[1], err = other.Transfers.Expire(t.Context()); return err },
		)
		modelstest.Must(t, told[0])
		modelstest.Must(t, told[1])
		n, err := s.Transfers.Expire(t.Context()) // what one left to the other
		modelstest.Must(t, err)
		if counts[0]+counts[1]+n != total || s.Count(t, `SELECT count(*) FROM transfers WHERE state = 'pending'`) != 0 ||
			s.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.TransferTimedOut) != total {
			t.Errorf("expired %v and %d of %d", counts, n, total)
		}
		told2 := map[string]int{}
		for _, l := range s.Mail(t) {
			for _, thing := range l.ReadDetails().Things {
				told2[thing.ID]++
			}
		}
		if len(told2) != total || slices.ContainsFunc(slices.Collect(valuesOf(told2)), func(n int) bool { return n != 1 }) {
			t.Errorf("%d of %d were told of, each once", len(told2), total)
		}
	})
}

func TestTheJobLooksOftenEnoughForTheLifeOfAnOffer(t *testing.T) {
	t.Parallel()
	for life, want := range map[time.Duration]time.Duration{time.Second: time.Second, time.Minute: 6 * time.Second, 10 * time.Minute: time.Minute, modelstest.OfferLife: time.Minute} {
		if got := transfers.New(nil, post.Office{}, life).ExpireEvery(); got != want {
			t.Errorf("of %v: every %v, want %v", life, got, want)
		}
	}
}
