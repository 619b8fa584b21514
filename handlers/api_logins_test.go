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

// A dry run answers what would be done, and does none of it.
func TestADryRunTellsAndChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana, path := clerk(t, c)
		id := c.Count(t, `SELECT id FROM logins WHERE key = 'ben@example.org'`)
		c.sit(t, models.Actor{LoginID: int64(c.Count(t, `SELECT id FROM logins WHERE key = 'ana@example.org'`))})
		body := fmt.Sprintf(`[{"id":%d,"key":"ben.new","blocked":null,"expireAt":null},{"key":"ben.two","secret":"$reset"}]`, id)
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
			`"letters":2`,
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
