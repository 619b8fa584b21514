package transfers_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// Cases 80 and 97.
func TestAnAcceptedCredentialBelongsToTheReceiverAndStaysInItsProjects(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		lab := s.Project(t, s.ana, "Lab")
		s.Seat(t, s.ana, lab, s.ben, models.Viewer)
		id := s.Keep(t, s.ana, "handed over", s.project, lab)
		s.Use(t, id, lab)
		body := s.Body(t, id)
		shares := func() []string {
			rows, err := s.DB.RawRows(ctx, `SELECT * FROM shares WHERE credential_id = ? ORDER BY project_id`, id)
			modelstest.Must(t, err)
			return rows
		}
		before, token := shares(), s.offered(t, id)
		s.Mail(t)
		names, err := s.Transfers.Confirm(ctx, s.ben, token, transfers.Answer{})
		modelstest.Must(t, err)
		if !slices.Equal(names, []string{"handed over"}) {
			t.Errorf("names %v", names)
		}
		s.owns(t, s.ben, id)
		s.inState(t, id, "[accepted]")
		if after := shares(); !slices.Equal(after, before) || s.Body(t, id) != body || s.Count(t, `SELECT count(*) FROM steps WHERE credential_id = ?`, id) != 1 {
			t.Errorf("shares %v, were %v", after, before)
		}
		for _, p := range []models.ID{s.project, lab} {
			page, err := s.Credentials.ListOfUserInProject(ctx, s.ana, s.ben.UserID, p, models.CredentialFilter{})
			modelstest.Must(t, err)
			if len(page.Rows) != 1 || page.Rows[0].ID != id || page.Rows[0].OwnerName != "ben" {
				t.Errorf("the project shows %+v", page.Rows)
			}
		}
		// The former owner is a member like others now; the new one is the owner.
		_, err = s.Credentials.Get(ctx, s.ana, id)
		modelstest.Want(t, err, models.NotFound)
		for _, refused := range []error{
			s.Credentials.Update(ctx, s.ana, id, modelstest.Raw("mine again", `{}`)), s.Credentials.Unshare(ctx, s.ana, id, lab),
			func() error { _, err := s.Credentials.ScheduleDeletion(ctx, s.ana, id); return err }(),
		} {
			if kind := models.KindOf(refused); kind != models.NotFound && kind != models.Forbidden {
				t.Errorf("the former owner: %v", refused)
			}
		}
		d := modelstest.Raw("ben's", `{"pin": 2}`)
		d.Version = 2
		modelstest.Must(t, s.Credentials.Update(ctx, s.ben, id, d))
		if _, err := s.Credentials.Glimpse(ctx, s.ana, id); err != nil {
			t.Error(err)
		}
		if mine, err := s.Credentials.List(ctx, s.ana, models.CredentialFilter{}); err != nil || len(mine.Rows) != 1 {
			t.Errorf("ana's list: %v, %v", mine.Rows, err)
		}
	})
}

// Case 80: the event has both ids; both get a letter.
func TestAHandoverIsRecordedAndToldToBoth(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		token := s.offered(t)
		s.Mail(t)
		modelstest.Must(t, s.accept(t, token))
		page, err := s.Credentials.History(t.Context(), s.ben, s.credential, "")
		modelstest.Must(t, err)
		e := page.Rows[0]
		d := e.ReadDetails()
		if e.Name != models.TransferDone || e.ActorID != s.ben.UserID || d.Before["owner_id"] != float64(s.ana.UserID) || d.After["owner_id"] != float64(s.ben.UserID) ||
			d.Before["owner"] != s.ana.Email || d.After["owner"] != s.ben.Email || d.Version != 2 {
			t.Errorf("the event is %+v", e)
		}
		letters := s.WantMail(t, "transfer.received ben@example.org", "transfer.handed_over ana@example.org")
		received, gone := letters[0], letters[1]
		if d := received.ReadDetails(); received.Subject != "You own “DHIS2” now" || d.Other.Name != "ana" || !slices.Equal(d.Things[0].Projects, []string{"Clinic"}) {
			t.Errorf("to ben: %q %+v", received.Subject, d)
		}
		if d := gone.ReadDetails(); gone.Subject != "ben took over “DHIS2”" || d.Other.Name != "ben" || received.Token+gone.Token != "" {
			t.Errorf("to ana: %q %+v", gone.Subject, d)
		}
		if n := s.Count(t, `SELECT count(*) FROM transfers WHERE ended_by = ? AND ended_at = ?`, s.ben.UserID, s.Clock.Now()); n != 1 {
			t.Error("the offer does not say who accepted it, and when")
		}
	})
}

