package people_test

import (
	"context"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// An invitation is worth nothing once its link is used or another one stands
// in its place, by whatever way: it is not mailed, and keeps no token.
func TestAnInvitationIsNotSentOnceItsLinkDied(t *testing.T) {
	t.Parallel()
	for name, refused := range map[string]bool{"waiting": false, "refused": true} {
		for _, how := range []string{"replaced", "replaced from the host", "used"} {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
					ctx := t.Context()
					root := h.Person(t, "root", models.Administrator)
					invite := func(name string) string {
						link, err := h.People.Add(ctx, root, models.NewUser{Name: name, Email: name + "@example.org", Rank: models.PlainMember})
						modelstest.Must(t, err)
						if how == "used" {
							return link.Token
						}
						return name
					}
					token := invite("ben")
					letter := letterTo(t, h, "ben@example.org")
					if refused {
						_, err := h.Outbox.Deliver(ctx, func(context.Context, models.Letter, string) error {
							return models.Fail(models.Invalid, "550 no such user.")
						})
						modelstest.Must(t, err)
					}
					invite("cid") // who is another matter
					if n := h.Count(t, `SELECT count(*) FROM letter_tokens`); n != 2 {
						t.Fatalf("%d tokens", n)
					}
					var err error
					switch how {
					case "replaced":
						_, err = h.People.NewLink(ctx, root, int64(h.Count(t, `SELECT user_id FROM letters WHERE id = ?`, letter)))
					case "replaced from the host":
						_, err = h.People.LinkFromHost(ctx, "ben@example.org")
					case "used":
						err = h.People.UseLink(ctx, browser, token, modelstest.Password)
					}
					modelstest.Must(t, err)
					if n := h.Count(t, `SELECT count(*) FROM letter_tokens WHERE id = ?`, letter); n != 0 {
						t.Error("the token of a dead link is kept")
					}
					if n := h.Count(t, `SELECT count(*) FROM letters WHERE id = ? AND state = 'failed'`, letter); n != 1 {
						t.Error("it is not given up")
					}
					if n := h.Count(t, `SELECT count(*) FROM letters WHERE id = ? AND outcome = ?`, letter, models.NotNeeded); !refused && n != 1 {
						t.Error("it does not say that it was not needed")
					}
					_, err = h.Mailed(t).Outbox.Retry(ctx, root, letter)
					modelstest.Want(t, err, models.Conflict)
					want := []string{"user.invitation cid@example.org"}
					if how == "used" {
						want = append(want, "account.changed ben@example.org") // he has a password now
					}
					h.WantMail(t, want...)
				})
			})
		}
	}
}

// letterTo is the newest letter to an address.
func letterTo(t *testing.T, h *modelstest.House, email string) models.ID {
	t.Helper()
	rows, err := h.DB.RawRows(t.Context(), `SELECT id FROM letters WHERE email = ? ORDER BY id DESC LIMIT 1`, email)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d letters, %v", len(rows), err)
	}
	return models.ParseID(rows[0][1 : len(rows[0])-1])
}
