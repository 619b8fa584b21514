package transfers

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"holdfast/views/to"
)

func drawn(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestACheckNeverTouchesTheField(t *testing.T) {
	t.Parallel()
	for _, o := range []Offer{{ID: "x", EmailError: "Enter an address."}, {ID: "x", Fits: "Grace"}, {ID: "x"}} {
		if part := drawn(t, Check(o)); strings.Contains(part, "<input") || strings.Contains(part, "id=") {
			t.Errorf("the check holds more than words: %s", part)
		}
		field := drawn(t, Receiver(o))
		for _, want := range []string{`hx-target="#receiver-check"`, `hx-post="` + to.CheckTransfer("x") + `"`, `aria-live="polite"`} {
			if !strings.Contains(field, want) {
				t.Errorf("the field lacks %s", want)
			}
		}
	}
}

func TestAPendingOfferCanBeRevokedAndNotMadeTwice(t *testing.T) {
	t.Parallel()
	page := drawn(t, OfferPage(Offer{ID: "x", Pending: &Open{To: "Grace", Until: now.Add(time.Hour)}, Now: now}))
	if !strings.Contains(page, to.RevokeTransfer("x")) || strings.Contains(page, `name="email"`) {
		t.Error(page)
	}
}

func TestOnlyWhatIsOpenCanBeAccepted(t *testing.T) {
	t.Parallel()
	accept, decline := to.AcceptTransfer("tok"), to.DeclineTransfer("tok")
	for _, c := range []struct {
		name              string
		items             []Item
		accepts, declines int
		boxes, hidden     int
	}{
		{"one", []Item{item(Pending, "")}, 1, 1, 0, 1},
		{"one blocked", []Item{item(Pending, "no member")}, 0, 1, 0, 1},
		{"one ended", []Item{item(Revoked, "")}, 0, 0, 0, 0},
		{"several", []Item{item(Pending, ""), item(Pending, "")}, 1, 1, 2, 0},
		{"one of several", []Item{item(Pending, ""), item(Accepted, "")}, 1, 1, 0, 1},
		{"one blocked of several", []Item{item(Pending, ""), item(Pending, ""), item(Pending, "no member")}, 1, 2, 2, 1},
		{"all ended", []Item{item(Declined, ""), item(Accepted, "")}, 0, 0, 0, 0},
	} {
		page := drawn(t, LinkPage(Link{Now: now, Token: "tok", From: "Ada", Until: now.Add(time.Hour), Items: c.items}))
		for what, n := range map[string]int{accept: c.accepts, decline: c.declines, `type="checkbox"`: c.boxes, `type="hidden" name="offer"`: c.hidden} {
			if got := strings.Count(page, what); got != n {
				t.Errorf("%s: %d of %s, want %d", c.name, got, what, n)
			}
		}
	}
}

func TestOnlyAdministratorsAreLedToTheOutbox(t *testing.T) {
	t.Parallel()
	for _, admin := range []bool{true, false} {
		page := drawn(t, OfferPage(Offer{ID: "x", NoMailServer: true, Administrator: admin}))
		if got := strings.Contains(page, `href="`+to.Outbox()+`"`); got != admin {
			t.Errorf("administrator %v: link is %v", admin, got)
		}
	}
}

func TestWhatIsOfferedAlreadyCannotBeTicked(t *testing.T) {
	t.Parallel()
	pending := Owned{ID: "a", Name: "Alpha", Pending: &Open{To: "Grace", Until: now.Add(time.Hour)}, RevokeURL: to.RevokeUserTransfer(7, "a")}
	page := drawn(t, LeavingPage(Leaving{Now: now, Owner: "Ada", OwnerID: 7, Rows: []Owned{pending, {ID: "b", Name: "Beta"}}}))
	if strings.Count(page, `name="credential"`) != 1 || !strings.Contains(page, `action="`+pending.RevokeURL+`"`) {
		t.Error(page)
	}
	if page := drawn(t, LeavingPage(Leaving{Now: now, Rows: []Owned{pending}})); strings.Contains(page, "Offer transfer") {
		t.Error("nothing can be ticked, yet there is a form to send")
	}
}
