package handlers_test

import (
	"maps"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

// desk is an administrator at the editor of ana's logins.
type desk struct {
	*console
	admin browser
	ana   models.Actor
	at    string // the editor
}

func (c *console) desk(t *testing.T) desk {
	t.Helper()
	d := desk{console: c, admin: c.person(t, "boss", models.Administrator), ana: c.Person(t, "ana", models.PlainMember)}
	c.Lets(t, d.ana)
	d.at = to.UserLogins(d.ana.UserID)
	return d
}

// add gives ana another login, by the domain.
func (d desk) add(t *testing.T, item models.LoginItem) int64 {
	t.Helper()
	set, err := d.Logins.FindByUserID(t.Context(), d.admin.Actor, d.ana.UserID)
	modelstest.Must(t, err)
	var items []models.LoginItem
	for _, l := range set.Logins {
		items = append(items, models.LoginItem{ID: models.Some(l.ID)})
	}
	done, err := d.Logins.SetCredentials(t.Context(), d.admin.Actor, d.ana.UserID, models.LoginSet{Items: append(items, item)})
	modelstest.Must(t, err)
	return done.Logins[len(done.Logins)-1].ID
}

// night is ana's second login; it has a password.
func (d desk) night(t *testing.T) int64 {
	t.Helper()
	return d.add(t, models.LoginItem{Key: models.Some("night"), Secret: models.Some("nine purple lamps tonight")})
}

func (d desk) login(t *testing.T, id int64) models.Login {
	t.Helper()
	set, err := d.Logins.FindByUserID(t.Context(), d.admin.Actor, d.ana.UserID)
	modelstest.Must(t, err)
	for _, l := range set.Logins {
		if l.ID == id {
			return l
		}
	}
	return models.Login{}
}

// form is the editor as a browser would send it back.
func (d desk) form(t *testing.T) url.Values {
	t.Helper()
	return formOf(t, d.get(d.admin, d.at))
}

// formOf reads what a browser would send of a page's form.
func formOf(t *testing.T, a answer) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || !inForm(n) {
			continue
		}
		at := attributes(n)
		_, ticked := at["checked"]
		_, disabled := at["disabled"]
		switch {
		case at["name"] == "" || disabled:
		case n.Data == "input" && (at["type"] != "checkbox" || ticked):
			form.Add(at["name"], at["value"])
		case n.Data == "select":
			form.Add(at["name"], chosenOf(n))
		}
	}
	return form
}

func inForm(n *html.Node) bool {
	for p := range n.Ancestors() {
		if p.Data == "form" && strings.Contains(attributes(p)["class"], "logins") {
			return true
		}
	}
	return false
}

func attributes(n *html.Node) map[string]string {
	at := map[string]string{}
	for _, a := range n.Attr {
		at[a.Key] = a.Val
	}
	return at
}

func chosenOf(n *html.Node) string {
	value := ""
	for o := range n.Descendants() {
		if at := attributes(o); o.Data == "option" && value == "" {
			value = at["value"]
		} else if _, selected := at["selected"]; selected {
			value = at["value"]
		}
	}
	return value
}

// with is the form with other values; an empty one takes the field away.
func with(form url.Values, pairs ...string) url.Values {
	changed := maps.Clone(form)
	for i := 0; i+1 < len(pairs); i += 2 {
		changed.Del(pairs[i])
		if pairs[i+1] != "" {
			changed.Set(pairs[i], pairs[i+1])
		}
	}
	return changed
}

// kept is what of ana's ways in stands in the database.
func (d desk) kept(t *testing.T) string {
	t.Helper()
	var all []string
	for _, table := range []string{"users", "logins", "access_links", "letters", "events"} {
		rows, err := d.DB.RawRows(t.Context(), "SELECT * FROM "+table+" ORDER BY id")
		modelstest.Must(t, err)
		all = append(all, rows...)
	}
	return strings.Join(all, "\n")
}

func (d desk) save(form url.Values) answer   { return d.post(d.admin, d.at, form.Encode()) }
func (d desk) review(form url.Values) answer { return d.post(d.admin, d.at+"/review", form.Encode()) }
func (d desk) row(form url.Values) answer    { return d.post(d.admin, d.at+"/row", form.Encode()) }

// expect stops the test unless the answer has the status and the texts.
func (a answer) expect(t *testing.T, status int, has ...string) answer {
	t.Helper()
	row{name: "answer", status: status, has: has}.check(t, a)
	if t.Failed() {
		t.FailNow()
	}
	return a
}

// saved posts the form and stops the test unless it was saved with that news.
func (d desk) saved(t *testing.T, form url.Values, news ...string) {
	t.Helper()
	a := d.save(form)
	if a.status != 303 {
		t.Fatalf("got %d:\n%s", a.status, plainText(a.body))
	}
	d.get(d.admin, a.where()).expect(t, 200, news...)
}

func (d desk) cellOf(t *testing.T, column string, id int64) string {
	t.Helper()
	return d.cell(t, `SELECT `+column+` FROM logins WHERE id = `+strconv.FormatInt(id, 10))
}
