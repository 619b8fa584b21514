package command_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/web/post/smtptest"
)

// Everything can be tried without a mail server. Once there is one, it gets
// what waited for it, but no link that opens nothing any more.
func TestLettersAreReadUntilThereIsAMailServer(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d desk) {
		keys := d.keys(t, d.ana, 2)
		var page string
		for i, life := range []string{"5m", "48h"} {
			d.o.env["HOLDFAST_TRANSFER_VALID_FOR"] = life
			at := d.o.serve(t)
			d.mustOffer(t, at.url, keys[i])
			_, page = browse(t, at.url+"/admin/outbox", d.cookies["root"])
			links := regexp.MustCompile(`href="`+regexp.QuoteMeta(home)+`(/transfers/[\w-]{43})"`).FindAllStringSubmatch(page, -1)
			if len(links) != i+1 {
				t.Fatalf("%d links can be read\n%s", len(links), page)
			}
			for _, link := range links {
				if status, offer := browse(t, at.url+link[1], d.cookies["ben"]); status != 200 || !strings.Contains(offer, "Accept transfer") {
					t.Errorf("the link answers %d", status)
				}
			}
			if status, _ := browse(t, at.url+"/admin/outbox", d.cookies["ben"]); status != 403 {
				t.Errorf("ben gets %d from the outbox", status)
			}
			if code := at.end(t); code != 0 {
				t.Errorf("exit code %d", code)
			}
		}
		if n := d.Count(t, `SELECT count(*) FROM letters WHERE state = 'queued' AND tries = 0`); n != 4 {
			t.Fatalf("%d letters wait untouched, want 4", n)
		}
		s := smtptest.Start(t, smtptest.Options{})
		d.o.ahead = 6 * time.Minute // the first link is dead, the second is not
		at := d.by(s).o.serve(t)
		s.AwaitTo(t, d.ana.Email, 2) // of the offer that stands, and that the other has expired
		d.drained(t)
		if got := s.AwaitTo(t, d.ben.Email, 1); len(got) != 1 || !strings.Contains(got[0].Subject, keys[1].name) {
			t.Errorf("ben got %d letters", len(got))
		}
		if n := d.Count(t, `SELECT count(*) FROM letters WHERE state = 'failed' AND kind = 'transfer.offer' AND outcome = ?`, models.TooLate); n != 1 {
			t.Errorf("%d letters are noted as too late, want 1", n)
		}
		_, page = browse(t, at.url+"/admin/outbox?state=failed", d.cookies["root"])
		has(t, page, "could not be sent in time", d.ben.Email)
		if strings.Contains(page, home+"/transfers/") {
			t.Error("with a mail server the links can be read")
		}
	})
}

// An offer ends by itself: its owner is told and may offer it again.
func TestOffersExpireByThemselves(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d desk) {
		s := smtptest.Start(t, smtptest.Options{})
		d.o.env["HOLDFAST_TRANSFER_VALID_FOR"] = "1s"
		at := d.by(s).o.serve(t)
		id := d.Keep(t, d.ana, "Brief", d.project)
		brief := key{id, "Brief"}
		d.mustOffer(t, at.url, brief)
		until(t, "the offer has expired", func() bool {
			return slices.ContainsFunc(s.Letters(), func(m smtptest.Mail) bool {
				return m.To[0] == d.ana.Email && m.Subject == "Your offer of “Brief” has expired"
			})
		})
		if n := d.Count(t, `SELECT count(*) FROM transfers WHERE state = 'expired' AND ended_at >= expires_at AND ended_by IS NULL`); n != 1 {
			t.Errorf("%d offers are noted as expired", n)
		}
		if events := d.Events(t, id.String()); len(events) == 0 || events[len(events)-1] != models.TransferTimedOut {
			t.Errorf("events %v", events)
		}
		if n := d.Count(t, `SELECT count(*) FROM credentials WHERE id = ? AND owner_id = ?`, id, d.ana.UserID); n != 1 {
			t.Error("it has another owner")
		}
		d.mustOffer(t, at.url, brief)
	})
}
