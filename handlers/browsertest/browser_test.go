// Package browsertest walks the whole program in a real browser: what a person
// does on the pages, and what a browser, a screen reader or a narrow screen
// makes of them. It finds things as people do, by their role and their name,
// and knows neither the domain nor the templates.
//
// It needs Chromium; without it the tests are skipped, and fail when the
// environment says CI=true.
package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// seats are the browsers that may run at once: each is hungry.
var seats = make(chan struct{}, 2)

// browser is one Chromium of the test's own, with nothing remembered.
type browser struct {
	t    *testing.T
	ctx  context.Context
	runs bool // scripts

	abroad string // what people may go to besides the program, if anything
}

// open starts a browser that runs scripts, or does not.
func open(t *testing.T, scripts bool) *browser {
	t.Helper()
	path := chromium(t)
	seats <- struct{}{}
	t.Cleanup(func() { <-seats })
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.WindowSize(1280, 900), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true),
	)
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Logf("end the browser: %v", err)
		}
		cancel()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return &browser{t: t, ctx: ctx, runs: scripts}
}

// chromium finds the browser, or ends the test.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("Chromium is not installed")
	}
	t.Skip("Chromium not installed: skipping the test in it")
	return ""
}

// person is somebody new at the browser: no cookie of anybody else's.
func (b *browser) person(at string) *person {
	b.t.Helper()
	return b.sit(at, chromedp.WithNewBrowserContext())
}

// sit opens a tab. Whatever goes wrong in it, at any time, fails the test.
func (b *browser) sit(at string, options ...chromedp.ContextOption) *person {
	b.t.Helper()
	p := &person{t: b.t, at: at, abroad: b.abroad, scripts: b.runs, faults: &faults{}}
	ctx, cancel := chromedp.NewContext(b.ctx, append(options, chromedp.WithListener(p.hear))...)
	p.ctx = ctx
	b.t.Cleanup(func() {
		cancel()
		for _, fault := range p.faults.all() {
			b.t.Error(fault)
		}
	})
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		if _, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: tellViolations}); err != nil {
			return err
		}
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !b.runs})
		return err
	}))
	if err != nil {
		b.t.Fatalf("open a tab: %v", err)
	}
	return p
}

// tellViolations makes a breach of the content security policy a console error, which fails the test.
const tellViolations = `addEventListener("securitypolicyviolation", (e) =>
	console.error("CSP: " + e.violatedDirective + " blocked " + e.blockedURI + " at " + e.sourceFile + ":" + e.lineNumber))`

// faults are what a page did that none should do.
type faults struct {
	mu   sync.Mutex
	list []string
}

func (f *faults) add(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, fmt.Sprintf(format, args...))
}

func (f *faults) all() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.list...)
}

// hear listens to the tab: errors in the console, breaches of the policy,
// faults of the server, and anything asked of another host.
func (p *person) hear(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.faults.add("a script broke: %v", e.ExceptionDetails)
	case *runtime.EventConsoleAPICalled:
		refusal := strings.HasPrefix(words(e.Args), `"Response Status Error Code 4`) // as htmx tells it
		if (e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert) && !refusal {
			p.faults.add("the console says: %s", words(e.Args))
		}
	case *log.EventEntryAdded:
		refusal := strings.HasPrefix(e.Entry.Text, "Failed to load resource: the server responded with a status of 4")
		if (e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning) && !refusal {
			p.faults.add("the browser says: %s (%s, %s)", e.Entry.Text, e.Entry.Source, e.Entry.URL)
		}
	case *fetch.EventRequestPaused: // whoever leads away is to be looked at first
		go func() {
			stay := fetch.FulfillRequestParams{RequestID: e.RequestID, ResponseCode: http.StatusNoContent}
			if _, err := chromedp.Call(p.ctx, fetch.FulfillRequest, stay); err != nil && p.ctx.Err() == nil {
				p.faults.add("hold the page: %v", err)
			}
		}()
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument || e.Type == network.ResourceTypeXHR {
			p.status.Store(e.Response.Status)
		}
		if e.Response.Status >= 500 {
			p.faults.add("%s answered %d", e.Response.URL, e.Response.Status)
		}
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; !strings.HasPrefix(url, p.at+"/") && !strings.HasPrefix(url, "data:") && (p.abroad == "" || !strings.HasPrefix(url, p.abroad)) {
			p.faults.add("the page asked elsewhere: %s", url)
		} else if strings.HasPrefix(url, p.at+"/oauth/callback?") {
			p.cameBy.Store(url)
		}
	}
}

func words(args []*runtime.RemoteObject) string {
	var all []string
	for _, a := range args {
		all = append(all, strings.TrimSpace(string(a.Value)+" "+a.Description))
	}
	return strings.Join(all, " ")
}
