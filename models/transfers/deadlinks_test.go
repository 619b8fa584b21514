package transfers_test

import (
	"context"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// endings are the ways in which an offer ends before its time, by whoever ends it.
func (s stage) endings(t *testing.T, root models.Actor, token string) map[string]func() error {
	t.Helper()
	ctx, offer := t.Context(), s.offersIn(t, token)["DHIS2"].ID
	return map[string]func() error{
		"accepted": func() error { return s.accept(t, token) },
		"accepted with a new name": func() error {
			_, err := s.Transfers.Confirm(ctx, s.ben, token, transfers.Answer{Names: map[models.ID]string{offer: "New"}})
			return err
		},
		"declined":            func() error { return s.Transfers.Decline(ctx, s.ben, token, transfers.Answer{}) },
		"revoked":             func() error { return s.Transfers.Revoke(ctx, s.ana, s.credential) },
		"revoked for its own": func() error { return s.Transfers.RevokeFor(ctx, root, s.ana.UserID, s.credential) },
		"edited": func() error {
			d := modelstest.Raw("edited", `{"pin": 2}`)
			d.Version, d.Revoke = 1, true
			return s.Credentials.Update(ctx, s.ana, s.credential, d)
		},
		"scheduled": func() error { _, err := s.Credentials.ScheduleDeletion(ctx, s.ana, s.credential); return err },
	}
}

// eachEnding plays test once for each ending.
func eachEnding(t *testing.T, test func(t *testing.T, s stage, root models.Actor, end func(token string) error)) {
	t.Helper()
	t.Parallel()
	for _, name := range []string{"accepted", "accepted with a new name", "declined", "revoked", "revoked for its own", "edited", "scheduled"} {
		t.Run(name, func(t *testing.T) {
			play(t, func(t *testing.T, s stage) {
				root := s.Person(t, "root", models.Administrator)
				test(t, s, root, func(token string) error { return s.endings(t, root, token)[name]() })
			})
		})
	}
}

// link is the newest letter with a link to ben.
func (s stage) link(t *testing.T) models.ID {
	t.Helper()
	rows, err := s.DB.RawRows(t.Context(), `SELECT id FROM letters WHERE kind = ? ORDER BY id DESC LIMIT 1`, string(models.OfferLetter))
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d letters, %v", len(rows), err)
	}
	return models.ParseID(rows[0][1 : len(rows[0])-1])
}

// refuses has the mail server refuse every letter that is due, for good.
func (s stage) refuses(t *testing.T) {
	t.Helper()
	_, err := s.Outbox.Deliver(t.Context(), func(context.Context, models.Letter, string) error {
		return models.Fail(models.Invalid, "The mail server refused the address: 550 no such user.")
	})
	modelstest.Must(t, err)
}

// dead stops the test unless the letter keeps no token, is not mailed, and
// can't be sent again.
func (s stage) dead(t *testing.T, root models.Actor, letter models.ID) {
	t.Helper()
	if n := s.Count(t, `SELECT count(*) FROM letter_tokens WHERE id = ?`, letter); n != 0 {
		t.Error("the token of a dead link is kept")
	}
	_, err := s.Mailed(t).Outbox.Retry(t.Context(), root, letter)
	modelstest.Want(t, err, models.Conflict)
	for _, l := range s.Mail(t) {
		if l.ID == letter {
			t.Errorf("a letter whose link is dead went out, with the token %q", l.Token)
		}
	}
	if s.Count(t, `SELECT count(*) FROM letters WHERE id = ? AND state = 'failed' AND ended_at IS NOT NULL`, letter) != 1 {
		t.Error("the letter is not given up")
	}
}

func TestALetterIsNotSentOnceItsLinkDied(t *testing.T) {
	eachEnding(t, func(t *testing.T, s stage, root models.Actor, end func(string) error) {
		token, letter := s.offered(t), s.link(t)
		modelstest.Must(t, end(token))
		s.dead(t, root, letter)
		if s.Count(t, `SELECT count(*) FROM letters WHERE id = ? AND outcome = ?`, letter, models.NotNeeded) != 1 {
			t.Error("it does not say that it was not needed")
		}
	})
}

