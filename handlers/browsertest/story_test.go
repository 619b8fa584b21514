package browsertest

import (
	"strings"
	"testing"
)

// The main job, from the first start to the purge, as a newcomer does it: with
// scripts on SQLite, without them on Postgres.

func TestTheStoryWithScripts(t *testing.T) {
	t.Parallel()
	chromium(t)
	walk(t, onSQLite(t), true)
}

func TestTheStoryWithoutScripts(t *testing.T) {
	t.Parallel()
	chromium(t)
	walk(t, onPostgres(t), false)
}

const (
	adminLogin    = "ada@example.org"
	adminPassword = "analytical engine no. 1"
	secret        = "marker-of-a-secret-7Q" // what the credential keeps
	typedSecret   = "marker-of-a-secret-9Z" // what is typed and never saved
	others        = 10_000                  // credentials beside the one of the story
	hostBefore    = "db.example.org"        // of the credential
	hostAfter     = "db-2.example.org"      // after the edit
	hostLate      = "db-late.example.org"   // of the edit that comes too late
)

// story is one walk: the house that is kept, the program that serves it now, and who walks.
type story struct {
	t    *testing.T
	at   where
	prog *program
	b    *browser
	*person
}

func walk(t *testing.T, at where, scripts bool) {
	s := &story{t: t, at: at, b: open(t, scripts)}
	s.prog = start(t, at, nil)
	s.person = s.b.sit(s.prog.url)
	s.secrets = []string{secret, typedSecret, adminPassword}

	s.makesTheAdministrator()
	s.makesAProject()
	s.picksPostgreSQL()
	s.getsTheFormWrong()
	s.correctsIt()
	crowd(t, at, others)
	s.findsItAgain()
	s.seesNoSecret()
	s.editsItInTwoTabs()
	s.deletesIt()
	s.restoresIt()
	s.startsWithoutGrace()
	s.deletesItForGood()
	s.readsTheAudit()
	s.prog.stop()
	s.searchesForTheSecret()
}

func (s *story) makesTheAdministrator() {
	s.visit(s.prog.setup)
	s.sees("Set up Holdfast")
	s.fill("Name", "Ada Lovelace")
	s.fill("E-mail", adminLogin)
	s.fill("Password", adminPassword)
	s.click("button", "Create administrator")
	s.sees("Sign in")
	s.fill("Login", adminLogin)
	s.fill("Password", adminPassword)
	s.click("button", "Sign in")
	s.comesIn(adminLogin)
	s.reads("No credentials yet")
}

func (s *story) makesAProject() {
	s.goes("Projects")
	s.click("link", "New project")
	s.sees("New project")
	s.fill("Name", "Field data")
	s.click("button", "Create project")
	s.sees("Field data")
	s.reads("Project created.")
}

func (s *story) picksPostgreSQL() {
	s.goes("Credentials")
	s.click("link", "New credential")
	s.sees("Choose a kind")
	if s.scripts {
		s.keys("/")
		s.types("postg")
		s.keys("ArrowDown", "Enter")
	} else {
		s.fillIn("searchbox", "Search kinds", "postg")
		s.click("button", "Search")
		s.reads("PostgreSQL")
		s.misses("MySQL")
		s.click("link", "PostgreSQL")
	}
	s.sees("New PostgreSQL credential")
}

func (s *story) getsTheFormWrong() {
	s.fill("Name", "Registry")
	s.fill("Host", "")
	s.fill("Port", "abc")
	s.fill("Database", "records")
	s.fill("User", "app")
	s.fill("Password", secret)
	s.click("checkbox", "Use SSL")
	s.find("group", "Projects")
	s.click("checkbox", "Field data")
	s.click("button", "Save credential")

	s.reads("3 things need your attention")
	s.sees("New PostgreSQL credential")
	s.answered(422)
	for _, field := range []string{"Host", "Port"} {
		if s.find("textbox", field).wrong() == "" {
			s.t.Errorf("%s does not say what is wrong with it", field)
		}
	}
	for field, want := range map[string]string{"Name": "Registry", "Host": "", "Port": "abc", "Database": "records", "User": "app", "Password": ""} {
		if got := s.find("textbox", field).value(); got != want {
			s.t.Errorf("%s holds %q, want %q", field, got, want)
		}
	}
	for _, box := range []string{"Use SSL", "Field data"} {
		if !s.find("checkbox", box).ticked() {
			s.t.Errorf("%s is not ticked any more", box)
		}
	}
	if focus := eval[string](s.person, `document.activeElement.id`); s.scripts && focus != "error-summary" {
		s.t.Errorf("the focus is on %q, not on the summary of the faults", focus)
	}
}

func (s *story) correctsIt() {
	s.fill("Host", hostBefore)
	s.fill("Port", "5432")
	s.fill("Password", secret)
	s.click("button", "Save credential")
	s.sees("Registry")
	s.reads("Credential saved.", hostBefore)
}

// findsItAgain among ten thousand others.
func (s *story) findsItAgain() {
	s.goes("Credentials")
	s.reads("Next page")
	s.lacks("link", "Registry")
	s.fillIn("searchbox", "Search credentials", "regis")
	if !s.scripts {
		s.click("button", "Apply")
	}
	s.reads("Showing 1 credential")
	if where := eval[string](s.person, `location.search`); !strings.Contains(where, "q=regis") {
		s.t.Errorf("the address does not keep the search: %s", where)
	}
	s.click("link", "Registry")
	s.sees("Registry")
}

func (s *story) seesNoSecret() {
	s.find("heading", "History")
	s.find("link", "Field data")
	s.reads("Password Set", "Host "+hostBefore, "Database records")
}

// editsItInTwoTabs keeps the secret and changes the host; the later tab has typed over what is gone.
func (s *story) editsItInTwoTabs() {
	s.click("link", "Edit")
	s.sees("Edit Registry")
	late := s.b.sit(s.prog.url)
	late.secrets = s.secrets
	late.visit(eval[string](s.person, `location.href`))
	late.sees("Edit Registry")

	s.reads("Leave empty to keep it.")
	s.fill("Host", hostAfter)
	s.click("button", "Save credential")
	s.sees("Registry")
	s.reads("Credential saved.", hostAfter, "Fields changed: host")
	s.misses("Fields changed: host, password")

	late.fill("Host", hostLate)
	late.fill("Password", typedSecret)
	late.click("button", "Save credential")
	late.reads("This credential changed while you were editing it", "Fields changed: host")
	late.sees("Edit Registry")
	late.answered(409)
	if got := late.find("textbox", "Host").value(); got != hostLate {
		s.t.Errorf("after the conflict the host is %q, not what was typed", got)
	}
	if late.find("textbox", "Password").value() != "" {
		s.t.Error("after the conflict the secret stands in its field")
	}
	late.click("button", "Save credential")
	late.sees("Registry")
	late.reads(hostLate)
}
