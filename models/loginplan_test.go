package models_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
)

var planNow = time.Date(2026, 3, 29, 1, 30, 0, 123_000_000, time.UTC)

func ago(d time.Duration) *time.Time { at := planNow.Add(-d); return &at }

func ms(at *time.Time) models.Opt[int64] { return models.Some(models.Millis(*at)) }

// world is a member with a plain login 1, a blocked 2, an expired 3, one by an
// identity provider 4 and a locked-out 5; who acts is administrator 7.
func world() models.LoginWorld {
	idp, by := int64(30), int64(8)
	login := func(id int64, key string) models.Login {
		return models.Login{ID: id, UserID: 1, Key: key, KeyCanon: key, SecretHash: "hash", CreatedAt: planNow.Add(-time.Hour)}
	}
	plain, blocked, expired, fed, locked := login(1, "ana"), login(2, "ana.b"), login(3, "ana.c"), login(4, "ana.d"), login(5, "ana.e")
	plain.LastLoginAt = ago(time.Hour)
	blocked.BlockedAt, blocked.BlockedBy = ago(time.Minute), &by
	expired.ExpireAt, expired.MFA = ago(time.Hour), true
	fed.TrustedIDPID, fed.SecretHash = &idp, ""
	locked.LockedAt, locked.LockedUntil, locked.FailCount = ago(time.Minute), ago(-time.Minute), 5
	return models.LoginWorld{
		User: models.User{ID: 1, Name: "Ana", Email: "ana@example.org", Rank: models.PlainMember, Revision: 4},
		Live: []models.Login{plain, blocked, expired, fed, locked}, Providers: map[int64]bool{30: true, 31: false},
		By: models.Actor{UserID: 7, LoginID: 70, Rank: models.Administrator}, Now: planNow,
		Taken: map[models.KeyClaim]models.KeyHolder{
			{Canon: "ben"}: {UserID: 2, Name: "Ben"}, {Canon: "gone"}: {UserID: 2, Name: "Ben", Removed: true}, {Provider: 30, Canon: "cleo"}: {UserID: 3, Name: "Cleo"},
		},
		Judge: func(secret, _ string) (string, string) {
			if len(secret) < 15 {
				return "secret_too_short", "Use more."
			}
			return "", ""
		},
	}
}

// all are items that leave the world's logins as they are, with one item changed.
func all(id int64, change func(*models.LoginItem)) []models.LoginItem {
	var items []models.LoginItem
	for _, l := range world().Live {
		it := models.LoginItem{ID: models.Some(l.ID)}
		if l.ID == id {
			change(&it)
		}
		items = append(items, it)
	}
	return items
}

func plus(it models.LoginItem) []models.LoginItem {
	return append(all(0, nil), it)
}

const aSecret = "quiet otters row by night"

