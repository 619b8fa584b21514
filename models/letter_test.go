package models

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestHowLongALetterWaits(t *testing.T) {
	t.Parallel()
	var waits []time.Duration
	total := time.Duration(0)
	for try := 1; ; try++ {
		wait, more := RetryIn(try)
		if !more {
			break
		}
		waits = append(waits, wait)
		total += wait
	}
	if want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360}; len(waits) != 16 {
		t.Errorf("%d tries", len(waits))
	} else {
		for i, minutes := range want {
			if waits[i] != minutes*time.Minute {
				t.Errorf("after try %d it waits %v", i+1, waits[i])
			}
		}
	}
	if total < 48*time.Hour || total > 60*time.Hour {
		t.Errorf("in all it waits %v, which is not about two days", total)
	}
	if _, more := RetryIn(1000); more {
		t.Error("there is no end of it")
	}
}

func TestWhatBecomesOfALetter(t *testing.T) {
	t.Parallel()
	secret := errors.New("dial tcp 10.0.0.1:25")
	for name, c := range map[string]struct {
		tries   int
		err     error
		state   LetterState
		outcome string
		in      time.Duration
	}{
		"taken":             {1, nil, LetterSent, "", 0},
		"taken in the end":  {17, nil, LetterSent, "", 0},
		"refused":           {1, Fail(Invalid, "550 no such user"), LetterFailed, "550 no such user", 0},
		"not now":           {1, Fail(Unavailable, "451 busy"), LetterQueued, "451 busy", time.Minute},
		"not now again":     {3, Fail(Unavailable, "451 busy"), LetterQueued, "451 busy", 4 * time.Minute},
		"not now, once too": {17, Fail(Unavailable, "451 busy"), LetterFailed, "451 busy", 0},
		"who knows":         {1, secret, LetterQueued, "It could not be handed to the mail server; the log says why.", time.Minute},
		"a fault of ours":   {1, Fail(Internal, "x"), LetterQueued, "It could not be handed to the mail server; the log says why.", time.Minute},
		"a cause":           {1, &Error{Kind: Unavailable, Text: "No answer.", Cause: secret}, LetterQueued, "No answer.", time.Minute},
	} {
		was := Letter{State: LetterQueued, Tries: c.tries, DueAt: noon, Outcome: "from before"}
		l := was.After(c.err, noon)
		if l.State != c.state || l.Outcome != c.outcome || l.Tries != c.tries {
			t.Errorf("%s: %+v", name, l)
		}
		if ended := c.state != LetterQueued; ended != (l.EndedAt != nil) || ended && !l.EndedAt.Equal(noon) || !l.DueAt.Equal(noon.Add(c.in)) {
			t.Errorf("%s: ended %v, due %v", name, l.EndedAt, l.DueAt)
		}
	}
}

func TestWhichLettersCanBeSentAgain(t *testing.T) {
	t.Parallel()
	over, later := noon, noon.Add(1)
	for name, c := range map[string]struct {
		l  Letter
		ok bool
	}{
		"given up":                             {Letter{State: LetterFailed, Tries: 1, Outcome: "no"}, true},
		"given up, its link is good":           {Letter{State: LetterFailed, GoodUntil: &later}, true},
		"given up, its link is dead":           {Letter{State: LetterFailed, GoodUntil: &over}, false},
		"sent":                                 {Letter{State: LetterSent}, false},
		"new":                                  {Letter{State: LetterQueued, DueAt: noon}, true},
		"waiting for its next try":             {Letter{State: LetterQueued, Tries: 2, DueAt: later, Outcome: "busy"}, true},
		"on its way":                           {Letter{State: LetterQueued, Tries: 1, DueAt: later}, false},
		"on its way with somebody who died":    {Letter{State: LetterQueued, Tries: 1, DueAt: noon}, true},
		"waiting, but its link is dead by now": {Letter{State: LetterQueued, GoodUntil: &over}, false},
	} {
		if err := c.l.Retriable(noon); (err == nil) != c.ok || err != nil && KindOf(err) != Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEverySubjectNamesWhatItIsAbout(t *testing.T) {
	t.Parallel()
	one := LetterDetails{Other: Party{Name: "Ana"}, Things: []LetterThing{{Name: "DHIS2"}}}
	two := LetterDetails{Other: Party{Name: "Ana"}, Things: []LetterThing{{Name: "DHIS2"}, {Name: "Jira"}}}
	seen := map[string]bool{}
	for _, kind := range LetterKinds() {
		single, several := SubjectOf(kind, one), SubjectOf(kind, two)
		if single == "" || single == "News from Holdfast" || seen[single] {
			t.Errorf("%s: %q", kind, single)
		}
		seen[single] = true
		if !slices.Contains([]LetterKind{InvitationLetter, ResetLetter, AccountLetter, ClientLetter, ClientTakenLetter}, kind) && (!strings.Contains(single, "“DHIS2”") || strings.Contains(several, "DHIS2") || !strings.Contains(several, "credentials")) {
			t.Errorf("%s: %q and %q", kind, single, several)
		}
	}
	if len(seen) != 15 || SubjectOf("no.such", one) != "News from Holdfast" {
		t.Errorf("%d kinds", len(seen))
	}
}

func TestStatesOfLetters(t *testing.T) {
	t.Parallel()
	for _, s := range []LetterState{LetterQueued, LetterSent, LetterFailed} {
		if !s.Valid() {
			t.Errorf("%s", s)
		}
	}
	if LetterState("").Valid() || LetterState("lost").Valid() {
		t.Error("a state that does not exist")
	}
	if d := (Letter{Details: "{broken"}).ReadDetails(); len(d.Things) != 0 {
		t.Errorf("%+v", d)
	}
	if !slices.Contains(EventNames(), LetterGivenUp) || !slices.Contains(EventNames(), TransferDone) || !slices.Contains(EventNames(), LetterTriedAgain) {
		t.Error("the audit can't be asked for them")
	}
}
