package providers_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/idptest"
)

// seat is a live session of who's.
func (c *contoso) seat(t *testing.T, who models.Actor, mark string) models.Session {
	t.Helper()
	s, _, err := c.People.Start(t.Context(), models.Actor{}, models.Entry{LoginID: who.LoginID, Proofs: models.ByProvider.And(models.ByProviders)}, []byte(mark))
	modelstest.Must(t, err)
	return s
}

func (c *contoso) open(t *testing.T, mark string) bool {
	t.Helper()
	_, _, err := c.People.Find(t.Context(), []byte(mark))
	return err == nil
}

func TestTheClientSecretIsSealedAndNeverComesBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		p, err := c.Providers.Get(t.Context(), c.root, c.ID)
		modelstest.Must(t, err)
		if !p.Secret.SetAt.Equal(c.Clock.Now()) || p.Secret.Sealed != nil {
			t.Errorf("%+v", p.Secret)
		}
		before := c.Clock.Now()
		c.Clock.Pass(time.Minute)
		f := form(c.idp)
		f.Secret, f.Name = "", "Contoso Ltd"
		modelstest.Must(t, c.Providers.Update(t.Context(), c.root, c.ID, f))
		p, err = c.Providers.Get(t.Context(), c.root, c.ID)
		modelstest.Must(t, err)
		if !p.Secret.SetAt.Equal(before) || p.Name != "Contoso Ltd" {
			t.Errorf("%+v", p)
		}
		c.comes(t, c.ana(t)) // the secret is still the right one
		f.Secret = "another-marker"
		modelstest.Must(t, c.Providers.Update(t.Context(), c.root, c.ID, f))
		_, err = c.signIn(t)
		modelstest.Want(t, err, models.Forbidden)
		if c.Count(t, `SELECT count(*) FROM provider_secrets`) != 1 {
			t.Error("an old secret stayed")
		}
		f.Secret, f.AuthMethod = "", models.SecretNone
		modelstest.Must(t, c.Providers.Update(t.Context(), c.root, c.ID, f))
		if c.Count(t, `SELECT count(*) FROM provider_secrets`) != 0 {
			t.Error("a secret that is not needed stayed")
		}
		for _, marker := range []string{idptest.Secret, "another-marker"} {
			if strings.Contains(c.Dump(t)+c.Log.String(), marker) {
				t.Errorf("%s stands there", marker)
			}
		}
		want := []string{models.IDPCreated, models.IDPUpdated, models.IDPUpdated, models.IDPUpdated}
		if got := events(t, c, c.ID); !slices.Equal(got, want) {
			t.Errorf("%v", got)
		}
	})
}

// events are those of a provider; a login may have the same number.
func events(t *testing.T, c *contoso, id int64) (names []string) {
	t.Helper()
	rows, err := c.DB.RawRows(t.Context(), `SELECT name FROM events WHERE thing_type = 'idp' AND thing_id = ? ORDER BY at, id`, strconv.FormatInt(id, 10))
	modelstest.Must(t, err)
	for _, r := range rows {
		names = append(names, strings.Trim(r, "[]"))
	}
	return names
}

func TestRotatingKeysKeepsTheClientSecret(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		who := c.ana(t)
		_, err := c.Keys.Rotate(t.Context(), c.Clock.Now())
		modelstest.Must(t, err)
		_, err = c.Keys.Reseal(t.Context())
		modelstest.Must(t, err)
		if n := c.Count(t, `SELECT count(DISTINCT key_id) FROM provider_secrets`); n != 1 {
			t.Errorf("%d keys", n)
		}
		c.comes(t, who)
	})
}