func TestARefusedLetterIsNotSentAgainOnceItsLinkDied(t *testing.T) {
	eachEnding(t, func(t *testing.T, s stage, root models.Actor, end func(string) error) {
		token, letter := s.offered(t), s.link(t)
		s.refuses(t)
		if s.Count(t, `SELECT count(*) FROM letter_tokens WHERE id = ?`, letter) != 1 {
			t.Fatal("the link lives, and can't be sent again")
		}
		modelstest.Must(t, end(token))
		s.dead(t, root, letter)
	})
}

// As long as one offer of a link is open, its letter is worth sending.
func TestTheLetterOfSeveralGoesUntilTheLastHasEnded(t *testing.T) {
	for name, refused := range map[string]bool{"waiting": false, "refused": true} {
		t.Run(name, func(t *testing.T) {
			play(t, func(t *testing.T, s stage) {
				root := s.Person(t, "root", models.Administrator)
				token, ids := s.three(t)
				letter, offers := s.link(t), s.offersIn(t, token)
				if refused {
					s.refuses(t)
				}
				only := func(name string) transfers.Answer { return transfers.Answer{Offers: []models.ID{offers[name].ID}} }
				lives := func() {
					t.Helper()
					if s.Count(t, `SELECT count(*) FROM letter_tokens WHERE id = ?`, letter) != 1 {
						t.Fatal("the token is gone, and an offer is open")
					}
					if refused {
						_, err := s.Mailed(t).Outbox.Retry(t.Context(), root, letter)
						modelstest.Must(t, err)
						s.refuses(t)
					}
				}
				lives()
				_, err := s.Transfers.Confirm(t.Context(), s.ben, token, only("one"))
				modelstest.Must(t, err)
				lives()
				modelstest.Must(t, s.Transfers.Decline(t.Context(), s.ben, token, only("two")))
				lives()
				modelstest.Must(t, s.Transfers.Revoke(t.Context(), s.ana, ids[2]))
				s.dead(t, root, letter)
			})
		})
	}
}

func TestTheLetterOfSeveralStillGoesWhileOneIsOpen(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		token, ids := s.three(t)
		modelstest.Must(t, s.Transfers.Revoke(t.Context(), s.ana, ids[0]))
		letters := s.WantMail(t, "transfer.offer ben@example.org", "transfer.offer_made ana@example.org", "transfer.withdrawn ben@example.org")
		if letters[0].Token != token {
			t.Error("it has another link")
		}
		modelstest.Must(t, s.accept(t, token))
	})
}

// What ends at a time is told before it, or not at all; what has ended is told
// at any time.
func TestNewsOfTheFutureIsNotSentTooLate(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		other := s.Keep(t, s.ana, "other")
		_, err := s.Credentials.ScheduleDeletion(t.Context(), s.ana, other)
		modelstest.Must(t, err)
		s.Clock.Pass(modelstest.GraceDays * 24 * 3600e9)
		s.offered(t)
		s.Clock.Pass(modelstest.OfferLife)
		n, err := s.Transfers.Expire(t.Context())
		if n != 1 || err != nil {
			t.Fatalf("expired %d, %v", n, err)
		}
		s.WantMail(t, "transfer.expired ana@example.org")
		for _, kind := range []models.LetterKind{models.OfferLetter, models.OfferMadeLetter, models.DeletionLetter} {
			if s.Count(t, `SELECT count(*) FROM letters WHERE kind = ? AND state = 'failed' AND outcome = ?`, string(kind), models.TooLate) != 1 {
				t.Errorf("%s is not given up as too late", kind)
			}
		}
		if s.Count(t, `SELECT count(*) FROM letter_tokens`) != 0 {
			t.Error("the token of a dead link is kept")
		}
	})
}

func TestNewsOfThePastIsSentHoweverLate(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		declined, revoked := s.Keep(t, s.ana, "declined"), s.Keep(t, s.ana, "revoked")
		accepted := s.offered(t)
		modelstest.Must(t, s.accept(t, accepted))
		modelstest.Must(t, s.Transfers.Decline(t.Context(), s.ben, s.offered(t, declined), transfers.Answer{}))
		s.offered(t, revoked)
		root := s.Person(t, "root", models.Administrator)
		modelstest.Must(t, s.Transfers.RevokeFor(t.Context(), root, s.ana.UserID, revoked))
		s.Clock.Pass(30 * 24 * 3600e9)
		s.WantMail(t, "transfer.received ben@example.org", "transfer.handed_over ana@example.org", "transfer.declined ana@example.org",
			"transfer.withdrawn ben@example.org", "transfer.revoked ana@example.org")
	})
}