func TestWhatAnItemDoesToALogin(t *testing.T) {
	t.Parallel()
	type item = models.LoginItem
	later, past, other := models.Some(models.Millis(planNow.Add(time.Hour))), models.Some(models.Millis(planNow.Add(-time.Minute))), ago(2*time.Hour)
	on, off := models.Some(models.Block{On: true}), models.Some(models.Block{})
	yes, no := models.Some(true), models.Some(false)
	for _, row := range []struct {
		name   string
		login  int64 // 0: a new one
		change item
		want   string // the fault as “attribute code”, or the events, or nothing
	}{
		{"an id alone", 1, item{}, ""},
		{"an id of nobody", 1, item{ID: models.Some(int64(99))}, "id credential_not_found"},
		{"id 0", 1, item{ID: models.Some(int64(0))}, "id invalid_type"},
		{"a negative id", 1, item{ID: models.Some(int64(-1))}, "id invalid_type"},
		{"an id twice", 3, item{ID: models.Some(int64(1))}, "id duplicate_id"},
		{"a null id", 0, item{ID: models.Null[int64](), Key: models.Some("new"), Secret: models.Some(models.ResetSecret)}, "login.created login.secret_reset_requested"},

		{"the same key", 1, item{Key: models.Some("ana")}, ""},
		{"another key", 1, item{Key: models.Some("ana.new")}, "login.key_changed"},
		{"another case", 1, item{Key: models.Some("Ana")}, "login.key_changed"},
		{"no key", 1, item{Key: models.Some("")}, "key key_required"},
		{"a null key", 1, item{Key: models.Null[string]()}, "key key_required"},
		{"a new one without key", 0, item{Secret: models.Some(aSecret)}, "key key_required"},
		{"a space in a key", 1, item{Key: models.Some("a na")}, "key key_invalid"},
		{"254 signs", 1, item{Key: models.Some(strings.Repeat("x", 254))}, "login.key_changed"},
		{"255 signs", 1, item{Key: models.Some(strings.Repeat("x", 255))}, "key key_too_long"},
		{"a Cyrillic letter among Latin ones", 1, item{Key: models.Some("аdmin")}, "key key_confusable"},
		{"a Greek letter among Latin ones", 1, item{Key: models.Some("οlga")}, "key key_confusable"},
		{"all Cyrillic", 1, item{Key: models.Some("ольга")}, "login.key_changed"},
		{"another's key", 1, item{Key: models.Some("BEN")}, "key key_taken"},
		{"a key that another lost lately", 1, item{Key: models.Some("gone")}, "key key_quarantined"},
		{"one's own other key", 1, item{Key: models.Some("ana.b")}, ""}, // said at the other, below
		{"another's key at the provider", 0, item{Key: models.Some("cleo"), TrustedIDPID: models.Some(int64(30))}, "key key_taken"},
		{"the same key at a provider", 0, item{Key: models.Some("ben"), TrustedIDPID: models.Some(int64(30))}, "login.created login.idp_linked"},

		{"a new one without secret", 0, item{Key: models.Some("new")}, "secret secret_required"},
		{"a secret", 1, item{Secret: models.Some(aSecret)}, "login.secret_set"},
		{"a weak secret", 1, item{Secret: models.Some("short")}, "secret secret_too_short"},
		{"a null secret", 1, item{Secret: models.Null[string]()}, "secret secret_null"},
		{"an empty secret", 1, item{Secret: models.Some("")}, "secret secret_empty"},
		{"asterisks", 1, item{Secret: models.Some("********************")}, "secret secret_placeholder"},
		{"bullets", 1, item{Secret: models.Some("••••••••••••••••")}, "secret secret_placeholder"},
		{"a link", 1, item{Secret: models.Some("$reset")}, "login.secret_reset_requested"},
		{"not a link", 1, item{Secret: models.Some("$RESET")}, "secret secret_too_short"},
		{"not a link either", 1, item{Secret: models.Some(" $reset")}, "secret secret_too_short"},
		{"nor this", 1, item{Secret: models.Some("$resetx")}, "secret secret_too_short"},
		{"a link to a blocked login", 2, item{Secret: models.Some("$reset")}, "secret credential_blocked"},
		{"a link to one that is blocked now", 1, item{Secret: models.Some("$reset"), Blocked: on}, "secret credential_blocked"},
		{"a link to one that is unblocked now", 2, item{Secret: models.Some("$reset"), Blocked: off}, "login.unblocked login.secret_reset_requested"},
		{"a link to one that has ended", 3, item{Secret: models.Some("$reset")}, "secret credential_expired"},
		{"a link to one that ends now", 1, item{Secret: models.Some("$reset"), Expired: yes}, "secret credential_expired"},
		{"a link to one that has no end any more", 3, item{Secret: models.Some("$reset"), Expired: no}, "login.expiry_changed login.secret_reset_requested"},
		{"a secret for a provider's", 4, item{Secret: models.Some(aSecret)}, "secret secret_not_applicable"},
		{"a link for a provider's", 4, item{Secret: models.Some("$reset")}, "secret secret_not_applicable"},

		{"the same provider", 4, item{TrustedIDPID: models.Some(int64(30))}, ""},
		{"null where there is none", 1, item{TrustedIDPID: models.Null[int64]()}, ""},
		{"another provider", 4, item{TrustedIDPID: models.Some(int64(31))}, "trustedIdPId kind_change_forbidden"},
		{"from provider to password", 4, item{TrustedIDPID: models.Null[int64]()}, "trustedIdPId kind_change_forbidden"},
		{"from password to provider", 1, item{TrustedIDPID: models.Some(int64(30))}, "trustedIdPId kind_change_forbidden"},
		{"an unknown provider", 0, item{Key: models.Some("new"), TrustedIDPID: models.Some(int64(99))}, "trustedIdPId idp_not_found"},
		{"a disabled provider", 0, item{Key: models.Some("new"), TrustedIDPID: models.Some(int64(31))}, "trustedIdPId idp_disabled"},

		{"the same expired", 1, item{Expired: no}, ""},
		{"a stale last sign-in", 1, item{LastLogin: models.Some(int64(1))}, ""},
		{"expire now", 1, item{Expired: yes}, "login.expired"},
		{"expire now, the end as read", 1, item{Expired: yes, ExpireAt: models.Null[int64]()}, "login.expired"},
		{"expired already", 3, item{Expired: yes}, ""},
		{"expired at another past", 3, item{Expired: yes, ExpireAt: ms(other)}, "login.expiry_changed"},
		{"expired in the past", 1, item{Expired: yes, ExpireAt: past}, "login.expired"},
		{"expired and later", 1, item{Expired: yes, ExpireAt: later}, "expired expired_conflict"},
		{"expired, and without end", 3, item{Expired: yes, ExpireAt: models.Null[int64]()}, "expired expired_conflict"},
		{"not expired any more", 3, item{Expired: no}, "login.expiry_changed"},
		{"not expired, later", 3, item{Expired: no, ExpireAt: later}, "login.expiry_changed"},
		{"not expired, never", 3, item{Expired: no, ExpireAt: models.Null[int64]()}, "login.expiry_changed"},
		{"not expired, in the past", 3, item{Expired: no, ExpireAt: past}, "expired expired_conflict"},
		{"expired is null", 1, item{Expired: models.Null[bool]()}, "expired invalid_type"},
		{"an end", 1, item{ExpireAt: later}, "login.expiry_changed"},
		{"an end by its other name", 1, item{ExpiredAt: later}, "login.expiry_changed"},
		{"both names, one time", 1, item{ExpireAt: later, ExpiredAt: later}, "login.expiry_changed"},
		{"both names, two times", 1, item{ExpireAt: later, ExpiredAt: past}, "expiredAt conflicting_aliases"},
		{"both names, one null", 1, item{ExpireAt: later, ExpiredAt: models.Null[int64]()}, "expiredAt conflicting_aliases"},
		{"the past end that stands", 3, item{ExpireAt: ms(ago(time.Hour))}, ""},
		{"another past end", 3, item{ExpireAt: past}, "expireAt expire_in_past"},
		{"seconds", 1, item{ExpireAt: models.Some(int64(1_502_891_909))}, "expireAt timestamp_not_milliseconds"},
		{"seconds by the other name", 1, item{ExpiredAt: models.Some(int64(1_502_891_909))}, "expiredAt timestamp_not_milliseconds"},
		{"before 1970", 1, item{ExpireAt: models.Some(int64(-1))}, "expireAt invalid_type"},
		{"the last of 9999", 1, item{ExpireAt: models.Some(int64(253_402_300_799_999))}, "login.expiry_changed"},
		{"the year 10000", 1, item{ExpireAt: models.Some(int64(253_402_300_800_000))}, "expireAt invalid_type"},

		{"a factor", 1, item{MFA: yes}, "login.mfa_required"},
		{"no factor any more", 3, item{MFA: no}, "login.mfa_requirement_removed"},
		{"no factor as before", 1, item{MFA: no}, ""},
		{"a null factor", 1, item{MFA: models.Null[bool]()}, "mfa invalid_type"},

		{"block", 1, item{Blocked: on}, "login.blocked"},
		{"block what is blocked", 2, item{Blocked: on}, ""},
		{"block what is locked", 5, item{Blocked: on}, "login.blocked"},
		{"a lock-out that was over when it came back", 1, item{Blocked: models.Some(models.Block{On: true, ByNobody: true, Date: models.Millis(planNow.Add(-time.Hour))})}, ""},
		{"a lock-out of this moment", 5, item{Blocked: models.Some(models.Block{On: true, ByNobody: true, Date: models.Millis(planNow)})}, ""},
		{"a block by nobody of a day to come", 1, item{Blocked: models.Some(models.Block{On: true, ByNobody: true, Date: models.Millis(planNow) + 1})}, "login.blocked"},
		{"a block of no day", 1, item{Blocked: models.Some(models.Block{On: true, ByNobody: true})}, "login.blocked"},
		{"a block by somebody of another day", 5, item{Blocked: models.Some(models.Block{On: true, Date: 1})}, "login.blocked"},
		{"a lock-out as it was read", 5, item{Blocked: models.Some(models.Block{On: true, ByNobody: true, Date: models.Millis(planNow.Add(-time.Minute))})}, ""},
		{"a lock-out of another day", 5, item{Blocked: models.Some(models.Block{On: true, ByNobody: true, Date: 1})}, ""},
		{"unblock by false", 2, item{Blocked: off}, "login.unblocked"},
		{"unblock by null", 2, item{Blocked: models.Null[models.Block]()}, "login.unblocked"},
		{"unlock by null", 5, item{Blocked: models.Null[models.Block]()}, "login.unlocked"},
		{"unblock what is not", 1, item{Blocked: models.Null[models.Block]()}, ""},
		{"a new one that is blocked", 0, item{Key: models.Some("new"), Secret: models.Some(aSecret), Blocked: on}, "login.created login.blocked login.secret_set"},
	} {
		items := plus(row.change)
		if row.login != 0 {
			items = all(row.login, func(it *models.LoginItem) {
				id := it.ID
				if *it = row.change; !it.ID.Said {
					it.ID = id
				}
			})
		}
		at := slices.IndexFunc(items, func(it models.LoginItem) bool { return it == row.change || it.ID == models.Some(row.login) })
		got := outcomeOf(models.PlanLogins(world(), models.LoginSet{Items: items}))
		want := row.want
		if row.name == "one's own other key" {
			want, at = "key key_taken", 1
		}
		if row.name == "an id twice" {
			at = 2
		}
		if strings.Contains(want, " ") && !strings.Contains(want, ".") {
			want = fmt.Sprintf("/%d/%s", at, want)
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", row.name, got, want)
		}
	}
}

