package handlers_test

import (
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/views/to"
)

// junk are pieces of an address that nobody typed in good faith.
var junk = []string{
	"x", "0", "-1", "1e3", "99999999999999999999", "9223372036854775807", "4294967297", "00000000-0000-0000-0000-000000000000",
	"%00", "a%00b", "%ff%fe", "%2e%2e%2f", "..%2f..%2fetc", "%25", "%3Cscript%3E", "'%20OR%201=1--", strings.Repeat("a", 5000),
	"{018f0000-0000-7000-8000-000000000000}", "018F0000-0000-7000-8000-00000000000g", "%e2%80%ae",
}

// Whatever stands in an address or a form, the answer is a page that says what
// is wrong; never a fault of ours.
func TestJunkIsAnsweredClearly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p := c.cast(t)
		for _, column := range []int{5, 6} {
			s := c.scene(t, p, column)
			for _, line := range matrix {
				if !strings.Contains(line.path, "{") || strings.Contains(line.path, "{link}") || strings.Contains(line.path, "{letter}") || strings.HasPrefix(line.path, "/api/") {
					continue
				}
				method, _, _ := strings.Cut(line.route, " ")
				for _, piece := range junk {
					for _, hole := range []string{"{cred}", "{due}", "{project}", "{guest}", "{session}", "{seat}", "{owner}", "{offered}", "{token}"} {
						if !strings.Contains(line.path, hole) {
							continue
						}
						path := s.fill.Replace(strings.Replace(line.path, hole, piece, 1))
						a := c.visit(visit{who: s.who, method: method, path: path, form: s.fill.Replace(line.form)})
						if a.status != 404 && a.status != 403 && (a.status != 410 || hole != "{token}") {
							t.Errorf("%s %.80s as %s: got %d\n%s", method, path, visitors[column], a.status, plainText(a.body))
						}
					}
				}
			}
		}
	})
}

func TestJunkQueries(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p := c.cast(t)
		values := append([]string{"~", "x~y", models.NewID().String() + "~", models.NewID().String() + "~2026-13-01", "~~~~", "1~x"}, junk...)
		for column, paths := range map[int][]string{
			0: {"/sign-in", "/setup"},
			5: {"/credentials", "/credentials/new", "/credentials/{cred}", "/credentials/{cred}/transfer", "/transfers", "/transfers/leaving", "/projects", "/projects/{project}/credentials", "/projects/{project}/members"},
			6: {"/admin/users", "/admin/users/{owner}/leaving", "/admin/audit", "/admin/outbox"},
			7: {"/transfers", "/transfers/{token}"},
		} {
			s := c.scene(t, p, column)
			for _, path := range paths {
				for _, value := range values {
					query := ""
					for _, name := range []string{"q", "kind", "project", "state", "sort", "after", "actor", "event", "thing", "from", "to", "before", "next", "notice", "token", "in", "out", "email"} {
						if name == "kind" && path == "/credentials/new" {
							continue
						}
						query += "&" + name + "=" + value
					}
					if a := c.get(s.who, s.fill.Replace(path)+"?"+query[1:]); a.status >= 500 || a.status == 400 {
						t.Errorf("%s?…%.40s: got %d\n%s", path, value, a.status, plainText(a.body))
					}
				}
			}
		}
	})
}

func TestJunkForms(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p := c.cast(t)
		s := c.scene(t, p, 5)
		for _, line := range matrix {
			if !strings.HasPrefix(line.route, "POST") || line.form == "" || strings.Contains(line.form, "password") || strings.Contains(line.form, "{") {
				continue
			}
			for _, value := range junk {
				names := []string{"name", "kind", "version", "body", "body/port", "body/", "body//", "remove", "project", "confirm", "email", "role", "rank", "revoke"}
				posted := strings.Join(names, "="+value+"&") + "=" + value
				for _, kind := range []string{"", "kind=raw&", "kind=postgresql&version=1&role=viewer&email=guest@example.org&"} {
					a := c.visit(visit{who: s.who, method: "POST", path: s.fill.Replace(line.path), form: kind + posted})
					if a.status >= 500 && (a.status != 503 || !strings.Contains(line.path, "{idp}")) { // the provider there is down
						t.Errorf("%s with %.40s: got %d\n%s", line.route, value, a.status, plainText(a.body))
					}
				}
			}
		}
	})
}

// What a form names is not there, or is no id at all: that is said, and nothing
// is done.
func TestJunkInFormsThatNameThings(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p := c.cast(t)
		for column, paths := range map[int][]string{
			5: {"/transfers/leaving"}, 6: {"/admin/users/{owner}/leaving"}, 7: {"/transfers/{token}/accept", "/transfers/{token}/decline"},
		} {
			s := c.scene(t, p, column)
			for _, path := range paths {
				for _, value := range junk {
					for _, posted := range []string{"credential=" + value, "offer=" + value, s.fill.Replace("offer={offer}&offer=") + value, "name/" + value + "=" + value + "&offer=" + value} {
						a := c.visit(visit{who: s.who, method: "POST", path: s.fill.Replace(path), form: "email=guest@example.org&" + posted})
						if a.status >= 500 || a.status < 400 && !strings.Contains(posted, s.fill.Replace("{offer}")) {
							t.Errorf("%s with %.80s: got %d\n%s", path, posted, a.status, plainText(a.body))
						}
					}
				}
			}
		}
	})
}

