package tokens_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/onetime"
	"holdfast/models/modelstest"
	"holdfast/models/tokens"
)

const day = 24 * time.Hour

func named(name string) models.NewToken { return models.NewToken{Name: name, Days: 30} }

func create(t *testing.T, h *modelstest.House, who models.Actor, n models.NewToken) tokens.Created {
	t.Helper()
	c, err := h.Tokens.Create(t.Context(), who, n)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// bearer is what comes of a program that shows a token.
func bearer(t *testing.T, h *modelstest.House, token string) (models.Actor, error) {
	t.Helper()
	return h.Tokens.Bearer(t.Context(), models.Actor{IP: "198.51.100.4", UserAgent: "sync/1", RequestID: "r1"}, onetime.Hash(token))
}

// boss is an administrator who can sign in.
func boss(t *testing.T, h *modelstest.House, name string) models.Actor {
	t.Helper()
	who := h.Person(t, name, models.Administrator)
	h.Lets(t, who)
	return who
}

func TestATokenActsForItsUserUntilItExpires(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := boss(t, h, "ana")
		c := create(t, h, ana, models.NewToken{Name: " HR sync ", Days: 7})
		if !strings.HasPrefix(c.Token, "hf_") || len(c.Token) != 46 || c.Name != "HR sync" || c.Hint != c.Token[42:] || !c.ExpiresAt.Equal(h.Clock.Now().Add(7*day)) {
			t.Fatalf("%+v", c)
		}
		who, err := bearer(t, h, c.Token)
		modelstest.Must(t, err)
		want := models.Actor{UserID: ana.UserID, Name: "ana", Email: ana.Email, Rank: models.Administrator, TokenID: c.ID, IP: "198.51.100.4", UserAgent: "sync/1", RequestID: "r1"}
		if who != want || !who.Program() {
			t.Errorf("got %+v, want %+v", who, want)
		}
		if _, _, err := h.People.List(t.Context(), who, models.UserFilter{}); err != nil {
			t.Errorf("the program may not do what its user may: %v", err)
		}
		h.Clock.Pass(7*day - time.Millisecond)
		_, err = bearer(t, h, c.Token)
		modelstest.Must(t, err)
		h.Clock.Pass(time.Millisecond)
		_, err = bearer(t, h, c.Token)
		modelstest.Want(t, err, models.SignedOut)
	})
}

// S-80 for tokens: the token is in no row, no log line and no letter; of its
// hash, only its own column knows.
func TestATokenIsKeptNowhere(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := boss(t, h, "ana")
		c := create(t, h, ana, named("sync"))
		_, err := bearer(t, h, c.Token)
		modelstest.Must(t, err)
		_, err = bearer(t, h, c.Token+"x")
		modelstest.Want(t, err, models.SignedOut)
		all := h.Dump(t) + h.Log.String() + fmt.Sprint(h.WantMail(t, "account.changed ana@example.org"))
		if strings.Contains(all, c.Token) || strings.Contains(all, c.Token[3:]) {
			t.Error("the token stands in a table, the log or a letter")
		}
		if n := strings.Count(all, string(onetime.Hash(c.Token))); n != 1 {
			t.Errorf("the hash stands in %d places", n)
		}
		if list, err := h.Tokens.List(t.Context(), ana); err != nil || len(list) != 1 || list[0].TokenHash != nil {
			t.Errorf("%+v %v", list, err)
		}
		if got := h.Events(t, c.ID.String()); fmt.Sprint(got) != "[token.created]" {
			t.Errorf("events %v", got)
		}
	})
}

func TestARevokedTokenStopsAtOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, ben := boss(t, h, "ana"), boss(t, h, "ben")
		mine, other := create(t, h, ana, named("one")), create(t, h, ana, named("two"))
		h.Mail(t)
		_, err := h.Tokens.Revoke(t.Context(), ben, mine.ID)
		modelstest.Want(t, err, models.NotFound)
		_, err = h.Tokens.Get(t.Context(), ben, mine.ID)
		modelstest.Want(t, err, models.NotFound)
		h.Clock.Pass(day) // no need to show who one is
		_, err = h.Tokens.Revoke(t.Context(), ana, mine.ID)
		modelstest.Must(t, err)
		modelstest.Want(t, h.Tokens.RevokeOf(t.Context(), ben, ben.UserID, other.ID), models.NotFound)
		modelstest.Must(t, h.Tokens.RevokeOf(t.Context(), ben, ana.UserID, other.ID))
		for _, c := range []tokens.Created{mine, other} {
			_, err := bearer(t, h, c.Token)
			modelstest.Want(t, err, models.SignedOut)
			if got := h.Events(t, c.ID.String()); fmt.Sprint(got) != "[token.created token.revoked]" {
				t.Errorf("events %v", got)
			}
		}
		_, err = h.Tokens.Revoke(t.Context(), ana, mine.ID)
		modelstest.Want(t, err, models.NotFound)
		letters := h.WantMail(t, "account.changed ana@example.org", "account.changed ana@example.org")
		by := map[string]bool{}
		for _, l := range letters {
			d := l.ReadDetails()
			by[d.By.Email+" "+d.Changes[0].Event+" "+d.Changes[0].Thing] = true
		}
		if !by[" token.revoked one"] || !by["ben@example.org token.revoked two"] {
			t.Errorf("the letters tell %v", by)
		}
	})
}

