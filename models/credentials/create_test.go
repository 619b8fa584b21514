package credentials_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/credentials"
	"holdfast/models/modelstest"
)

func TestAGoodFormIsKeptWithItsOwnerKindSharesAndEvents(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		p, q := h.Project(t, ana, "P"), h.Project(t, ana, "Q")
		d := postgres("  Main store ", map[string]string{"body/port": "5000", "body/ssl": "on"})
		d.Projects = []models.ID{q, p, q} // one of them twice
		id, err := h.Credentials.Create(ctx, ana, "postgresql", d)
		modelstest.Must(t, err)
		v, err := h.Credentials.Get(ctx, ana, id)
		modelstest.Must(t, err)
		if v.Name != "Main store" || v.OwnerID != ana.UserID || v.Kind.Name != "postgresql" || v.Version != 1 || !v.CreatedAt.Equal(h.Clock.Now()) {
			t.Errorf("kept %+v", v.Credential)
		}
		if len(v.Projects) != 2 || v.Projects[0].Name != "P" || v.Projects[1].Name != "Q" {
			t.Errorf("shared with %v", v.Projects)
		}
		want := map[string]string{
			"body/host": "db.example.org", "body/port": "5000", "body/database": "records", "body/user": "app",
			"body/ssl": "true", "body/allowSelfSignedCert": "false",
		}
		if !maps.Equal(v.Values, want) {
			t.Errorf("shows %v, want %v", v.Values, want)
		}
		if since, held := v.Held["body/password"]; !held || !since.Equal(h.Clock.Now()) || len(v.Held) != 1 {
			t.Errorf("holds %v", v.Held)
		}
		events := h.Events(t, id.String())
		slices.Sort(events)
		if !slices.Equal(events, []string{models.CredentialShared, models.CredentialShared, models.CredentialCreated}) {
			t.Errorf("events %v", events)
		}
		for _, e := range v.History.Rows {
			if d := e.ReadDetails(); e.Name == models.CredentialCreated && (d.Before != nil || d.After["name"] != "Main store" || len(d.After) != 2) {
				t.Errorf("created with %+v", d)
			}
			if e.ActorID != ana.UserID || e.ActorName != "ana@example.org" || e.IP != "192.0.2.7" || e.RequestID != "test" {
				t.Errorf("%s by %+v", e.Name, e)
			}
		}
	})
}

