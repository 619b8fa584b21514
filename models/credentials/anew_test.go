package credentials_test

import (
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

func TestABodyThatCannotBeOpenedBreaksNothingAndCanBeEnteredAnew(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		moved, err := h.Credentials.Create(ctx, ana, "postgresql", postgres("moved", nil))
		modelstest.Must(t, err)
		lost := h.Keep(t, ana, "lost")
		whole := h.Keep(t, ana, "whole")
		h.Exec(t, `UPDATE bodies SET sealed = (SELECT sealed FROM bodies WHERE credential_id = ?) WHERE credential_id = ?`, whole, moved)
		h.Exec(t, `UPDATE bodies SET sealed = ?, key_id = 'gone' WHERE credential_id = ?`, append([]byte{1, 4}, "gone and more than that"...), lost)
		page, err := h.Credentials.List(ctx, ana, models.CredentialFilter{})
		wantNames(t, page, err, "lost", "moved", "whole")
		for _, id := range []models.ID{moved, lost} {
			v, err := h.Credentials.Get(ctx, ana, id)
			modelstest.Must(t, err)
			if v.Broken == "" || len(v.Values) != 0 || len(v.Held) != 0 || v.Kind.Name == "" {
				t.Errorf("%s: broken %q, shows %v %v", v.Name, v.Broken, v.Values, v.Held)
			}
		}
		d := postgres("moved", map[string]string{"body/password": ""})
		d.Version = 1
		modelstest.WantWrong(t, h.Credentials.Update(ctx, ana, moved, d), "body/password") // nothing is left to keep
		d.Form["body/password"] = []string{"entered anew"}
		modelstest.Must(t, h.Credentials.Update(ctx, ana, moved, d))
		v, err := h.Credentials.Get(ctx, ana, moved)
		modelstest.Must(t, err)
		if v.Broken != "" || v.Values["body/host"] != "db.example.org" {
			t.Errorf("entered anew: %+v", v)
		}
		h.Schedule(t, ana, lost)
		modelstest.Must(t, h.Credentials.DeleteNow(ctx, ana, lost, "lost"))
	})
}

func TestASealedBodyThatIsNoObjectCanBeEnteredAnew(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		for why, plain := range map[string]string{
			"list": `["marker"]`, "text": `"marker"`, "null": `null`, "cut": `{"marker": `, "empty": ``, "no JSON": `marker`, "more": `{} {}`,
			"deep": strings.Repeat(`{"a":`, 20_000) + `"marker"` + strings.Repeat(`}`, 20_000),
		} {
			id := h.Keep(t, ana, why)
			h.SealAs(t, id, plain)
			v, err := h.Credentials.Get(ctx, ana, id)
			modelstest.Must(t, err)
			if !strings.Contains(v.Broken, "can't be opened") || len(v.Values) != 0 || strings.Contains(v.Broken, "marker") {
				t.Errorf("%s: broken %q, shows %v", why, v.Broken, v.Values)
			}
			d := modelstest.Raw(why, `{"new": true}`)
			d.Version = 1
			modelstest.Must(t, h.Credentials.Update(ctx, ana, id, d))
			if got := h.Body(t, id); got != `{"new":true}` {
				t.Errorf("%s: the body is %s", why, got)
			}
		}
	})
}

func TestACredentialWhoseSchemaIsGoneIsReplacedAsAWhole(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		id := h.Keep(t, ana, "c")
		h.Exec(t, `UPDATE credentials SET kind = 'was-custom' WHERE id = ?`, id)
		v, err := h.Credentials.Get(ctx, ana, id)
		modelstest.Must(t, err)
		if v.Kind.Name != "was-custom" || !v.Kind.Whole || v.Broken != "" {
			t.Errorf("shown as %+v", v.Kind)
		}
		d := modelstest.Raw("c", `{"new": true}`)
		d.Version = 1
		modelstest.Must(t, h.Credentials.Update(ctx, ana, id, d))
		if got := h.Body(t, id); got != `{"new":true}` {
			t.Errorf("the body is %s", got)
		}
	})
}
