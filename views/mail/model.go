// Package mail writes the letters of the console, each as HTML and as plain
// text from the same words. It gets finished values: every URL is absolute.
// Names are text here as everywhere: what looks like HTML in one is shown as it
// is, and none reaches over the end of its line.
package mail

import "time"

// Letter is one letter, whatever it tells.
type Letter struct {
	To      string // name of who reads it
	Subject string
	Lead    string // the first sentence: what happened
	Facts   []Fact
	Things  []Thing  // credentials it is about
	Action  *Action  // what can be done next
	After   []string // further paragraphs: what it means, what to do if it was a mistake
	Why     string   // why the reader gets it
	BaseURL string   // of the console that sends it
}

// Fact is one line of particulars.
type Fact struct{ Label, Text string }

// Thing is a credential.
type Thing struct {
	Name     string
	Was      string // its name before, when it got another
	URL      string // of its page, for a list of several; empty where the reader may not open it
	Projects []string
}

// Action is the one link of a letter.
type Action struct {
	Label, URL string
	Until      time.Time // when it stops working; zero for never
}
