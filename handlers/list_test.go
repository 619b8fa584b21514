package handlers_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

// wire stands between the console and Postgres and counts the statements that
// pass: whatever asks them, by whatever library.
type wire struct{ statements atomic.Int64 }

// between gives the URL of a database as it is reached over the wire.
func (w *wire) between(t *testing.T, at string) string {
	u, err := url.Parse(at)
	modelstest.Must(t, err)
	server := u.Host
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	modelstest.Must(t, err)
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			near, err := ln.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				_ = near.Close()
				return
			}
			go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
			go func() { w.count(far, near); _ = far.Close() }()
		}
	}()
	u.Host = ln.Addr().String()
	return u.String()
}

// count passes on what the console says. Each message but the first is a
// letter, a length and so many bytes; E executes a prepared statement, Q is one
// in plain text. The pool's own question whether a connection that was idle for a
// second is alive is no statement of a page.
func (w *wire) count(far io.Writer, near io.Reader) {
	head := make([]byte, 5)
	for first := true; ; first = false {
		at := head
		if first {
			at = head[1:] // has no letter
		}
		if _, err := io.ReadFull(near, at); err != nil {
			return
		}
		rest := make([]byte, binary.BigEndian.Uint32(head[1:])-4)
		if _, err := io.ReadFull(near, rest); err != nil {
			return
		}
		if !first && (head[0] == 'E' || head[0] == 'Q' && !bytes.HasPrefix(rest, []byte("-- ping"))) {
			w.statements.Add(1)
		}
		if _, err := far.Write(append(at[:len(at):len(at)], rest...)); err != nil {
			return
		}
	}
}

// The list costs as many statements for a thousand credentials as for ten.
func TestTheListAsksTheSameHoweverMuchThereIs(t *testing.T) {
	t.Parallel()
	var w wire
	c := openOn(modelstest.Open(t, w.between(t, modelstest.Postgres(t, modelstest.Lay)), ""), "")
	ada := c.member(t, "ada")
	wells, pumps := c.Project(t, ada.Actor, "Wells"), c.Project(t, ada.Actor, "Pumps")
	for i := range 10 {
		c.Keep(t, ada.Actor, fmt.Sprintf("Key %d", i), wells, pumps)
	}
	paths := []string{
		to.Credentials(), to.CredentialsWith(to.CredentialFilter{Q: "key", Sort: "changed"}), to.ProjectCredentials(wells.String()),
		to.CredentialsWith(to.CredentialFilter{Project: wells.String(), Kind: "raw"}),
	}
	ask := func() (counts []int64) {
		for _, path := range paths {
			before := w.statements.Load()
			if a := c.get(ada, path); a.status != 200 || !strings.Contains(a.body, "Key ") {
				t.Fatalf("%s: %d\n%s\n%s", path, a.status, plainText(a.body), c.log)
			}
			counts = append(counts, w.statements.Load()-before)
		}
		return counts
	}
	few := ask()
	c.Exec(t, `INSERT INTO credentials (id, owner_id, name, name_key, kind, version, created_at, updated_at)
		SELECT gen_random_uuid(), ?, 'Key ' || n, 'key ' || n, 'raw', 1, now(), now() FROM generate_series(11, 1000) n`, ada.UserID)
	c.Exec(t, `INSERT INTO shares (project_id, credential_id, name_key, created_at)
		SELECT p.id, c.id, c.name_key, now() FROM credentials c, projects p ON CONFLICT DO NOTHING`)
	many := ask()
	for i, path := range paths {
		if few[i] != many[i] || few[i] == 0 || few[i] > 6 {
			t.Errorf("%s: %d statements for 10 credentials, %d for 1,000", path, few[i], many[i])
		}
	}
	t.Logf("statements: %v", many)
}

// A page of fifty stays small, and in nobody's cache.
func TestTheListIsSmallAndKeptByNobody(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	var shared []models.ID
	for i := range 2 {
		shared = append(shared, c.Project(t, ada.Actor, fmt.Sprintf("Regional health programme %d", i)))
	}
	for i := range 51 {
		c.Keep(t, ada.Actor, fmt.Sprintf("Data warehouse of the north, replica %02d", i), shared...)
	}
	a := c.get(ada, to.Credentials())
	t.Logf("%d bytes for 50 rows", len(a.body))
	if n := strings.Count(a.body, `<th scope="row">`); n != models.PageSize || len(a.body) > 40<<10 {
		t.Errorf("%d bytes for %d rows, want at most %d for %d", len(a.body), n, 40<<10, models.PageSize)
	}
	if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Vary") != "HX-Request" {
		t.Errorf("Cache-Control %q, Vary %q", a.header.Get("Cache-Control"), a.header.Get("Vary"))
	}
}