// outcomeOf is a plan's events, or its faults.
func outcomeOf(p models.LoginPlan, err error) string {
	if e, ok := err.(*models.Error); ok {
		var list []string
		for _, f := range e.Faults {
			list = append(list, f.Pointer+" "+f.Code)
		}
		return strings.Join(list, ", ")
	}
	var events []string
	for _, l := range p.Logins {
		for _, c := range l.Changes {
			events = append(events, c.Event)
		}
	}
	return strings.Join(events, " ")
}

// S-81: everything that is wrong is said at once, each with its place.
func TestEverythingThatIsWrongIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	items := []models.LoginItem{
		{ID: models.Some(int64(1)), Key: models.Some("ben"), MFA: models.Null[bool]()},
		{ID: models.Some(int64(99))},
		{Key: models.Some("x"), Secret: models.Some("****")},
	}
	_, err := models.PlanLogins(world(), models.LoginSet{Items: items})
	if got := outcomeOf(models.LoginPlan{}, err); got != "/0/mfa invalid_type, /1/id credential_not_found, /2/secret secret_placeholder, /0/key key_taken" {
		t.Errorf("got %q", got)
	}
	if models.KindOf(err) != models.Invalid || err.(*models.Error).Code != "" {
		t.Errorf("several kinds of faults are just not accepted: %v", err)
	}
}

