package outbox_test

import (
	"errors"
	"fmt"
	"html"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// long is a token as links have one.
const long = "q7Xv2LrT0bZkYw9sNfHdPjMgCeUaVo4i1RyKxE3QtA8"

// inParts breaks text after each n bytes.
func inParts(text string, n int, with string) string {
	var parts []string
	for ; len(text) > n; text = text[n:] {
		parts = append(parts, text[:n])
	}
	return strings.Join(append(parts, text), with)
}

// echoes are the ways in which a server says the letter back.
var echoes = map[string]string{
	"whole":             "550 spam: https://console.example.org/transfers/" + long,
	"a part":            "550 spam: …" + long[20:32] + "…",
	"its beginning":     "550 spam: https://console.example.org/transfers/" + long[:10],
	"quoted-printable":  "550 spam: transfers/" + inParts(long, 7, "=\r\n"),
	"cleaned":           "550 spam: transfers/" + inParts(long, 7, "= "),
	"spaces":            "550 spam: transfers/" + inParts(long, 3, " "),
	"escaped":           fmt.Sprintf("550 spam: %q", "transfers/"+inParts(long, 13, "=\r\n")),
	"among other words": "550-5.7.1 This looks like spam\r\n550 5.7.1 " + long + " is no word. See http://help.example/?",
}

// silent stops the test where text holds ten characters of the token, however
// it is broken up.
func silent(t *testing.T, where, text string) {
	t.Helper()
	for _, noise := range []string{"=", "\r", "\n", " ", `\r`, `\n`, "\\"} {
		text = strings.ReplaceAll(html.UnescapeString(text), noise, "")
	}
	for at := 0; at+10 <= len(long); at++ {
		if strings.Contains(text, long[at:at+10]) {
			t.Fatalf("the token stands in %s", where)
		}
	}
}

func TestAServerThatRepeatsTheLetterTellsNobodyItsLink(t *testing.T) {
	for how, said := range echoes {
		t.Run(how, func(t *testing.T) {
			play(t, func(t *testing.T, y yard) {
				for what, err := range map[string]error{
					"refused":                     models.Fail(models.Invalid, "The mail server refused the letter: %s", said),
					"refused for now":             models.Fail(models.Unavailable, "The mail server refused the letter: %s", said),
					"refused, with a cause":       &models.Error{Kind: models.Invalid, Text: "The mail server refused the letter.", Cause: errors.New(said)},
					"not now, with a cause":       &models.Error{Kind: models.Unavailable, Text: "The mail server refused the letter.", Cause: errors.New(said)},
					"an error that nobody put so": fmt.Errorf("send: %w", errors.New(said)),
				} {
					l := y.write(t, long)
					y.deliver(t, &server{err: err})
					y.saysNothing(t, what, l.ID, models.KindOf(err))
				}
			})
		})
	}
}

// saysNothing stops the test where the link of a letter, which was refused with
// an error of the kind, stands anywhere.
func (y yard) saysNothing(t *testing.T, what string, letter models.ID, kind models.ErrorKind) {
	t.Helper()
	silent(t, what+": the database", y.Dump(t)) // letters and events
	silent(t, what+": the log", y.Log.String())
	told, want := "What it said is left out", models.LetterQueued
	switch kind {
	case models.Internal: // no words of its own are ever shown
		told = "It could not be handed to the mail server"
	case models.Invalid:
		want = models.LetterFailed
	}
	got := y.now(t, letter)
	if !strings.Contains(got.Outcome, told) || got.State != want {
		t.Errorf("%s: %s: %q", what, got.State, got.Outcome)
	}
	if kind != models.Internal && !strings.Contains(y.Log.String(), told) {
		t.Errorf("%s: the log says %s", what, y.Log)
	}
}

func TestARefusalThatRepeatsNothingKeepsItsWords(t *testing.T) {
	for _, said := range []string{
		"The mail server refused the address: 550 5.1.1 no such user.",
		"The mail server refused the letter: 550 see https://mail.example/transfers/help?=\\ " + long[:9] + ".",
	} {
		t.Run(said[:38], func(t *testing.T) {
			play(t, func(t *testing.T, y yard) {
				l := y.write(t, long)
				y.deliver(t, &server{err: models.Fail(models.Invalid, "%s", said)})
				if got := y.now(t, l.ID); got.Outcome != said || got.State != models.LetterFailed {
					t.Errorf("%+v", got)
				}
			})
		})
	}
}

// A letter without a link repeats none.
func TestARefusalOfALetterWithoutALinkKeepsItsWords(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		h.Schedule(t, ana, h.Keep(t, ana, "c"))
		y := yard{House: h}
		y.deliver(t, &server{err: models.Fail(models.Invalid, "550 spam: %s", long)})
		if h.Count(t, `SELECT count(*) FROM letters WHERE kind = ? AND outcome = ?`, string(models.DeletionLetter), "550 spam: "+long) != 1 {
			t.Error("its words are gone")
		}
	})
}
