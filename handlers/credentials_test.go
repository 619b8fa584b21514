package handlers_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/views/to"
)

// database is the form of a PostgreSQL credential.
func database(name string, more ...string) string {
	return form(append([]string{
		"kind", "postgresql", "name", name, "body/host", "db.example.org", "body/port", "5432",
		"body/database", "records", "body/user", "app", "body/password", "marker-secret",
	}, more...)...)
}

// id is the last piece of the address that an answer leads to.
func (a answer) id() string { return a.where()[strings.LastIndex(a.where(), "/")+1:] }

func TestPickingAKind(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	c.try(t, []row{
		{name: "all", who: ada, path: to.PickKind(), status: 200, has: []string{"PostgreSQL", "Raw", "Choose a kind"}},
		{name: "searched", who: ada, path: to.PickKind() + "?q=postgre", status: 200, has: []string{"PostgreSQL"}, hasNot: []string{">MySQL<"}},
		{name: "by its name, any case", who: ada, path: to.PickKind() + "?q=+POSTGRESQL+", status: 200, has: []string{"PostgreSQL"}, hasNot: []string{">MySQL<"}},
		{name: "by its group", who: ada, path: to.PickKind() + "?q=databases", status: 200, has: []string{"PostgreSQL", ">MySQL<"}},
		{name: "none", who: ada, path: to.PickKind() + "?q=zzzz", status: 200, has: []string{"No kind of that name", `value="zzzz"`}},
		{name: "unknown kind", who: ada, path: to.NewCredential("nope"), status: 404, has: []string{"There is no kind of credential called", "nope"}},
		{name: "unknown kind posted", who: ada, path: to.Credentials(), form: form("kind", "nope", "name", "x"), status: 404},
		{name: "no kind posted", who: ada, path: to.Credentials(), form: form("name", "x"), status: 404},
		{name: "a form", who: ada, path: to.NewCredential("postgresql"), status: 200, has: []string{`name="body/host"`, `value="5432"`, ">Save credential<", `name="kind" value="postgresql"`}},
		{name: "a form of raw", who: ada, path: to.NewCredential("raw"), status: 200, has: []string{`name="body"`, ">JSON<"}},
	})
}

func TestEveryKindHasAForm(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	kinds := c.Credentials.Kinds()
	if len(kinds) < 40 {
		t.Errorf("%d kinds, want at least 40", len(kinds))
	}
	for _, k := range kinds {
		if k.Name == models.OAuthKind { // it is connected, see connect_test.go
			continue
		}
		row{name: k.Name, status: 200, has: []string{k.Title, ">Save credential<"}}.check(t, c.get(ada, to.NewCredential(k.Name)))
	}
}

