package models_test

import (
	"strings"
	"testing"

	"holdfast/models"
)

func TestAnAppHasAName(t *testing.T) {
	t.Parallel()
	for label, good := range map[string]bool{" My phone ": true, strings.Repeat("x", 60): true, "": false, "  ": false, strings.Repeat("x", 61): false, "a\u202eb": false, "a\nb": false} {
		got, err := models.CleanFactorLabel(label)
		if (err == nil) != good || got != strings.TrimSpace(label) {
			t.Errorf("%q: %q, %v", label, got, err)
		}
	}
}

func TestTheLastFactorIsRemovableUnlessItIsNeeded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		left         int
		needed, good bool
	}{{1, true, true}, {1, false, true}, {0, false, true}, {0, true, false}} {
		if err := models.Removable(c.left, c.needed); (err == nil) != c.good {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
