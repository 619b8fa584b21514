package browsertest

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1 by Deque, under the licence beside it. It runs by way
// of the debugger, which the content security policy does not bind.
//
//go:embed testdata/axe.min.js
var axe string

// look is one way to look at a page.
type look struct {
	name   string
	width  int64
	height int64
	scheme string
}

// looks show every page in both widths and in both schemes, but not in each
// scheme at each width: no rule of the style sheet asks for both at once.
func looks() []look {
	return []look{
		{"wide light", 1280, 900, "light"},
		{"narrow dark", 390, 844, "dark"},
	}
}

// TestEveryPageIsFitForEveryone shows every page in every look to axe, and
// holds it against the edge of the screen.
func TestEveryPageIsFitForEveryone(t *testing.T) {
	t.Parallel()
	chromium(t)
	at := onSQLite(t)
	prog := start(t, at, nil)
	all := sights(peopling(t, at, prog, offering(t, prog, furnish(t, prog))))
	half := len(all) / 2
	for i, some := range [][]sight{all[:half], all[half:]} {
		t.Run(fmt.Sprint("half ", i+1), func(t *testing.T) {
			t.Parallel()
			eachSight(t, prog, some, func(p *person, s sight) {
				for _, l := range looks() {
					p.looks(l)
					p.fits(s.name, l)
				}
			})
		})
	}
}

// TestTheSetupPageIsFitForEveryone is for the one page that is gone in a furnished house.
func TestTheSetupPageIsFitForEveryone(t *testing.T) {
	t.Parallel()
	chromium(t)
	prog := start(t, onSQLite(t), nil)
	p := open(t, true).sit(prog.url)
	for _, what := range []string{"setup", "setup-refused"} {
		p.visit(prog.setup)
		p.sees("Set up Holdfast")
		if what == "setup-refused" {
			p.click("button", "Create administrator")
			p.find("alert", "")
		}
		for _, l := range looks() {
			p.looks(l)
			p.fits(what, l)
		}
	}
}

// eachSight opens one browser and brings whoever it takes to each page.
func eachSight(t *testing.T, prog *program, all []sight, look func(*person, sight)) {
	b := open(t, true)
	people := map[string]*person{}
	for _, s := range all {
		p := people[s.who]
		if p == nil || s.halfway {
			p = b.person(prog.url)
			if s.who != "" {
				p.signIn(s.who, passwords[s.who])
			}
		}
		if !s.halfway {
			people[s.who] = p
		}
		p.t = t
		t.Log(s.name)
		p.looks(looks()[0])
		p.visit(s.path)
		if s.do != nil {
			s.do(p)
		}
		p.sees(s.heading)
		if title := eval[string](p, `document.title`); title != s.title+" · Holdfast" {
			t.Errorf("%s: the document is called %q, want %q", s.name, title, s.title+" · Holdfast")
		}
		look(p, s)
	}
}

// passwords are those of the people in a furnished house.
var passwords = map[string]string{adminLogin: adminPassword, heirLogin: heirPassword, viewerLogin: viewerPassword, newcomerLogin: newcomerPassword}

// looks makes the screen look like that, and waits for what moves or changes colour.
func (p *person) looks(l look) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: l.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	if err == nil {
		err = chromedp.Do(p.ctx, chromedp.EmulateViewport(l.width, l.height))
	}
	if err != nil {
		p.t.Fatalf("look at it %s: %v", l.name, err)
	}
	p.until("a screen that is "+l.name, func(ctx context.Context) error {
		width, err := chromedp.Run(ctx, chromedp.Evaluate[int64](settled, chromedp.EvalAwaitPromise))
		if err == nil && width != l.width {
			return fmt.Errorf("is %d wide, or still moves", width)
		}
		return err
	})
}

// settled is the width of the screen, or nothing while something moves on it.
const settled = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
	.then(() => document.getAnimations().some((a) => a.playState === "running" && a.effect.getComputedTiming().endTime < Infinity) ? 0 : innerWidth)`

// fits fails the test when axe finds a fault, or when the page is wider than the screen.
func (p *person) fits(name string, l look) {
	p.t.Helper()
	what := name + ", " + l.name
	if over := eval[int](p, `document.scrollingElement.scrollWidth - innerWidth`); over > 0 {
		p.t.Errorf("%s: the page is %d pixels wider than the screen; %s", what, over, eval[string](p, tooWide))
	}
	if !eval[bool](p, `typeof axe === "object"`) {
		eval[chromedp.Void](p, axe)
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]violation](askAxe, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: ask axe: %v", what, err)
	}
	for _, v := range found {
		p.t.Errorf("%s: %s (%s)\n\t%s", what, v.Help, v.ID, strings.Join(v.At, "\n\t"))
	}
}

// fitsEveryScreen shows the page in every look, which takes scripts.
func (p *person) fitsEveryScreen(name string) {
	p.t.Helper()
	if !p.scripts {
		return
	}
	for _, l := range looks() {
		p.looks(l)
		p.fits(name, l)
	}
	p.looks(looks()[0])
}

type violation struct {
	ID, Help string
	At       []string
}

const askAxe = `axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.map((v) => ({
	id: v.id, help: v.help, at: v.nodes.map((n) => n.target.join(" ") + ": " + n.failureSummary.split("\n").slice(1).join(" ")) })))`

const tooWide = `[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
	.slice(0, 5).map((e) => e.tagName + "." + e.className).join(", ")`