func TestAFormTellsEverythingAtOnce(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	project := c.Project(t, ada.Actor, "Wells").String()
	a := c.post(ada, to.Credentials(), form("kind", "postgresql", "name", "  ", "body/host", "", "body/port", "many",
		"body/database", "kept-database", "body/user", "", "body/password", "marker-secret", "body/ssl", "true", "project", project))
	row{name: "everything", status: 422, has: []string{
		"Enter a name.", "things need your attention", `value="many"`, `value="kept-database"`,
		`id="body-port-error"`, `id="body-host-error"`, `id="body-user-error"`, `id="name-error"`, `id="body-password-retype"`,
	}, hasNot: []string{"marker-secret", `id="body-database-error"`}}.check(t, a)
	if !regexp.MustCompile(`value="` + project + `"[^>]* checked`).MatchString(a.body) {
		t.Error("the ticked project is not kept")
	}
	if !regexp.MustCompile(`<input[^>]*checked[^>]*name="body/ssl"`).MatchString(a.body) {
		t.Error("the ticked box is not kept")
	}
	if c.Count(t, `SELECT count(*) FROM credentials`) != 0 {
		t.Error("a row was made")
	}
	c.Keep(t, ada.Actor, "Taken")
	c.try(t, []row{
		{
			name: "name taken, and more", who: ada, path: to.Credentials(), form: form("kind", "postgresql", "name", "TAKEN", "body/port", "many", "body/password", "marker-secret"),
			status: 422, has: []string{"You have another credential with this name.", `id="body-port-error"`, `value="TAKEN"`}, hasNot: []string{"marker-secret"},
		},
		{
			name: "only the name taken", who: ada, path: to.Credentials(), form: form("kind", "raw", "name", "taken ", "body", `{"marker":1}`),
			status: 422, has: []string{"You have another credential with this name."}, hasNot: []string{"marker"},
		},
		{name: "raw that is no JSON", who: ada, path: to.Credentials(), form: form("kind", "raw", "name", "x", "body", `{"marker`), status: 422, has: []string{`id="body-error"`}, hasNot: []string{"marker"}},
		{name: "raw that is no object", who: ada, path: to.Credentials(), form: form("kind", "raw", "name", "x", "body", `["marker"]`), status: 422, hasNot: []string{"marker"}},
		{name: "control characters", who: ada, path: to.Credentials(), form: form("kind", "raw", "name", "a\u202eb", "body", `{}`), status: 422, has: []string{"can't be printed"}},
		{name: "a name too long", who: ada, path: to.Credentials(), form: form("kind", "raw", "name", strings.Repeat("ä", 256), "body", `{}`), status: 422, has: []string{"at most 255 characters"}},
		{name: "a project of nobody", who: ada, path: to.Credentials(), form: form("kind", "raw", "name", "x", "body", `{}`, "project", models.NewID().String()), status: 422},
		{name: "a body of more than 64 KiB", who: ada, path: to.Credentials(), form: form("kind", "raw", "name", "x", "body", `{"a":"`+strings.Repeat("b", 65<<10)+`"}`), status: 422, has: []string{"64"}, hasNot: []string{"bbbb"}},
	})
	if n := c.Count(t, `SELECT count(*) FROM credentials`); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

func TestCreateLookAndChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada := c.member(t, "ada")
		wells, pumps := c.Project(t, ada.Actor, "Wells"), c.Project(t, ada.Actor, "Pumps")
		made := c.post(ada, to.Credentials(), database("Warehouse", "project", wells.String()))
		if made.status != 303 {
			t.Fatalf("%d\n%s", made.status, plainText(made.body))
		}
		id := made.id()
		c.try(t, []row{
			{name: "its page", who: ada, path: to.Credential(id), status: 200, has: []string{
				"Credential saved.", "Warehouse", "PostgreSQL", "db.example.org", "5432", "Set, last changed", "Wells", "History",
				"created the credential", ">Edit<", ">Delete credential<",
			}, hasNot: []string{"marker-secret", ">Restore<", ">Delete now<"}},
			{name: "the news is read once", who: ada, path: to.Credential(id), status: 200, hasNot: []string{"Credential saved."}},
			{name: "the list", who: ada, path: to.Credentials(), status: 200, has: []string{"Warehouse", "PostgreSQL", "Wells"}, hasNot: []string{"marker-secret", "db.example.org"}},
			{name: "its form", who: ada, path: to.EditCredential(id), status: 200, has: []string{
				`value="Warehouse"`, `value="db.example.org"`, `name="version" value="1"`, "Set, last changed", "Leave empty to keep it.", "Shared. To take it away",
			}, hasNot: []string{"marker-secret"}},
		})
		change := func(version int, name string, more ...string) answer {
			return c.post(ada, to.Credential(id), form(append([]string{
				"version", strconv.Itoa(version), "name", name, "body/host", "db2.example.org",
				"body/port", "5433", "body/database", "records", "body/user", "app",
			}, more...)...))
		}
		if a := change(1, "Data warehouse", "project", pumps.String()); a.status != 303 || a.where() != to.Credential(id) {
			t.Fatalf("%d\n%s", a.status, plainText(a.body))
		}
		body := c.Body(t, models.ParseID(id))
		for _, part := range []string{`"host":"db2.example.org"`, `"port":5433`, `"password":"marker-secret"`} {
			if !strings.Contains(body, part) {
				t.Errorf("the body lacks %s: %s", part, body)
			}
		}
		c.try(t, []row{
			{name: "changed", who: ada, path: to.Credential(id), status: 200, has: []string{"Data warehouse", "db2.example.org", "Pumps", "Wells", "Name: Warehouse → Data warehouse"}},
			{
				name: "wrong again", who: ada, path: to.Credential(id), form: form("version", "2", "name", "", "body/port", "x", "body/password", "marker-two"),
				status: 422, has: []string{"Enter a name.", `id="body-port-error"`, "Edit Data warehouse", `name="version" value="2"`}, hasNot: []string{"marker-two"},
			},
			{
				name: "Nobody clears a required secret", who: ada, path: to.Credential(id), form: form("version", "2", "name", "W", "body/host", "h", "body/port", "1", "body/database", "d", "body/user", "u", "remove", "body/password"),
				status: 422, has: []string{`id="body-password-error"`},
			},
		})
	})
}