func TestAWrongFormIsToldByField(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		for field, spoil := range map[string]func(*models.ProviderForm){
			"name":          func(f *models.ProviderForm) { f.Name = " contoso " },
			"issuer":        func(f *models.ProviderForm) { f.Name, f.Issuer = "X", "http://login.example.org" },
			"client_id":     func(f *models.ProviderForm) { f.ClientID = " " },
			"auth_method":   func(f *models.ProviderForm) { f.AuthMethod = "private_key_jwt" },
			"secret":        func(f *models.ProviderForm) { f.Secret = "" },
			"scopes":        func(f *models.ProviderForm) { f.Scopes = "email" },
			"login_claim":   func(f *models.ProviderForm) { f.LoginClaim = "a b" },
			"factor_values": func(f *models.ProviderForm) { f.FactorValues = "a\x00b" },
		} {
			f := form(c.idp)
			if field != "name" {
				f.Name = "Another"
			}
			spoil(&f)
			_, err := c.Providers.Create(t.Context(), c.root, f)
			modelstest.WantWrong(t, err, field)
		}
		for _, issuer := range []string{"", "contoso", "https://u:p@x.example", "https://x.example?a", "https://x.example#a", "ftp://x.example", "javascript:1", "https://"} {
			f := form(c.idp)
			f.Name, f.Issuer = "Another", issuer
			_, err := c.Providers.Create(t.Context(), c.root, f)
			modelstest.WantWrong(t, err, "issuer")
		}
		if n := c.Count(t, `SELECT count(*) FROM providers`); n != 1 {
			t.Errorf("%d providers", n)
		}
	})
}

func TestAnIssuerStaysOnceLoginsBelongToPeopleThere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		c.comes(t, c.ana(t))
		f := form(c.idp)
		f.Issuer = "https://login.example.org"
		modelstest.WantWrong(t, c.Providers.Update(t.Context(), c.root, c.ID, f), "issuer")
	})
}

func TestEveryChangeAsksWhoItIs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		c.idp.Say(map[string]any{"sub": "s-x"})
		c.turned(t, models.RefusalNoClaim)
		before := c.Dump(t)
		ops := map[string]func(models.Actor) error{
			"Create": func(who models.Actor) error {
				f := form(c.idp)
				f.Name = "New"
				_, err := c.Providers.Create(t.Context(), who, f)
				return err
			},
			"Update": func(who models.Actor) error {
				f := form(c.idp)
				f.Secret = ""
				return c.Providers.Update(t.Context(), who, c.ID, f)
			},
			"Enable": func(who models.Actor) error { _, err := c.Providers.Enable(t.Context(), who, c.ID); return err },
			"Link": func(who models.Actor) error {
				_, err := c.Providers.Link(t.Context(), who, c.refusal(t), "root@example.org")
				return err
			},
			"Secret":  func(who models.Actor) error { return c.Providers.Update(t.Context(), who, c.ID, form(c.idp)) },
			"Disable": func(who models.Actor) error { _, err := c.Providers.Disable(t.Context(), who, c.ID); return err },
			"Delete": func(who models.Actor) error {
				_, err := c.Providers.Delete(t.Context(), who, c.ID, "Contoso")
				return err
			},
		}
		for name, op := range ops {
			late := c.root
			late.ProvenAt = c.Clock.Now().Add(-models.ProvenFor)
			if slices.Contains([]string{"Secret", "Disable", "Delete"}, name) {
				late.ProvenAt = c.Clock.Now().Add(-models.ProvenLately)
			}
			if err := op(late); models.KindOf(err) != models.Unproven {
				t.Errorf("%s: %v", name, err)
			}
			member := c.root
			member.UserID = 4711
			if err := op(member); models.KindOf(err) != models.SignedOut {
				t.Errorf("%s as nobody: %v", name, err)
			}
		}
		if c.Dump(t) != before {
			t.Error("something changed")
		}
	})
}

func (c *contoso) refusal(t *testing.T) models.ID {
	t.Helper()
	p, err := c.Providers.Refusals(t.Context(), c.root, "")
	modelstest.Must(t, err)
	if len(p.Rows) == 0 {
		t.Fatal("nobody was refused")
	}
	return p.Rows[0].ID
}

