package browsertest

import (
	"context"
	"errors"
	"fmt"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// thing is one element, as assistive technology sees it.
type thing struct {
	p    *person
	what string
	id   cdp.BackendNodeID
}

// find waits for the one element of that role and name.
func (p *person) find(role, name string) thing {
	p.t.Helper()
	return p.findIn(nil, role, name)
}

// findIn is find within another element, such as a landmark.
func (p *person) findIn(around *thing, role, name string) thing {
	p.t.Helper()
	found := thing{p: p, what: role + " " + name}
	p.until(found.what, func(ctx context.Context) error {
		ids, err := p.named(ctx, around, role, name)
		if err == nil && len(ids) != 1 {
			return fmt.Errorf("there are %d", len(ids))
		}
		if err == nil {
			found.id = ids[0]
		}
		return err
	})
	return found
}

// lacks fails the test when there is an element of that role and name.
func (p *person) lacks(role, name string) {
	p.t.Helper()
	var ids []cdp.BackendNodeID
	p.until("to look", func(ctx context.Context) (err error) {
		ids, err = p.named(ctx, nil, role, name)
		return err
	})
	if len(ids) > 0 {
		p.t.Errorf("there is a %s %q %s", role, name, p.page())
	}
}

// named finds by role and by name as the browser computes them for screen readers.
func (p *person) named(ctx context.Context, around *thing, role, name string) ([]cdp.BackendNodeID, error) {
	query := accessibility.QueryAXTreeParams{Role: role, AccessibleName: name}
	if around != nil { // by the object: for a node of a page that is gone, Chromium might not answer at all
		node, err := chromedp.Call(ctx, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: around.id})
		if err != nil {
			return nil, err
		}
		query.ObjectID = node.Object.ObjectID
	} else {
		root, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: "document"})
		if err != nil {
			return nil, err
		}
		query.ObjectID = root.Result.ObjectID
	}
	tree, err := chromedp.Call(ctx, accessibility.QueryAXTree, query)
	var ids []cdp.BackendNodeID
	for _, node := range tree.Nodes {
		if !node.Ignored {
			ids = append(ids, node.BackendDOMNodeID)
		}
	}
	return ids, err
}

// ask calls a function on the element and gives what it returns.
func ask[T any](ctx context.Context, e thing, function string) (T, error) {
	var none T
	node, err := chromedp.Call(ctx, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: e.id})
	if err != nil {
		return none, err
	}
	return chromedp.Run(ctx, chromedp.CallFunctionOn[T](function, func(c *runtime.CallFunctionOnParams) {
		c.ObjectID = node.Object.ObjectID
	}))
}

func is[T any](e thing, function string) T {
	e.p.t.Helper()
	ctx, cancel := context.WithTimeout(e.p.ctx, patience)
	defer cancel()
	value, err := ask[T](ctx, e, function)
	if err != nil {
		e.p.t.Fatalf("ask %s: %v", e.what, err)
	}
	return value
}

// value is what the control holds.
func (e thing) value() string { return is[string](e, `function() { return this.value }`) }

func (e thing) ticked() bool { return is[bool](e, `function() { return this.checked }`) }

// wrong is what is said to be wrong at the control, or nothing.
func (e thing) wrong() string {
	return is[string](e, `function() {
		if (this.getAttribute("aria-invalid") !== "true") return "";
		const ids = (this.getAttribute("aria-describedby") ?? "").split(" ");
		return ids.filter((id) => /-(error|check)$/.test(id)).map((id) => document.getElementById(id).innerText).join(" ").trim();
	}`)
}

// middle scrolls to the element and gives its middle, once it is enabled and nothing covers it.
const middle = `function() {
	this.scrollIntoView({ block: "center", behavior: "instant" });
	const box = this.getClientRects()[0];
	if (!box) return { why: "is not shown" };
	if (this.disabled) return { why: "is disabled" };
	const x = box.left + box.width / 2, y = box.top + box.height / 2;
	const top = document.elementFromPoint(x, y);
	if (!this.contains(top)) return { why: "is covered by " + (top?.outerHTML ?? "nothing") };
	return { x, y, why: "" };
}`

// click clicks where the element is, as a mouse does.
func (p *person) click(role, name string) {
	p.t.Helper()
	p.find(role, name).click()
}

// goes follows a link of the navigation.
func (p *person) goes(name string) {
	p.t.Helper()
	main := p.find("navigation", "Main")
	p.findIn(&main, "link", name).click()
	p.sees(name)
}

func (e thing) click() {
	e.p.t.Helper()
	e.p.until("click "+e.what, func(ctx context.Context) error {
		at, err := ask[struct {
			X, Y float64
			Why  string
		}](ctx, e, middle)
		if err != nil {
			return err
		}
		if at.Why != "" {
			return errors.New(at.Why)
		}
		return chromedp.Do(ctx, chromedp.MouseClickXY(at.X, at.Y))
	})
}

// fill replaces what the text field of that label holds.
func (p *person) fill(label, text string) { p.t.Helper(); p.fillIn("textbox", label, text) }

func (p *person) fillIn(role, label, text string) {
	p.t.Helper()
	e := p.find(role, label)
	p.until("fill in "+e.what, func(ctx context.Context) error {
		if _, err := ask[bool](ctx, e, `function() { this.focus(); this.select(); return true }`); err != nil {
			return err
		}
		if text == "" {
			return p.press(ctx, "Backspace")
		}
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// choose takes the option of that label.
func (p *person) choose(label, option string) {
	p.t.Helper()
	e := p.find("combobox", label)
	p.until("choose "+option+" of "+e.what, func(ctx context.Context) error {
		function := fmt.Sprintf(`function() {
			const option = [...this.options].find((o) => o.label === %q);
			if (!option) return false;
			this.value = option.value;
			this.dispatchEvent(new Event("input", { bubbles: true }));
			this.dispatchEvent(new Event("change", { bubbles: true }));
			return true;
		}`, option)
		chosen, err := ask[bool](ctx, e, function)
		if err == nil && !chosen {
			return errors.New("there is no such option")
		}
		return err
	})
}
