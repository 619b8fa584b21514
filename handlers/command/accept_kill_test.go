package command_test

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// link is an offer that waits for its receiver.
type link struct {
	offer, path, cookie string
}

// links has from offer n credentials to receiver, each with a link of its own.
func (d desk) links(t *testing.T, from, receiver models.Actor, n int) []link {
	t.Helper()
	var list []link
	for _, k := range d.keys(t, from, n) {
		_, err := d.Transfers.Initiate(t.Context(), from, transfers.Offer{Credentials: []models.ID{k.id}, Email: receiver.Email})
		modelstest.Must(t, err)
		offers := d.offers(t)
		list = append(list, link{offers[len(offers)-1], "/transfers/" + d.LinkTo(t, receiver), d.cookies[receiver.Name]})
	}
	return list
}

// Killed while credentials change hands, it has handed each over as a whole or
// not at all, and what was confirmed is so.
func TestKilledWhileCredentialsChangeHands(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d desk) {
		open := slices.Concat(d.links(t, d.ana, d.ben, 10), d.links(t, d.ben, d.ana, 10))
		for round := 0; len(open) > 0; round++ {
			rand.Shuffle(len(open), func(i, j int) { open[i], open[j] = open[j], open[i] })
			c, n := start(t, d.o), len(open)+1 // in the end it may live
			if round < 4 {
				n = 1 + rand.IntN(4)
			}
			confirmed := acceptAll(c, open, n)
			_ = c.cmd.Process.Kill()
			_ = c.cmd.Wait()
			for _, offer := range confirmed {
				if d.Count(t, `SELECT count(*) FROM transfers WHERE id = ? AND state = 'accepted'`, models.ParseID(offer)) != 1 {
					t.Errorf("%s was confirmed and is not accepted", offer)
				}
			}
			d.wholeHands(t)
			open = slices.DeleteFunc(open, func(l link) bool {
				return d.Count(t, `SELECT count(*) FROM transfers WHERE id = ? AND state = 'accepted'`, models.ParseID(l.offer)) == 1
			})
			t.Logf("killed after %d, %d are left", n, len(open))
			if round > 5 {
				t.Fatalf("%d offers can't be accepted\n%s", len(open), c.errs)
			}
		}
		if n := d.Count(t, `SELECT count(*) FROM letters WHERE kind IN ('transfer.received', 'transfer.handed_over')`); n != 40 {
			t.Errorf("%d letters tell of 20 credentials", n)
		}
	})
}

// acceptAll accepts from four sides; once n are confirmed, the program is
// killed at any moment of what it does then. It reports the confirmed ones.
func acceptAll(c *child, open []link, n int) (confirmed []string) {
	var mu sync.Mutex
	var all sync.WaitGroup
	var count atomic.Int64
	for side := range 4 {
		all.Go(func() {
			for i := side; i < len(open); i += 4 {
				if _, err := submit(c.url+open[i].path+"/accept", open[i].cookie, url.Values{"offer": {open[i].offer}}); err != nil {
					return
				}
				mu.Lock()
				confirmed = append(confirmed, open[i].offer)
				mu.Unlock()
				if count.Add(1) == int64(n) {
					time.AfterFunc(rand.N(8*time.Millisecond), func() { _ = c.cmd.Process.Kill() })
				}
			}
		})
	}
	all.Wait()
	return confirmed
}

// wholeHands checks that every credential is its owner's by the state of its
// offer, with everything that belongs to it.
func (d desk) wholeHands(t *testing.T) {
	t.Helper()
	id := `c.id`
	if strings.HasPrefix(d.URL, "postgres") {
		id = `c.id::text`
	}
	const accepted = `CASE t.state WHEN 'accepted' THEN 1 ELSE 0 END`
	for what, wrong := range map[string]string{
		"have the wrong owner":         `c.owner_id <> CASE t.state WHEN 'accepted' THEN t.to_id ELSE t.from_id END`,
		"are neither offered nor gone": `t.state NOT IN ('pending', 'accepted')`,
		"have the wrong version":       `c.version <> t.version + ` + accepted,
		"have an offer half ended":     `(t.ended_at IS NULL) <> (t.state = 'pending') OR coalesce(t.ended_by, 0) <> t.to_id * ` + accepted,
		"have other events":            `(SELECT count(*) FROM events e WHERE e.thing_id = ` + id + ` AND e.name = 'credential.transferred') <> ` + accepted,
		"have other letters":           `(SELECT count(*) FROM letters l WHERE l.details LIKE '%' || ` + id + ` || '%' AND l.kind IN ('transfer.received', 'transfer.handed_over')) <> 2 * ` + accepted,
		"have lost their project":      `(SELECT count(*) FROM shares s WHERE s.credential_id = c.id) <> 1`,
		"have lost their body":         `(SELECT count(*) FROM bodies b WHERE b.credential_id = c.id) <> 1`,
	} {
		if n := d.Count(t, `SELECT count(*) FROM transfers t LEFT JOIN credentials c ON c.id = t.credential_id WHERE c.id IS NULL OR `+wrong); n != 0 {
			t.Errorf("%d credentials %s", n, what)
		}
	}
	if n := d.Count(t, `SELECT count(*) FROM credentials`); n != 20 {
		t.Errorf("%d credentials", n)
	}
}
