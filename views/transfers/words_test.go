package transfers

import (
	"testing"
	"time"
)

var now = time.Date(2026, 11, 21, 21, 40, 0, 0, time.UTC)

func TestAValidityIsSaidExactly(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		48 * time.Hour:      "48 hours",
		7 * 24 * time.Hour:  "7 days",
		73 * time.Hour:      "73 hours",
		time.Hour:           "1 hour",
		90 * time.Minute:    "90 minutes",
		time.Minute:         "1 minute",
		5 * time.Second:     "less than a minute",
		24 * 24 * time.Hour: "24 days",
	} {
		if got := lasting(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}

func TestEveryStateHasItsWord(t *testing.T) {
	t.Parallel()
	said := map[string]State{}
	for _, s := range []State{Pending, Accepted, Declined, Revoked, Expired} {
		if other, twice := said[s.words()]; twice {
			t.Errorf("%s and %s are both %q", s, other, s.words())
		}
		said[s.words()] = s
	}
}

func TestTimeLeftNeverCountsBackwards(t *testing.T) {
	t.Parallel()
	late, soon := Offered{Until: now.Add(-time.Minute)}, Offered{Until: now.Add(4 * time.Hour)}
	if got := late.left(now); got != "Out of time" {
		t.Errorf("late: %q", got)
	}
	if got := soon.left(now); got != "4 hours left" {
		t.Errorf("soon: %q", got)
	}
	if got := until(now, now); got != "21 Nov 2026, 21:40 UTC" {
		t.Errorf("now: %q", got)
	}
	if got := until(now.Add(48*time.Hour), now); got != "23 Nov 2026, 21:40 UTC, in 2 days" {
		t.Errorf("later: %q", got)
	}
	if got := (Open{To: "Grace", Until: now}).offeredTo(now); got != "To Grace, out of time" {
		t.Errorf("open: %q", got)
	}
}

func TestThePendingPageSaysWhatBecameOfTheLetter(t *testing.T) {
	t.Parallel()
	said := map[string]bool{Offer{ValidFor: time.Hour}.letter(): true}
	for _, state := range []string{"queued", "sent", "failed"} {
		said[Offer{Pending: &Open{Letter: Letter{State: state}}}.letter()] = true
	}
	if len(said) != 4 {
		t.Errorf("some states say the same: %v", said)
	}
	if (Letter{State: "sent", Trouble: "busy"}).troubled() {
		t.Error("a letter that went is in trouble")
	}
}

func TestNobodyToChooseSaysWhatToDo(t *testing.T) {
	t.Parallel()
	if a, b := (Offer{}).nobody(), (Offer{Projects: []string{"p"}}).nobody(); a == b {
		t.Errorf("with and without projects: %q", a)
	}
}

func item(s State, blocked string) Item {
	return Item{ID: string(s) + blocked, Name: "Warehouse", State: s, Blocked: blocked}
}

func TestALinkCountsWhatItOffered(t *testing.T) {
	t.Parallel()
	ended := item(Revoked, "")
	for want, items := range map[string][]Item{
		"Ada offers you a credential":   {item(Pending, "")},
		"Ada offers you 2 credentials":  {item(Pending, "x"), ended},
		"Ada offered you a credential":  {ended},
		"Ada offered you 2 credentials": {ended, item(Accepted, "")},
	} {
		if got := (Link{From: "Ada", Items: items}).Title(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestEachOfferOfALinkStandsInOneList(t *testing.T) {
	t.Parallel()
	l := Link{Items: []Item{item(Pending, ""), item(Pending, "no member"), item(Accepted, ""), item(Expired, "no member")}}
	if len(l.open()) != 1 || len(l.blocked()) != 1 || len(l.ended()) != 2 || l.over() {
		t.Errorf("open %d, blocked %d, ended %d, over %v", len(l.open()), len(l.blocked()), len(l.ended()), l.over())
	}
}

func TestAnEndedLinkSaysHowItEnded(t *testing.T) {
	t.Parallel()
	said := map[string]State{}
	for _, s := range []State{Accepted, Declined, Revoked, Expired} {
		one := Link{From: "Ada", Items: []Item{item(s, "")}}
		two := Link{From: "Ada", Items: []Item{item(s, ""), item(s, "")}}
		if one.outcomeTitle() != two.outcomeTitle() || one.outcomeText() == "" || two.outcomeText() == "" {
			t.Errorf("%s: %q, %q", s, one.outcomeText(), two.outcomeText())
		}
		said[one.outcomeTitle()] = s
	}
	mixed := Link{From: "Ada", Items: []Item{item(Accepted, ""), item(Declined, "")}}
	said[mixed.outcomeTitle()] = ""
	if len(said) != 5 {
		t.Errorf("some ends are told alike: %v", said)
	}
}

func TestAFaultLeadsToItsField(t *testing.T) {
	t.Parallel()
	i := item(Pending, "")
	i.AskName, i.NameError = true, "Taken."
	l := Link{Items: []Item{i, item(Pending, "")}, Error: "Busy."}
	if p := l.problems(); len(p) != 2 || p[0].ID != "" || p[1].ID != i.nameID() || p[1].Label != "New name for Warehouse" {
		t.Errorf("link: %v", p)
	}
	rows := []Owned{{ID: "a", Pending: &Open{}}, {ID: "b"}}
	p := Leaving{Rows: rows, ChoiceError: "Tick one.", EmailError: "Enter it."}.problems()
	if len(p) != 2 || p[0].ID != "credential-b" || p[1].ID != "email" {
		t.Errorf("leaving: %v", p)
	}
}

func TestLeavingIsOnesOwnOrSomebodys(t *testing.T) {
	t.Parallel()
	own, theirs := Leaving{ValidFor: 48 * time.Hour}, Leaving{Owner: "Grace", OwnerID: 7}
	if own.Title() != "Hand over several" || own.url() != "/transfers/leaving" || len(own.crumbs()) != 1 {
		t.Errorf("own: %q %q", own.Title(), own.url())
	}
	if theirs.Title() != "What Grace owns" || theirs.url() != "/admin/users/7/leaving" || len(theirs.crumbs()) != 2 {
		t.Errorf("theirs: %q %q", theirs.Title(), theirs.url())
	}
}
