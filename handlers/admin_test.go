package handlers_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/views/to"
)

func TestAudit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss, ada := c.person(t, "boss", models.Administrator), c.member(t, "ada")
		wells := c.Project(t, ada.Actor, "Wells")
		key := c.Keep(t, ada.Actor, "Warehouse", wells)
		c.Seat(t, ada.Actor, wells, boss.Actor, models.Viewer)
		c.Clock.Pass(20 * time.Minute)
		c.Schedule(t, ada.Actor, key)
		c.get(boss, to.Audit())
		find := func(f to.AuditFilter) string { return to.AuditWith(f) }
		has := func(words ...string) []string { return words }
		c.try(t, []row{
			{name: "everything", who: boss, path: to.Audit(), status: 200, has: has("scheduled the credential for deletion", "created the project", "ada@example.org", "command line", "192.0.2.9", "boss@example.org")},
			{name: "actor", who: boss, path: find(to.AuditFilter{Actor: "ADA@example.org"}), status: 200, has: has("created the project"), hasNot: has("<td>created the user")},
			{name: "event", who: boss, path: find(to.AuditFilter{Event: models.ProjectCreated}), status: 200, has: has("<td>created the project"), hasNot: has("<td>created the credential")},
			{name: "thing by name", who: boss, path: find(to.AuditFilter{Thing: "Warehouse"}), status: 200, has: has("<td>created the credential"), hasNot: has("<td>created the project")},
			{name: "thing by id", who: boss, path: find(to.AuditFilter{Thing: key.String()}), status: 200, has: has("<td>scheduled the credential"), hasNot: has("<td>created the project")},
			{name: "until the day before", who: boss, path: find(to.AuditFilter{To: "2026-01-01"}), status: 200, has: has("No events", `value="2026-01-01"`)},
			{name: "that day", who: boss, path: find(to.AuditFilter{From: "2026-01-02", To: "2026-01-02"}), status: 200, has: has("<td>created the credential")},
			{name: "from the day after", who: boss, path: find(to.AuditFilter{From: "2026-01-03"}), status: 200, has: has("No events")},
			{name: "to the end of time", who: boss, path: find(to.AuditFilter{From: "0001-01-01", To: "9999-12-31"}), status: 200, has: has("<td>created the credential")},
			{name: "no dates", who: boss, path: find(to.AuditFilter{From: "yesterday", To: "2026-02-31"}), status: 200, has: has("<td>created the credential", `value="yesterday"`)},
			{name: "unknown event", who: boss, path: find(to.AuditFilter{Event: "nope"}), status: 200, has: has("No events")},
			{name: "junk cursor", who: boss, path: find(to.AuditFilter{Before: "junk~~\x00"}), status: 200, has: has("<td>created the credential")},
			{name: "by htmx", htmx: true, who: boss, path: find(to.AuditFilter{Thing: "Warehouse"}), status: 200, has: has(`id="results"`), hasNot: has("<html")},
			{name: "a member's address stays as it is", who: boss, path: find(to.AuditFilter{Event: models.MemberAdded}), status: 200, has: has("boss@example.org"), hasNot: has("Boss@example.org")},
		})
	})
}

func TestPagesOfTheAudit(t *testing.T) {
	t.Parallel()
	c := open(t)
	boss := c.person(t, "boss", models.Administrator)
	for range 60 {
		c.Project(t, boss.Actor, "Wells")
	}
	path, pages, lines := to.AuditWith(to.AuditFilter{Event: models.ProjectCreated}), 0, 0
	for path != "" && pages < 5 {
		a := c.get(boss, path)
		lines += strings.Count(a.body, "<td>created the project")
		path = ""
		for _, link := range href.FindAllStringSubmatch(a.body, -1) {
			if strings.Contains(link[1], "before=") {
				path = strings.ReplaceAll(link[1], "&amp;", "&")
			}
		}
		pages++
	}
	if pages != 2 || lines != 60 {
		t.Errorf("%d lines on %d pages, want 60 on 2", lines, pages)
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	c := openWith(t, map[string]string{
		"broken.json":     `{"type": "object", "properties": `,
		"UPPER CASE.json": `{"type": "object"}`,
		"depot.json":      `{"type":"object","title":"Depot","properties":{"token":{"type":"string","writeOnly":true}},"required":["token"]}`,
		"readme.txt":      "no kind",
	})
	boss := c.person(t, "boss", models.Administrator)
	c.try(t, []row{
		{name: "the page", who: boss, path: to.Kinds(), status: 200, has: []string{"2 files could not be used", "broken.json", "UPPER CASE.json", "Depot", "Yours", "PostgreSQL"}, hasNot: []string{"readme.txt"}},
		{name: "one's own kind", who: boss, path: to.NewCredential("depot"), status: 200, has: []string{`name="body/token"`}},
		{name: "the broken one", who: boss, path: to.NewCredential("broken"), status: 404},
	})
}

// Names are text wherever they appear, whatever is in them (S-70).
func TestNamesAreInert(t *testing.T) {
	t.Parallel()
	c := open(t)
	const evil = `<script>alert(1)</script>"onx='y`
	boss := c.person(t, "boss", models.Administrator)
	ada := c.member(t, "ada")
	c.Exec(t, `UPDATE users SET name = ?`, evil)
	c.Exec(t, `UPDATE sessions SET user_agent = ?, ip = ?`, evil, evil)
	wells := c.Project(t, ada.Actor, evil)
	c.Seat(t, ada.Actor, wells, boss.Actor, models.Viewer)
	key := c.Keep(t, ada.Actor, evil, wells)
	for _, who := range []browser{ada, boss} {
		s := scene{who: who, fill: strings.NewReplacer("{project}", wells.String(), "{cred}", key.String(), "{due}", key.String(), "{guest}", "1")}
		for path := range c.crawl(s) {
			if a := c.get(who, path); strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, `"onx`) {
				t.Errorf("%s runs a name", path)
			}
		}
		for _, query := range []string{"q", "kind", "project", "state", "sort", "after", "actor", "event", "thing", "from", "to", "before", "next", "notice", "token"} {
			for _, path := range []string{to.Credentials(), to.PickKind(), to.Audit(), to.Users(), to.Projects(), to.ProjectCredentials(wells.String()), to.Setup} {
				if a := c.get(who, path+"?"+form(query, evil)); strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, `"onx`) || a.status >= 500 {
					t.Errorf("%s?%s: %d runs what is asked", path, query, a.status)
				}
			}
		}
	}
}