func TestEverythingWrongIsSaidAtOnceAndNothingIsKept(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		h.Keep(t, ana, "taken")
		many := `{"a": 1`
		for i := range models.MaxSensitiveValues {
			many += fmt.Sprintf(`,"k%d":"v"`, i)
		}
		for _, c := range []struct {
			says  string
			kind  string
			draft credentials.Draft
			wrong []string
		}{
			{"nothing is filled in", "postgresql", draft("", nil), []string{"name", "body/host", "body/port", "body/database", "body/user", "body/password"}},
			{"a name is taken and a port is no number", "postgresql", postgres("TAKEN", map[string]string{"body/port": "abc"}), []string{"name", "body/port"}},
			{"a name is taken", "raw", modelstest.Raw("Taken", `{}`), []string{"name"}},
			{"a name has control characters", "raw", modelstest.Raw("a\x00b", `{}`), []string{"name"}},
			{"a name is no text", "raw", modelstest.Raw("a\xffb", `{}`), []string{"name"}},
			{"a name is long", "raw", modelstest.Raw(strings.Repeat("é", 256), `{}`), []string{"name"}},
			{"a body is missing", "raw", draft("x", nil), []string{"body"}},
			{"a body is no JSON", "raw", modelstest.Raw("x", `{"pin": `), []string{"body"}},
			{"a body is no object", "raw", modelstest.Raw("x", `[1]`), []string{"body"}},
			{"a body is large", "raw", modelstest.Raw("x", `{"a":"`+strings.Repeat("x", models.MaxBody)+`"}`), []string{"body"}},
			{"a body has many sensitive values", "raw", modelstest.Raw("x", many+`}`), []string{"body"}},
			{"a URI is none", "http", draft("x", map[string]string{"body/baseUrl": "not a uri"}), []string{"body/baseUrl"}},
			{"an e-mail is none", "jira", draft("x", map[string]string{"body/baseUrl": "https://x.example", "body/email": "ana", "body/apiToken": "t"}), []string{"body/email"}},
			{"nested JSON is none", "http", draft("x", map[string]string{"body/tls": "{"}), []string{"body/tls"}},
		} {
			id, err := h.Credentials.Create(ctx, ana, c.kind, c.draft)
			got := slices.Sorted(maps.Keys(models.WrongFields(err)))
			slices.Sort(c.wrong)
			if err == nil || !slices.Equal(got, c.wrong) {
				t.Errorf("when %s: %v at %v, want %v (%v)", c.says, err, got, c.wrong, id)
			}
		}
		_, err := h.Credentials.Create(ctx, ana, "no-such-kind", draft("x", nil))
		modelstest.Want(t, err, models.NotFound)
		if n := h.Count(t, `SELECT count(*) FROM credentials`) + h.Count(t, `SELECT count(*) FROM bodies`); n != 2 {
			t.Errorf("%d rows, want the 2 of the first", n)
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE thing_type = 'credential'`); n != 1 {
			t.Errorf("%d events, want 1", n)
		}
	})
}

func TestBodiesKeepWhatTheSchemaDoesNotKnowAndTheTypesOfRaw(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		id, err := h.Credentials.CreateFromJSON(ctx, ana, "postgresql", draft("typed", nil), map[string]any{
			"host": "h", "port": "5000", "database": "d", "user": "u", "password": "p", "ssl": "true", "extra": map[string]any{"kept": 1},
		})
		modelstest.Must(t, err)
		v, err := h.Credentials.Get(ctx, ana, id)
		modelstest.Must(t, err)
		if v.Values["body/port"] != "5000" || v.Values["body/ssl"] != "true" {
			t.Errorf("shows %v", v.Values)
		}
		d := postgres("typed", map[string]string{"body/host": "h2"})
		d.Version = 1
		modelstest.Must(t, h.Credentials.Update(ctx, ana, id, d))
		open := h.Body(t, id)
		if !strings.Contains(open, `"extra":{"kept":1}`) || !strings.Contains(open, `"port":5432`) || !strings.Contains(open, `"ssl":false`) {
			t.Errorf("the body is %s", open)
		}
		raw, err := h.Credentials.CreateFromJSON(ctx, ana, "raw", draft("raw", nil), map[string]any{"port": "5000", "deep": []any{true, nil}})
		modelstest.Must(t, err)
		if open := h.Body(t, raw); open != `{"deep":[true,null],"port":"5000"}` {
			t.Errorf("the raw body is %s", open)
		}
		web, err := h.Credentials.Create(ctx, ana, "http", draft("web", map[string]string{"body/tls": `{"ca":"x"}`}))
		modelstest.Must(t, err)
		if open := h.Body(t, web); open != `{"tls":{"ca":"x"}}` {
			t.Errorf("the body with nested JSON is %s", open)
		}
		_, err = h.Credentials.CreateFromJSON(ctx, ana, "postgresql", draft("bad", nil), map[string]any{
			"host": "h", "port": "abc", "database": "d", "user": "u", "password": "p",
		})
		modelstest.WantWrong(t, err, "body/port")
	})
}

func TestANameIsUniqueForItsOwnerInAnySpelling(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana, bob := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember)
		h.Keep(t, ana, "Straße")
		h.Keep(t, ana, "Café")
		scheduled := h.Keep(t, ana, "Leaving")
		h.Schedule(t, ana, scheduled)
		for _, again := range []string{"Straße", "STRASSE", "strasse", " Straße ", "CAFE\u0301", "café", "leaving"} {
			_, err := h.Credentials.Create(ctx, ana, "raw", modelstest.Raw(again, `{}`))
			modelstest.WantWrong(t, err, "name")
		}
		h.Keep(t, bob, "Straße")
		other := h.Keep(t, ana, "other")
		modelstest.WantWrong(t, h.Credentials.Update(ctx, ana, other, renamed("LEAVING", 1)), "name")
		modelstest.Must(t, h.Credentials.Restore(ctx, ana, scheduled))
		modelstest.WantWrong(t, h.Credentials.Update(ctx, ana, other, renamed("LEAVING", 1)), "name")
	})
}

func TestOfManyWhoTakeANameAtOnceOneGetsIt(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		p := h.Project(t, ana, "P")
		errs := make(chan error, 8)
		for i := range 8 {
			go func() {
				d := modelstest.Raw("same", `{}`)
				if i%2 == 0 {
					d.Projects = []models.ID{p}
				}
				_, err := h.Credentials.Create(ctx, ana, "raw", d)
				errs <- err
			}()
		}
		kept := 0
		for range 8 {
			if err := <-errs; err == nil {
				kept++
			} else if models.WrongFields(err)["name"] == "" {
				t.Errorf("a loser got %v", err)
			}
		}
		if kept != 1 || h.Count(t, `SELECT count(*) FROM credentials`) != 1 || h.Count(t, `SELECT count(*) FROM bodies`) != 1 {
			t.Errorf("%d were told that they have it", kept)
		}
	})
}

func TestSharingNeedsASeatFromWhichOneMayShare(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana, bob := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember)
		p, hidden := h.Project(t, ana, "P"), h.Project(t, ana, "Hidden")
		may := map[models.Role]bool{models.Admin: true, models.Editor: true, models.Viewer: false}
		h.Seat(t, ana, p, bob, models.Viewer)
		for role, ok := range may {
			_, err := h.Projects.SetRole(ctx, ana, p, bob.UserID, role)
			modelstest.Must(t, err)
			_, err = h.Credentials.Create(ctx, bob, "raw", modelstest.Raw("as "+string(role), `{}`, p))
			id := h.Keep(t, bob, "later as "+string(role))
			later := renamed("later as "+string(role), 1)
			later.Projects = []models.ID{p}
			laterErr := h.Credentials.Update(ctx, bob, id, later)
			offered, offerErr := h.Credentials.Projects(ctx, bob)
			modelstest.Must(t, offerErr)
			if ok {
				modelstest.Must(t, err)
				modelstest.Must(t, laterErr)
			} else {
				modelstest.WantWrong(t, err, "projects")
				modelstest.WantWrong(t, laterErr, "projects")
			}
			if (len(offered) == 1) != ok {
				t.Errorf("as %s the form offers %v", role, offered)
			}
		}
		for _, there := range []models.ID{hidden, models.NewID(), {}} {
			_, err := h.Credentials.Create(ctx, bob, "raw", modelstest.Raw("x", `{}`, p, there))
			modelstest.WantWrong(t, err, "projects")
			if strings.Contains(fmt.Sprint(models.WrongFields(err)), "Hidden") {
				t.Errorf("a stranger learns the project's name: %v", models.WrongFields(err))
			}
		}
		if n := h.Count(t, `SELECT count(*) FROM credentials WHERE name = 'x'`); n != 0 {
			t.Errorf("%d credentials of a refused form", n)
		}
	})
}

func TestAUserWhoIsGoneCreatesNothing(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ghost := models.Actor{UserID: 4711, Email: "ghost@example.org"}
		_, err := h.Credentials.Create(t.Context(), ghost, "raw", modelstest.Raw("x", `{}`))
		modelstest.Want(t, err, models.SignedOut)
		_, err = h.Credentials.Create(t.Context(), ghost, "raw", modelstest.Raw("x", `{}`, models.NewID()))
		modelstest.Want(t, err, models.SignedOut)
		if n := h.Count(t, `SELECT count(*) FROM events`); n != 0 {
			t.Errorf("%d events", n)
		}
	})
}

// An account is connected, never entered: no form and no program can make one.
func TestAnAccountCantBeEntered(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		_, err := h.Credentials.Create(t.Context(), ana, models.OAuthKind, credentials.Draft{Name: "x"})
		modelstest.WantWrong(t, err, "kind")
		_, err = h.Credentials.CreateFromJSON(t.Context(), ana, models.OAuthKind, credentials.Draft{Name: "x"}, map[string]any{"access_token": "marker"})
		modelstest.WantWrong(t, err, "kind")
		if n := h.Count(t, `SELECT count(*) FROM credentials`); n != 0 {
			t.Errorf("%d credentials", n)
		}
	})
}
