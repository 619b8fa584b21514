package transfers_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

func TestOfEightAcceptancesAtOnceOneWins(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		other := s.Replica(t, "")
		token := s.offered(t)
		s.Mail(t)
		var all []func() error
		for i := range 8 {
			ops := s.Transfers
			if i%2 == 1 {
				ops = other.Transfers
			}
			all = append(all, func() error {
				_, err := ops.Confirm(t.Context(), s.ben, token, transfers.Answer{})
				return err
			})
		}
		won := 0
		for _, err := range atOnce(all...) {
			if err == nil {
				won++
				continue
			}
			wantCode(t, err, models.Conflict, "not_pending")
		}
		if won != 1 {
			t.Errorf("%d won", won)
		}
		s.owns(t, s.ben, s.credential)
		s.inState(t, s.credential, "[accepted]")
		s.WantMail(t, "transfer.received ben@example.org", "transfer.handed_over ana@example.org")
		if events := s.Events(t, s.credential.String()); len(events) != 4 {
			t.Errorf("events %v", events)
		}
	})
}

// rivals are what may happen to an offer at the moment when it is accepted.
func (s stage) rivals(t *testing.T, id models.ID, token string) map[string]func() error {
	ctx := t.Context()
	return map[string]func() error{
		"accept":  func() error { _, err := s.Transfers.Confirm(ctx, s.ben, token, transfers.Answer{}); return err },
		"decline": func() error { return s.Transfers.Decline(ctx, s.ben, token, transfers.Answer{}) },
		"revoke":  func() error { return s.Transfers.Revoke(ctx, s.ana, id) },
		"edit": func() error {
			d := modelstest.Raw("edited "+id.String(), `{"pin": 2}`)
			d.Version, d.Revoke = 1, true
			return s.Credentials.Update(ctx, s.ana, id, d)
		},
		"unshare":      func() error { return s.Credentials.Unshare(ctx, s.ana, id, s.project) },
		"schedule":     func() error { _, err := s.Credentials.ScheduleDeletion(ctx, s.ana, id); return err },
		"expire":       func() error { _, err := s.Transfers.Expire(ctx); return err },
		"offer":        func() error { _, err := s.Transfers.Initiate(ctx, s.ana, to(s.ben, id)); return err },
		"ben loses it": func() error { return s.Projects.RemoveMember(ctx, s.ana, s.project, s.ben.UserID) },
		"ben is seated": func() error {
			_, err := s.Projects.AddMember(ctx, s.ana, s.project, s.ben.Email, models.Viewer)
			return err
		},
	}
}

// orderly reports whether err is an answer of a rule, not a fault.
func orderly(err error) bool {
	return err == nil || slices.Contains([]models.ErrorKind{models.Conflict, models.NotFound, models.Forbidden, models.Expired, models.Invalid}, models.KindOf(err))
}

// consistent stops the test unless the credential, its offer, its events and
// its projects tell one story.
func (s stage) consistent(t *testing.T, id models.ID, accepted bool) {
	t.Helper()
	s.lone(t)
	if accepted {
		s.owns(t, s.ben, id)
	} else {
		s.owns(t, s.ana, id)
	}
	for state, event := range map[string]string{
		"accepted": models.TransferDone, "declined": models.TransferRefused, "revoked": models.TransferTakenBack, "expired": models.TransferTimedOut,
	} {
		rows := s.Count(t, `SELECT count(*) FROM transfers WHERE credential_id = ? AND state = ?`, id, state)
		told := s.Count(t, `SELECT count(*) FROM events WHERE thing_id = ? AND name = ?`, id.String(), event)
		if rows != told || state == "accepted" && (rows == 1) != accepted {
			t.Fatalf("%d offers are %s, %d events tell of it, accepted: %v", rows, state, told, accepted)
		}
	}
	pending := s.Count(t, `SELECT count(*) FROM transfers WHERE credential_id = ? AND state = 'pending'`, id)
	offered := s.Count(t, `SELECT count(*) FROM events WHERE thing_id = ? AND name = ?`, id.String(), models.TransferOffered)
	if pending > 1 || offered != s.Count(t, `SELECT count(*) FROM transfers WHERE credential_id = ?`, id) {
		t.Fatalf("%d are pending, %d were offered", pending, offered)
	}
}

// TestWhateverHappensAtTheMomentOfAnAcceptance runs an acceptance against each
// rival, and against all of them.
func TestWhateverHappensAtTheMomentOfAnAcceptance(t *testing.T) {
	for name, against := range map[string][]string{
		"decline": {"decline"}, "revoke": {"revoke"}, "edit": {"edit"}, "schedule": {"schedule"}, "unshare": {"unshare"},
		"the receiver loses the project": {"ben loses it"}, "the receiver comes and goes": {"ben loses it", "ben is seated", "ben loses it"},
		"another offer": {"offer"}, "expiry": {"expire"},
		"everything": {"decline", "revoke", "edit", "schedule", "unshare", "ben loses it", "offer", "expire", "accept"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(t *testing.T, s stage) {
				for i := range 6 {
					id := s.Keep(t, s.ana, named("c", i), s.project)
					_, _ = s.Projects.AddMember(t.Context(), s.ana, s.project, s.ben.Email, models.Viewer) // lost in a former round, or not
					token := s.offered(t, id)
					if slices.Contains(against, "expire") && i%2 == 0 {
						s.Clock.Pass(modelstest.OfferLife)
					}
					all := s.rivals(t, id, token)
					work := []func() error{all["accept"]}
					for _, rival := range against {
						work = append(work, all[rival])
					}
					told, won := atOnce(work...), 0
					for j, err := range told {
						if !orderly(err) {
							t.Fatalf("round %d: %v told %v: %v", i, append([]string{"accept"}, against...)[j], err, errors.Unwrap(err))
						}
						if err == nil && (j == 0 || against[j-1] == "accept") {
							won++
						}
					}
					if won > 1 {
						t.Fatalf("accepted %d times", won)
					}
					s.consistent(t, id, won == 1)
				}
			})
		})
	}
}

