package factors_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

func TestACodeOfTheAppIsTakenOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, phone := person(t, h, "ana", models.PlainMember)
		h.Clock.Pass(5 * time.Minute)
		now := modelstest.Step(h.Clock.Now())
		for _, c := range []struct {
			step int64
			good bool
		}{
			{now - 2, false},
			{now + 2, false}, // too far off
			{now, true},
			{now, false},
			{now - 1, false}, // the same, and an earlier one
			{now + 1, true},
		} {
			shown, err := h.Factors.SignIn(t.Context(), ana, phone.At(c.step), "")
			if c.good {
				modelstest.Must(t, err)
			} else {
				modelstest.WantWrong(t, err, "code")
			}
			if c.good != (shown == models.ByCode) {
				t.Errorf("step %d: %q", c.step-now, shown)
			}
		}
	})
}

func TestTheCodeOfTheEnrolmentIsNoCodeToSignIn(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, phone := person(t, h, "ana", models.PlainMember)
		_, err := h.Factors.SignIn(t.Context(), ana, phone.At(modelstest.Step(h.Clock.Now())-1), "")
		modelstest.WantWrong(t, err, "code")
		_, err = h.Factors.SignIn(t.Context(), ana, h.Shows(t, phone), "")
		modelstest.Must(t, err)
	})
}

func TestOfTwoUsesOfOneCodeAtOnceOneCounts(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, phone := person(t, h, "ana", models.PlainMember)
		code := h.Shows(t, phone)
		var in atomic.Int64
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if _, err := h.Factors.SignIn(t.Context(), ana, code, ""); err == nil {
					in.Add(1)
				}
			})
		}
		all.Wait()
		if in.Load() != 1 {
			t.Errorf("%d came in by one code", in.Load())
		}
	})
}

func TestFiveWrongCodesPauseForAQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, phone := person(t, h, "ana", models.PlainMember)
		ben, bens := person(t, h, "ben", models.PlainMember)
		for i := range models.CodeTries {
			code, recovery := "000000", ""
			if i%2 == 1 { // both prompts count together
				code, recovery = "", "AAAA-AAAA-AAAA-AAAA"
			}
			_, err := h.Factors.SignIn(t.Context(), ana, code, recovery)
			modelstest.Want(t, err, models.Invalid)
		}
		right := h.Shows(t, phone)
		_, err := h.Factors.SignIn(t.Context(), ana, right, "")
		modelstest.Want(t, err, models.RateLimited)
		if e, _ := errors.AsType[*models.Error](err); e.RetryAfter != models.CodePause {
			t.Errorf("wait %v", e.RetryAfter)
		}
		_, err = h.Factors.SignIn(t.Context(), ana, "", phone.Codes[0])
		modelstest.Want(t, err, models.RateLimited)
		_, err = h.Factors.SignIn(t.Context(), ben, h.Shows(t, bens), "")
		modelstest.Must(t, err) // it is hers alone
		_, err = h.Factors.Prove(t.Context(), ana, models.Given{Code: right})
		modelstest.Must(t, err) // and of this prompt alone
		if n := h.Count(t, `SELECT fail_count FROM logins WHERE id = ?`, ana.LoginID); n != 0 {
			t.Error("wrong codes lock the login")
		}
		h.Clock.Pass(models.CodePause)
		_, err = h.Factors.SignIn(t.Context(), ana, h.Shows(t, phone), "")
		modelstest.Must(t, err)
		if n := h.Count(t, `SELECT count(*) FROM attempts WHERE name LIKE 'factor %'`); n != 0 {
			t.Errorf("%d counts are left after the right code", n)
		}
	})
}

func TestACrowdOfWrongCodesIsNotJudgedBeyondTheLimit(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, _ := person(t, h, "ana", models.PlainMember)
		var judged, paused atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				switch _, err := h.Factors.SignIn(t.Context(), ana, "000000", ""); models.KindOf(err) {
				case models.Invalid:
					judged.Add(1)
				case models.RateLimited:
					paused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if judged.Load() != models.CodeTries || paused.Load() != 15 {
			t.Errorf("%d judged, %d paused", judged.Load(), paused.Load())
		}
	})
}