func TestWhoIsLeftOutIsRemovedAndWhoSwapsKeysMay(t *testing.T) {
	t.Parallel()
	p, err := models.PlanLogins(world(), models.LoginSet{Items: []models.LoginItem{
		{ID: models.Some(int64(2)), Key: models.Some("ana.c")},
		{ID: models.Some(int64(3)), Key: models.Some("ana.b")},
		{Key: models.Some("ana"), Secret: models.Some(models.ResetSecret)}, // the key of one that goes
	}})
	if err != nil {
		t.Fatal(err)
	}
	var deeds []string
	for _, l := range p.Logins {
		deeds = append(deeds, fmt.Sprint(l.Was.ID, l.Deed, l.EndsSessions()))
	}
	if got := fmt.Sprint(deeds); got != "[2updatedtrue 3updatedtrue 0createdfalse 1removedtrue 4removedtrue 5removedtrue]" {
		t.Error(got)
	}
	if !p.Of(models.LoginCreates)[0].Link || p.Gravest() || p.Empty() {
		t.Errorf("%+v", p)
	}
}

// S-20 S-86 S-87: what a block, a secret and a last sign-in become is the server's.
func TestTheServerSaysWhenAndByWhom(t *testing.T) {
	t.Parallel()
	items := all(1, func(it *models.LoginItem) {
		it.Blocked = models.Some(models.Block{On: true, Date: 1})
		it.Secret, it.LastLogin = models.Some(aSecret), models.Some(int64(5))
	})
	p, err := models.PlanLogins(world(), models.LoginSet{Items: items, Reason: "left"})
	if err != nil {
		t.Fatal(err)
	}
	l := p.Logins[0].Will
	if !l.BlockedAt.Equal(planNow) || *l.BlockedBy != 7 || l.BlockReason != "left" {
		t.Errorf("blocked at %v by %v", l.BlockedAt, *l.BlockedBy)
	}
	if !l.MustChange || !l.SecretUntil.Equal(planNow.Add(24*time.Hour)) || !p.Gravest() {
		t.Errorf("the secret is not temporary: %+v", l)
	}
	if !l.LastLoginAt.Equal(*ago(time.Hour)) || len(p.Ignored) != 1 || p.Ignored[0].Pointer != "/0/lastLogin" {
		t.Errorf("last sign-in %v, ignored %+v", l.LastLoginAt, p.Ignored)
	}
}
