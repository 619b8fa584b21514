package providers_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/idptest"
	"holdfast/models/providers"
)

func TestTheFirstSignInBindsALoginThatWaitsAndTellsItsUser(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		ana := c.ana(t)
		a := c.comes(t, ana)
		if a.Next != "/next" || a.Entry.Proofs != models.ByProvider || a.Entry.Renew {
			t.Errorf("%+v", a)
		}
		if n := c.Count(t, `SELECT count(*) FROM logins WHERE id = ? AND issuer = ? AND subject = 's-ana'`, ana.LoginID, c.idp.URL); n != 1 {
			t.Error("the login is not bound")
		}
		if n := c.Count(t, `SELECT count(*) FROM letters WHERE user_id = ? AND kind = 'account.changed' AND details LIKE '%login.idp_bound%'`, ana.UserID); n != 1 {
			t.Errorf("%d letters", n)
		}
		if got := c.Events(t, strconv.FormatInt(ana.LoginID, 10)); !slices.Equal(got, []string{models.LoginBound}) {
			t.Errorf("%v", got)
		}
		c.comes(t, ana)
		if n := c.Count(t, `SELECT count(*) FROM events WHERE name = 'login.idp_bound'`); n != 1 {
			t.Errorf("bound %d times", n)
		}
	})
}

func TestABoundLoginFollowsTheSubjectAndNotTheAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		ana := c.ana(t)
		c.comes(t, ana)
		for _, claims := range []map[string]any{
			{"sub": "s-ana", "email": "married@example.org", "email_verified": true},
			{"sub": "s-ana", "email": "married@example.org", "email_verified": false},
			{"sub": "s-ana"},
		} {
			c.idp.Say(claims)
			c.comes(t, ana)
		}
		// S-94: another subject with Ana's address is a stranger.
		c.idp.Say(map[string]any{"sub": "s-eve", "email": "ana@example.org", "email_verified": true})
		c.turned(t, models.RefusalMismatch)
		if got := c.Events(t, strconv.FormatInt(ana.LoginID, 10)); !slices.Contains(got, models.SubjectMismatch) {
			t.Errorf("%v", got)
		}
		if n := c.Count(t, `SELECT count(*) FROM sign_ins WHERE login_id = ? AND outcome = 'refused' AND reason = 'provider'`, ana.LoginID); n != 1 {
			t.Errorf("%d lines in her history", n)
		}
	})
}

// S-94: an address that is not verified binds nothing, however it is spelled.
func TestAnUnverifiedAddressBindsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		who := c.ana(t)
		for _, verified := range []any{nil, false, "true", 1} {
			claims := ana()
			if claims["email_verified"] = verified; verified == nil {
				delete(claims, "email_verified")
			}
			c.idp.Say(claims)
			c.turned(t, models.RefusalUnverified)
		}
		if n := c.Count(t, `SELECT count(*) FROM logins WHERE subject <> ''`); n != 0 {
			t.Error("a login was bound")
		}
		if n := c.Count(t, `SELECT tries FROM provider_refusals`); n != 4 {
			t.Errorf("%d tries", n)
		}
		if got := c.Events(t, strconv.FormatInt(who.LoginID, 10)); !slices.Contains(got, models.EmailUnverified) {
			t.Errorf("%v", got)
		}
		c.idp.Say(ana())
		c.comes(t, who)
		if n := c.Count(t, `SELECT count(*) FROM provider_refusals`); n != 0 {
			t.Error("who came in still stands among the refused")
		}
	})
}

// S-94, pitfall 1: a user with that address and a password is nobody's to take.
func TestAPasswordLoginWithTheAddressIsNotTheirs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		c.Lets(t, c.Person(t, "ana", models.PlainMember))
		c.turned(t, models.RefusalUnknown)
		if n := c.Count(t, `SELECT count(*) FROM users`); n != 2 {
			t.Errorf("%d users: somebody was made", n)
		}
	})
}

func TestAProviderThatDoesNotDecideBindsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		c.ana(t)
		f := form(c.idp)
		f.Authoritative, f.Secret = false, ""
		modelstest.Must(t, c.Providers.Update(t.Context(), c.root, c.ID, f))
		c.turned(t, models.RefusalNotDeciding)
	})
}

// S-93: the same subject, and the same address, of another provider is another person.
func TestAnotherProvidersWordIsAnotherPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		ana := c.ana(t)
		c.comes(t, ana)
		evil := idptest.New(t, c.Clock.Now)
		f := form(evil)
		f.Name = "Evil"
		p, err := c.Providers.Create(t.Context(), c.root, f)
		modelstest.Must(t, err)
		other := &contoso{House: c.House, idp: evil, root: c.root, Provider: p}
		evil.Say(map[string]any{"sub": "s-ana", "email": "ana@example.org", "email_verified": true})
		other.turned(t, models.RefusalUnknown)
	})
}

func TestWhoMayNotComeInIsRefusedWithoutBeingBound(t *testing.T) {
	t.Parallel()
	for why, change := range map[string]string{
		models.RefusalBlocked:  `UPDATE logins SET blocked_at = created_at WHERE id = ?`,
		models.RefusalExpired:  `UPDATE logins SET expire_at = created_at WHERE id = ?`,
		models.RefusalDisabled: `UPDATE users SET disabled_at = created_at WHERE id = (SELECT user_id FROM logins WHERE id = ?)`,
		models.RefusalUnknown:  `UPDATE logins SET removed_at = created_at WHERE id = ?`,
	} {
		t.Run(why, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, c *contoso) {
				ana := c.ana(t)
				c.Exec(t, change, ana.LoginID)
				c.turned(t, why)
				c.Exec(t, `UPDATE logins SET issuer = ?, subject = 's-ana' WHERE id = ?`, c.idp.URL, ana.LoginID)
				c.turned(t, why)
				if n := c.Count(t, `SELECT tries FROM provider_refusals`); n != 2 {
					t.Errorf("%d tries", n)
				}
				lines := c.Count(t, `SELECT count(*) FROM sign_ins WHERE user_id = ? AND reason = ?`, ana.UserID, why)
				if want := 2; why != models.RefusalUnknown && lines != want {
					t.Errorf("%d lines in the history", lines)
				}
			})
		})
	}
}

// S-96: a second factor counts only when the provider says so in the words that
// were agreed on.
func TestASecondFactorThereCountsInTheAgreedWords(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		who := c.ana(t)
		for _, one := range []struct {
			claim  string
			value  any
			factor bool
		}{
			{"amr", []string{"pwd", "mfa"}, true},
			{"acr", "gold", true},
			{"amr", []string{"pwd", "otp"}, false},
			{"amr", "mfa", false},
			{"acr", "mfa gold", false},
			{"acr", nil, false},
		} {
			claims := ana()
			claims[one.claim] = one.value
			c.idp.Say(claims)
			if got := c.comes(t, who).Entry.Proofs; got.Factor() != one.factor || !got.Has(models.ByProvider) {
				t.Errorf("%s %v: %q", one.claim, one.value, got)
			}
		}
	})
}

func TestTwoFirstSignInsAtOnceBindOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		who := c.ana(t)
		backs := []providers.Back{c.there(t, c.begin(t, guest, models.ToSignIn))}
		c.idp.Say(map[string]any{"sub": "s-eve", "email": "ana@example.org", "email_verified": true})
		backs = append(backs, c.there(t, c.begin(t, guest, models.ToSignIn)))
		var in, out int
		for _, a := range c.atOnce(t, backs) {
			switch {
			case a.Entry.LoginID == who.LoginID:
				in++
			case a.Refused:
				out++
			}
		}
		if in != 1 || out != 1 {
			t.Errorf("%d came in and %d were refused", in, out)
		}
		if n := c.Count(t, `SELECT count(*) FROM events WHERE name = 'login.idp_bound'`); n != 1 {
			t.Errorf("bound %d times", n)
		}
	})
}