func TestOnlyWhoMayComeInHasATokenThatWorks(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		boss(t, h, "keeper")
		ana := boss(t, h, "ana")
		c := create(t, h, ana, named("sync"))
		now := h.Clock.Now()
		for change, back := range map[string]string{
			`UPDATE users SET disabled_at = ? WHERE id = ?`:        `UPDATE users SET disabled_at = NULL WHERE id = ?`,
			`UPDATE users SET deletion_at = ? WHERE id = ?`:        `UPDATE users SET deletion_at = NULL WHERE id = ?`,
			`UPDATE users SET deleted_at = ? WHERE id = ?`:         `UPDATE users SET deleted_at = NULL WHERE id = ?`,
			`UPDATE logins SET blocked_at = ? WHERE user_id = ?`:   `UPDATE logins SET blocked_at = NULL WHERE user_id = ?`,
			`UPDATE logins SET expire_at = ? WHERE user_id = ?`:    `UPDATE logins SET expire_at = NULL WHERE user_id = ?`,
			`UPDATE logins SET removed_at = ? WHERE user_id = ?`:   `UPDATE logins SET removed_at = NULL WHERE user_id = ?`,
			`UPDATE logins SET secret_until = ? WHERE user_id = ?`: `UPDATE logins SET secret_until = NULL WHERE user_id = ?`,
		} {
			h.Exec(t, change, now, ana.UserID)
			if _, err := bearer(t, h, c.Token); models.KindOf(err) != models.SignedOut {
				t.Errorf("after %s: %v", change, err)
			}
			h.Exec(t, back, ana.UserID)
			if _, err := bearer(t, h, c.Token); err != nil {
				t.Errorf("after %s: %v", back, err)
			}
		}
	})
}

// S-60, S-78: the rank that counts is the one of now.
func TestATokenHasTheRankOfNow(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := boss(t, h, "ana")
		c := create(t, h, ana, named("sync"))
		h.Exec(t, `UPDATE users SET rank = 'member' WHERE id = ?`, ana.UserID)
		who, err := bearer(t, h, c.Token)
		modelstest.Must(t, err)
		if who.Admin() {
			t.Error("the token kept the rank of then")
		}
		_, _, err = h.Tokens.ListOf(t.Context(), who, ana.UserID)
		modelstest.Want(t, err, models.Forbidden)
	})
}

func TestWhoMayCreateAToken(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, ben := boss(t, h, "ana"), h.Person(t, "ben", models.PlainMember)
		ctx := t.Context()
		_, err := h.Tokens.Create(ctx, ben, named(""))
		modelstest.Want(t, err, models.Forbidden)
		first := create(t, h, ana, named("first"))
		program, err := bearer(t, h, first.Token)
		modelstest.Must(t, err)
		_, err = h.Tokens.Create(ctx, program, named("by a program"))
		modelstest.Want(t, err, models.Forbidden)
		h.Clock.Pass(models.ProvenFor)
		_, err = h.Tokens.Create(ctx, ana, named(""))
		modelstest.Want(t, err, models.Unproven)
		if n := h.Count(t, `SELECT count(*) FROM api_tokens`); n != 1 {
			t.Errorf("%d tokens", n)
		}
	})
}

