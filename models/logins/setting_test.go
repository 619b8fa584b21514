package logins_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// S-56: whoever comes in by a login that is blocked, ended, renamed, removed or
// has a new secret is out at once; nobody else is.
func TestSessionsOfAChangedLoginEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		for name, change := range map[string]item{
			"blocked": block(), "expired": {Expired: models.Some(true)}, "renamed": {Key: models.Some("ben.new")}, "secret": {Secret: models.Some(aSecret)},
		} {
			cy := h.Person(t, "cy-"+name, models.PlainMember)
			h.Lets(t, cy)
			hash, _ := h.sit(t, cy)
			h.sit(t, cy)
			others, _ := h.sit(t, h.ben)
			if change.Key.Said {
				change.Key = models.Some("cy.new")
			}
			r, err := h.set(t, cy, change)
			modelstest.Must(t, err)
			if r.Sessions != 2 {
				t.Errorf("%s: %d sessions ended", name, r.Sessions)
			}
			if _, _, err := h.People.Find(t.Context(), hash); models.KindOf(err) != models.NotFound {
				t.Errorf("%s: the session lives on: %v", name, err)
			}
			if _, _, err := h.People.Find(t.Context(), others); err != nil {
				t.Errorf("%s: another's session: %v", name, err)
			}
		}
		hash, _ := h.sit(t, h.ben)
		if r, err := h.set(t, h.ben, item{MFA: models.Some(true)}); err != nil || r.Sessions != 0 {
			t.Errorf("%d sessions end because a factor is needed next time: %v", r.Sessions, err)
		}
		if _, _, err := h.People.Find(t.Context(), hash); err != nil {
			t.Error(err)
		}
	})
}

