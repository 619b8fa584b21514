package handlers_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/views/to"
)

// S-81 S-84: what has the wrong form is told by its place, together with what
// breaks a rule, and nothing is changed.
func TestASetOfTheWrongFormIsRefused(t *testing.T) {
	t.Parallel()
	c := open(t)
	p, ana, path := clerk(t, c)
	id := strconv.Itoa(c.Count(t, `SELECT id FROM logins WHERE key = 'ben@example.org'`))
	before := c.Dump(t)
	for _, row := range []struct {
		body   string
		status int
		want   string
	}{
		{``, 422, `invalid_type :invalid_type`},
		{`null`, 422, `invalid_type :invalid_type`},
		{`{}`, 422, `invalid_type :invalid_type`},
		{`"[]"`, 422, `invalid_type :invalid_type`},
		{`undefined`, 400, `bad_request`},
		{`[`, 400, `bad_request`},
		{`[] []`, 400, `bad_request`},
		{"[\"\xff\"]", 400, `bad_request`},
		{`[]`, 409, `empty_requires_confirmation :empty_requires_confirmation`},
		{`[1]`, 422, `invalid_type /0:invalid_type`},
		{`[null]`, 422, `invalid_type /0:invalid_type`},
		{`[{"id":` + id + `,"is_admin":true}]`, 422, `unknown_attribute /0/is_admin:unknown_attribute`},
		{`[{"id":` + id + `,"a/b~c":1}]`, 422, `unknown_attribute /0/a~1b~0c:unknown_attribute`},
		{`[{"id":"` + id + `"}]`, 422, `invalid_type /0/id:invalid_type`},
		{`[{"id":` + id + `.0}]`, 422, `invalid_type /0/id:invalid_type`},
		{`[{"id":9007199254740992}]`, 422, `invalid_type /0/id:invalid_type`},
		{`[{"id":-1}]`, 422, `invalid_type /0/id:invalid_type`},
		{`[{"id":` + id + `,"id":` + id + `}]`, 422, `invalid_type /0/id:invalid_type`},
		{
			`[{"id":` + id + `,"key":7,"mfa":"yes","expired":1,"expireAt":"1893456000000","lastLogin":1.5,"trustedIdPId":true,"secret":{}}]`, 422,
			`invalid_type /0/expireAt:invalid_type /0/expired:invalid_type /0/key:invalid_type /0/lastLogin:invalid_type /0/mfa:invalid_type /0/secret:invalid_type /0/trustedIdPId:invalid_type`,
		},
		{`[{"id":` + id + `,"blocked":"yes"}]`, 422, `invalid_type /0/blocked:invalid_type`},
		{`[{"id":` + id + `,"blocked":{"date":"now","by":1}}]`, 422, `invalid /0/blocked/by:unknown_attribute /0/blocked/date:invalid_type`},
		{
			`[{"id":` + id + `,"mfa":1},{"id":99},{"key":"ANA@example.org","secret":"$reset"},{"key":"","secret":"$reset"},{"key":"x","secret":""}]`, 422,
			`invalid /0/mfa:invalid_type /1/id:credential_not_found /3/key:key_required /4/secret:secret_empty /2/key:key_taken`,
		},
		{`[{"id":` + id + `},{"key":"ana@example.org","secret":"$reset"}]`, 409, `key_taken /1/key:key_taken`},
		{`[` + strings.Repeat(`{},`, 20) + `{}]`, 422, `limit_exceeded :limit_exceeded`},
	} {
		a := p.call(ana, http.MethodPut, path, row.body, "If-Match", `"1"`)
		if got := a.problem(t); a.status != row.status || got != row.want {
			t.Errorf("%s: got %d %s\nwant %d %s", row.body, a.status, got, row.status, row.want)
		}
	}
	c.Exec(t, `DELETE FROM events WHERE name = 'set.refused'`)
	if c.Dump(t) != before {
		t.Error("a refused set changed a row")
	}
}