// atOnce brings every answer back at the same moment.
func (c *contoso) atOnce(t *testing.T, backs []providers.Back) []providers.Arrival {
	t.Helper()
	arrivals := make([]providers.Arrival, len(backs))
	var all sync.WaitGroup
	for i, b := range backs {
		all.Go(func() {
			a, err := c.Providers.Finish(t.Context(), guest, b)
			if err != nil && models.KindOf(err) != models.Expired && models.KindOf(err) != models.Conflict {
				t.Error(err)
			}
			arrivals[i] = a
		})
	}
	all.Wait()
	return arrivals
}

// S-91: an answer is good once, however often it is brought at once.
func TestOneAnswerIsTakenOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		who := c.ana(t)
		b := c.there(t, c.begin(t, guest, models.ToSignIn))
		in := 0
		for _, a := range c.atOnce(t, []providers.Back{b, b, b, b}) {
			if a.Entry.LoginID == who.LoginID {
				in++
			}
		}
		if in != 1 {
			t.Errorf("%d came in by one answer", in)
		}
	})
}

// S-91: state, cookie, provider and time all have to be right.
func TestAnAnswerBelongsToOneBrowserOneProviderAndTenMinutes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		who := c.ana(t)
		f := form(c.idp)
		f.Name = "Twin"
		twin, err := c.Providers.Create(t.Context(), c.root, f)
		modelstest.Must(t, err)
		good := c.there(t, c.begin(t, guest, models.ToSignIn))
		other := c.begin(t, guest, models.ToSignIn)
		for name, change := range map[string]func(*providers.Back){
			"another browser":  func(b *providers.Back) { b.Secret = "" },
			"another's cookie": func(b *providers.Back) { b.Secret = other.Secret },
			"another state":    func(b *providers.Back) { b.State += "x" },
			"no state":         func(b *providers.Back) { b.State = "" },
			"another provider": func(b *providers.Back) { b.Provider = twin.ID },
		} {
			b := good
			change(&b)
			if _, err := c.Providers.Finish(t.Context(), guest, b); models.KindOf(err) != models.Expired {
				t.Errorf("%s: %v", name, err)
			}
		}
		a, err := c.Providers.Finish(t.Context(), guest, good)
		modelstest.Must(t, err)
		if a.Entry.LoginID != who.LoginID {
			t.Errorf("%+v", a)
		}
		_, err = c.Providers.Finish(t.Context(), guest, good)
		modelstest.Want(t, err, models.Expired)

		late := c.there(t, c.begin(t, guest, models.ToSignIn))
		c.Clock.Pass(models.VisitLife + time.Second)
		_, err = c.Providers.Finish(t.Context(), guest, late)
		modelstest.Want(t, err, models.Expired)
	})
}

// The nonce is the visit's own: an ID token of another visit signs nobody in.
func TestACodeOfAnotherVisitSignsNobodyIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		c.ana(t)
		mine, victims := c.there(t, c.begin(t, guest, models.ToSignIn)), c.there(t, c.begin(t, guest, models.ToSignIn))
		mine.Code = victims.Code
		_, err := c.Providers.Finish(t.Context(), guest, mine)
		modelstest.Want(t, err, models.Forbidden)
		_, err = c.Providers.Finish(t.Context(), guest, mine)
		modelstest.Want(t, err, models.Expired)
	})
}

func TestCancellingEndsTheVisit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		c.idp.Refuse("access_denied")
		b := c.there(t, c.begin(t, guest, models.ToSignIn))
		a, err := c.Providers.Finish(t.Context(), guest, b)
		modelstest.Must(t, err)
		if !a.Cancelled || a.Provider.Name != "Contoso" {
			t.Errorf("%+v", a)
		}
		_, err = c.Providers.Finish(t.Context(), guest, b)
		modelstest.Want(t, err, models.Expired)
	})
}

