package transfers_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// Case 70: the changeset of an empty form is a value without an address.
func TestAnEmptyFormIsToldEverythingAtOnce(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		_, err := s.Transfers.Initiate(t.Context(), s.ana, transfers.Offer{})
		modelstest.WantWrong(t, err, "email", "credentials")
		_, err = s.Transfers.Validate(t.Context(), s.ana, transfers.Offer{Credentials: []models.ID{s.credential}})
		wantText(t, err, "email", "Enter an e-mail address such as ana@example.org.")
	})
}

// Cases 71 and 72.
func TestTheAddressIsLookedAtFirst(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		before := s.Dump(t)
		for email, want := range map[string]string{
			"":                              "Enter an e-mail address such as ana@example.org.",
			"ben":                           "Enter an e-mail address such as ana@example.org.",
			"b en@example.org":              "Enter an e-mail address such as ana@example.org.",
			"ben@example.org\r\nBcc: x@y.z": "Enter an e-mail address such as ana@example.org.",
			"ana@example.org":               "That is your own address. Enter the address of somebody else.",
			" ANA@Example.ORG ":             "That is your own address. Enter the address of somebody else.",
		} {
			_, err := s.Transfers.Initiate(t.Context(), s.ana, transfers.Offer{Credentials: []models.ID{s.credential}, Email: email})
			wantText(t, err, "email", want)
		}
		if s.Dump(t) != before {
			t.Error("a refusal left something behind")
		}
	})
}

// Case 73, and §13.6: who is unknown and who may not be known are one answer.
func TestAStrangersAddressAndAnUnknownOneGetTheSameAnswer(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		var told []error
		for _, email := range []string{s.eve.Email, "nobody@example.org", "EVE@example.org"} {
			_, err := s.Transfers.Initiate(t.Context(), s.ana, transfers.Offer{Credentials: []models.ID{s.credential}, Email: email})
			wantText(t, err, "email", "Nobody in your projects has this address. Ask an administrator to add them to a project of yours first.")
			_, checked := s.Transfers.Validate(t.Context(), s.ana, transfers.Offer{Credentials: []models.ID{s.credential}, Email: email})
			told = append(told, err, checked)
		}
		for _, err := range told {
			if !reflect.DeepEqual(err, told[0]) {
				t.Errorf("%#v and %#v", err, told[0])
			}
		}
		s.inState(t, s.credential, "")
		s.WantMail(t)
	})
}

// §13.6: the number of guesses is limited, and waiting helps.
func TestAfterTenUnknownAddressesSomebodyHasToWait(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		for i := range 10 {
			ask := s.Transfers.Initiate
			if i%2 == 0 {
				_, err := s.Transfers.Validate(ctx, s.ana, to(s.eve, s.credential))
				modelstest.WantWrong(t, err, "email")
			} else {
				_, err := ask(ctx, s.ana, transfers.Offer{Credentials: []models.ID{s.credential}, Email: fmt.Sprintf("guess%d@example.org", i)})
				modelstest.WantWrong(t, err, "email")
			}
			s.Clock.Pass(time.Minute)
		}
		for _, of := range []transfers.Offer{to(s.eve, s.credential), {Credentials: []models.ID{s.credential}, Email: "nobody@example.org"}} {
			_, err := s.Transfers.Initiate(ctx, s.ana, of)
			modelstest.Want(t, err, models.RateLimited)
			if e := err.(*models.Error); e.RetryAfter != 5*time.Minute { //nolint:errorlint // as above
				t.Errorf("wait %v, want what is left of a quarter of an hour", e.RetryAfter)
			}
			_, err = s.Transfers.Validate(ctx, s.ana, of)
			modelstest.Want(t, err, models.RateLimited)
		}
		other := s.Keep(t, s.ben, "of ben's")
		_, err := s.Transfers.Initiate(ctx, s.ben, to(s.ana, other))
		modelstest.Must(t, err) // it is each person's own count
		_, err = s.Transfers.Validate(ctx, s.ana, to(s.ben, s.credential))
		modelstest.Must(t, err) // whom one may know of one can name
		s.Clock.Pass(5*time.Minute - time.Second)
		_, err = s.Transfers.Initiate(ctx, s.ana, to(s.eve, s.credential))
		modelstest.Want(t, err, models.RateLimited)
		s.Clock.Pass(time.Second)
		_, err = s.Transfers.Initiate(ctx, s.ana, to(s.eve, s.credential))
		modelstest.WantWrong(t, err, "email")
		_, err = s.Transfers.Initiate(ctx, s.ana, to(s.ben, s.credential))
		modelstest.Must(t, err)
	})
}

