package ui_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"holdfast/views/ui"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestAgoSpeaksInOneUnit(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	cases := map[time.Duration]string{
		0: "just now", 59 * time.Second: "just now", time.Minute: "1 minute ago", 59 * time.Minute: "59 minutes ago",
		time.Hour: "1 hour ago", 23 * time.Hour: "23 hours ago", day: "1 day ago", 59 * day: "59 days ago",
		60 * day: "2 months ago", 729 * day: "24 months ago", 730 * day: "2 years ago", 4000 * day: "10 years ago",
		-time.Second: "in less than a minute", -2 * time.Hour: "in 2 hours", -7 * day: "in 7 days", -(2*day - time.Minute): "in 2 days",
	}
	for d, want := range cases {
		if got := ui.Ago(now.Add(-d), now); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}

func TestLeftNeverGoesBelowNothing(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{-time.Hour: "less than a minute", time.Minute: "1 minute", 7 * 24 * time.Hour: "7 days"} {
		if got := ui.Left(now.Add(d), now); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}

func TestTimeIsExactInUTCForMachinesAndOnHover(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	when := time.Date(2026, 11, 18, 17, 0, 0, 0, time.FixedZone("", 5*3600))
	if err := ui.Time(when, now).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	want := `<time datetime="2026-11-18T12:00:00Z" title="18 Nov 2026, 12:00 UTC">3 days ago</time>`
	if b.String() != want {
		t.Errorf("got %s, want %s", b.String(), want)
	}
}

func TestTheZeroTimeIsNever(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := ui.Time(time.Time{}, now).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "Never") || strings.Contains(b.String(), "<time") {
		t.Errorf("got %s", b.String())
	}
}

func TestDescribedByNamesWhatIsThere(t *testing.T) {
	t.Parallel()
	cases := []struct{ hint, wrong, want string }{
		{"", "", ""},
		{"h", "", "f-hint"},
		{"", "w", "f-error"},
		{"h", "w", "f-hint f-error"},
	}
	for _, c := range cases {
		if got := ui.DescribedBy("f", c.hint, c.wrong); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestChooseLeavesTheOptionsAlone(t *testing.T) {
	t.Parallel()
	options := []ui.Option{{Value: "a", Selected: true}, {Value: "b"}}
	chosen := ui.Choose(options, "b")
	if chosen[0].Selected || !chosen[1].Selected || !options[0].Selected {
		t.Errorf("chosen %v of %v", chosen, options)
	}
}

func TestAPasswordNeverComesBack(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	in := ui.Input{ID: "p", Name: "p", Label: "Password", Type: "password", Value: "correct horse"}
	if err := ui.TextField(in).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "correct horse") {
		t.Error("the password is drawn")
	}
}
