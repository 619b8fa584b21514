package browsertest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestTheKeyboardReachesEverything walks pages with Tab alone: the first stop
// skips to the content, each stop shows where it is, and the main action comes
// soon after.
func TestTheKeyboardReachesEverything(t *testing.T) {
	t.Parallel()
	chromium(t)
	prog := start(t, onSQLite(t), nil)
	f := offering(t, prog, furnish(t, prog))
	p := open(t, true).sit(prog.url)
	p.signIn(adminLogin, adminPassword)
	p.looks(looks()[0])
	for _, page := range []struct {
		path, heading, action string
		within                int // stops from the beginning of the content
	}{
		{"/credentials", "Credentials", "New credential", 1},
		{"/credentials/new?kind=postgresql", "New PostgreSQL credential", "Save credential", 17},
		{"/credentials/" + f.credential, "Registry", "Edit", 4},
		{"/credentials/" + f.credential + "/delete", "Delete Registry?", "Schedule deletion", 3},
		{"/projects", "Projects", "New project", 1},
		{"/projects/" + f.project + "/members", "Members", "Add member", 5},
		{"/admin/users", "Users", "New user", 1},
		{"/transfers", "Transfers", "Hand over several", 1},
		{"/transfers/leaving", "Hand over several", "Offer transfer", 50},
		{"/credentials/" + f.credential + "/transfer", "Offer transfer", "Offer transfer", 5},
		{"/credentials/" + f.offered, "Twilio SMS reminders", "Revoke transfer", 4},
		{"/admin/outbox", "Outbox", "All", 1},
		{"/oauth/clients", "OAuth clients", "New OAuth client", 1},
		{"/oauth/clients/new", "Choose a provider", "Airtable", 3},
		{"/oauth/clients/new?provider=other", "New OAuth client", "Add OAuth client", 34},
	} {
		p.visit(page.path)
		p.sees(page.heading)
		p.startsOver()
		p.keys("Tab")
		if stop := p.stop(); stop.Name != "Skip to content" || !stop.Shown {
			t.Errorf("%s: Tab first goes to %q, shown: %v", page.path, stop.Name, stop.Shown)
		}
		p.keys("Enter")
		p.reaches(page.path, page.action, page.within)
		p.visit(page.path)
		p.everyStopShows(page.path)
	}
}

// startsOver goes to the top: a form may begin with the focus in its first field.
func (p *person) startsOver() {
	p.t.Helper()
	eval[bool](p, `(document.activeElement.blur(), document.body.tabIndex = -1, document.body.focus(), document.body.removeAttribute("tabindex"), true)`)
}

// stop is where the focus is.
type stop struct {
	Name   string
	Shown  bool // it is on the screen
	Ringed bool // it looks focused
	Body   bool // the walk is over: the focus is on nothing
}

const whereFocused = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return { name: "", shown: false, ringed: false, body: true };
	const label = e.labels?.[0] ?? e, box = (e.classList.contains("sr-only") ? label : e).getBoundingClientRect(), style = getComputedStyle(e);
	return {
		name: (e.getAttribute("aria-label") ?? label.innerText ?? e.id).trim(), body: false,
		shown: box.width > 1 && box.height > 1 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
		ringed: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none",
	};
})()`

func (p *person) stop() stop {
	p.t.Helper()
	p.until("a screen on which nothing moves", func(ctx context.Context) error {
		width, err := chromedp.Run(ctx, chromedp.Evaluate[int64](settled, chromedp.EvalAwaitPromise))
		if err == nil && width == 0 {
			err = errors.New("something moves")
		}
		return err
	})
	return eval[stop](p, whereFocused)
}

// reaches presses Tab until the action has the focus.
func (p *person) reaches(page, action string, within int) {
	p.t.Helper()
	var passed []string
	for range within {
		p.keys("Tab")
		now := p.stop().Name
		if now == action {
			return
		}
		passed = append(passed, now)
	}
	p.t.Errorf("%s: %d times Tab did not reach %q; it passed %s", page, within, action, fmt.Sprintf("%q", passed))
}

// everyStopShows walks the whole page.
func (p *person) everyStopShows(page string) {
	p.t.Helper()
	const enough = 80
	for range enough {
		p.keys("Tab")
		switch now := p.stop(); {
		case now.Body:
			return
		case !now.Shown:
			p.t.Errorf("%s: %q has the focus, but is not on the screen", page, now.Name)
		case !now.Ringed:
			p.t.Errorf("%s: %q has the focus, but does not show it", page, now.Name)
		}
	}
}
