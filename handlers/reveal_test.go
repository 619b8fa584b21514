package handlers_test

import (
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/views/to"
)

func TestRevealShowsASecretOnItsOwnPageAndNowhereElse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss, ada := c.person(t, "boss", models.Administrator), c.member(t, "ada")
		id := c.post(ada, to.Credentials(), strings.ReplaceAll(database("Warehouse"), "marker-secret", marker+"%3Cb%3E")).id()
		deep := c.post(ada, to.Credentials(), form("kind", "raw", "name", "Raw", "body", `{"a":{"b":["`+marker+`"]}}`)).id()
		c.try(t, []row{{name: "the button", who: ada, path: to.Credential(id), status: 200, has: []string{"Reveal", `action="` + to.RevealCredential(id) + `"`}, hasNot: []string{marker}}})
		for _, htmx := range []bool{false, true} {
			a := c.visit(visit{who: ada, method: "POST", path: to.RevealCredential(id), htmx: htmx})
			(row{name: "revealed", status: 200, has: []string{"Secrets of Warehouse", "Password", `value="` + marker + `&lt;b&gt;"`, `autocomplete="off"`, `hx-history="false"`, "data-copy", "Done, hide it"}, hasNot: []string{"db.example.org"}}).check(t, a)
			if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Set-Cookie") != "" || strings.Count(a.body, marker) != 1 {
				t.Errorf("%v, %d times", a.header, strings.Count(a.body, marker))
			}
		}
		a := c.post(ada, to.RevealCredential(deep), "x=")
		(row{name: "raw", status: 200, has: []string{"<textarea", "JSON", "{\n  &#34;a&#34;: {\n    &#34;b&#34;: [\n      &#34;" + marker + "&#34;\n    ]\n  }\n}"}}).check(t, a)
		seen := ""
		for _, path := range []string{to.Credential(id), to.Credential(deep), to.Credentials(), to.EditCredential(id)} {
			seen += c.get(ada, path).body
		}
		seen += c.get(boss, to.Audit()).body + c.get(boss, to.Outbox()).body
		for where, text := range map[string]string{"a later page": seen, "the log": c.log.String(), "a table": c.Dump(t)} {
			if strings.Contains(text, marker) {
				t.Error("the secret is in " + where)
			}
		}
		(row{name: "history", status: 200, has: []string{"looked at the secret", "Fields shown: Password"}}).check(t, c.get(ada, to.Credential(id)))
	})
}

func TestRevealAsksWhoItIsFirst(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	id := c.post(ada, to.Credentials(), database("Warehouse")).id()
	c.Clock.Pass(models.ProvenFor)
	a := c.post(ada, to.RevealCredential(id), "x=")
	(row{name: "asked", status: 401, has: []string{"Confirm that it is you", `action="` + to.RevealCredential(id) + `"`}, hasNot: []string{"marker-secret"}}).check(t, a)
	if a := c.get(ada, to.RevealCredential(id)); a.status != 405 {
		t.Errorf("by GET: %d", a.status)
	}
}

func TestNothingIsRevealedWhereThereIsNothing(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	bare := c.post(ada, to.Credentials(), form("kind", "http", "name", "Open", "body/baseUrl", "https://api.example.org")).id()
	c.try(t, []row{
		{name: "no button", who: ada, path: to.Credential(bare), status: 200, hasNot: []string{to.RevealCredential(bare)}},
		{name: "asked all the same", who: ada, path: to.RevealCredential(bare), form: "x=", status: 200, has: []string{"No secret is set."}},
	})
	id := c.post(ada, to.Credentials(), database("Warehouse")).id()
	c.Schedule(t, ada.Actor, models.ParseID(id))
	c.try(t, []row{{name: "scheduled", who: ada, path: to.Credential(id), status: 200, has: []string{"Reveal"}}})
	c.Exec(t, `UPDATE bodies SET sealed = ? WHERE credential_id = ?`, []byte("broken"), models.ParseID(id))
	c.try(t, []row{
		{name: "shut", who: ada, path: to.Credential(id), status: 200, hasNot: []string{to.RevealCredential(id)}},
		{name: "shut, asked", who: ada, path: to.RevealCredential(id), form: "x=", status: 503},
	})
}
