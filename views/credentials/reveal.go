package credentials

import (
	"strconv"
	"strings"
)

// Reveal is a credential with its secrets in the clear.
type Reveal struct {
	ID, Name string
	Secrets  []Secret
}

// Secret is one secret field that holds a value. ID is unique on the page.
type Secret struct{ ID, Label, Text string }

// long reports whether the text needs more than one line.
func (s Secret) long() bool { return strings.ContainsAny(s.Text, "\r\n") }

func (s Secret) rows() string { return strconv.Itoa(min(20, max(4, strings.Count(s.Text, "\n")+1))) }
