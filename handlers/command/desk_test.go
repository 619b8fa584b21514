package command_test

import (
	"bytes"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/smtp"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/web/post/smtptest"
)

const (
	// forged is what requests of these tests say in Host.
	forged = "evil.example"
	// home is what links begin with, wherever the program listens.
	home = "http://localhost:8080"
)

// desk is a house in which ana offers credentials of her project to ben, and
// the machine on which the program serves it.
type desk struct {
	*modelstest.House
	o              *outside
	root, ana, ben models.Actor
	project        models.ID
	cookies        map[string]string // by the name of the person
}

func newDesk(t *testing.T, h *modelstest.House, env ...string) desk {
	t.Helper()
	d := desk{
		House: dated(t, h), cookies: map[string]string{}, o: on(append([]string{
			"HOLDFAST_DATABASE_URL", h.URL, "HOLDFAST_KEYS_FILE", h.KeyFile, "HOLDFAST_BASE_URL", home, "HOLDFAST_LOG_LEVEL", "debug",
		}, env...)...),
		root: h.Person(t, "root", models.Administrator), ana: h.Person(t, "ana", models.PlainMember), ben: h.Person(t, "ben", models.PlainMember),
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log of the last program in this process:\n%s", &d.o.err)
		}
	})
	d.project = h.Project(t, d.ana, "Clinic")
	h.Seat(t, d.ana, d.project, d.ben, models.Editor)
	for _, who := range []models.Actor{d.root, d.ana, d.ben} {
		d.cookies[who.Name] = sit(t, h, who)
		if strings.HasPrefix(d.o.env["HOLDFAST_BASE_URL"], "https:") {
			d.cookies[who.Name] = "__Host-" + d.cookies[who.Name]
		}
	}
	return d
}

// eachDesk runs test on both databases.
func eachDesk(t *testing.T, test func(*testing.T, desk)) {
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) { test(t, newDesk(t, h)) })
}

// by has the letters of the next start go to that server; with nil there is none.
func (d desk) by(s *smtptest.Server) desk {
	delete(d.o.env, "HOLDFAST_SMTP_URL")
	if s != nil {
		d.o.env["HOLDFAST_SMTP_URL"] = s.URL()
	}
	return d
}

// key is a credential.
type key struct {
	id   models.ID
	name string
}

// keys are n new credentials of owner's.
func (d desk) keys(t *testing.T, owner models.Actor, n int) []key {
	t.Helper()
	var list []key
	for i := range n {
		name := fmt.Sprintf("%s’s key %d", owner.Name, i)
		list = append(list, key{d.Keep(t, owner, name, d.project), name})
	}
	return list
}

// offer has ana offer a credential to ben at the running program.
func (d desk) offer(at string, k key) error {
	_, err := submit(at+"/credentials/"+k.id.String()+"/transfer", d.cookies["ana"], url.Values{"email": {d.ben.Email}})
	return err
}

func (d desk) mustOffer(t *testing.T, at string, list ...key) {
	t.Helper()
	for _, k := range list {
		modelstest.Must(t, d.offer(at, k))
	}
}

// drained waits until no letter is left to carry.
func (d desk) drained(t *testing.T) {
	t.Helper()
	until(t, "every letter is carried", func() bool { return d.Count(t, `SELECT count(*) FROM letters WHERE state = 'queued'`) == 0 })
}

// wantMail checks that the server got the outbox: each of the want letters
// once, but for as many copies as may be, and nothing of them is secret any more.
func (d desk) wantMail(t *testing.T, s *smtptest.Server, want, copies int) {
	t.Helper()
	rows, err := d.DB.RawRows(t.Context(), `SELECT id, email FROM letters WHERE state = 'sent'`)
	modelstest.Must(t, err)
	known, came := map[string]string{}, map[string]smtptest.Mail{}
	for _, row := range rows {
		id, email, _ := strings.Cut(strings.Trim(row, "[]"), " ")
		known[id] = email
	}
	for _, m := range s.Letters() {
		id, _, _ := strings.Cut(strings.TrimPrefix(m.Header.Get("Message-ID"), "<"), "@")
		if known[id] == "" || known[id] != m.To[0] {
			t.Errorf("a letter %s came to %s; in the outbox it is to %q", id, m.To, known[id])
		}
		if before, twice := came[id]; twice {
			copies--
			if before.Subject != m.Subject || before.Text != m.Text || before.HTML != m.HTML {
				t.Errorf("two letters have the same Message-ID:\n%s\n%s", before.Raw, m.Raw)
			}
		}
		came[id] = m
	}
	if len(came) != want || len(known) != want || copies < 0 {
		t.Errorf("%d letters came and %d are noted as sent, want %d; %d copies too many", len(came), len(known), want, max(0, -copies))
	}
	if n := d.Count(t, `SELECT count(*) FROM letters`); n != want {
		t.Errorf("%d letters are in the outbox, want %d", n, want)
	}
	if n := d.Count(t, `SELECT count(*) FROM letter_tokens`) + d.Count(t, `SELECT count(*) FROM letters WHERE details <> ''`); n != 0 {
		t.Errorf("%d letters that went are still whole", n)
	}
}

// trusted is a file with the certificate of s, for SSL_CERT_FILE.
func trusted(t *testing.T, s *smtptest.Server) string {
	t.Helper()
	u, err := url.Parse(s.URL())
	modelstest.Must(t, err)
	c, err := smtp.Dial(u.Host)
	modelstest.Must(t, err)
	defer c.Close()
	modelstest.Must(t, c.StartTLS(&tls.Config{ServerName: u.Hostname(), RootCAs: s.RootCAs(), MinVersion: tls.VersionTLS12}))
	state, _ := c.TLSConnectionState()
	var text bytes.Buffer
	modelstest.Must(t, pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: state.PeerCertificates[0].Raw}))
	path := filepath.Join(t.TempDir(), "ca.pem")
	modelstest.Must(t, os.WriteFile(path, text.Bytes(), 0o600))
	return path
}

// path is where a link of the console leads on whatever host serves it.
func path(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	modelstest.Must(t, err)
	return u.RequestURI()
}

// refuses waits until the program takes no more requests.
func refuses(t *testing.T, at string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	until(t, fmt.Sprintf("nobody listens at %s", at), func() bool {
		a, err := client.Get(at + "/healthz")
		if err == nil {
			_ = a.Body.Close()
		}
		return err != nil
	})
}