// Cases 83, 86, 94 and 95, and §13.1: a link opens nothing for anybody else,
// and nobody can tell a link of somebody else's from one that never was.
func TestALinkOpensForItsReceiverAlone(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		token := s.offered(t)
		s.Seat(t, s.ana, s.project, s.eve, models.Admin)
		root := s.Person(t, "root", models.Administrator)
		before := s.Dump(t)
		for name, c := range map[string]struct {
			who   models.Actor
			token string
		}{
			"a colleague": {s.eve, token}, "the owner": {s.ana, token}, "an administrator": {root, token},
			"never was": {s.ben, "never-was"}, "empty": {s.ben, ""}, "half": {s.ben, token[:21]}, "more": {s.ben, token + "="}, "lower case": {s.ben, strings.ToLower(token) + "x"},
			"any bytes": {s.ben, "\x00\xff"}, "an SQL": {s.ben, "' OR 1=1 --"},
		} {
			list, err := s.Transfers.Open(ctx, c.who, c.token)
			names, accepted := s.Transfers.Confirm(ctx, c.who, c.token, transfers.Answer{})
			for _, err := range []error{err, accepted, s.Transfers.Decline(ctx, c.who, c.token, transfers.Answer{})} {
				if err != models.ErrTransferToken { //nolint:errorlint // the very same
					t.Errorf("%s: %v", name, err)
				}
			}
			if len(list)+len(names) != 0 {
				t.Errorf("%s: found %v %v", name, list, names)
			}
		}
		wantCode(t, models.ErrTransferToken, models.Expired, "token_error")
		if s.Dump(t) != before {
			t.Error("a wrong person or a wrong link changed a row")
		}
		modelstest.Must(t, s.accept(t, token))
	})
}

// Case 87, §13.1: the token of one credential moves no other.
func TestALinkMovesWhatItWasMadeForAndNothingElse(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		y := s.Keep(t, s.ana, "Y", s.project)
		tokenX := s.offered(t)
		offerX := s.offersIn(t, tokenX)["DHIS2"].ID
		s.Clock.Pass(time.Second)
		tokenY := s.offered(t, y)
		offerY := s.offersIn(t, tokenY)["Y"].ID
		for _, id := range []models.ID{offerY, y, s.credential, models.NewID(), {}} {
			_, err := s.Transfers.Confirm(ctx, s.ben, tokenX, transfers.Answer{Offers: []models.ID{id}})
			wantCode(t, err, models.Expired, "token_error")
			wantCode(t, s.Transfers.Decline(ctx, s.ben, tokenX, transfers.Answer{Offers: []models.ID{id}}), models.Expired, "token_error")
		}
		_, err := s.Transfers.Confirm(ctx, s.ben, tokenX, transfers.Answer{Offers: []models.ID{offerX, offerY}, Names: map[models.ID]string{offerY: "stolen"}})
		modelstest.Must(t, err)
		s.owns(t, s.ben, s.credential)
		s.owns(t, s.ana, y)
		s.inState(t, y, "[pending]")
	})
}

// §13.2: a scanner opens the link fifty times.
func TestOpeningALinkChangesNothing(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		token := s.offered(t)
		before := s.Dump(t)
		for range 50 {
			f := s.offersIn(t, token)["DHIS2"]
			if f.From.Name != "ana" || f.To.Name != "ben" || len(f.Projects) != 1 || f.Projects[0].Name != "Clinic" || f.Clash || f.Blocked != nil ||
				!f.ExpiresAt.Equal(s.Clock.Now().Add(modelstest.OfferLife)) || f.Kind != "raw" || f.State != models.TransferPending {
				t.Fatalf("%+v", f)
			}
		}
		if s.Dump(t) != before {
			t.Error("opening a link changed a row")
		}
	})
}

// Case 85: a link is used once.
func TestALinkIsUsedOnce(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		token := s.offered(t)
		modelstest.Must(t, s.accept(t, token))
		before := s.Dump(t)
		wantCode(t, s.accept(t, token), models.Conflict, "not_pending")
		wantCode(t, s.Transfers.Decline(t.Context(), s.ben, token, transfers.Answer{}), models.Conflict, "not_pending")
		f := s.offersIn(t, token)["DHIS2"] // the receiver still learns what became of it
		if f.State != models.TransferAccepted || f.Clash {
			t.Errorf("%+v", f)
		}
		if s.Dump(t) != before {
			t.Error("a used link changed a row")
		}
	})
}