func TestFormsThatAreTooLargeOrOfAnotherKind(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	huge := form("kind", "raw", "name", "x", "body", `{"a":"`+strings.Repeat("b", 1<<20)+`"}`)
	post := func(form string, head ...string) answer {
		return c.visit(visit{who: ada, method: "POST", path: to.Credentials(), form: form, head: head})
	}
	before := c.rows(t)
	for _, r := range []struct {
		row
		answer
	}{
		{row{name: "more than 1 MiB", status: 413, has: []string{"Send at most 1 MiB."}}, post(huge)},
		{row{name: "JSON", status: 415, has: []string{"takes forms"}}, post(`{"name":"x"}`, "Content-Type", "application/json")},
		{row{name: "multipart", status: 415}, post("x", "Content-Type", "multipart/form-data; boundary=x")},
		{row{name: "a broken escape", status: 400, has: []string{"could not be read"}}, post("kind=raw&name=%zz")},
		{row{name: "NUL", status: 400}, post("kind=raw&name=a%00b&body={}")},
		{row{name: "no UTF-8", status: 400}, post("kind=raw&name=%ff&body={}")},
		{row{name: "another method", status: 405}, c.visit(visit{who: ada, method: "PUT", path: to.Credentials(), form: "x=1"})},
		{row{name: "nowhere", status: 404}, c.get(ada, "/nowhere")},
		{row{name: "only a GET there is not", status: 405}, c.get(ada, to.AccountPassword())},
	} {
		r.check(t, r.answer)
	}
	if after := c.rows(t); after != before {
		t.Errorf("something was kept:\n%s", difference(before, after))
	}
}

// Posted fields that a form does not have change nothing (S-72).
func TestExtraFieldsChangeNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss, ada, ben := c.person(t, "boss", models.Administrator), c.member(t, "ada"), c.member(t, "ben")
		forged := []string{
			"id", models.NewID().String(), "ID", "1", "owner_id", "1", "OwnerID", "1", "user_id", "1", "UserID", "1", "rank", "admin", "Rank", "admin",
			"is_admin", "true", "role", "owner", "deletion_at", "2020-01-01", "purged_at", "2020-01-01", "created_at", "2020-01-01", "Version", "77",
			"last_login_at", "2020-01-01", "block_by", "1", "key_id", "x", "sealed", "x", "secret_hash", "x", "email_verified", "true",
		}
		made := c.post(ada, to.Credentials(), database("Warehouse", append(forged, "version", "77", "body/owner_id", "1")...))
		id := made.id()
		c.post(ada, to.Credential(id), database("Lake", append(forged, "version", "1", "kind", "raw")...))
		q := `SELECT count(*) FROM credentials WHERE id = ? AND owner_id = ? AND version = 2 AND kind = 'postgresql' AND name = 'Lake' AND deletion_at IS NULL AND purged_at IS NULL AND created_at > '2026-01-01'`
		if c.Count(t, q, models.ParseID(id), ada.UserID) != 1 {
			t.Errorf("the credential took forged fields:\n%s", c.Dump(t))
		}
		if body := c.Body(t, models.ParseID(id)); strings.Contains(body, "owner_id") {
			t.Errorf("the body took a field that its kind does not have: %s", body)
		}
		project := c.post(ada, to.Projects(), form(append(forged, "name", "Wells")...)).id()
		c.post(ada, to.Project(project), form(append(forged, "name", "Wells")...))
		c.post(ada, to.Members(project), form("email", ben.Email, "role", "viewer", "role", "owner", "user_id", "1"))
		if c.Count(t, `SELECT count(*) FROM memberships WHERE user_id = ? AND role = 'owner'`, ada.UserID) != 1 ||
			c.Count(t, `SELECT count(*) FROM memberships WHERE user_id = ? AND role = 'viewer'`, ben.UserID) != 1 ||
			c.Count(t, `SELECT count(*) FROM memberships`) != 2 {
			t.Error("the project took forged fields")
		}
		c.post(boss, to.Users(), form(append([]string{"name", "Eve", "email", "eve@example.org", "rank", "member"}, forged...)...))
		c.post(ada, to.AccountPassword(), form(append(forged, "current", "x", "password", "y")...))
		if n := c.Count(t, `SELECT count(*) FROM users WHERE rank = 'admin'`); n != 1 {
			t.Errorf("%d administrators, want 1", n)
		}
		if n := c.Count(t, `SELECT count(*) FROM logins WHERE blocked_by IS NOT NULL OR secret_hash = 'x' OR last_login_at < '2021-01-01'`); n != 0 {
			t.Error("a login took forged fields")
		}
	})
}

// Version is what a form was opened with: no other number makes a late save pass.
func TestAForgedVersionIsStale(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	key := c.Keep(t, ada.Actor, "Warehouse")
	for _, version := range []string{"2", "-1", "1.0", "0x1", "9223372036854775808", "1 OR 1=1", ""} {
		a := c.post(ada, to.Credential(key.String()), form("version", version, "name", "Lake"))
		if a.status != 409 {
			t.Errorf("version %q: got %d", version, a.status)
		}
	}
}
