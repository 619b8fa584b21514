package modelstest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/internal/post"
)

// Letter is a letter as the mail server gets one.
type Letter struct {
	models.Letter
	Token string // of its link; empty when it has none
}

// Mail delivers every letter that is due and hands them over, in the order in
// which they were written.
func (h *House) Mail(t testing.TB) []Letter {
	t.Helper()
	var list []Letter
	_, err := h.Outbox.Deliver(t.Context(), func(_ context.Context, l models.Letter, token string) error {
		list = append(list, Letter{l, token})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// WantMail delivers every letter that is due and stops the test unless they are
// these, in any order: each is its kind and its recipient, “transfer.offer
// ben@example.org”. It hands them over in the order of want.
func (h *House) WantMail(t testing.TB, want ...string) []Letter {
	t.Helper()
	list := h.Mail(t)
	var got []string
	for _, l := range list {
		got = append(got, string(l.Kind)+" "+l.Email)
	}
	place := func(l Letter) int { return slices.Index(want, string(l.Kind)+" "+l.Email) }
	if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Fatalf("letters\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	slices.SortStableFunc(list, func(a, b Letter) int { return place(a) - place(b) })
	return list
}

// LinkTo is the token in the newest letter with a link to who that has not
// been sent.
func (h *House) LinkTo(t testing.TB, who models.Actor) string {
	t.Helper()
	newest := ` FROM letter_tokens k JOIN letters l ON l.id = k.id WHERE l.user_id = ? ORDER BY l.id DESC LIMIT 1`
	id, err := h.DB.RawRows(t.Context(), `SELECT k.id`+newest, who.UserID)
	if err != nil || len(id) != 1 {
		t.Fatalf("%d letters with a link to %s, %v", len(id), who.Email, err)
	}
	sealed, err := h.DB.RawRows(t.Context(), `SELECT k.sealed`+newest, who.UserID)
	if err != nil {
		t.Fatal(err)
	}
	token, err := post.New(h.Ring(t)).Token(models.ParseID(inside(id[0])), []byte(inside(sealed[0])))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// inside is a row of one cell without its brackets.
func inside(row string) string { return row[1 : len(row)-1] }