func TestOtherMistakesAreNotCountedAsGuesses(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		q := s.Project(t, s.ana, "Q")
		inQ := s.Keep(t, s.ana, "in Q", q)
		for range 12 {
			for _, of := range []transfers.Offer{{Credentials: []models.ID{s.credential}, Email: "x"}, to(s.ben, inQ), to(s.ana, s.credential)} {
				_, err := s.Transfers.Initiate(t.Context(), s.ana, of)
				modelstest.WantWrong(t, err, "email")
			}
		}
		s.offered(t)
	})
}

func TestAnAdministratorKnowsEverybody(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		root := s.Person(t, "root", models.Administrator)
		alone := s.Keep(t, root, "alone")
		_, err := s.Transfers.Initiate(t.Context(), root, to(s.eve, alone))
		modelstest.Must(t, err)
		_, err = s.Transfers.Initiate(t.Context(), root, transfers.Offer{Credentials: []models.ID{alone}, Email: "nobody@example.org"})
		modelstest.WantWrong(t, err, "email")
	})
}

func TestWhoCannotSignInCannotReceive(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		for why, change := range map[string]string{
			"invited": `UPDATE logins SET secret_hash = ''`, "blocked": `UPDATE logins SET secret_hash = 'x', blocked_at = created_at`,
			"expired": `UPDATE logins SET secret_hash = 'x', blocked_at = NULL, expire_at = created_at`,
		} {
			s.Exec(t, change+` WHERE id = ?`, s.ben.LoginID)
			_, err := s.Transfers.Initiate(t.Context(), s.ana, to(s.ben, s.credential))
			if got := models.WrongFields(err)["email"]; got != "ben can't sign in at the moment, so nothing can be offered to them." {
				t.Errorf("%s: %v, %q", why, err, got)
			}
			s.Exec(t, `UPDATE logins SET secret_hash = '', blocked_at = NULL, expire_at = NULL WHERE id = ?`, s.ben.LoginID)
		}
	})
}

// Cases 74 to 77.
func TestTheReceiverHasToBeInEveryProject(t *testing.T) {
	const rest = ". Everybody who takes over a credential has to be in each project that uses it."
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		lab, ward := s.Project(t, s.ana, "Lab"), s.Project(t, s.ana, "Ward")
		hers := s.Project(t, s.eve, "Hidden one")
		hidden := s.Project(t, s.eve, "Hidden two")
		two := s.Keep(t, s.ana, "two", s.project, lab)
		three := s.Keep(t, s.ana, "three", lab, s.project, ward)
		unseen, more := s.Keep(t, s.ana, "unseen"), s.Keep(t, s.ana, "more", lab)
		share := func(credential, project models.ID) {
			s.Exec(t, `INSERT INTO shares (project_id, credential_id, name_key, created_at) VALUES (?, ?, 'x', ?)`, project, credential, s.Clock.Now())
		}
		share(unseen, hers)
		share(more, hers)
		for want, ids := range map[string][]models.ID{
			"ben is not a member of Lab" + rest:                                          {two},              // 74
			"ben is not a member of Lab and Ward" + rest:                                 {three},            // 75
			"ben is not a member of a project that you can't see" + rest:                 {unseen},           // §13.6
			"ben is not a member of Lab and one project that you can't see" + rest:       {more},             //
			"ben is not a member of Lab, Ward and one project that you can't see" + rest: {two, three, more}, //
		} {
			_, err := s.Transfers.Initiate(ctx, s.ana, to(s.ben, ids...))
			wantText(t, err, "email", want)
		}
		share(unseen, hidden)
		_, err := s.Transfers.Initiate(ctx, s.ana, to(s.ben, unseen))
		wantText(t, err, "email", "ben is not a member of several projects that you can't see"+rest)
		if text := models.WrongFields(err)["email"]; strings.Contains(text, "Hidden") {
			t.Errorf("%q names a project that ana can't see", text)
		}
		s.Seat(t, s.ana, lab, s.ben, models.Viewer)
		receiver, err := s.Transfers.Validate(ctx, s.ana, to(s.ben, two)) // 76
		modelstest.Must(t, err)
		if receiver != (models.Party{Name: "ben", Email: s.ben.Email}) {
			t.Errorf("%+v", receiver)
		}
		_, err = s.Transfers.Validate(ctx, s.ana, to(s.ben, s.Keep(t, s.ana, "in none"))) // 77
		modelstest.Must(t, err)
		s.WantMail(t)
	})
}

