package ui

import (
	"fmt"
	"strings"
)

func toneIcon(t Tone) string {
	switch t {
	case Success:
		return "circle-check"
	case Warning:
		return "triangle-alert"
	case Danger:
		return "circle-alert"
	}
	return "info"
}

func showing(p Pager) string {
	if p.Shown == 0 {
		return "No more " + p.Noun
	}
	if p.First == "" && p.Next == "" && p.Shown == 1 {
		return "Showing 1 " + strings.TrimSuffix(p.Noun, "s")
	}
	return fmt.Sprintf("Showing %d %s", p.Shown, p.Noun)
}

func more(labels []string, most int) string { return fmt.Sprintf("+%d", len(labels)-most) }

func rest(labels []string, most int) string { return strings.Join(labels[most:], ", ") }

func summaryTitle(n int) string {
	return fmt.Sprintf("%d things need your attention", n)
}