// A save that comes too late changes nothing, shows what others did, and keeps
// what was typed.
func TestAStaleSave(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada := c.member(t, "ada")
		id := c.post(ada, to.Credentials(), database("Warehouse")).id()
		first := c.post(ada, to.Credential(id), database("Lake", "version", "1", "body/password", ""))
		if first.status != 303 {
			t.Fatalf("%d\n%s", first.status, plainText(first.body))
		}
		for _, version := range []string{"1", "0", "", "x", "99"} {
			a := c.post(ada, to.Credential(id), form("version", version, "name", "Mine", "body/host", "typed.example.org", "body/port", "5432",
				"body/database", "records", "body/user", "app", "body/password", "marker-late"))
			r := row{name: "version " + version, status: 409, has: []string{
				"changed while you were editing it", `value="Mine"`, `value="typed.example.org"`, `name="version" value="2"`,
			}, hasNot: []string{"marker-late"}}
			if version == "1" {
				r.has = append(r.has, "<del>Warehouse</del>", "<ins>Lake</ins>")
			}
			r.check(t, a)
		}
		if body := c.Body(t, models.ParseID(id)); strings.Contains(body, "typed") || strings.Contains(body, "marker-late") {
			t.Error("something of the late save was kept")
		}
		c.try(t, []row{
			{name: "saved on top", who: ada, path: to.Credential(id), form: database("Mine", "version", "2"), status: 303, where: to.Credential(id)},
			{name: "it is mine", who: ada, path: to.Credential(id), status: 200, has: []string{"Mine"}},
		})
	})
}