func TestDisablingShowsWhomItKeepsOutAndEndsTheirSessions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		ana, ben := c.ana(t), c.Person(t, "ben", models.PlainMember)
		c.Lets(t, ben)
		c.seat(t, ben, "password")
		bens := c.login(t, ben, c.ID, "ben@example.org")
		c.seat(t, ana, "a")
		c.seat(t, bens, "b")
		_, i, err := c.Providers.Impact(t.Context(), c.root, c.ID)
		modelstest.Must(t, err)
		if i.Users != 2 || i.Stranded != 1 || i.Sessions != 2 || len(i.Some) != 2 || i.Some[0].Email != "ana@example.org" || i.Some[0].Others || !i.Some[1].Others {
			t.Errorf("%+v", i)
		}
		_, err = c.Providers.Disable(t.Context(), c.root, c.ID)
		modelstest.Must(t, err)
		if c.open(t, "a") || c.open(t, "b") || !c.open(t, "password") {
			t.Error("the wrong sessions ended")
		}
		if _, _, err := c.People.Start(t.Context(), models.Actor{}, models.Entry{LoginID: ana.LoginID}, []byte("again")); err == nil {
			t.Error("a login of a disabled provider opens")
		}
		if list, err := c.Providers.Enabled(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("the sign-in page offers %v, %v", list, err)
		}
		_, err = c.Providers.Enable(t.Context(), c.root, c.ID)
		modelstest.Must(t, err)
		c.comes(t, ana)
		if got := events(t, c, c.ID); !slices.Equal(got, []string{models.IDPCreated, models.IDPDisabled, models.IDPEnabled}) {
			t.Errorf("%v", got)
		}
	})
}

// A session that began while its provider was being disabled is over as well.
func TestNoSessionOutlivesItsProvider(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		c.seat(t, c.ana(t), "a")
		c.Exec(t, `UPDATE providers SET enabled = ?`, false)
		if c.open(t, "a") {
			t.Error("the session goes on")
		}
	})
}

// S-85: the last administrator's way in is not disabled, however many try at once.
func TestTheLastAdministratorsProviderStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		f := form(c.idp)
		f.Name = "Second"
		second, err := c.Providers.Create(t.Context(), c.root, f)
		modelstest.Must(t, err)
		c.Exec(t, `UPDATE logins SET blocked_at = created_at WHERE id = ?`, c.root.LoginID)
		c.login(t, c.root, c.ID, "root@example.org")
		c.login(t, c.root, second.ID, "root@example.org")
		var all sync.WaitGroup
		var mu sync.Mutex
		done, refused := 0, 0
		for _, id := range []int64{c.ID, second.ID} {
			all.Go(func() {
				_, err := c.Providers.Disable(t.Context(), c.root, id)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					done++
				case models.KindOf(err) == models.Conflict:
					refused++
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if done != 1 || refused != 1 {
			t.Errorf("%d went through, %d were refused", done, refused)
		}
	})
}

func TestAProviderIsDeletedByNameOnceNoLoginGoesByIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		ana := c.ana(t)
		_, err := c.Providers.Delete(t.Context(), c.root, c.ID, "Contoso")
		modelstest.Want(t, err, models.Conflict)
		c.Exec(t, `UPDATE logins SET removed_at = created_at WHERE id = ?`, ana.LoginID)
		_, err = c.Providers.Delete(t.Context(), c.root, c.ID, "Contos")
		modelstest.WantWrong(t, err, "confirm")
		c.turned(t, models.RefusalUnknown)
		c.begin(t, guest, models.ToSignIn)
		_, err = c.Providers.Delete(t.Context(), c.root, c.ID, "contoso")
		modelstest.Must(t, err)
		for _, table := range []string{"providers", "provider_secrets", "provider_visits", "provider_refusals"} {
			if n := c.Count(t, `SELECT count(*) FROM `+table); n != 0 {
				t.Errorf("%d rows of %s stayed", n, table)
			}
		}
	})
}

func TestAnAdministratorLinksWhoWasRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		ben := c.Person(t, "ben", models.PlainMember)
		c.turned(t, models.RefusalUnknown)
		id, before := c.refusal(t), c.Count(t, `SELECT revision FROM users WHERE id = ?`, ben.UserID)
		_, err := c.Providers.Link(t.Context(), c.root, id, "nobody@example.org")
		modelstest.WantWrong(t, err, "email")
		u, err := c.Providers.Link(t.Context(), c.root, id, " BEN@example.org ")
		modelstest.Must(t, err)
		if u.ID != ben.UserID {
			t.Errorf("%+v", u)
		}
		ben.LoginID = int64(c.Count(t, `SELECT id FROM logins WHERE user_id = ? AND trusted_idp_id = ?`, ben.UserID, c.ID))
		c.comes(t, ben)
		if got := c.Events(t, strconv.FormatInt(ben.LoginID, 10)); !slices.Equal(got, []string{models.LoginLinked}) {
			t.Errorf("%v", got)
		}
		if n := c.Count(t, `SELECT count(*) FROM letters WHERE user_id = ? AND details LIKE '%login.idp_linked%' AND details LIKE '%root%'`, ben.UserID); n != 1 {
			t.Errorf("%d letters", n)
		}
		if n := c.Count(t, `SELECT revision FROM users WHERE id = ?`, ben.UserID); n != before+1 {
			t.Errorf("revision %d", n)
		}
		_, err = c.Providers.Link(t.Context(), c.root, id, ben.Email)
		modelstest.Want(t, err, models.NotFound)
	})
}

