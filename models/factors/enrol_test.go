package factors_test

import (
	"encoding/base64"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/factors"
	"holdfast/models/modelstest"
)

func TestAnAppCountsOnlyAfterItsFirstRightCode(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		before := h.Dump(t)
		e, err := h.Factors.Begin(t.Context(), ana, "")
		modelstest.Must(t, err)
		again, err := h.Factors.Begin(t.Context(), ana, "")
		modelstest.Must(t, err)
		if e.Secret == again.Secret || len(strings.ReplaceAll(e.Secret, " ", ""))*5 != 160 {
			t.Errorf("secrets %d signs long, the same twice: %v", len(e.Secret), e.Secret == again.Secret)
		}
		if len(e.Picture) < 21 || !strings.HasPrefix(e.URL, "otpauth://totp/Holdfast:ana%40example.org?secret=") {
			t.Errorf("a picture of %d rows for %.40s", len(e.Picture), e.URL)
		}
		_, err = h.Factors.Add(t.Context(), ana, factors.Given{Sealed: e.Sealed, Label: " ", Code: "000000"})
		modelstest.WantWrong(t, err, "code", "label")
		if h.Dump(t) != before {
			t.Error("a row changed before the first right code")
		}
		same, err := h.Factors.Begin(t.Context(), ana, e.Sealed)
		modelstest.Must(t, err)
		if same.Secret != e.Secret || same.Sealed != e.Sealed {
			t.Error("after a wrong code there is another secret")
		}
		p := modelstest.NewPhone(t, e.Secret)
		codes, err := h.Factors.Add(t.Context(), ana, factors.Given{Sealed: e.Sealed, Label: " My phone ", Code: h.Shows(t, p)})
		modelstest.Must(t, err)
		held, err := h.Factors.Mine(t.Context(), ana)
		modelstest.Must(t, err)
		if len(codes) != 10 || held.CodesLeft != 10 || len(held.Factors) != 1 || held.Factors[0].Label != "My phone" || held.Factors[0].LastUsedAt != nil || held.Needed {
			t.Errorf("%d codes, %+v", len(codes), held)
		}
		letter := h.WantMail(t, "account.changed ana@example.org")[0]
		if c := letter.ReadDetails().Changes; len(c) != 1 || c[0].Event != models.FactorAdded || c[0].Thing != "My phone" {
			t.Errorf("%+v", c)
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.FactorAdded); n != 1 {
			t.Errorf("%d events", n)
		}
		if dump := h.Dump(t); strings.Contains(dump, e.Secret) || strings.Contains(dump, strings.ReplaceAll(e.Secret, " ", "")) {
			t.Error("the secret stands open in the database")
		}
	})
}

func TestWhatAPageCarriesIsForItsUserAndAShortTime(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, eve := h.Person(t, "ana", models.PlainMember), h.Person(t, "eve", models.PlainMember)
		e, err := h.Factors.Begin(t.Context(), ana, "")
		modelstest.Must(t, err)
		p := modelstest.NewPhone(t, e.Secret)
		if blob, err := base64.RawURLEncoding.DecodeString(e.Sealed); err != nil || strings.Contains(string(blob), strings.ReplaceAll(e.Secret, " ", "")) {
			t.Error("the page carries the secret open")
		}
		for _, sealed := range []string{"", "x", e.Sealed[:20], e.Sealed + "x", strings.ToLower(e.Sealed)} {
			_, err = h.Factors.Add(t.Context(), ana, factors.Given{Sealed: sealed, Label: "P", Code: p.At(modelstest.Step(h.Clock.Now()))})
			modelstest.WantWrong(t, err, "code")
		}
		_, err = h.Factors.Add(t.Context(), eve, factors.Given{Sealed: e.Sealed, Label: "P", Code: p.At(modelstest.Step(h.Clock.Now()))})
		modelstest.WantWrong(t, err, "code")
		h.Clock.Pass(factors.EnrolmentLife)
		ana.ProvenAt = h.Clock.Now()
		_, err = h.Factors.Add(t.Context(), ana, factors.Given{Sealed: e.Sealed, Label: "P", Code: p.At(modelstest.Step(h.Clock.Now()))})
		modelstest.WantWrong(t, err, "code")
		later, err := h.Factors.Begin(t.Context(), ana, e.Sealed)
		modelstest.Must(t, err)
		if later.Secret == e.Secret {
			t.Error("a secret that is over is shown again")
		}
	})
}

func TestOneAppIsEnrolledOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := proven(h, h.Person(t, "ana", models.PlainMember))
		e, err := h.Factors.Begin(t.Context(), ana, "")
		modelstest.Must(t, err)
		g := factors.Given{Sealed: e.Sealed, Label: "P", Code: h.Shows(t, modelstest.NewPhone(t, e.Secret))}
		var kept atomic.Int64
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, err := h.Factors.Add(t.Context(), ana, g); err == nil {
					kept.Add(1)
				} else if models.KindOf(err) != models.Conflict {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if kept.Load() != 1 || len(mine(t, h, ana)) != 1 || h.Count(t, `SELECT count(*) FROM recovery_codes`) != 10 {
			t.Errorf("%d times, %d apps", kept.Load(), len(mine(t, h, ana)))
		}
	})
}