// S-98 S-104: one event for each thing that was done, and one letter for all.
func TestEveryChangeIsNotedAndTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		later := models.Some(models.Millis(h.Clock.Now().Add(time.Hour)))
		items, set := h.read(t, h.ben)
		items[0] = item{ID: items[0].ID, Key: models.Some("ben.new"), MFA: models.Some(true), ExpireAt: later, Blocked: models.Some(models.Block{On: true, Date: 5})}
		items = append(items, item{Key: models.Some("ben.two"), Secret: models.Some(models.ResetSecret)})
		r, err := h.Logins.SetCredentials(t.Context(), h.ana, h.ben.UserID, models.LoginSet{Items: items, Revision: &set.Revision, Reason: "lost phone"})
		modelstest.Must(t, err)
		if got := h.events(t, h.ben.LoginID); !strings.HasSuffix(got, "login.key_changed login.expiry_changed login.mfa_required login.blocked") {
			t.Error(got)
		}
		if got := h.events(t, r.Logins[1].ID); got != "login.created login.secret_reset_requested login.link_issued" {
			t.Error(got)
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = 'login.key_changed' AND details LIKE '%"before":{"key":"ben@example.org"}%"after":{"key":"ben.new"}%lost phone%' AND actor_id = ? AND ip = '192.0.2.7'`, h.ana.UserID); n != 1 {
			t.Error("the new key is not noted with the old one, the reason and who it was")
		}
		if n := h.Count(t, `SELECT count(*) FROM letters WHERE user_id = ? AND kind = 'account.changed'`, h.ben.UserID); n != 1 || r.Letters != 2 {
			t.Errorf("%d letters tell of it, %d are said to go", n, r.Letters)
		}
		for _, has := range []string{"account.changed", "lost phone", `"was":"ben@example.org","now":"ben.new"`, models.LoginBlocked, models.FactorRequired, models.ExpiryChanged, models.LoginCreated, "user.invitation", `"by":{"name":"ana"`} {
			if !strings.Contains(h.letters(t, h.ben), has) {
				t.Errorf("no letter has %s:\n%s", has, h.letters(t, h.ben))
			}
		}
		if r.Revision != set.Revision+1 || len(r.Logins) != 2 || r.Logins[0].BlockReason != "lost phone" || *r.Logins[0].BlockedBy != h.ana.UserID || !r.Logins[0].BlockedAt.Equal(h.Clock.Now().Truncate(time.Millisecond)) {
			t.Errorf("%+v", r.Logins) // S-86
		}
	})
}

// S-79: what differs in nothing writes nothing, whoever sends it.
func TestWhatChangesNothingWritesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		h.sit(t, h.ben)
		before := h.Dump(t)
		h.ana.ProvenAt = time.Time{} // it needs no proof either
		r, err := h.set(t, h.ben, item{Key: models.Some("ben@example.org"), MFA: models.Some(false), Expired: models.Some(false), TrustedIDPID: models.Null[int64]()})
		modelstest.Must(t, err)
		if !r.Plan.Empty() || h.Dump(t) != before {
			t.Errorf("%+v", r)
		}
	})
}

// S-83: two logins change keys in one call.
func TestKeysAreSwapped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		_, err := h.set(t, h.ben, item{}, item{Key: models.Some("two"), Secret: models.Some(models.ResetSecret)})
		modelstest.Must(t, err)
		items, _ := h.read(t, h.ben)
		items[0].Key, items[1].Key = models.Some("two"), models.Some("ben@example.org")
		r, err := h.Logins.SetCredentials(t.Context(), h.ana, h.ben.UserID, models.LoginSet{Items: items})
		modelstest.Must(t, err)
		if r.Logins[0].KeyCanon != "two" || r.Logins[1].KeyCanon != "ben@example.org" || r.Logins[0].ID != h.ben.LoginID {
			t.Errorf("%+v", r.Logins)
		}
	})
}

// A key that moves from one login to the next, the first one having gone.
func TestAKeyPassesToANewLogin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		h.Clock.Pass(time.Hour)
		h.ana.ProvenAt = h.Clock.Now()
		r, err := h.Logins.SetCredentials(t.Context(), h.ana, h.ben.UserID, models.LoginSet{Items: []item{{Key: models.Some("ben@example.org"), Secret: models.Some(models.ResetSecret)}}})
		modelstest.Must(t, err)
		if len(r.Logins) != 1 || r.Logins[0].ID == h.ben.LoginID || h.Count(t, `SELECT count(*) FROM logins WHERE id = ? AND removed_at IS NOT NULL AND removed_by = ?`, h.ben.LoginID, h.ana.UserID) != 1 {
			t.Errorf("%+v", r.Logins)
		}
	})
}

// S-81: one item of several is bad, so nothing changes; that it was refused is
// noted without a value.
func TestOneBadItemLeavesEverythingAsItWas(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		before := h.Dump(t)
		_, err := h.set(t, h.ben, item{MFA: models.Some(true)}, item{Key: models.Some("ana@example.org"), Secret: models.Some(aSecret)})
		modelstest.Want(t, err, models.Conflict)
		if codeOf(err) != models.CodeKeyTaken || !strings.Contains(err.Error(), "ana has a login") {
			t.Errorf("%v", err)
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = 'set.refused' AND thing_type = 'user' AND details LIKE '%/1/key key_taken%'`); n != 1 {
			t.Errorf("%d events say that it was refused", n)
		}
		h.Exec(t, `DELETE FROM events WHERE name = 'set.refused'`)
		if h.Dump(t) != before {
			t.Error("something changed")
		}
	})
}

// S-20 S-80: a secret that an administrator sets is hashed, lasts a day, must be
// changed, and stands nowhere.
func TestASecretByAnAdministratorIsTemporary(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		const marker = "Marker-7f3 otters under glass"
		r, err := h.set(t, h.ben, item{Secret: models.Some(marker)})
		modelstest.Must(t, err)
		l := r.Logins[0]
		if !l.MustChange || !l.SecretUntil.Equal(h.Clock.Now().Add(24*time.Hour)) || !strings.HasPrefix(l.SecretHash, "$argon2id$") {
			t.Errorf("%+v", l)
		}
		if strings.Contains(h.Dump(t), "Marker-7f3") || strings.Contains(h.Log.String(), "Marker-7f3") {
			t.Error("the secret stands in a table or the log")
		}
		if _, err := h.set(t, h.ben, item{Secret: models.Some("ben ben ben ben ben")}); codeOf(err) != "secret_contains_key" {
			t.Errorf("%v", err)
		}
		first := l.SecretHash
		r, err = h.set(t, h.ben, item{Secret: models.Some(marker)}) // the same again is a change like any other
		if err != nil || r.Logins[0].SecretHash == first {
			t.Errorf("%v", err)
		}
	})
}

