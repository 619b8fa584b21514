package views_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// document is a drawn page, with questions about it.
type document struct{ root *html.Node }

// elements are all elements of one of these names, or all when none is given.
func (d document) elements(names ...string) []*html.Node {
	var found []*html.Node
	for n := range d.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if len(names) == 0 || contains(names, n.Data) {
			found = append(found, n)
		}
	}
	return found
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func (d document) ids() map[string]int {
	ids := map[string]int{}
	for _, n := range d.elements() {
		if id, ok := attr(n, "id"); ok {
			ids[id]++
		}
	}
	return ids
}

func (d document) hasOneH1(t *testing.T) {
	t.Helper()
	if n := len(d.elements("h1")); n != 1 {
		t.Errorf("%d h1", n)
	}
	if n := len(d.elements("main")); n != 1 {
		t.Errorf("%d main", n)
	}
}

// hasNothingInline looks for what the content security policy would block.
func (d document) hasNothingInline(t *testing.T) {
	t.Helper()
	for _, n := range d.elements() {
		for _, a := range n.Attr {
			key := strings.ToLower(a.Key)
			if strings.HasPrefix(key, "on") || strings.HasPrefix(key, "hx-on") || key == "style" {
				t.Errorf("<%s> has %s", n.Data, a.Key)
			}
			if (key == "href" || key == "action" || key == "src") && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				t.Errorf("<%s> has %s=%s", n.Data, a.Key, a.Val)
			}
		}
		if _, hasSrc := attr(n, "src"); n.Data == "style" || (n.Data == "script" && !hasSrc) {
			t.Errorf("inline <%s>", n.Data)
		}
	}
}

func (d document) hasSameScripts(t *testing.T, other document) {
	t.Helper()
	if a, b := len(d.elements("script", "iframe", "img", "object")), len(other.elements("script", "iframe", "img", "object")); a != b {
		t.Errorf("%d active elements, %d with harmless text", a, b)
	}
}

func (d document) labelsEveryControl(t *testing.T) {
	t.Helper()
	named := map[string]bool{}
	for _, l := range d.elements("label") {
		if id, ok := attr(l, "for"); ok {
			named[id] = true
		}
	}
	for _, n := range d.elements("input", "select", "textarea") {
		if kind, _ := attr(n, "type"); kind == "hidden" {
			continue
		}
		id, _ := attr(n, "id")
		_, aria := attr(n, "aria-label")
		if !named[id] && !aria && !within(n, "label") {
			t.Errorf("<%s id=%q> has no label", n.Data, id)
		}
	}
}

func within(n *html.Node, name string) bool {
	for p := range n.Ancestors() {
		if p.Type == html.ElementNode && p.Data == name {
			return true
		}
	}
	return false
}

func (d document) hasUniqueIDs(t *testing.T) {
	t.Helper()
	for id, n := range d.ids() {
		if n > 1 || id == "" {
			t.Errorf("id %q stands %d times", id, n)
		}
	}
}

// pointsAtWhatIsThere follows every reference within the page.
func (d document) pointsAtWhatIsThere(t *testing.T) {
	t.Helper()
	ids := d.ids()
	for _, n := range d.elements() {
		for _, name := range []string{"for", "aria-describedby", "aria-labelledby", "hx-target", "data-reveal", "data-copy", "data-confirm-input"} {
			value, _ := attr(n, name)
			for _, id := range strings.Fields(value) {
				if ids[strings.TrimPrefix(id, "#")] == 0 {
					t.Errorf("<%s %s=%q> points at nothing", n.Data, name, id)
				}
			}
		}
		if href, _ := attr(n, "href"); strings.HasPrefix(href, "#") && ids[href[1:]] == 0 {
			t.Errorf("link to %s leads nowhere", href)
		}
	}
}

func (d document) submitsWithoutJavaScript(t *testing.T) {
	t.Helper()
	for _, f := range d.elements("form") {
		if action, _ := attr(f, "action"); action == "" {
			t.Error("a form has no action")
		}
		buttons := 0
		for n := range f.Descendants() {
			_, elsewhere := attr(n, "formaction")
			if kind, _ := attr(n, "type"); n.Data == "button" && kind == "submit" && !elsewhere {
				buttons++
			}
		}
		if buttons != 1 {
			t.Errorf("a form has %d submit buttons", buttons)
		}
	}
}

func (d document) hasNamedTables(t *testing.T) {
	t.Helper()
	for _, table := range d.elements("table") {
		_, labelled := attr(table, "aria-labelledby")
		captions := 0
		for n := range table.Descendants() {
			if n.Data == "caption" {
				captions++
			}
			if _, ok := attr(n, "scope"); n.Data == "th" && !ok {
				t.Error("a <th> has no scope")
			}
		}
		if captions == 0 && !labelled {
			t.Error("a table has no name")
		}
	}
}