func TestAWrongCodeStandsInTheHistory(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, _ := person(t, h, "ana", models.PlainMember)
		ana.Proofs, ana.UserAgent = models.ByPassword, "Firefox"
		_, err := h.Factors.SignIn(t.Context(), ana, "123456", "")
		modelstest.WantWrong(t, err, "code")
		list, next, err := h.People.SignIns(t.Context(), ana, "")
		modelstest.Must(t, err)
		if len(list) != 1 || next != "" || list[0].Outcome != models.Refused || list[0].Reason != models.RefusedCode || list[0].Key != ana.Email || list[0].IP != ana.IP {
			t.Errorf("%+v", list)
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = 'auth.failure' AND details LIKE '%wrong code%'`); n != 1 {
			t.Errorf("%d events", n)
		}
		if strings.Contains(h.Dump(t), "123456") {
			t.Error("the wrong code is kept")
		}
	})
}

func TestARecoveryCodeLetsInOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, phone := person(t, h, "ana", models.PlainMember)
		ben, bens := person(t, h, "ben", models.PlainMember)
		if len(phone.Codes) != 10 || len(phone.Codes[0]) != len("ABCD-EFGH-IJKL-MNOP") || phone.Codes[0] == phone.Codes[1] {
			t.Fatalf("%d codes such as %d signs", len(phone.Codes), len(phone.Codes[0]))
		}
		for _, code := range phone.Codes {
			if dump := h.Dump(t); strings.Contains(dump, code) || strings.Contains(dump, strings.ReplaceAll(code, "-", "")) {
				t.Fatal("a recovery code is kept as it is")
			}
		}
		shown, err := h.Factors.SignIn(t.Context(), ana, "", " "+strings.ToLower(strings.ReplaceAll(phone.Codes[3], "-", " ")))
		modelstest.Must(t, err)
		if shown != models.ByRecovery {
			t.Errorf("it proves %q", shown)
		}
		letter := h.WantMail(t, "account.changed ana@example.org")[0]
		if c := letter.ReadDetails().Changes; len(c) != 1 || c[0].Event != models.RecoveryUsed || c[0].Now != "9 left" {
			t.Errorf("%+v", c)
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.RecoveryUsed); n != 1 {
			t.Errorf("%d events", n)
		}
		for _, code := range []string{phone.Codes[3], bens.Codes[0], "", "x"} {
			_, err = h.Factors.SignIn(t.Context(), ana, "", code+" ")
			modelstest.WantWrong(t, err, "recovery")
		}
		_, err = h.Factors.SignIn(t.Context(), ben, "", bens.Codes[0])
		modelstest.Must(t, err)
	})
}

func TestNewRecoveryCodesEndTheOldOnes(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, phone := person(t, h, "ana", models.PlainMember)
		_, err := h.Factors.RenewCodes(t.Context(), ana) // shown a password only
		modelstest.Want(t, err, models.Unproven)
		codes, err := h.Factors.RenewCodes(t.Context(), proven(h, ana))
		modelstest.Must(t, err)
		h.WantMail(t, "account.changed ana@example.org")
		_, err = h.Factors.SignIn(t.Context(), ana, "", phone.Codes[0])
		modelstest.WantWrong(t, err, "recovery")
		_, err = h.Factors.SignIn(t.Context(), ana, "", codes[0])
		modelstest.Must(t, err)
		held, err := h.Factors.Mine(t.Context(), ana)
		modelstest.Must(t, err)
		if held.CodesLeft != 9 {
			t.Errorf("%d left", held.CodesLeft)
		}
		stale := proven(h, ana)
		h.Clock.Pass(models.ProvenFor)
		_, err = h.Factors.RenewCodes(t.Context(), stale)
		modelstest.Want(t, err, models.Unproven)
		ben := h.Person(t, "ben", models.PlainMember)
		_, err = h.Factors.RenewCodes(t.Context(), ben)
		modelstest.Want(t, err, models.Conflict)
	})
}