// S-32: links die with the change, and their letters with them.
func TestLinksDieWithTheChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		for _, change := range []item{block(), {Expired: models.Some(true)}, {Key: models.Some("cy.new")}, {Secret: models.Some(aSecret)}, {Secret: models.Some(models.ResetSecret)}} {
			cy := h.Person(t, "cy"+models.NewID().String(), models.PlainMember)
			h.Exec(t, `DELETE FROM access_links`)
			if change.Key.Said {
				change.Key = models.Some(cy.Name + ".new")
			}
			r, err := h.set(t, cy, item{Secret: models.Some(models.ResetSecret)})
			modelstest.Must(t, err)
			link := r.Links[0]
			if _, err := h.People.CheckLink(t.Context(), link.Token); err != nil {
				t.Fatalf("the link does not open: %v", err)
			}
			h.pass(2 * time.Minute)
			r, err = h.set(t, cy, change)
			modelstest.Must(t, err)
			if _, err := h.People.CheckLink(t.Context(), link.Token); err == nil || r.Revoked != 1 {
				t.Errorf("%+v: the link still opens (%d revoked)", change, r.Revoked)
			}
			if n := h.Count(t, `SELECT count(*) FROM letters WHERE state = 'failed' AND user_id = ?`, cy.UserID); n != 1 {
				t.Errorf("%+v: %d letters were taken back", change, n)
			}
		}
	})
}

// A link is an invitation until there is a password, and a reset then; what it
// is bound to is kept with it, and the token is not.
func TestALinkIsBoundToItsLoginAndAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		h.pass(2 * time.Minute)
		r, err := h.set(t, h.ben, item{Secret: models.Some(models.ResetSecret)}, item{Key: models.Some("two"), Secret: models.Some(models.ResetSecret)})
		modelstest.Must(t, err)
		if len(r.Links) != 2 || r.Links[0].Purpose != models.Reset || r.Links[1].Purpose != models.Invitation || r.Links[1].LoginID == 0 {
			t.Fatalf("%+v", r.Links)
		}
		for i, life := range []time.Duration{models.ResetLife, models.InvitationLife} {
			if !r.Links[i].ExpiresAt.Equal(h.Clock.Now().Add(life)) || strings.Contains(h.Dump(t), r.Links[i].Token) {
				t.Errorf("%+v", r.Links[i])
			}
		}
		if n := h.Count(t, `SELECT count(*) FROM access_links k JOIN letters l ON l.id = k.letter_id WHERE k.email = 'ben@example.org' AND k.made_by = ?`, h.ana.UserID); n != 2 {
			t.Errorf("%d links say whose, by whom and in which letter", n)
		}
		if r.Logins[0].SecretHash == "" || r.Logins[0].MustChange {
			t.Error("the password is gone before another is set") // S-27
		}
		_, err = h.set(t, h.ben, item{Secret: models.Some(models.ResetSecret)})
		modelstest.Want(t, err, models.RateLimited) // S-31
	})
}

// What a preview tells is what happens, and it changes nothing.
func TestAPreviewIsTheSetTakenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		h.sit(t, h.ben)
		items, set := h.read(t, h.ben)
		items[0].Blocked = block().Blocked
		s := models.LoginSet{Items: append(items, item{Key: models.Some("two"), Secret: models.Some(aSecret)}), Revision: &set.Revision}
		before := h.Dump(t)
		unproven := h.ana
		unproven.ProvenAt = time.Time{}
		seen, err := h.Logins.Preview(t.Context(), unproven, h.ben.UserID, s)
		modelstest.Must(t, err)
		if h.Dump(t) != before {
			t.Fatal("a preview changed a row")
		}
		done, err := h.Logins.SetCredentials(t.Context(), h.ana, h.ben.UserID, s)
		modelstest.Must(t, err)
		if seen.Sessions != 1 || seen.Sessions != done.Sessions || seen.Letters != done.Letters || seen.Revision != done.Revision || len(seen.Logins) != len(done.Logins) || seen.Links != nil {
			t.Errorf("%+v\n%+v", seen, done)
		}
		_, err = h.Logins.Preview(t.Context(), h.ana, h.ben.UserID, s)
		modelstest.Want(t, err, models.Outdated)
	})
}
