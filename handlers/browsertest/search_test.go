package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestAResultCanBeClickedRightAway presses the mouse as slowly as people do:
// leaving the search field must not search again and take the result away
// from under the pointer.
func TestAResultCanBeClickedRightAway(t *testing.T) {
	t.Parallel()
	chromium(t)
	prog := start(t, onSQLite(t), nil)
	furnish(t, prog)
	p := open(t, true).sit(prog.url)
	p.signIn(adminLogin, adminPassword)
	p.fillIn("searchbox", "Search credentials", "regis")
	p.reads("Showing 1 credential")

	at := is[struct{ X, Y float64 }](p.find("link", "Registry"), middle)
	press := chromedp.MouseEvent(chromedp.MousePressed, at.X, at.Y, chromedp.ButtonLeft, chromedp.ClickCount(1))
	release := chromedp.MouseEvent(chromedp.MouseReleased, at.X, at.Y, chromedp.ButtonLeft, chromedp.ClickCount(1))
	// Whatever the press has asked of the server is answered before these are.
	const answered = `fetch(location.href).then((r) => r.text()).then(() => fetch(location.href)).then((r) => r.text()).then((page) => page.length)`
	if err := chromedp.Do(p.ctx, press); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[int](answered, chromedp.EvalAwaitPromise)); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(p.ctx, release); err != nil {
		t.Fatal(err)
	}
	p.sees("Registry")
}