func TestLinkingGivesNobodyAKeyThatWasAnothersUntilLately(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		who, ben := c.ana(t), c.Person(t, "ben", models.PlainMember)
		c.Exec(t, `UPDATE logins SET removed_at = ? WHERE id = ?`, c.Clock.Now(), who.LoginID)
		c.turned(t, models.RefusalUnknown)
		_, err := c.Providers.Link(t.Context(), c.root, c.refusal(t), ben.Email)
		modelstest.WantWrong(t, err, "email")
		if text := models.WrongFields(err)["email"]; !strings.Contains(text, "from 1 February 2026, 03:05 UTC on") {
			t.Error(text)
		}
		c.Clock.Pass(models.KeyQuarantine)
		c.root.ProvenAt = c.Clock.Now()
		_, err = c.Providers.Link(t.Context(), c.root, c.refusal(t), ben.Email)
		modelstest.Must(t, err)
	})
}

func TestLinkingGivesSomebodyTheirOwnKeyAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		who := c.ana(t)
		c.Exec(t, `UPDATE logins SET removed_at = ? WHERE id = ?`, c.Clock.Now(), who.LoginID)
		c.turned(t, models.RefusalUnknown)
		_, err := c.Providers.Link(t.Context(), c.root, c.refusal(t), who.Email)
		modelstest.Must(t, err)
	})
}

func TestLinkingHandsALoginToAnotherAccountOfTheSameUserOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		who, ben := c.ana(t), c.Person(t, "ben", models.PlainMember)
		c.comes(t, who)
		c.seat(t, who, "a")
		c.idp.Say(map[string]any{"sub": "s-ana-2", "email": "ana@example.org", "email_verified": true})
		c.turned(t, models.RefusalMismatch)
		_, err := c.Providers.Link(t.Context(), c.root, c.refusal(t), ben.Email)
		modelstest.WantWrong(t, err, "email")
		_, err = c.Providers.Link(t.Context(), c.root, c.refusal(t), who.Email)
		modelstest.Must(t, err)
		if c.open(t, "a") {
			t.Error("who came in by the old account is still there")
		}
		c.comes(t, who)
		c.idp.Say(ana())
		c.turned(t, models.RefusalMismatch)
	})
}

func TestRefusalsArePagedDismissedAndForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		err := c.DB.System(t.Context(), models.Actor{Job: "test"}, func(tx *db.SystemTx) error {
			for i := range models.PageSize + 3 {
				if err := tx.Refuse(models.ProviderRefusal{ProviderID: c.ID, Issuer: c.idp.URL, Subject: strconv.Itoa(i), Reason: models.RefusalUnknown}); err != nil {
					return err
				}
			}
			return nil
		})
		modelstest.Must(t, err)
		seen := map[string]bool{}
		for after, pages := "", 0; ; pages++ {
			p, err := c.Providers.Refusals(t.Context(), c.root, after)
			modelstest.Must(t, err)
			for _, r := range p.Rows {
				seen[r.Subject] = true
			}
			if after = p.Next; after == "" || pages > 3 {
				break
			}
		}
		if len(seen) != models.PageSize+3 {
			t.Errorf("%d were visited", len(seen))
		}
		modelstest.Must(t, c.Providers.Dismiss(t.Context(), c.root, c.refusal(t)))
		c.begin(t, guest, models.ToSignIn)
		if n, err := c.Providers.Sweep(t.Context()); n != 0 || err != nil {
			t.Errorf("%d, %v: swept too early", n, err)
		}
		c.Clock.Pass(models.VisitLife)
		if n, err := c.Providers.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("%d visits, %v", n, err)
		}
		c.Clock.Pass(90 * 24 * time.Hour)
		if n, err := c.Providers.Sweep(t.Context()); n != models.PageSize+2 || err != nil {
			t.Errorf("%d refusals, %v", n, err)
		}
	})
}

