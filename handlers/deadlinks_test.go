package handlers_test

import (
	"context"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

func TestALetterThatIsNotNeededAnyMore(t *testing.T) {
	deals(t, func(t *testing.T, d deal) {
		token := d.offered(t)
		retry := to.RetryLetter(d.letterOf(t, models.OfferLetter))
		modelstest.Must(t, d.Transfers.Revoke(t.Context(), d.ada.Actor, d.key))
		_, err := d.People.Add(t.Context(), d.boss.Actor, models.NewUser{Name: "New", Email: "new@example.org", Rank: models.PlainMember})
		modelstest.Must(t, err)
		invitation := d.letterOf(t, models.InvitationLetter)
		_, err = d.People.LinkFromHost(t.Context(), "new@example.org")
		modelstest.Must(t, err)
		for _, c := range []*console{d.console, d.mailed(t)} {
			a := c.get(d.boss, to.OutboxWith("failed", ""))
			if a.status != 200 || strings.Count(a.body, `<li class="panel letter">`) != 2 || strings.Count(plainText(a.body), "Not needed") != 2 {
				t.Errorf("%d: %s", a.status, plainText(a.body))
			}
			row{
				name: "the outbox", status: 200, has: []string{"ada offers you “Warehouse”", "Your invitation to Holdfast", models.NotNeeded, "dropped"},
				hasNot: []string{token, "given up", "Send again", `href="` + base + "/transfers/", `href="` + base + "/access/"},
			}.check(t, a)
		}
		c := d.mailed(t)
		for _, at := range []string{retry, to.RetryLetter(invitation)} {
			row{name: "again", status: 409}.check(t, c.post(d.boss, at, "x="))
		}
		for _, l := range d.Mail(t) {
			if l.Token != "" {
				t.Errorf("%s went out", l.Kind)
			}
		}
	})
}

// A letter that was refused and whose link then died holds no link that one
// could pass on, and no button to send it.
func TestARefusedLetterWhoseLinkDied(t *testing.T) {
	deals(t, func(t *testing.T, d deal) {
		token := d.offered(t)
		c, retry := d.mailed(t), to.RetryLetter(d.letterOf(t, models.OfferLetter))
		d.refuse(t, models.Fail(models.Invalid, "550 no such user."))
		c.try(t, []row{{name: "its link lives", who: d.boss, path: to.Outbox(), status: 200, has: []string{`action="` + retry + `"`}}})
		modelstest.Must(t, d.Transfers.Revoke(t.Context(), d.ada.Actor, d.key))
		for _, c := range []*console{d.console, c} {
			row{name: "its link is dead", status: 200, has: []string{"550 no such user."}, hasNot: []string{token, `action="` + retry + `"`, base + `/transfers/"`, base + "/transfers/<"}}.
				check(t, c.get(d.boss, to.OutboxWith("failed", "")))
		}
		row{name: "again", status: 409, has: []string{"It is too late for this letter"}}.check(t, c.post(d.boss, retry, "x="))
		for _, l := range d.Mail(t) {
			if l.Token != "" {
				t.Errorf("%s went out", l.Kind)
			}
		}
	})
}

func TestAServerThatRepeatsTheLinkShowsItToNobody(t *testing.T) {
	deals(t, func(t *testing.T, d deal) {
		token := d.offered(t)
		c := d.mailed(t)
		_, err := d.Outbox.Deliver(t.Context(), func(_ context.Context, _ models.Letter, token string) error {
			if token == "" {
				return nil
			}
			return models.Fail(models.Invalid, "550 spam: %s/transfers/%s=\r\n%s", base, token[:20], token[20:])
		})
		modelstest.Must(t, err)
		for _, part := range []string{token, token[:20], token[20:], token[5:15]} {
			for path, who := range map[string]browser{to.Audit(): d.boss, to.Transfers(): d.ada, to.Credential(d.id): d.ada} {
				row{name: path, status: 200, hasNot: []string{part}}.check(t, c.get(who, path))
			}
			if strings.Contains(d.Log.String(), part) || strings.Contains(d.Dump(t), part) {
				t.Error("the link is in the log or in the database")
			}
		}
		a := c.get(d.boss, to.Outbox())
		if outcome := between(a.body, `<p class="wrong">`, `</p>`); strings.Contains(outcome, token[:10]) {
			t.Errorf("the outbox says %s", outcome)
		}
		row{name: "the outbox", status: 200, has: []string{"What it said is left out"}, hasNot: []string{"550 spam: " + base}}.check(t, a)
	})
}