// S-95: a provider that names itself must do so in refusals, too.
func TestAnAnswerThatNamesAnotherProviderIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		who := c.ana(t)
		c.idp.Name()
		for _, iss := range []string{"", "https://evil.example"} {
			for _, code := range []string{"", "access_denied"} {
				b := c.there(t, c.begin(t, guest, models.ToSignIn))
				if b.Issuer != c.idp.URL {
					t.Fatalf("%+v", b)
				}
				b.Issuer, b.Error = iss, code
				_, err := c.Providers.Finish(t.Context(), guest, b)
				modelstest.Want(t, err, models.Forbidden)
			}
		}
		c.comes(t, who)
	})
}

func TestAProviderThatChangesMeanwhileEndsTheVisit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		c.ana(t)
		b := c.there(t, c.begin(t, guest, models.ToSignIn))
		_, err := c.Providers.Disable(t.Context(), c.root, c.ID)
		modelstest.Must(t, err)
		_, err = c.Providers.Finish(t.Context(), guest, b)
		modelstest.Want(t, err, models.Expired)
		_, err = c.Providers.Begin(t.Context(), guest, providers.Leave{Provider: c.ID, Purpose: models.ToSignIn, Redirect: redirect})
		modelstest.Want(t, err, models.NotFound)
		_, err = c.Providers.Enable(t.Context(), c.root, c.ID)
		modelstest.Must(t, err)

		b = c.there(t, c.begin(t, guest, models.ToSignIn))
		f := form(c.idp)
		f.Issuer, f.Secret = idptest.New(t, c.Clock.Now).URL, ""
		modelstest.Must(t, c.Providers.Update(t.Context(), c.root, c.ID, f))
		_, err = c.Providers.Finish(t.Context(), guest, b)
		modelstest.Want(t, err, models.Expired)
	})
}

func TestADeadProviderIsUnavailableAndStopsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		who := c.ana(t)
		b := c.there(t, c.begin(t, guest, models.ToSignIn))
		c.idp.Fall(true)
		_, err := c.Providers.Finish(t.Context(), guest, b)
		modelstest.Want(t, err, models.Unavailable)
		c.Clock.Pass(11 * time.Minute)
		_, err = c.Providers.Begin(t.Context(), guest, providers.Leave{Provider: c.ID, Purpose: models.ToSignIn, Redirect: redirect})
		modelstest.Want(t, err, models.Unavailable)
		c.idp.Fall(false)
		c.Clock.Pass(time.Minute)
		c.comes(t, who)
	})
}

// No secret of a visit stands in the database, while it is on its way or after.
func TestTheDatabaseHoldsNoSecretOfAVisit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		c.ana(t)
		w := c.begin(t, guest, models.ToSignIn)
		b := c.there(t, w)
		during := c.Dump(t)
		_, err := c.Providers.Finish(t.Context(), guest, b)
		modelstest.Must(t, err)
		q := c.idp.Asked[0]
		secrets := append([]string{w.Secret, b.State, b.Code, q.Get("nonce"), q.Get("code_challenge"), idptest.Secret}, c.idp.Tokens...)
		for _, where := range []string{during, c.Dump(t), c.Log.String()} {
			for _, secret := range secrets {
				if secret == "" || strings.Contains(where, secret) {
					t.Errorf("%q stands there", secret)
				}
			}
		}
	})
}

// S-36: leaving costs a row and a question, so one address may not do it without end.
func TestNobodyLeavesForAProviderWithoutEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		leave := func(ip string) error {
			_, err := c.Providers.Begin(t.Context(), models.Actor{IP: ip}, providers.Leave{Provider: c.ID, Purpose: models.ToSignIn, Redirect: redirect})
			return err
		}
		for range 60 {
			modelstest.Must(t, leave("2001:db8::1"))
		}
		modelstest.Want(t, leave("2001:db8::2"), models.RateLimited)
		modelstest.Must(t, leave("2001:db8:0:1::1"))
		if n := c.Count(t, `SELECT count(*) FROM provider_visits`); n != 61 {
			t.Errorf("%d visits", n)
		}
		c.Clock.Pass(10 * time.Minute)
		modelstest.Must(t, leave("2001:db8::1"))
	})
}
