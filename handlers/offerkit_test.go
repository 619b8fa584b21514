package handlers_test

import (
	"context"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
	"holdfast/views/to"
)

// deal is a console on which ada owns a credential that her project uses. Ben
// is a member of it, eve of nothing, and boss administers the console.
type deal struct {
	*console
	ada, ben, eve, boss browser
	wells, key          models.ID
	id                  string // of the key
}

// deals runs a test on both databases.
func deals(t *testing.T, test func(*testing.T, deal)) {
	t.Helper()
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := deal{console: c, boss: c.person(t, "boss", models.Administrator), ada: c.member(t, "ada"), ben: c.member(t, "ben"), eve: c.member(t, "eve")}
		d.wells = c.Project(t, d.ada.Actor, "Wells")
		c.Seat(t, d.ada.Actor, d.wells, d.ben.Actor, models.Viewer)
		d.key = c.Keep(t, d.ada.Actor, "Warehouse", d.wells)
		d.id = d.key.String()
		test(t, d)
	})
}

// offered has ada offer credentials to ben, the key unless others are named,
// and hands over the token of the link.
func (d deal) offered(t *testing.T, ids ...models.ID) string {
	t.Helper()
	if ids == nil {
		ids = []models.ID{d.key}
	}
	return d.offer(t, d.ada.Actor, d.ben.Actor, ids...)
}

// offerOf is the id of the only offer of a credential.
func (d deal) offerOf(t *testing.T, credential models.ID) string {
	t.Helper()
	return d.cell(t, `SELECT id FROM transfers WHERE credential_id = ?`, credential)
}

// state is how the newest offer of a credential stands.
func (c *console) state(t *testing.T, credential models.ID) string {
	t.Helper()
	return c.cell(t, `SELECT state FROM transfers WHERE credential_id = ? ORDER BY created_at DESC, id DESC LIMIT 1`, credential)
}

// owner is the name of who owns a credential.
func (c *console) owner(t *testing.T, credential models.ID) string {
	t.Helper()
	return c.cell(t, `SELECT u.name FROM credentials c JOIN users u ON u.id = c.owner_id WHERE c.id = ?`, credential)
}

// unchanged stops the test when work changes a row.
func (c *console) unchanged(t *testing.T, what string, work func()) {
	t.Helper()
	before := c.rows(t)
	if work(); c.rows(t) != before {
		t.Fatalf("%s changed something:\n%s", what, difference(before, c.rows(t)))
	}
}

// offer has owner offer credentials to who, and hands over the token of the link.
func (c *console) offer(t testing.TB, owner, who models.Actor, ids ...models.ID) string {
	t.Helper()
	_, err := c.Transfers.Initiate(t.Context(), owner, transfers.Offer{Credentials: ids, Email: who.Email})
	modelstest.Must(t, err)
	return c.LinkTo(t, who)
}

// refuse has the mail server answer every letter that is due with err.
func (c *console) refuse(t *testing.T, err error) {
	t.Helper()
	_, broken := c.Outbox.Deliver(t.Context(), func(context.Context, models.Letter, string) error { return err })
	modelstest.Must(t, broken)
}

// cell is the one value that a query answers.
func (c *console) cell(t testing.TB, query string, args ...any) string {
	t.Helper()
	rows, err := c.DB.RawRows(t.Context(), query, args...)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%s: %d rows, %v", query, len(rows), err)
	}
	return strings.Trim(rows[0], "[]")
}

// raw is the form that saves a raw credential under a new name.
func raw(version, name string, more ...string) string {
	return form(append([]string{"version", version, "name", name, "body", `{"pin": 2}`}, more...)...)
}

// link is where the pages of a link are.
type link struct{ show, accept, decline string }

func linkOf(token string) link {
	return link{to.Transfer(token), to.AcceptTransfer(token), to.DeclineTransfer(token)}
}
