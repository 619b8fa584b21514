package models

import (
	"errors"
	"fmt"
	"time"
)

// ErrorKind says what went wrong in the caller's terms. The web maps each one
// to one status and one page; nothing below the web knows of statuses.
type ErrorKind uint8

const (
	Internal    ErrorKind = iota // a fault of ours; its text is logged, never shown
	Invalid                      // the input breaks a rule; see Error.Fields
	SignedOut                    // nobody is signed in
	Forbidden                    // a member without the permission
	NotFound                     // no such thing, or not for this person
	Conflict                     // it changed under the caller, or exists already
	Expired                      // a link past its time
	RateLimited                  // too many tries; see Error.RetryAfter
	Unavailable                  // something we depend on did not answer in time
	Unproven                     // the person must show again who they are
	Missing                      // a program must say which revision it changes
	Gone                         // a way that was given up; the text names the new one
	Outdated                     // a program names a revision that is over
	Unreadable                   // what a program sent makes no sense at all
	TooLarge                     // or is more than is taken
)

// Error is the only error whose text a person may read.
type Error struct {
	Kind       ErrorKind
	Code       string // for programs; empty is the kind's own
	Text       string
	Fields     Fields        // by form field, for Invalid
	Faults     []Fault       // by place in what a program sent
	RetryAfter time.Duration // for RateLimited and Unavailable; 0 is unknown
	Cause      error         // logged, never shown
}

// Fault is one thing that is wrong with what a program sent: where, as a JSON
// pointer, a code that never changes, and a sentence.
type Fault struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	Text    string `json:"detail"`
}

// Fields says what is wrong with a form: one sentence by field name.
type Fields map[string]string

// Add notes what is wrong with a field; the first complaint about it stays.
func (f Fields) Add(field, text string) {
	if _, told := f[field]; !told {
		f[field] = text
	}
}

// Gather notes what err says is wrong with fields; other errors say nothing of them.
func (f Fields) Gather(err error) {
	for field, text := range WrongFields(err) {
		f.Add(field, text)
	}
}

// Err is nil when nothing is wrong, and an Invalid error otherwise.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Text: "Please correct the marked fields.", Fields: f}
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %v", e.Text, e.Cause)
	}
	return e.Text
}

func (e *Error) Unwrap() error { return e.Cause }

// Fail makes an Error of kind k.
func Fail(k ErrorKind, format string, args ...any) *Error {
	return &Error{Kind: k, Text: fmt.Sprintf(format, args...)}
}

// Wrong says what is wrong with one field of a form.
func Wrong(field, format string, args ...any) error {
	return Fields{field: fmt.Sprintf(format, args...)}.Err()
}

// KindOf reports the ErrorKind of err; any foreign error is Internal.
func KindOf(err error) ErrorKind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// WrongFields reports what is wrong with a form, by field, when err says just that.
func WrongFields(err error) Fields {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == Invalid {
		return e.Fields
	}
	return nil
}
