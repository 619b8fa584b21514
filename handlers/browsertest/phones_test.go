package browsertest

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"holdfast/models/modelstest"
)

// phones are the authenticator apps of the people of a house, by login. Like its
// data they outlive the program.
type phones struct {
	mu sync.Mutex
	of map[string]*modelstest.Phone
}

// houses knows the phones of every program that runs, by its address.
var houses sync.Map

func phonesAt(t *testing.T, url string) *phones {
	t.Helper()
	known, ok := houses.Load(url)
	if !ok {
		t.Fatalf("no program runs at %s", url)
	}
	return known.(*phones)
}

// give gives somebody the phone that has read a secret.
func (ps *phones) give(t *testing.T, login, secret string) {
	t.Helper()
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.of[login] = modelstest.NewPhone(t, secret)
}

// code is the next one that somebody's phone shows; it waits until it is taken.
func (ps *phones) code(t *testing.T, login string) string {
	t.Helper()
	ps.mu.Lock()
	phone := ps.of[login]
	ps.mu.Unlock()
	if phone == nil {
		t.Fatalf("%s has no phone", login)
	}
	code, wait := phone.Next(time.Now())
	if wait > 0 { // three codes were shown within half a minute
		<-time.After(wait)
	}
	return code
}

// comesIn goes from the password to the credentials, with a code if one is
// asked for, and by adding an app if there is none.
func (p *person) comesIn(login string) {
	p.t.Helper()
	switch p.seesOne("Credentials", "Enter your code", "Add a second factor") {
	case "Enter your code":
		p.fill("Code", phonesAt(p.t, p.at).code(p.t, login))
		p.click("button", "Continue")
	case "Add a second factor":
		phonesAt(p.t, p.at).give(p.t, login, eval[string](p, `document.querySelector("[data-totp-secret]").innerText`))
		p.fill("Code", phonesAt(p.t, p.at).code(p.t, login))
		p.click("button", "Add second factor")
		p.sees("Keep your recovery codes")
		p.click("link", "Go on")
	}
	p.sees("Credentials")
}

// seesOne waits for a page of one of these headings, and says which it is.
func (p *person) seesOne(headings ...string) (heading string) {
	p.t.Helper()
	p.until("one of "+strings.Join(headings, ", "), func(ctx context.Context) (err error) {
		heading, err = chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? document.querySelector("h1")?.innerText ?? "" : ""`))
		for _, h := range headings {
			if h == heading {
				return err
			}
		}
		return errors.Join(err, errors.New("sees "+heading))
	})
	return heading
}

// comeIn is comesIn for a client: where the sign-in has led, it goes on.
func (c client) comeIn(login, location string) {
	c.t.Helper()
	at, _, _ := strings.Cut(location, "?")
	switch ps := phonesAt(c.t, c.at); at {
	case "/sign-in/factor":
		c.post(at, "code", ps.code(c.t, login))
	case "/sign-in/enrol":
		page := c.get(at)
		secret := regexp.MustCompile(`data-totp-secret>([^<]+)<`).FindStringSubmatch(page)
		carried := regexp.MustCompile(`name="secret" value="([^"]+)"`).FindStringSubmatch(page)
		if secret == nil || carried == nil {
			c.t.Fatalf("no secret on the page\n%s", page)
		}
		ps.give(c.t, login, secret[1])
		c.post(at, "secret", carried[1], "label", "Phone", "code", ps.code(c.t, login))
	}
}