func TestOneConfirmsByTheSameAccountSignedInJustNow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		who := c.ana(t)
		c.comes(t, who)
		id, err := c.Providers.Own(t.Context(), who)
		if modelstest.Must(t, err); id != c.ID {
			t.Errorf("%d", id)
		}
		_, err = c.Providers.Own(t.Context(), c.root)
		modelstest.Want(t, err, models.NotFound)
		try := func(claims map[string]any) (models.Proofs, error) {
			c.idp.Say(claims)
			w := c.begin(t, who, models.ToConfirm)
			a, err := c.Providers.Finish(t.Context(), who, c.there(t, w))
			return a.Proofs, err
		}
		if got, err := try(ana()); err != nil || got != models.ByProvider {
			t.Errorf("%q, %v", got, err)
		}
		if q := c.idp.Asked[len(c.idp.Asked)-1]; q.Get("prompt") != "login" || q.Get("max_age") != "0" {
			t.Errorf("%v", q)
		}
		late, other, untold := ana(), ana(), ana()
		late["auth_time"] = c.Clock.Now().Add(-61 * time.Second).Unix()
		other["sub"] = "s-eve"
		untold["auth_time"] = nil
		for name, claims := range map[string]map[string]any{"signed in long ago": late, "somebody else": other, "it does not say when": untold} {
			if got, err := try(claims); models.KindOf(err) != models.Forbidden || got != "" {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
		c.Exec(t, `INSERT INTO totps (id, user_id, label, sealed, key_id, last_step, created_at) VALUES (?, ?, 'x', ?, 'k', 0, ?)`, models.NewID(), who.UserID, []byte("x"), c.Clock.Now())
		if got, err := try(ana()); models.KindOf(err) != models.Forbidden || got != "" {
			t.Errorf("without the second factor: %q, %v", got, err)
		}
		strong := ana()
		strong["amr"] = []string{"mfa"}
		if got, err := try(strong); err != nil || !got.Factor() {
			t.Errorf("with it: %q, %v", got, err)
		}
		names := c.Count(t, `SELECT count(*) FROM events WHERE name = 'sudo.granted'`)*10 + c.Count(t, `SELECT count(*) FROM events WHERE name = 'sudo.denied'`)
		if names != 24 {
			t.Errorf("events %d", names)
		}
	})
}

func TestAVisitIsItsPersonsAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		who := c.ana(t)
		c.comes(t, who)
		for _, purpose := range []models.VisitPurpose{models.ToConfirm, models.ToTest} {
			b := c.there(t, c.begin(t, c.root, purpose))
			_, err := c.Providers.Finish(t.Context(), who, b)
			modelstest.Want(t, err, models.Expired)
			b = c.there(t, c.begin(t, c.root, purpose))
			_, err = c.Providers.Finish(t.Context(), guest, b)
			modelstest.Want(t, err, models.Expired)
		}
	})
}

func TestATestShowsTheClaimsAndChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		c.ana(t)
		before := c.Dump(t)
		a, err := c.Providers.Finish(t.Context(), c.root, c.there(t, c.begin(t, c.root, models.ToTest)))
		modelstest.Must(t, err)
		if a.Login != "Ana@example.org" || !a.Verified || a.Factor || a.Claims["sub"] != "s-ana" || a.Entry.LoginID != 0 {
			t.Errorf("%+v", a)
		}
		if c.Dump(t) != before {
			t.Error("a row changed")
		}
		_, problems, err := c.Providers.Check(t.Context(), c.root, c.ID)
		if err != nil || len(problems) != 0 {
			t.Errorf("%v, %v", problems, err)
		}
		c.idp.Fall(true)
		_, problems, err = c.Providers.Check(t.Context(), c.root, c.ID)
		if err != nil || len(problems) != 1 {
			t.Errorf("%v, %v", problems, err)
		}
	})
}
