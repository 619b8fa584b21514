package browsertest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestTakeScreenshots writes pictures of the main pages into the directory
// that HOLDFAST_SCREENSHOTS names, for the documentation and for looking at.
func TestTakeScreenshots(t *testing.T) {
	dir := os.Getenv("HOLDFAST_SCREENSHOTS")
	if dir == "" {
		t.Skip("HOLDFAST_SCREENSHOTS is not set: taking no pictures")
	}
	at := onSQLite(t)
	prog := start(t, at, nil)
	f := peopling(t, at, prog, offering(t, prog, furnish(t, prog)))
	behindItsBack(t, at, agedCredentials)
	behindItsBack(t, at, agedEvents)
	chosen := slices.DeleteFunc(sights(f), func(s sight) bool { return !slices.Contains(pictured(), s.name) })
	if len(chosen) != len(pictured()) {
		t.Errorf("found %d of %d pages", len(chosen), len(pictured()))
	}
	eachSight(t, prog, chosen, func(p *person, s sight) {
		for _, l := range looks() {
			p.looks(l)
			picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
			if err != nil {
				t.Fatalf("picture %s: %v", s.name, err)
			}
			file := filepath.Join(dir, s.name+"-"+strings.ReplaceAll(l.name, " ", "-")+".png")
			if err := os.WriteFile(file, picture, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// pictured are the pages worth a picture.
func pictured() []string {
	return []string{
		"sign-in", "credentials", "picker", "form", "form-refused", "credential", "credential-of-somebody", "credential-scheduled",
		"edit-too-late", "delete", "project", "members", "users", "access-link", "audit", "kinds", "no-credentials", "account-menu", "not-found",
		"transfers", "transfers-in-and-out", "no-transfers", "offer", "offer-to-members", "offer-fits", "offer-refused", "offer-pending",
		"link", "link-of-several", "link-clash", "link-ended", "link-of-somebody", "leaving", "leaving-of-somebody",
		"credential-offered", "edit-offered", "delete-offered", "outbox",
	}
}

// Months of use, as the pictures of a house that was furnished a second ago would not show it.
const (
	agedCredentials = `UPDATE credentials SET
		last_used_at = strftime('%Y-%m-%d %H:%M:%S+00:00', 'now', '-' || (rowid * 7 * rowid) || ' minutes'),
		updated_at = strftime('%Y-%m-%d %H:%M:%S+00:00', 'now', '-' || (rowid * 67 % 40 + 2) || ' days'),
		created_at = strftime('%Y-%m-%d %H:%M:%S+00:00', 'now', '-' || (200 - rowid * 3) || ' days')`
	agedEvents = `UPDATE events SET at = strftime('%Y-%m-%d %H:%M:%S+00:00', 'now',
		'-' || (((SELECT max(rowid) FROM events) - rowid) * 171) || ' minutes')`
)