// Case 90, §13.4: a clash of names is no dead end.
func TestAClashOfNamesAsksForANewName(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		s.Keep(t, s.ben, "dhis2")
		s.Keep(t, s.ben, "taken")
		token := s.offered(t)
		f := s.offersIn(t, token)["DHIS2"]
		if !f.Clash || f.Blocked != nil {
			t.Errorf("%+v", f)
		}
		s.Mail(t)
		before, field := s.Dump(t), models.NameField(f.ID)
		if field != "name/"+f.ID.String() {
			t.Errorf("the field is %s", field)
		}
		wantText(t, s.accept(t, token), field, "You have another credential with this name. Give this one a new name.")
		try := func(name string) error {
			_, err := s.Transfers.Confirm(ctx, s.ben, token, transfers.Answer{Offers: []models.ID{f.ID}, Names: map[models.ID]string{f.ID: name}})
			return err
		}
		for _, name := range []string{"DHIS2", " Taken ", "", "a\x00b", strings.Repeat("x", 256)} {
			modelstest.WantWrong(t, try(name), field)
		}
		if s.Dump(t) != before {
			t.Error("a clash left something behind")
		}
		s.owns(t, s.ana, s.credential)
		s.inState(t, s.credential, "[pending]")
		modelstest.Must(t, try("  Clinic's DHIS2 ")) // the token is still good
		s.owns(t, s.ben, s.credential)
		page, err := s.Credentials.ListInProject(ctx, s.ana, s.project, models.CredentialFilter{})
		modelstest.Must(t, err)
		if len(page.Rows) != 1 || page.Rows[0].Name != "Clinic's DHIS2" {
			t.Errorf("the project shows %+v", page.Rows)
		}
		if s.Count(t, `SELECT count(*) FROM shares WHERE name_key = ? AND credential_id = ?`, models.Fold("Clinic's DHIS2"), s.credential) != 1 {
			t.Error("the shares keep the old name")
		}
		letters := s.WantMail(t, "transfer.received ben@example.org", "transfer.handed_over ana@example.org")
		for _, l := range letters {
			name, was := "Clinic's DHIS2", "DHIS2"
			if l.Kind == models.HandedOverLetter {
				name, was = was, "" // what it is called now is no business of who gave it away
			}
			if thing := l.ReadDetails().Things[0]; thing.Name != name || thing.Was != was {
				t.Errorf("%s: %+v", l.Kind, thing)
			}
		}
		history, err := s.Credentials.History(ctx, s.ben, s.credential, "")
		modelstest.Must(t, err)
		if d := history.Rows[0].ReadDetails(); d.Before["name"] != "DHIS2" || d.After["name"] != "Clinic's DHIS2" {
			t.Errorf("the event says %+v", d)
		}
	})
}

func TestANewNameMayBeGivenWithoutAClash(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		token := s.offered(t)
		f := s.offersIn(t, token)["DHIS2"]
		names, err := s.Transfers.Confirm(t.Context(), s.ben, token, transfers.Answer{Names: map[models.ID]string{f.ID: "Better"}})
		modelstest.Must(t, err)
		if !slices.Equal(names, []string{"Better"}) || s.Count(t, `SELECT count(*) FROM credentials WHERE name = 'Better' AND name_key = 'better'`) != 1 {
			t.Errorf("names %v", names)
		}
	})
}

// A purged credential of the same name takes no name.
func TestAPurgedCredentialOfTheReceiverTakesNoName(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		old := s.Keep(t, s.ben, "DHIS2")
		s.Exec(t, `UPDATE credentials SET deletion_at = created_at, purged_at = created_at WHERE id = ?`, old)
		token := s.offered(t)
		if s.offersIn(t, token)["DHIS2"].Clash {
			t.Error("it is called a clash")
		}
		modelstest.Must(t, s.accept(t, token))
	})
}

func TestDecliningLeavesEverythingAsItWas(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		before, err := s.DB.RawRows(ctx, `SELECT * FROM credentials`)
		modelstest.Must(t, err)
		token := s.offered(t)
		s.Mail(t)
		modelstest.Must(t, s.Transfers.Decline(ctx, s.ben, token, transfers.Answer{}))
		s.inState(t, s.credential, "[declined]")
		after, err := s.DB.RawRows(ctx, `SELECT * FROM credentials`)
		modelstest.Must(t, err)
		if !slices.Equal(before, after) {
			t.Error("declining changed the credential")
		}
		letters := s.WantMail(t, "transfer.declined ana@example.org")
		if d := letters[0].ReadDetails(); letters[0].Subject != "ben declined “DHIS2”" || d.Other.Name != "ben" {
			t.Errorf("%q %+v", letters[0].Subject, d)
		}
		events, err := s.Credentials.History(ctx, s.ana, s.credential, "")
		modelstest.Must(t, err)
		if e := events.Rows[0]; e.Name != models.TransferRefused || e.ActorID != s.ben.UserID {
			t.Errorf("%+v", e)
		}
		wantCode(t, s.accept(t, token), models.Conflict, "not_pending")
	})
}