func TestWhatCannotBeOffered(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		scheduled, purged, good := s.Keep(t, s.ana, "scheduled"), s.Keep(t, s.ana, "purged"), s.Keep(t, s.ana, "good")
		s.Schedule(t, s.ana, scheduled)
		s.Exec(t, `UPDATE credentials SET deletion_at = created_at, purged_at = created_at WHERE id = ?`, purged)
		s.offered(t)
		s.Mail(t)
		for want, ids := range map[string][]models.ID{
			"“scheduled” is scheduled for deletion. Restore it before you offer it.": {good, scheduled},
			"“purged” was purged. Only its record is left.":                          {purged, good},
			"“DHIS2” is offered to somebody already. Revoke that offer first.":       {s.credential, good},
			"Choose at most 100 credentials at once.":                                slices.Repeat([]models.ID{good}, 101),
			"Choose at least one credential.":                                        {},
		} {
			before := s.Dump(t)
			for _, ask := range []func() error{
				func() error { _, err := s.Transfers.Initiate(ctx, s.ana, to(s.ben, ids...)); return err },
				func() error { _, err := s.Transfers.Validate(ctx, s.ana, to(s.ben, ids...)); return err },
			} {
				wantText(t, ask(), "credentials", want)
			}
			if s.Dump(t) != before {
				t.Errorf("%s: a refusal left something behind", want)
			}
		}
		q := s.Project(t, s.ana, "Q")
		_, err := s.Transfers.Initiate(ctx, s.ana, to(s.ben, scheduled, s.Keep(t, s.ana, "in Q", q)))
		modelstest.WantWrong(t, err, "email", "credentials") // all at once
		s.inState(t, good, "")
		s.WantMail(t)
	})
}

// Case 79: by others than the owner.
func TestOnlyTheOwnerOffers(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		s.Seat(t, s.ana, s.project, s.eve, models.Viewer)
		carl := s.Person(t, "carl", models.PlainMember)
		own, his := s.Keep(t, s.eve, "of eve's"), s.Keep(t, carl, "of carl's")
		before := s.Dump(t)
		for name, c := range map[string]struct {
			who models.Actor
			ids []models.ID
			not bool // owner: they can see it
		}{
			"a member": {s.eve, []models.ID{s.credential}, true}, "a member, beside their own": {s.eve, []models.ID{own, s.credential}, true},
			"a stranger": {carl, []models.ID{s.credential}, false}, "a stranger, beside their own": {carl, []models.ID{his, s.credential}, false},
			"of what is nowhere": {s.ana, []models.ID{models.NewID()}, false}, "the owner, beside what is nowhere": {s.ana, []models.ID{s.credential, models.NewID()}, false},
			"of the zero id": {s.ana, []models.ID{{}}, false},
		} {
			for _, ask := range []func() error{
				func() error { _, err := s.Transfers.Initiate(ctx, c.who, to(s.ben, c.ids...)); return err },
				func() error { _, err := s.Transfers.Validate(ctx, c.who, to(s.ben, c.ids...)); return err },
			} {
				switch err := ask(); {
				case c.not:
					wantCode(t, err, models.Forbidden, "not_owner")
				case models.KindOf(err) != models.NotFound:
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		if s.Dump(t) != before {
			t.Error("a refusal left something behind")
		}
	})
}

// Case 78, and what the issue adds: consent is asked from the receiver.
func TestAnOfferIsPendingAndTellsBoth(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		made, err := s.Transfers.Initiate(ctx, s.ana, transfers.Offer{Credentials: []models.ID{s.credential, s.credential}, Email: " BEN@example.org "})
		modelstest.Must(t, err)
		until := s.Clock.Now().Add(modelstest.OfferLife)
		if made.Count != 1 || made.To != (models.Party{Name: "ben", Email: s.ben.Email}) || !made.Until.Equal(until) || s.Transfers.Life() != modelstest.OfferLife {
			t.Errorf("made %+v", made)
		}
		s.inState(t, s.credential, "[pending]")
		s.owns(t, s.ana, s.credential)
		if v, err := s.Credentials.Get(ctx, s.ana, s.credential); err != nil || v.Version != 1 || v.Offer == nil || v.Offer.To.Name != "ben" || !v.Offer.ExpiresAt.Equal(until) {
			t.Errorf("%+v, %v", v, err)
		}
		if events := s.Events(t, s.credential.String()); !slices.Equal(events[2:], []string{models.TransferOffered}) {
			t.Errorf("events %v", events)
		}
		letters := s.WantMail(t, "transfer.offer ben@example.org", "transfer.offer_made ana@example.org")
		offer, notice := letters[0], letters[1]
		d := offer.ReadDetails()
		if len(offer.Token) != 43 || notice.Token != "" || offer.GoodUntil == nil || !offer.GoodUntil.Equal(until) || notice.GoodUntil == nil || !notice.GoodUntil.Equal(until) {
			t.Errorf("token %q and %q, good until %v and %v", offer.Token, notice.Token, offer.GoodUntil, notice.GoodUntil)
		}
		if offer.Subject != "ana offers you “DHIS2”" || d.Other.Email != s.ana.Email || d.By.Name != "" || !d.Until.Equal(until) ||
			len(d.Things) != 1 || d.Things[0].ID != s.credential.String() || !slices.Equal(d.Things[0].Projects, []string{"Clinic"}) {
			t.Errorf("to ben: %q %+v", offer.Subject, d)
		}
		if d := notice.ReadDetails(); notice.Subject != "You offered “DHIS2” to ben" || d.Other.Email != s.ben.Email || !d.Until.Equal(until) {
			t.Errorf("to ana: %q %+v", notice.Subject, d)
		}
	})
}