func TestWhatANewTokenMustBe(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, ben := boss(t, h, "ana"), boss(t, h, "ben")
		ctx := t.Context()
		_, err := h.Tokens.Create(ctx, ana, models.NewToken{Name: " \u200b ", Days: 31})
		modelstest.WantWrong(t, err, "name", "days")
		_, err = h.Tokens.Create(ctx, ana, models.NewToken{Name: strings.Repeat("ä", 61), Days: 0})
		modelstest.WantWrong(t, err, "name", "days")
		create(t, h, ana, models.NewToken{Name: "Sync", Days: 7})
		_, err = h.Tokens.Create(ctx, ana, named("sYNC"))
		modelstest.WantWrong(t, err, "name")
		create(t, h, ben, named("sync")) // of somebody else
		h.Clock.Pass(7 * day)
		ana.ProvenAt = h.Clock.Now()
		for i := range models.MostTokens {
			create(t, h, ana, named(fmt.Sprint("token ", i)))
		}
		_, err = h.Tokens.Create(ctx, ana, named("sync")) // the first one has expired; it is the twenty that are too many
		modelstest.WantWrong(t, err, "name")
		list, err := h.Tokens.List(ctx, ana)
		if err != nil || len(list) != models.MostTokens+1 || !list[models.MostTokens].Expired(h.Clock.Now()) || list[0].Expired(h.Clock.Now()) {
			t.Errorf("%d tokens listed, %v", len(list), err)
		}
		_, err = h.Tokens.Revoke(ctx, ana, list[0].ID)
		modelstest.Must(t, err)
		create(t, h, ana, named("sync"))
	})
}

func TestTokensMadeAtOnceKeepTheRules(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := boss(t, h, "ana")
		for i := range models.MostTokens - 2 {
			create(t, h, ana, named(fmt.Sprint("token ", i)))
		}
		var g sync.WaitGroup
		for i := range 8 {
			g.Go(func() { _, _ = h.Tokens.Create(t.Context(), ana, named(fmt.Sprint("more ", i/2))) })
		}
		g.Wait()
		if n := h.Count(t, `SELECT count(*) FROM api_tokens`); n != models.MostTokens {
			t.Errorf("%d tokens", n)
		}
		if n := h.Count(t, `SELECT count(DISTINCT name) FROM api_tokens`); n != models.MostTokens {
			t.Errorf("%d names", n)
		}
	})
}

func TestTheLastUseIsNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := boss(t, h, "ana")
		c := create(t, h, ana, named("sync"))
		used := func() time.Time {
			list, err := h.Tokens.List(t.Context(), ana)
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			if list[0].LastUsedAt == nil {
				return time.Time{}
			}
			if list[0].LastUsedIP != "198.51.100.4" {
				t.Errorf("used from %q", list[0].LastUsedIP)
			}
			return *list[0].LastUsedAt
		}
		if !used().IsZero() {
			t.Error("used before it was")
		}
		first := h.Clock.Now()
		for _, step := range []struct {
			after time.Duration
			want  time.Time
		}{{0, first}, {59 * time.Second, first}, {time.Second, first.Add(time.Minute)}, {time.Second, first.Add(time.Minute)}} {
			h.Clock.Pass(step.after)
			_, err := bearer(t, h, c.Token)
			modelstest.Must(t, err)
			if got := used(); !got.Equal(step.want) {
				t.Errorf("noted at %v, want %v", got, step.want)
			}
		}
	})
}

func TestWhoTriesManyTokensIsHeldBack(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := boss(t, h, "ana")
		c := create(t, h, ana, named("sync"))
		for i := range 60 {
			_, err := bearer(t, h, fmt.Sprint("hf_", i))
			modelstest.Want(t, err, models.SignedOut)
		}
		_, err := bearer(t, h, "hf_more")
		modelstest.Want(t, err, models.RateLimited)
		_, err = h.Tokens.Bearer(t.Context(), models.Actor{IP: "203.0.113.9"}, onetime.Hash("hf_x"))
		modelstest.Want(t, err, models.SignedOut) // another address
		_, err = bearer(t, h, c.Token)
		modelstest.Must(t, err) // what works goes on working
		h.Clock.Pass(15 * time.Minute)
		_, err = bearer(t, h, "hf_more")
		modelstest.Want(t, err, models.SignedOut)
	})
}

func TestExpiredTokensAreForgottenAfterAMonth(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := boss(t, h, "ana")
		create(t, h, ana, models.NewToken{Name: "short", Days: 7})
		create(t, h, ana, models.NewToken{Name: "long", Days: 30})
		h.Clock.Pass(7*day + models.TokenKept - time.Millisecond)
		if n, err := h.Tokens.Sweep(t.Context()); n != 0 || err != nil {
			t.Errorf("%d forgotten too early, %v", n, err)
		}
		h.Clock.Pass(time.Millisecond)
		if n, err := h.Tokens.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("%d forgotten, %v", n, err)
		}
		if list, err := h.Tokens.List(t.Context(), ana); err != nil || len(list) != 1 || list[0].Name != "long" {
			t.Errorf("%+v %v", list, err)
		}
	})
}
