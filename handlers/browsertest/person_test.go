package browsertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// person is somebody at one tab of a browser. What they look for may take its
// time to appear; what does not appear ends the test.
type person struct {
	t       *testing.T
	ctx     context.Context
	at      string // the program's address
	abroad  string // another address that this person may go to; empty is none
	scripts bool
	secrets []string        // that no page may hold
	hides   func() []string // what else no page may hold, as it is by now
	faults  *faults
	cameBy  atomic.Value // the address by which this person came back from a provider
	status  atomic.Int64 // of the latest answer that was a page or a part of one
}

// until tries again and again until work succeeds, or patience ends.
func (p *person) until(what string, work func(context.Context) error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	pause := time.NewTicker(15 * time.Millisecond)
	defer pause.Stop()
	var last error // that is not just the end of patience
	for {
		err := work(ctx)
		if err == nil {
			return
		}
		if ctx.Err() == nil || last == nil {
			last = err
		}
		select {
		case <-pause.C:
		case <-ctx.Done():
			p.t.Fatalf("%s: %v\n%s", what, last, p.page())
		}
	}
}

// page is what stands on the page now, for the report of a failure.
func (p *person) page() string {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	at, _ := chromedp.Run(ctx, chromedp.Location())
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
	return "at " + at + ":\n" + text
}

// visit goes to a path of the program, or to a whole address.
func (p *person) visit(path string) {
	p.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = p.at + path
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(path)); err != nil {
		p.t.Fatalf("visit %s: %v", path, err)
	}
}

// sees waits for the page of that heading, and looks for secrets on it.
func (p *person) sees(heading string) {
	p.t.Helper()
	p.until("the page "+heading, func(ctx context.Context) error {
		const look = `({ state: document.readyState, heading: document.querySelector("h1")?.innerText ?? "", title: document.title })`
		now, err := chromedp.Run(ctx, chromedp.Evaluate[struct{ State, Heading, Title string }](look))
		switch {
		case err != nil:
			return err
		case now.Heading != heading || now.State != "complete":
			return fmt.Errorf("sees %q (%s)", now.Heading, now.State)
		case !strings.HasSuffix(now.Title, " · Holdfast"):
			return fmt.Errorf("the document is called %q", now.Title)
		}
		return nil
	})
	p.keepsSecrets()
}

// answered fails the test when the page came with another status.
func (p *person) answered(status int64) {
	p.t.Helper()
	if got := p.status.Load(); got != status {
		p.t.Errorf("the status is %d, want %d %s", got, status, p.page())
	}
}

// keepsSecrets fails the test when the page's source holds a secret.
func (p *person) keepsSecrets() {
	p.t.Helper()
	html, secrets := eval[string](p, `document.documentElement.outerHTML`), p.secrets
	if p.hides != nil {
		secrets = slices.Concat(secrets, p.hides())
	}
	for _, secret := range secrets {
		if strings.Contains(html, secret) {
			p.t.Errorf("a secret stands on the page %s", p.page())
		}
	}
}

// reads waits until the page has all these texts, spaces and letter case aside.
func (p *person) reads(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.until("the text "+text, func(ctx context.Context) error {
			now, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
			if err == nil && !strings.Contains(plain(now), plain(text)) {
				return errors.New("is not there")
			}
			return err
		})
	}
	p.keepsSecrets()
}

// misses fails the test when the page has one of these texts.
func (p *person) misses(texts ...string) {
	p.t.Helper()
	now := eval[string](p, `document.body.innerText`)
	for _, text := range texts {
		if strings.Contains(plain(now), plain(text)) {
			p.t.Errorf("%q is %s", text, p.page())
		}
	}
}

func plain(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }

// eval gives the value of an expression. It works where the page's own scripts do not run, too.
func eval[T any](p *person, expression string) T {
	p.t.Helper()
	var value T
	p.until(expression, func(ctx context.Context) (err error) {
		value, err = chromedp.Run(ctx, chromedp.Evaluate[T](expression))
		return err
	})
	return value
}

// keys are pressed one after the other.
func (p *person) keys(names ...string) {
	p.t.Helper()
	for _, name := range names {
		if err := p.press(p.ctx, name); err != nil {
			p.t.Fatalf("press %s: %v", name, err)
		}
	}
}

var codes = map[string]int64{"Tab": 9, "Enter": 13, "Escape": 27, "ArrowDown": 40, "Backspace": 8}

func (p *person) press(ctx context.Context, key string) error {
	down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Code: key, WindowsVirtualKeyCode: codes[key]}
	if key == "Enter" {
		down.Text = "\r"
	}
	if len(key) == 1 {
		down.Text, down.Code = key, ""
	}
	if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, down); err != nil {
		return err
	}
	up := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: key, Code: down.Code, WindowsVirtualKeyCode: codes[key]}
	_, err := chromedp.Call(ctx, input.DispatchKeyEvent, up)
	return err
}

// types types a text key by key into whatever has the focus.
func (p *person) types(text string) {
	p.t.Helper()
	p.keys(strings.Split(text, "")...)
}

// signIn signs in, with a second factor where one is asked for, and waits for the credentials.
func (p *person) signIn(login, password string) {
	p.t.Helper()
	p.visit("/sign-in")
	p.sees("Sign in")
	p.fill("Login", login)
	p.fill("Password", password)
	p.click("button", "Sign in")
	p.comesIn(login)
}

// leaves waits until the page of that heading is gone.
func (p *person) leaves(heading string) {
	p.t.Helper()
	p.until("to leave "+heading, func(ctx context.Context) error {
		now, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState + " " + (document.querySelector("h1")?.innerText ?? "")`))
		if err == nil && now != "complete" && (!strings.HasPrefix(now, "complete") || strings.HasSuffix(now, heading)) {
			return errors.New(now)
		}
		return err
	})
}

// goneFrom loads the list at path until nothing matches.
func (p *person) goneFrom(path string) {
	p.t.Helper()
	p.until("an empty "+path, func(ctx context.Context) error {
		if err := chromedp.Do(ctx, chromedp.Navigate(p.at+path)); err != nil {
			return err
		}
		text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
		if err == nil && !strings.Contains(text, "Nothing matches") {
			return errors.New("something is there")
		}
		return err
	})
}