func TestWhatAProgramMustSayBesides(t *testing.T) {
	t.Parallel()
	c := open(t)
	p, ana, path := clerk(t, c)
	ben := models.Actor{Email: "ben@example.org"}
	read := p.call(ana, http.MethodGet, path, "").body
	stale := strings.Replace(read, "1502891909407", "1", 1)
	for _, row := range []struct {
		name, path, body string
		head             []string
		status           int
		want             string
	}{
		{"no revision", path, read, nil, 428, "precondition_required"},
		{"any revision", path, read, []string{"If-Match", "*"}, 428, "precondition_required"},
		{"a weak revision", path, read, []string{"If-Match", `W/"1"`}, 428, "precondition_required"},
		{"two revisions", path, read, []string{"If-Match", `"1", "2"`}, 428, "precondition_required"},
		{"an old revision", path, read, []string{"If-Match", `"0"`}, 412, "conflict"},
		{"a misspelt dry run", path + "?dryrun=true", read, []string{"If-Match", `"1"`}, 400, "bad_request"},
		{"a dry run said otherwise", path + "?dryRun=1", read, []string{"If-Match", `"1"`}, 400, "bad_request"},
		{"another type", path, read, []string{"If-Match", `"1"`, "Content-Type", "text/plain"}, 415, "unsupported_media_type"},
		{"too much", path, `[` + strings.Repeat(" ", 64<<10) + `]`, []string{"If-Match", `"1"`}, 413, "limit_exceeded"},
		{"the last sign-in, strictly", path, stale, []string{"If-Match", `"1"`, "Prefer", "respond-async, handling=strict;x=1"}, 422, "read_only_attribute /0/lastLogin:read_only_attribute"},
		{"nobody", to.APILogins(9999), read, []string{"If-Match", `"1"`}, 404, "user_not_found"},
		{"no number", "/api/v1/users/ben/logins", read, []string{"If-Match", `"1"`}, 400, "invalid_user_id"},
		{"zero", to.APILogins(0), read, []string{"If-Match", `"1"`}, 400, "invalid_user_id"},
		{"negative", to.APILogins(-3), read, []string{"If-Match", `"1"`}, 400, "invalid_user_id"},
	} {
		a := p.call(ana, http.MethodPut, row.path, row.body, row.head...)
		if got := a.problem(t); a.status != row.status || got != row.want {
			t.Errorf("%s: got %d %s, want %d %s", row.name, a.status, got, row.status, row.want)
		}
	}
	if a := p.call(ana, http.MethodPut, path, stale, "If-Match", `"1"`); a.status != 200 || !strings.Contains(a.body, `"ignored":[{"pointer":"/0/lastLogin"`) {
		t.Errorf("a stale last sign-in is passed over: %d %s", a.status, a.body) // S-87
	}
	for _, method := range []string{http.MethodGet, http.MethodPut} {
		if a := p.call(ben, method, path, read, "If-Match", `"1"`); a.status != 403 || a.problem(t) != "forbidden" { // S-78
			t.Errorf("%s by a member: %d", method, a.status)
		}
		if a := p.call(ana, method, to.APILogins(9999), read, "If-Match", `"1"`); a.problem(t) != "user_not_found" {
			t.Errorf("%s of nobody: %s", method, a.body)
		}
	}
	for _, old := range []string{"create", "block", "reset"} {
		if a := p.call(ana, http.MethodPost, path+"/"+old, `{}`); a.status != 410 || a.problem(t) != "deprecated_method" || !strings.Contains(a.body, "PUT") {
			t.Errorf("%s: %d %s", old, a.status, a.body)
		}
	}
}

// Whatever stands in the address or the body, a program is told what is wrong.
func TestJunkFromAProgramIsAnsweredClearly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana, path := clerk(t, c)
		for _, piece := range junk {
			for _, method := range []string{http.MethodGet, http.MethodPut} {
				a := p.call(ana, method, "/api/v1/users/"+piece+"/logins", `[]`, "If-Match", `"1"`)
				if a.status != 400 && a.status != 404 {
					t.Errorf("%s %.80s: %d %s", method, piece, a.status, a.body)
				}
			}
			if a := p.call(ana, http.MethodPost, path+"/"+piece, `{}`); a.status != 404 {
				t.Errorf("method %.80s: %d %s", piece, a.status, a.body)
			}
			for _, attribute := range []string{"key", "id", piece} {
				value := strconv.Quote(strings.ToValidUTF8(piece, "\x00"))
				body := fmt.Sprintf(`[{%q:%s}]`, attribute, strings.ReplaceAll(value, `\x`, `\u00`))
				if a := p.call(ana, http.MethodPut, path+"?confirm=remove-all", body, "If-Match", `"1"`); a.status < 400 || a.status >= 500 {
					t.Errorf("%s: %d %s", body, a.status, a.body)
				}
			}
		}
		for _, body := range []string{`[{"key":"\u0000x","secret":"$reset"}]`, `[{"key":"\ud800","secret":"$reset"}]`, strings.Repeat(`[`, 60000), `[` + strings.Repeat(`1,`, 30000) + `1]`, `[{` + strings.Repeat(`"a":1,`, 10000) + `"a":1}]`, `[{"\u0000":1}]`} {
			if a := p.call(ana, http.MethodPut, path, body, "If-Match", `"1"`); a.status != 400 && a.status != 422 || len(a.body) > 20_000 {
				t.Errorf("%.80s: %d %s", body, a.status, a.body)
			}
		}
	})
}
