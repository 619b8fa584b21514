package handlers_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/views/to"
)

// clerk is a program of an administrator's, with a member who has a login that
// was used, is blocked, ends and needs a factor.
func clerk(t *testing.T, c *console) (p programs, ana models.Actor, path string) {
	t.Helper()
	ana = c.Person(t, "ana", models.Administrator)
	ben := c.Person(t, "ben", models.PlainMember)
	c.Lets(t, ana)
	c.Lets(t, ben)
	at := time.UnixMilli(1_502_891_909_407).UTC()
	c.Exec(t, `UPDATE logins SET last_login_at = ?, expire_at = ?, blocked_at = ?, blocked_by = ?, mfa = ? WHERE id = ?`, at, time.UnixMilli(1_893_456_000_123).UTC(), at.Add(time.Second), ana.UserID, true, ben.LoginID)
	c.Exec(t, `UPDATE users SET revision = 1`)
	return c.programs(t, ana, ben), ana, to.APILogins(ben.UserID)
}

// S-79: what is read can be sent back, and changes nothing: no row, no revision.
func TestWhatIsReadIsTheSeedsModelAndComesBackUnchanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana, path := clerk(t, c)
		got := p.call(ana, http.MethodGet, path, "")
		ben := c.Count(t, `SELECT id FROM logins WHERE key = 'ben@example.org'`)
		want := fmt.Sprintf(`[{"id":%d,"key":"ben@example.org","trustedIdPId":null,"lastLogin":1502891909407,"expired":false,"expireAt":1893456000123,"mfa":true,"blocked":{"date":1502891910407,"userId":%d}}]`, ben, ana.UserID)
		if got.status != 200 || got.body != want || got.header.Get("ETag") != `"1"` {
			t.Fatalf("%d %s %s", got.status, got.header.Get("ETag"), got.body)
		}
		if got.header.Get("Content-Type") != "application/json" || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%v", got.header)
		}
		before := c.Dump(t)
		put := p.call(ana, http.MethodPut, path, got.body, "If-Match", `"1"`, "Prefer", "handling=strict")
		if put.status != 200 || !strings.Contains(put.body, `"unchanged":[`+strconv.Itoa(ben)+`]`) || put.header.Get("ETag") != `"1"` {
			t.Errorf("%d %s", put.status, put.body)
		}
		if put.header.Get("Preference-Applied") != "handling=strict" {
			t.Error("it does not say that it was strict")
		}
		if c.Dump(t) != before {
			t.Error("a round trip changed a row")
		}
	})
}

// A login that never was used nor is blocked has no such attributes; a lock-out
// reads as a block by nobody, and comes back unchanged.
func TestALockoutIsABlockByNobody(t *testing.T) {
	t.Parallel()
	c := open(t)
	p, ana, path := clerk(t, c)
	c.Exec(t, `UPDATE logins SET last_login_at = NULL, expire_at = NULL, blocked_at = NULL, blocked_by = NULL, mfa = ?, locked_at = ?, locked_until = ? WHERE key = 'ben@example.org'`,
		false, c.Clock.Now(), c.Clock.Now().Add(time.Minute))
	got := p.call(ana, http.MethodGet, path, "")
	if want := fmt.Sprintf(`"trustedIdPId":null,"expired":false,"mfa":false,"blocked":{"date":%d}}]`, c.Clock.Now().UnixMilli()); !strings.HasSuffix(got.body, want) {
		t.Fatal(got.body)
	}
	for range 2 {
		before := c.Dump(t)
		if put := p.call(ana, http.MethodPut, path, got.body, "If-Match", `"1"`); put.status != 200 || c.Dump(t) != before {
			t.Errorf("%d %s", put.status, put.body)
		}
		c.Clock.Pass(2 * time.Minute) // the lock-out is over by now
	}
	c.Clock.Pass(-2 * time.Minute)
	if got := p.call(ana, http.MethodGet, path, ""); !strings.HasSuffix(got.body, `"expired":false,"mfa":false}]`) {
		t.Error(got.body)
	}
}

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

// A dry run answers what would be done, and does none of it.
func TestADryRunTellsAndChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana, path := clerk(t, c)
		id := c.Count(t, `SELECT id FROM logins WHERE key = 'ben@example.org'`)
		c.sit(t, models.Actor{LoginID: int64(c.Count(t, `SELECT id FROM logins WHERE key = 'ana@example.org'`))})
		body := fmt.Sprintf(`[{"id":%d,"key":"ben.new","blocked":null,"mfa":false,"expireAt":null},{"key":"ben.two","secret":"$reset"}]`, id)
		before := c.Dump(t)
		dry := p.call(ana, http.MethodPut, path+"?dryRun=true", body, "If-Match", `"1"`)
		if dry.status != 200 || c.Dump(t) != before {
			t.Fatalf("%d %s", dry.status, dry.body)
		}
		done := p.call(ana, http.MethodPut, path, body, "If-Match", `"1"`)
		if dry.header.Get("ETag") != `"1"` || done.header.Get("ETag") != `"2"` {
			t.Errorf("ETags %s and %s", dry.header.Get("ETag"), done.header.Get("ETag"))
		}
		for _, has := range []string{
			`"revision":2`, `"created":[{`, `"key":"ben.two","changes":[{"event":"login.created","attribute":"key","after":"ben.two"},{"event":"login.secret_reset_requested","attribute":"secret"}]}]`,
			`"event":"login.key_changed","attribute":"key","before":"ben@example.org","after":"ben.new"`, `"event":"login.expiry_changed","attribute":"expireAt","before":1893456000123}`,
			`"event":"login.mfa_requirement_removed","attribute":"mfa","before":true,"after":false`, `"letters":2`,
		} {
			if !strings.Contains(dry.body, has) || !strings.Contains(done.body, has) {
				t.Errorf("%s is missing:\n%s\n%s", has, dry.body, done.body)
			}
		}
	})
}

