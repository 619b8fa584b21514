package transfers_test

import (
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// What may have become of an offer before it is accepted: each is found out
// under lock, and nothing moves. §13.4.
func TestEverythingIsLookedAtAgainWhenAnOfferIsAccepted(t *testing.T) {
	exec := func(query string, args ...any) func(*testing.T, stage) {
		return func(t *testing.T, s stage) { t.Helper(); s.Exec(t, query, args...) }
	}
	for name, c := range map[string]struct {
		meanwhile func(*testing.T, stage)
		kind      models.ErrorKind
		code      string
		text      string
		owner     string // by then; ana unless it says otherwise
	}{
		"its time is over": { // 84
			func(_ *testing.T, s stage) { s.Clock.Pass(modelstest.OfferLife) },
			models.Expired, "token_error", "The time of this offer is over. Ask for a new one.", "",
		},
		"its time is over, and that was noted": { // 84
			func(t *testing.T, s stage) {
				s.Clock.Pass(modelstest.OfferLife)
				n, err := s.Transfers.Expire(t.Context())
				if n != 1 || err != nil {
					t.Errorf("expired %d, %v", n, err)
				}
			},
			models.Expired, "token_error", "The time of this offer is over. Ask for a new one.", "",
		},
		"revoked": { // 88
			func(t *testing.T, s stage) { modelstest.Must(t, s.Transfers.Revoke(t.Context(), s.ana, s.credential)) },
			models.Conflict, "not_pending", "This offer is not open any more.", "",
		},
		"declined": { // 89
			func(t *testing.T, s stage) {
				modelstest.Must(t, s.Transfers.Decline(t.Context(), s.ben, s.LinkTo(t, s.ben), transfers.Answer{}))
			},
			models.Conflict, "not_pending", "This offer is not open any more.", "",
		},
		"the sender does not own it any more": { // 86
			func(t *testing.T, s stage) {
				s.Exec(t, `UPDATE credentials SET owner_id = ? WHERE id = ?`, s.eve.UserID, s.credential)
			},
			models.Conflict, "not_owner", "Whoever offered this credential does not own it any more.", "eve",
		},
		"scheduled": {
			exec(`UPDATE credentials SET deletion_at = '2099-01-01 00:00:00+00:00'`),
			models.Conflict, "", "“DHIS2” is being deleted, so it can't be handed over.", "",
		},
		"purged": {
			exec(`UPDATE credentials SET deletion_at = created_at, purged_at = created_at`),
			models.Conflict, "", "“DHIS2” is being deleted, so it can't be handed over.", "",
		},
		"gone": { // 81
			exec(`DELETE FROM credentials`),
			models.NotFound, "", "“DHIS2” does not exist any more.", "nobody",
		},
		"changed": {
			exec(`UPDATE credentials SET version = version + 1`),
			models.Conflict, "", "“DHIS2” was changed after it was offered. Ask for a new offer.", "",
		},
		"the receiver lost a project": {
			func(t *testing.T, s stage) {
				modelstest.Must(t, s.Projects.RemoveMember(t.Context(), s.ana, s.project, s.ben.UserID))
			},
			models.Conflict, "", "You are not a member of every project that uses “DHIS2” any more. Ask ana, or an administrator.", "",
		},
		"it was shared with another project behind everybody's back": {
			func(t *testing.T, s stage) {
				q := s.Project(t, s.ana, "Q")
				s.Exec(t, `INSERT INTO shares (project_id, credential_id, name_key, created_at) VALUES (?, ?, 'dhis2', ?)`, q, s.credential, s.Clock.Now())
			},
			models.Conflict, "", "You are not a member of every project that uses “DHIS2” any more. Ask ana, or an administrator.", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(t *testing.T, s stage) {
				token := s.offered(t)
				c.meanwhile(t, s)
				s.Mail(t)
				before := s.Dump(t)
				f := s.offersIn(t, token)["DHIS2"]
				if f.Blocked == nil || f.Blocked.Error() != c.text {
					t.Errorf("the page says %v", f.Blocked)
				}
				err := s.accept(t, token)
				wantCode(t, err, c.kind, c.code)
				if err.Error() != c.text {
					t.Errorf("told %q, want %q", err, c.text)
				}
				if s.Dump(t) != before {
					t.Error("a refusal left something behind")
				}
				switch c.owner {
				case "":
					s.owns(t, s.ana, s.credential)
				case "eve":
					s.owns(t, s.eve, s.credential)
				}
				s.WantMail(t)
			})
		})
	}
}

// Case 82: an offer to somebody who is gone can't be made up by the caller: the
// receiver is who acts. A session of a user who is gone opens no door.
func TestWhoIsGoneAcceptsNothing(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		token := s.offered(t)
		s.Exec(t, `UPDATE transfers SET to_id = ?`, s.eve.UserID)
		gone := s.ben
		gone.UserID = 4711
		for _, who := range []models.Actor{gone, {}} {
			_, err := s.Transfers.Confirm(t.Context(), who, token, transfers.Answer{})
			modelstest.Want(t, err, models.SignedOut)
			modelstest.Want(t, s.Transfers.Decline(t.Context(), who, token, transfers.Answer{}), models.SignedOut)
		}
		s.inState(t, s.credential, "[pending]")
	})
}

func TestAReceiverWhoGotTheProjectBackCanAccept(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		token := s.offered(t)
		modelstest.Must(t, s.Projects.RemoveMember(t.Context(), s.ana, s.project, s.ben.UserID))
		modelstest.Want(t, s.accept(t, token), models.Conflict)
		s.inState(t, s.credential, "[pending]")
		s.Seat(t, s.ana, s.project, s.ben, models.Editor)
		modelstest.Must(t, s.accept(t, token))
		s.lone(t)
	})
}

func TestAnOfferIsGoodUntilItsLastMoment(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		token := s.offered(t)
		s.Clock.Pass(modelstest.OfferLife - 1000) // the clock of a database ticks in microseconds
		n, err := s.Transfers.Expire(t.Context())
		if n != 0 || err != nil {
			t.Errorf("expired %d, %v", n, err)
		}
		modelstest.Must(t, s.accept(t, token))
	})
}