// §13.5: at most one pending, and the database says so too.
func TestACredentialIsOfferedToOneAtATime(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		s.offered(t)
		err := s.DB.Raw(t.Context(), `INSERT INTO transfers (id, credential_id, name, version, from_id, to_id, offered_by, token_hash, letter_id, state, created_at, expires_at)
			SELECT ?, credential_id, name, version, from_id, to_id, offered_by, token_hash, letter_id, state, created_at, expires_at FROM transfers`, models.NewID())
		if err == nil {
			t.Error("the database keeps two open offers of one credential")
		}
		s.inState(t, s.credential, "[pending]")
	})
}

func TestOfTwoOffersAtTheSameMomentOneIsMade(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		other := s.Replica(t, "")
		for i := range 5 {
			id := s.Keep(t, s.ana, named("c", i), s.project)
			told := atOnce(
				func() error { _, err := s.Transfers.Initiate(t.Context(), s.ana, to(s.ben, id)); return err },
				func() error { _, err := other.Transfers.Initiate(t.Context(), s.ana, to(s.ben, id)); return err },
			)
			if (told[0] == nil) == (told[1] == nil) {
				t.Fatalf("told %v", told)
			}
			for _, err := range told {
				if err != nil {
					wantText(t, err, "credentials", "“"+named("c", i)+"” is offered to somebody already. Revoke that offer first.")
				}
			}
			s.inState(t, id, "[pending]")
			s.WantMail(t, "transfer.offer ben@example.org", "transfer.offer_made ana@example.org")
		}
	})
}

// §13.5: a stale offer stands in nobody's way.
func TestAnOfferWhoseTimeIsOverDoesNotBlockTheNext(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		old := s.offered(t)
		s.Mail(t)
		s.Clock.Pass(modelstest.OfferLife)
		s.offered(t) // nobody has swept
		s.inState(t, s.credential, "[expired][pending]")
		events, err := s.Credentials.History(t.Context(), s.ana, s.credential, "")
		modelstest.Must(t, err)
		var by []string
		for _, e := range events.Rows {
			by = append(by, e.Name+" by "+e.ActorName)
		}
		if want := []string{models.TransferOffered + " by " + s.ana.Email, models.TransferTimedOut + " by expiry"}; !slices.Equal(by[:2], want) {
			t.Errorf("events %v", by)
		}
		wantCode(t, s.accept(t, old), models.Expired, "token_error")
		n, err := s.Transfers.Expire(t.Context())
		if n != 0 || err != nil {
			t.Errorf("expired %d, %v", n, err)
		}
	})
}

func TestAfterEveryEndingACredentialCanBeOfferedAgain(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		s.offered(t)
		modelstest.Must(t, s.Transfers.Revoke(ctx, s.ana, s.credential))
		modelstest.Must(t, s.Transfers.Decline(ctx, s.ben, s.offered(t), transfers.Answer{}))
		s.offered(t)
		s.Clock.Pass(modelstest.OfferLife)
		_, err := s.Transfers.Expire(ctx)
		modelstest.Must(t, err)
		modelstest.Must(t, s.accept(t, s.offered(t)))
		s.inState(t, s.credential, "[revoked][declined][expired][accepted]")
		_, err = s.Transfers.Initiate(ctx, s.ben, to(s.ana, s.credential)) // and back again
		modelstest.Must(t, err)
		_, err = s.Transfers.Confirm(ctx, s.ana, s.LinkTo(t, s.ana), transfers.Answer{})
		modelstest.Must(t, err)
		s.owns(t, s.ana, s.credential)
	})
}