func TestChangingFactorsNeedsOneThatIsThere(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, _ := person(t, h, "ana", models.PlainMember)
		e, err := h.Factors.Begin(t.Context(), ana, "")
		modelstest.Must(t, err)
		g := factors.Given{Sealed: e.Sealed, Label: "Second", Code: h.Shows(t, modelstest.NewPhone(t, e.Secret))}
		first := mine(t, h, ana)[0]
		password, stale := proven(h, ana), proven(h, ana)
		password.Proofs, stale.ProvenAt = models.ByPassword, h.Clock.Now().Add(-models.ProvenFor)
		for _, who := range []models.Actor{password, stale} {
			_, err = h.Factors.Add(t.Context(), who, g)
			modelstest.Want(t, err, models.Unproven)
			modelstest.Want(t, h.Factors.Remove(t.Context(), who, first), models.Unproven)
		}
		codes, err := h.Factors.Add(t.Context(), proven(h, ana), g)
		modelstest.Must(t, err)
		if codes != nil {
			t.Error("the second app brought new recovery codes")
		}
		modelstest.Must(t, h.Factors.Remove(t.Context(), proven(h, ana), first))
		letters := h.WantMail(t, "account.changed ana@example.org", "account.changed ana@example.org")
		if c := letters[1].ReadDetails().Changes[0]; c.Event != models.FactorRemoved || c.Thing != "Phone" {
			t.Errorf("%+v", c)
		}
		modelstest.Want(t, h.Factors.Remove(t.Context(), proven(h, ana), first), models.NotFound)
		eve, _ := person(t, h, "eve", models.PlainMember)
		modelstest.Want(t, h.Factors.Remove(t.Context(), proven(h, eve), mine(t, h, ana)[0]), models.NotFound)
	})
}

func TestTheLastFactorStaysWhileOneIsNeeded(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		boss, _ := person(t, h, "boss", models.Administrator)
		modelstest.Want(t, h.Factors.Remove(t.Context(), proven(h, boss), mine(t, h, boss)[0]), models.Conflict)
		ana, _ := person(t, h, "ana", models.PlainMember)
		h.Exec(t, `UPDATE logins SET mfa = ? WHERE id = ?`, true, ana.LoginID)
		modelstest.Want(t, h.Factors.Remove(t.Context(), proven(h, ana), mine(t, h, ana)[0]), models.Conflict)
		add(t, h, proven(h, ana), "Second")
		two := mine(t, h, ana)
		var gone atomic.Int64
		var all sync.WaitGroup
		for _, id := range two { // both at once: one stays
			all.Go(func() {
				if err := h.Factors.Remove(t.Context(), proven(h, ana), id); err == nil {
					gone.Add(1)
				}
			})
		}
		all.Wait()
		if gone.Load() != 1 || len(mine(t, h, ana)) != 1 {
			t.Errorf("%d removed, %d left", gone.Load(), len(mine(t, h, ana)))
		}
		h.Exec(t, `UPDATE logins SET mfa = ? WHERE id = ?`, false, ana.LoginID)
		modelstest.Must(t, h.Factors.Remove(t.Context(), proven(h, ana), mine(t, h, ana)[0]))
		if n := h.Count(t, `SELECT count(*) FROM recovery_codes WHERE user_id = ?`, ana.UserID); n != 0 {
			t.Errorf("%d recovery codes outlive the last app", n)
		}
	})
}

func TestAChangeOfFactorsEndsTheOtherSessions(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		h.Lets(t, ana)
		sit := func() models.Actor {
			_, now, err := h.People.Start(t.Context(), models.Actor{}, modelstest.In(ana.LoginID), []byte(models.NewID().String()))
			modelstest.Must(t, err)
			return now
		}
		here, _ := sit(), sit()
		h.Enrol(t, here)
		if n := h.Count(t, `SELECT count(*) FROM sessions WHERE user_id = ?`, ana.UserID); n != 1 {
			t.Errorf("%d sessions after adding", n)
		}
		sit()
		modelstest.Must(t, h.Factors.Remove(t.Context(), here, mine(t, h, ana)[0]))
		if n := h.Count(t, `SELECT count(*) FROM sessions WHERE user_id = ?`, ana.UserID); n != 1 {
			t.Errorf("%d sessions after removing", n)
		}
	})
}

func TestSecretsOfAppsAreSealedAgainWithANewKey(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, phone := person(t, h, "ana", models.PlainMember)
		key, err := h.Keys.Rotate(t.Context(), h.Clock.Now().Add(time.Hour))
		modelstest.Must(t, err)
		if n, err := h.Keys.Reseal(t.Context()); err != nil || n < 1 {
			t.Fatalf("%d rows, %v", n, err)
		}
		if n := h.Count(t, `SELECT count(*) FROM totps WHERE key_id = ?`, key); n != 1 {
			t.Errorf("%d apps under the new key", n)
		}
		_, err = h.Factors.SignIn(t.Context(), ana, h.Shows(t, phone), "")
		modelstest.Must(t, err)
	})
}
