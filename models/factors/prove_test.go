package factors_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

func TestTheWayToProveIsTheStrongestOne(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		h.Lets(t, ana)
		ways := func(want models.Ways) {
			t.Helper()
			if got, err := h.Factors.Ways(t.Context(), ana); err != nil || got != want {
				t.Errorf("%+v, %v, want %+v", got, err, want)
			}
		}
		ways(models.Ways{Password: true})
		shown, err := h.Factors.Prove(t.Context(), ana, models.Given{Password: modelstest.Password})
		modelstest.Must(t, err)
		if shown != models.ByPassword {
			t.Errorf("%q", shown)
		}
		phone := h.Enrol(t, ana)
		ways(models.Ways{Code: true})
		for _, given := range []models.Given{{Password: modelstest.Password}, {Code: phone.Codes[0]}, {}} {
			_, err = h.Factors.Prove(t.Context(), ana, given)
			wantUnproven(t, err, "code")
		}
		code := h.Shows(t, phone)
		shown, err = h.Factors.Prove(t.Context(), ana, models.Given{Code: code})
		modelstest.Must(t, err)
		if shown != models.ByCode {
			t.Errorf("%q", shown)
		}
		_, err = h.Factors.Prove(t.Context(), ana, models.Given{Code: code})
		wantUnproven(t, err, "code")
		if left := h.Count(t, `SELECT count(*) FROM recovery_codes WHERE used_at IS NULL`); left != 10 {
			t.Errorf("%d recovery codes are left", left)
		}
	})
}

func TestAFederatedLoginProvesByItsProvider(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		h.Exec(t, `INSERT INTO providers (name, name_key, issuer, client_id, auth_method, scopes, login_claim, authoritative, factor_values, enabled, created_at, updated_at)
			VALUES ('Contoso', 'contoso', 'https://id.example.org', 'x', 'none', '', 'email', ?, '', ?, ?, ?)`, false, true, h.Clock.Now(), h.Clock.Now())
		h.Exec(t, `UPDATE logins SET trusted_idp_id = (SELECT id FROM providers) WHERE id = ?`, ana.LoginID)
		got, err := h.Factors.Ways(t.Context(), ana)
		modelstest.Must(t, err)
		if got != (models.Ways{Provider: "Contoso"}) {
			t.Errorf("%+v", got)
		}
		_, err = h.Factors.Prove(t.Context(), ana, models.Given{Password: "x"})
		wantUnproven(t, err)
		me, err := h.People.Me(t.Context(), ana)
		modelstest.Must(t, err)
		if p := me.Providers[*me.Logins[0].TrustedIDPID]; p.Name != "Contoso" || !p.Enabled {
			t.Errorf("%+v", me.Providers)
		}
		h.Exec(t, `UPDATE providers SET enabled = ?`, false)
		if got, err := h.Factors.Ways(t.Context(), ana); err != nil || got != (models.Ways{}) {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestFiveWrongProofsPauseAndLockNoLogin(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		h.Lets(t, ana)
		var judged, paused atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				switch _, err := h.Factors.Prove(t.Context(), ana, models.Given{Password: "marker-wrong"}); models.KindOf(err) {
				case models.Unproven:
					judged.Add(1)
				case models.RateLimited:
					paused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if judged.Load() != models.CodeTries || paused.Load() != 3 {
			t.Errorf("%d judged, %d paused", judged.Load(), paused.Load())
		}
		_, err := h.Factors.Prove(t.Context(), ana, models.Given{Password: modelstest.Password})
		modelstest.Want(t, err, models.RateLimited)
		if n := h.Count(t, `SELECT count(*) FROM logins WHERE fail_count > 0 OR locked_until IS NOT NULL`); n != 0 {
			t.Error("wrong proofs lock the login")
		}
		phone := h.Enrol(t, ana)
		for range 2 { // the pause is of both ways
			_, err = h.Factors.Prove(t.Context(), ana, models.Given{Code: h.Shows(t, phone)})
			modelstest.Want(t, err, models.RateLimited)
		}
		h.Clock.Pass(models.CodePause)
		_, err = h.Factors.Prove(t.Context(), ana, models.Given{Code: "000000"})
		wantUnproven(t, err, "code")
		_, err = h.Factors.Prove(t.Context(), ana, models.Given{Code: h.Shows(t, phone)})
		modelstest.Must(t, err)
		for name, want := range map[string]int{models.NotProven: 6, models.ProvenAgain: 1} {
			if n := h.Count(t, `SELECT count(*) FROM events WHERE name = ?`, name); n != want {
				t.Errorf("%d of %s, want %d", n, name, want)
			}
		}
	})
}

func wantUnproven(t *testing.T, err error, fields ...string) {
	t.Helper()
	modelstest.Want(t, err, models.Unproven)
	e, _ := err.(*models.Error)
	for _, f := range fields {
		if e == nil || e.Fields[f] == "" {
			t.Errorf("%v says nothing of %s", err, f)
		}
	}
}