// S-80: a secret goes in and is nowhere afterwards.
func TestASecretThatAProgramSetsIsNowhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		const marker = "Marker-7f3 otters under glass"
		p, ana, path := clerk(t, c)
		id := c.Count(t, `SELECT id FROM logins WHERE key = 'ben@example.org'`)
		var told strings.Builder
		for _, body := range []string{
			fmt.Sprintf(`[{"id":%d,"secret":%q,"mfa":1}]`, id, marker),
			fmt.Sprintf(`[{"id":%d,"secret":{"x":%q}}]`, id, marker),
			fmt.Sprintf(`[{"id":%d,"secret":%q}]`, id, marker),
		} {
			a := p.call(ana, http.MethodPut, path, body, "If-Match", `"1"`)
			told.WriteString(a.body)
		}
		if !strings.Contains(told.String(), `"event":"login.secret_set"`) {
			t.Fatal(told.String())
		}
		told.WriteString(p.call(ana, http.MethodGet, path, "").body)
		for where, text := range map[string]string{"an answer": told.String(), "the log": c.log.String(), "a table": c.Dump(t)} {
			if strings.Contains(text, "Marker-7f3") || where != "a table" && strings.Contains(text, "argon2id") {
				t.Errorf("%s tells the secret", where)
			}
		}
	})
}

func TestAProgramThatCallsTooOftenWaits(t *testing.T) {
	t.Parallel()
	c := open(t)
	_, ana, path := clerk(t, c)
	eve := c.Person(t, "eve", models.Administrator)
	p := c.programs(t, ana, eve)
	for range 300 {
		p.call(ana, http.MethodGet, "/api/v1/users/0/logins", "")
	}
	a := p.call(ana, http.MethodGet, path, "")
	if a.status != 429 || a.problem(t) != "rate_limited" || a.header.Get("Retry-After") != "60" {
		t.Errorf("%d %s %s", a.status, a.header.Get("Retry-After"), a.body)
	}
	if a := p.call(eve, http.MethodGet, path, ""); a.status != 200 {
		t.Errorf("another's program: %d", a.status)
	}
	c.Clock.Pass(time.Minute)
	if a := p.call(ana, http.MethodGet, path, ""); a.status != 200 {
		t.Errorf("a minute later: %d", a.status)
	}
}

// S-88: times come back to the millisecond, whatever the clocks of people do.
func TestTimesComeBackToTheMillisecond(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana, path := clerk(t, c)
		id := c.Count(t, `SELECT id FROM logins WHERE key = 'ben@example.org'`)
		for i, at := range []int64{1_774_746_000_001, 1_774_749_599_999, 1_792_890_000_500, 253_402_300_799_999} { // either side of the hours that are skipped or come twice
			a := p.call(ana, http.MethodPut, path, fmt.Sprintf(`[{"id":%d,"expiredAt":%d}]`, id, at), "If-Match", strconv.Quote(strconv.Itoa(i+1)))
			if a.status != 200 {
				t.Fatal(a.body)
			}
			read := p.call(ana, http.MethodGet, path, "")
			if !strings.Contains(read.body, fmt.Sprintf(`"expireAt":%d,`, at)) || strings.Contains(read.body, "expiredAt") {
				t.Errorf("%d: %s", at, read.body)
			}
			before := c.Dump(t)
			if p.call(ana, http.MethodPut, path, read.body, "If-Match", read.header.Get("ETag")); c.Dump(t) != before {
				t.Errorf("%d changes on its way back", at)
			}
		}
	})
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
			for _, attribute := range []string{"key", "secret", "id", "expireAt", "blocked", piece} {
				value := strconv.Quote(strings.ToValidUTF8(piece, "\x00"))
				body := fmt.Sprintf(`[{%q:%s}]`, attribute, strings.ReplaceAll(value, `\x`, `\u00`))
				if a := p.call(ana, http.MethodPut, path+"?confirm=remove-all", body, "If-Match", `"1"`); a.status < 400 || a.status >= 500 {
					t.Errorf("%s: %d %s", body, a.status, a.body)
				}
			}
		}
		for _, body := range []string{`[{"key":"\u0000x","secret":"$reset"}]`, `[{"key":"\ud800","secret":"$reset"}]`, strings.Repeat(`[`, 60000), `[{"\u0000":1}]`} {
			if a := p.call(ana, http.MethodPut, path, body, "If-Match", `"1"`); a.status != 400 && a.status != 422 {
				t.Errorf("%.80s: %d %s", body, a.status, a.body)
			}
		}
	})
}
