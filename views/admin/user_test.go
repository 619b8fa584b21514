package admin_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"holdfast/views/admin"
	"holdfast/views/to"
)

func draw(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAnAccessLinkTellsWhereItsLetterIs(t *testing.T) {
	t.Parallel()
	const goes, waits = "An invitation goes to grace@example.org", "An invitation to grace@example.org waits in the outbox"
	for _, c := range []struct {
		mail        string
		server      bool
		goes, waits bool
	}{{"", true, false, false}, {"", false, false, false}, {"grace@example.org", true, true, false}, {"grace@example.org", false, false, true}} {
		page := draw(t, admin.AccessLinkPage(admin.AccessLink{UserName: "Grace", URL: "http://h/access/x", Mail: c.mail, MailServer: c.server}))
		if strings.Contains(page, goes) != c.goes || strings.Contains(page, waits) != c.waits || strings.Contains(page, `href="`+to.Outbox()+`"`) != (c.mail != "") {
			t.Errorf("mail %q, server %v: %s", c.mail, c.server, page)
		}
		for _, always := range []string{"Access link for Grace", ">Access link<", "Done, back to Grace", "http://h/access/x"} {
			if !strings.Contains(page, always) {
				t.Errorf("mail %q, server %v: no %q", c.mail, c.server, always)
			}
		}
	}
}

func TestAUserLeadsToWhatTheyOwn(t *testing.T) {
	t.Parallel()
	if page := draw(t, admin.UserPage(admin.User{ID: 7, Name: "Grace"})); !strings.Contains(page, `href="`+to.UserLeaving(7)+`"`) {
		t.Error(page)
	}
}