// Bundles overlap with what others do to their parts, in any order.
func TestLinksOfSeveralDoNotStandInEachOthersWay(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		for round := range 4 {
			var ids []models.ID
			for j := range 4 {
				ids = append(ids, s.Keep(t, s.ana, named(named("c", round), j), s.project))
			}
			token := s.offered(t, ids...)
			backwards := slices.Clone(ids)
			slices.Reverse(backwards)
			told := atOnce(
				func() error { return s.accept(t, token) },
				func() error { _, err := s.Transfers.Initiate(t.Context(), s.ana, to(s.ben, backwards...)); return err },
				func() error { return s.Transfers.Revoke(t.Context(), s.ana, ids[3]) },
				func() error { return s.Transfers.Revoke(t.Context(), s.ana, ids[0]) },
				func() error { return s.accept(t, token) },
			)
			for i, err := range told {
				if !orderly(err) {
					t.Fatalf("%d: %v: %v", i, err, errors.Unwrap(err))
				}
			}
			for _, id := range ids {
				s.consistent(t, id, s.states(t, id) == "[accepted]")
			}
		}
	})
}

// Two people accept from each other at the same moment, with clashing names:
// the order of the rows is the same for all.
func TestAcceptancesInBothDirections(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		for round := range 4 {
			mine, his := s.Keep(t, s.ana, named("mine", round), s.project), s.Keep(t, s.ben, named("his", round))
			toBen := s.offered(t, mine)
			_, err := s.Transfers.Initiate(t.Context(), s.ben, to(s.ana, his))
			modelstest.Must(t, err)
			toAna := s.LinkTo(t, s.ana)
			for _, err := range atOnce(
				func() error { return s.accept(t, toBen) },
				func() error { _, err := s.Transfers.Confirm(t.Context(), s.ana, toAna, transfers.Answer{}); return err },
			) {
				modelstest.Must(t, err)
			}
			s.owns(t, s.ben, mine)
			s.owns(t, s.ana, his)
		}
	})
}

// The receiver makes a credential of that name at the moment of acceptance:
// one of the two is told of the clash.
func TestANameIsTakenAtTheMomentOfAcceptance(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		for round := range 4 {
			name := named("c", round)
			id := s.Keep(t, s.ana, name, s.project)
			token := s.offered(t, id)
			if round%2 == 0 {
				s.Mail(t) // the short way is open only once the letter has gone
			}
			fields := []string{models.NameField(s.offersIn(t, token)[name].ID), "name"}
			told := atOnce(
				func() error { return s.accept(t, token) },
				func() error {
					_, err := s.Credentials.Create(t.Context(), s.ben, "raw", modelstest.Raw(name, `{}`))
					return err
				},
			)
			if (told[0] == nil) == (told[1] == nil) {
				t.Fatalf("told %v", told)
			}
			for i, err := range told {
				if err != nil {
					modelstest.WantWrong(t, err, fields[i])
				}
			}
			s.consistent(t, id, told[0] == nil)
		}
	})
}

// The job notes that an offer is over at the moment when its owner makes the
// next one: the owner is not told of it.
func TestANewOfferAtTheMomentWhenTheOldOneExpires(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		for round := range 8 {
			id := s.Keep(t, s.ana, named("c", round), s.project)
			s.offered(t, id)
			s.Clock.Pass(modelstest.OfferLife)
			for _, err := range atOnce(
				func() error { _, err := s.Transfers.Expire(t.Context()); return err },
				func() error { _, err := s.Transfers.Initiate(t.Context(), s.ana, to(s.ben, id)); return err },
			) {
				modelstest.Must(t, err)
			}
			s.inState(t, id, "[expired][pending]")
			s.consistent(t, id, false)
		}
	})
}

// A seat that is given back while an acceptance waits for the one that is taken
// away is not held by it, so it does not count: it could be gone again.
func TestOnlyASeatThatIsHeldCounts(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx, told := t.Context(), make(chan error, 1)
		token := s.offered(t)
		names := map[models.ID]string{s.offersIn(t, token)["DHIS2"].ID: "New"}
		accept := func() error {
			_, err := s.Transfers.Confirm(ctx, s.ben, token, transfers.Answer{Names: names})
			return err
		}
		lite := strings.HasPrefix(s.URL, "sqlite:")
		modelstest.Must(t, s.DB.Project(ctx, s.ana, s.project, models.ManageMembers, func(tx *db.ProjectTx) error {
			seat, err := tx.Member(s.ben.UserID)
			if err := errors.Join(err, tx.RemoveMember(seat)); err != nil {
				return err
			}
			go func() { told <- accept() }()
			for waits := lite; !waits; {
				waits = s.Count(t, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) > 0
			}
			_, err = tx.AddMember(s.ben.Email, models.Viewer)
			return err
		}))
		if err := <-told; lite { // nobody looks at anything while somebody writes
			modelstest.Must(t, err)
		} else {
			modelstest.Want(t, err, models.Conflict)
			modelstest.Must(t, accept())
		}
		s.lone(t)
		s.owns(t, s.ben, s.credential)
	})
}
