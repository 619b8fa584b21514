package browsertest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"
)

// furniture is what stands in a furnished house, by the ids of its pages.
type furniture struct {
	project, empty string            // projects: with everything, and with nothing
	logistics      string            // another project that uses "Registry"
	credential     string            // "Registry", shared with the project
	scheduled      string            // a credential that waits for its purge
	unshared       string            // a credential in no project
	viewer         string            // user id of the one who may only look
	heir           string            // user id of an admin of the project
	link           string            // an access link that works
	keeps          map[string]string // the team's credentials by name

	invited string // user id of one who has set no password yet
	offered string // a credential that is offered to the heir
	links   links
	lodgers lodgers
}

// links are what letters of transfers lead to, for the heir.
type links struct {
	one, several, clash, ended string
}

// client furnishes faster than a browser: it posts the forms and looks at nothing.
type client struct {
	t    *testing.T
	http *http.Client
	at   string
}

func newClient(t *testing.T, prog *program) client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client{t, &http.Client{Jar: jar, CheckRedirect: stay, Timeout: patience}, prog.url}
}

// post sends a form and gives where it leads, and the page if there is one.
func (c client) post(to string, pairs ...string) (location, page string) {
	c.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	answer, err := c.http.PostForm(c.at+to, form)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if answer.StatusCode >= 400 {
		c.t.Fatalf("POST %s: %s\n%s", to, answer.Status, text)
	}
	return answer.Header.Get("Location"), string(text)
}

// id is the last part of where a post leads to.
func (c client) id(to string, pairs ...string) string {
	c.t.Helper()
	location, _ := c.post(to, pairs...)
	return path.Base(location)
}

func (c client) signIn(login, password string) client {
	c.t.Helper()
	location, _ := c.post("/sign-in", "login", login, "password", password)
	c.comeIn(login, location)
	return c
}

// user makes a user who has set a password, unless it is empty, and gives the id and the link.
func (c client) user(prog *program, name, email, password string) (id, link string) {
	c.t.Helper()
	_, page := c.post("/admin/users", "name", name, "email", email, "rank", "member")
	link = regexp.MustCompile(`http://[^"<]*/access/[^"<]+`).FindString(page)
	id = regexp.MustCompile(`/admin/users/(\d+)"`).FindStringSubmatch(page)[1]
	if password != "" {
		newClient(c.t, prog).post(strings.TrimPrefix(link, prog.url), "password", password)
	}
	return id, link
}

// furnish sets the program up and fills it with what a small team has.
func furnish(t *testing.T, prog *program) furniture {
	t.Helper()
	var f furniture
	token := prog.setup[strings.Index(prog.setup, "token=")+len("token="):]
	c := newClient(t, prog)
	c.post("/setup", "token", token, "name", "Ada Lovelace", "email", adminLogin, "password", adminPassword)
	c.signIn(adminLogin, adminPassword)
	f.project = c.id("/projects", "name", "Field data")
	f.empty = c.id("/projects", "name", "Malaria surveillance")
	f.logistics = c.id("/projects", "name", "Vaccine logistics")
	all := []string{"project", f.project, "project", f.logistics}
	make := func(kind, name string, pairs ...string) string {
		return c.id("/credentials", append([]string{"kind", kind, "name", name}, pairs...)...)
	}
	f.credential = make("postgresql", "Registry", append(all, "body/host", hostBefore, "body/port", "5432", "body/database", "records",
		"body/user", "app", "body/password", secret, "body/ssl", "true")...)
	f.unshared = make("raw", "Legacy export", "body", `{"endpoint": "https://legacy.example.org", "pin": "`+secret+`"}`)
	f.keeps = map[string]string{}
	for _, one := range teamKeeps {
		f.keeps[one[1]] = make(one[0], one[1], append(one[2:], "project", f.project)...)
	}
	f.scheduled = make("http-bearer", "Old mail gateway", "project", f.project, "body/token", secret)
	c.post("/credentials/" + f.scheduled + "/delete")
	f.heir, _ = c.user(prog, "Katherine Johnson", heirLogin, heirPassword)
	f.viewer, _ = c.user(prog, "Mary Jackson", viewerLogin, viewerPassword)
	c.user(prog, "Annie Easley", newcomerLogin, newcomerPassword)
	f.invited, f.link = c.user(prog, "Dorothy Vaughan", "dorothy@example.org", "")
	c.post("/projects/"+f.project+"/members", "email", heirLogin, "role", "admin")
	c.post("/projects/"+f.project+"/members", "email", viewerLogin, "role", "viewer")
	return f
}

// teamKeeps is a kind, a name, and what is in it.
var teamKeeps = [][]string{
	{"dhis2", "DHIS2 reporting", "body/hostUrl", "https://dhis2.example.org", "body/username", "reporter", "body/password", secret},
	{"kobotoolbox", "KoBo intake forms", "body/baseUrl", "https://kf.example.org", "body/apiToken", secret},
	{"openmrs", "OpenMRS clinic sync", "body/instanceUrl", "https://emr.example.org/openmrs", "body/username", "sync", "body/password", secret},
	{"s3", "Stock levels bucket", "body/accessKeyId", "AKIAEXAMPLE", "body/secretAccessKey", secret, "body/region", "eu-central-1"},
	{"slack-bot", "Slack alerts", "body/botToken", "xoxb-" + secret},
	{"twilio", "Twilio SMS reminders", "body/accountSid", "AC0123456789abcdef0123456789abcdef", "body/authToken", secret},
	{"mysql", "Warehouse database", "body/host", "mysql.example.org", "body/port", "3306", "body/database", "warehouse", "body/user", "etl", "body/password", secret},
	{"http", "Partner API", "body/baseUrl", "https://partner.example.org/v1", "body/username", "holdfast", "body/password", secret},
	{"github-token", "Release notes bot", "body/token", secret},
	{"openai", "Survey coding model", "body/apiKey", secret},
}

const (
	heirLogin      = "katherine@example.org"
	heirPassword   = "figures of friendship 7"
	viewerLogin    = "mary@example.org"
	viewerPassword = "supersonic pressure tunnel"

	newcomerLogin    = "annie@example.org"
	newcomerPassword = "centaur upper stage 2"
)