func TestFindingCredentials(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada, ben := c.member(t, "ada"), c.member(t, "ben")
		wells := c.Project(t, ada.Actor, "Wells")
		c.Seat(t, ada.Actor, wells, ben.Actor, models.Viewer)
		c.Keep(t, ada.Actor, "Alpha", wells)
		c.Keep(t, ada.Actor, "beta 100%_x")
		due := c.Keep(t, ada.Actor, "Gamma", wells)
		c.post(ada, to.Credentials(), database("Delta"))
		c.Schedule(t, ada.Actor, due)
		find := func(f to.CredentialFilter) string { return to.CredentialsWith(f) }
		c.try(t, []row{
			{name: "search, any case", who: ada, path: find(to.CredentialFilter{Q: "ALPH"}), status: 200, has: []string{"Alpha"}, hasNot: []string{"beta"}},
			{name: "wildcards mean themselves", who: ada, path: find(to.CredentialFilter{Q: "0%_"}), status: 200, has: []string{"beta"}, hasNot: []string{"Alpha"}},
			{name: "none", who: ada, path: find(to.CredentialFilter{Q: "nothing like it"}), status: 200, has: []string{"Nothing matches", `value="nothing like it"`}},
			{name: "by kind", who: ada, path: find(to.CredentialFilter{Kind: "postgresql"}), status: 200, has: []string{"Delta"}, hasNot: []string{"Alpha"}},
			{name: "by project", who: ada, path: find(to.CredentialFilter{Project: wells.String()}), status: 200, has: []string{"Alpha"}, hasNot: []string{"Delta"}},
			{name: "scheduled", who: ada, path: find(to.CredentialFilter{State: "scheduled"}), status: 200, has: []string{"Gamma", "Deletion in"}, hasNot: []string{"Alpha"}},
			{name: "purged", who: ada, path: find(to.CredentialFilter{State: "purged"}), status: 200, hasNot: []string{"Alpha", "Gamma"}},
			{name: "junk filters", who: ada, path: find(to.CredentialFilter{Kind: "nope", Project: "junk", State: "junk", Sort: "junk", After: "junk"}), status: 200},
			{name: "newest first", who: ada, path: find(to.CredentialFilter{Sort: "newest"}), status: 200, has: []string{"Delta"}},
			{name: "somebody else's", who: ben, path: to.Credentials(), status: 200, has: []string{"No credentials yet"}, hasNot: []string{"Alpha"}},
			{name: "a project's list", who: ben, path: to.ProjectCredentials(wells.String()), status: 200, has: []string{"Alpha", "ada"}, hasNot: []string{"Gamma", "Delta"}},
			{name: "a project's list, searched", who: ben, path: to.ProjectCredentialsWith(wells.String(), to.CredentialFilter{Q: "zz"}), status: 200, has: []string{"Nothing matches"}},
			{name: "by htmx, the part alone", htmx: true, who: ada, path: find(to.CredentialFilter{Q: "alpha"}), status: 200, has: []string{`id="results"`, "Alpha"}, hasNot: []string{"<html", "Delta"}},
		})
	})
}

// What a member who does not own a credential sees of it.
func TestAMembersGlimpse(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada, ben := c.member(t, "ada"), c.member(t, "ben")
	wells := c.Project(t, ada.Actor, "Wells")
	secret := c.Project(t, ada.Actor, "Top secret")
	c.Seat(t, ada.Actor, wells, ben.Actor, models.Admin)
	id := c.post(ada, to.Credentials(), database("Warehouse", "project", wells.String(), "project", secret.String())).id()
	c.try(t, []row{
		{
			name: "glimpse", who: ben, path: to.Credential(id), status: 200, has: []string{"Warehouse", "PostgreSQL", "ada", "Wells"},
			hasNot: []string{"Top secret", "db.example.org", "marker-secret", "created the credential", ">Edit<", ">Delete credential<"},
		},
		{name: "no edit", who: ben, path: to.EditCredential(id), status: 403, has: []string{"Only its owner can do this. Ask ada."}},
	})
}

func TestPagesOfCredentials(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada := c.member(t, "ada")
		for i := range 53 {
			c.Keep(t, ada.Actor, "Number "+strconv.Itoa(100+i))
		}
		first := c.get(ada, to.Credentials())
		next := regexp.MustCompile(`href="(/credentials\?after=[^"]*)"`).FindStringSubmatch(first.body)
		if next == nil || !strings.Contains(first.body, "Number 149") || strings.Contains(first.body, "Number 150") {
			t.Fatalf("the first page:\n%s", plainText(first.body))
		}
		c.try(t, []row{
			{name: "second page", who: ada, path: strings.ReplaceAll(next[1], "&amp;", "&"), status: 200, has: []string{"Number 150", "Number 152"}, hasNot: []string{"Number 149"}},
			{name: "past the end", who: ada, path: to.CredentialsWith(to.CredentialFilter{After: models.NewID().String() + "~zzzz"}), status: 200},
		})
	})
}
