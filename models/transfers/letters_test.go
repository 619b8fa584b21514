package transfers_test

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// spellings are the forms in which a token could be found.
func spellings(t *testing.T, token string) []string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 32 {
		t.Fatalf("%q is no token: %v", token, err)
	}
	return []string{
		token, string(raw), hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)), base64.StdEncoding.EncodeToString(raw),
		base64.StdEncoding.EncodeToString([]byte(token)), base64.RawStdEncoding.EncodeToString([]byte(token))[:40], hex.EncodeToString([]byte(token)),
	}
}

func TestTheTokenIsNowhereButInTheLetter(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		nowhere := func(when, token string) {
			for _, spelling := range spellings(t, token) {
				if strings.Contains(s.Dump(t), spelling) {
					t.Errorf("%s the token is in the database as %q", when, spelling)
				}
				if strings.Contains(s.Log.String(), spelling) {
					t.Errorf("%s the token is in the log as %q", when, spelling)
				}
			}
		}
		token := s.offered(t)
		if n := s.Count(t, `SELECT count(*) FROM letter_tokens`); n != 1 {
			t.Errorf("%d letters have a token", n)
		}
		nowhere("before it is sent", token)
		_, err := s.Transfers.Open(ctx, s.eve, token)
		modelstest.Want(t, err, models.Expired)
		for _, l := range s.Mail(t) {
			if (l.Kind == models.OfferLetter) != (l.Token == token) || l.Kind != models.OfferLetter && l.Token != "" {
				t.Errorf("%s has the token %q", l.Kind, l.Token)
			}
		}
		nowhere("once it was sent", token)
		if n := s.Count(t, `SELECT count(*) FROM letter_tokens`); n != 0 {
			t.Errorf("%d tokens are kept of letters that went", n)
		}
		modelstest.Must(t, s.accept(t, token))
		nowhere("once it was used", token)
		for _, l := range s.Mail(t) {
			if l.Token != "" {
				t.Errorf("%s has the token %q", l.Kind, l.Token)
			}
		}
		_, _, err = s.Transfers.List(ctx, s.ben, "", "")
		modelstest.Must(t, err)
		if token == s.again(t) {
			t.Error("the next offer has the same token")
		}
	})
}

// again has ben offer back what he took over.
func (s stage) again(t *testing.T) string {
	t.Helper()
	_, err := s.Transfers.Initiate(t.Context(), s.ben, to(s.ana, s.credential))
	modelstest.Must(t, err)
	return s.LinkTo(t, s.ana)
}

// A letter is written with the change that it tells of, or not at all.
func TestALetterIsOneCommitWithItsChange(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		for _, table := range []string{"letters", "letter_tokens", "transfers", "events"} {
			s.refuse(t, table, true)
			before := s.Dump(t)
			_, err := s.Transfers.Initiate(ctx, s.ana, to(s.ben, s.credential))
			if err == nil {
				t.Fatalf("%s took nothing, and the offer was made", table)
			}
			if s.Dump(t) != before {
				t.Errorf("when %s takes nothing, half an offer is left", table)
			}
			s.refuse(t, table, false)
		}
		token := s.offered(t)
		s.Mail(t)
		for name, act := range map[string]func() error{
			"accept": func() error { return s.accept(t, token) }, "revoke": func() error { return s.Transfers.Revoke(ctx, s.ana, s.credential) },
			"decline": func() error { return s.Transfers.Decline(ctx, s.ben, token, transfers.Answer{}) },
		} {
			s.refuse(t, "letters", true)
			before := s.Dump(t)
			if act() == nil || s.Dump(t) != before {
				t.Errorf("%s without a letter", name)
			}
			s.refuse(t, "letters", false)
		}
		modelstest.Must(t, s.accept(t, token))
	})
}

// refuse makes a table refuse new rows, or take them again.
func (s stage) refuse(t *testing.T, table string, on bool) {
	t.Helper()
	lite := !strings.HasPrefix(s.URL, "postgres")
	switch {
	case lite && on:
		s.Exec(t, `CREATE TRIGGER refuse_`+table+` BEFORE INSERT ON `+table+` BEGIN SELECT RAISE(ABORT, 'full'); END`)
	case lite:
		s.Exec(t, `DROP TRIGGER refuse_`+table)
	case on:
		s.Exec(t, `CREATE FUNCTION refuse_`+table+`() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'full'; END $$ LANGUAGE plpgsql`)
		s.Exec(t, `CREATE TRIGGER refuse_`+table+` BEFORE INSERT ON `+table+` FOR EACH ROW EXECUTE FUNCTION refuse_`+table+`()`)
	default:
		s.Exec(t, `DROP TRIGGER refuse_`+table+` ON `+table)
		s.Exec(t, `DROP FUNCTION refuse_`+table)
	}
}

func TestAnOfferWakesTheJobThatCarriesLetters(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		told := func() bool {
			select {
			case <-s.Outbox.Queued():
				return true
			default:
				return false
			}
		}
		told() // whatever the stage left
		_, err := s.Transfers.Initiate(t.Context(), s.ana, to(s.eve, s.credential))
		modelstest.WantWrong(t, err, "email")
		if told() {
			t.Error("a refusal wakes it")
		}
		s.offered(t)
		if !told() || told() {
			t.Error("an offer wakes it once")
		}
	})
}
