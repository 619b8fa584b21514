package models

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestARoleMayDoWhatTheMatrixSays(t *testing.T) {
	t.Parallel()
	matrix := map[Permission]string{ // owner, admin, editor, viewer, stranger
		SeeProject: "yyyy-", ShareInProject: "yyy--", RenameProject: "yy---", ManageMembers: "yy---", PassOwnership: "y----",
		SeeConsole: "-----", SeeAudit: "-----", ManageUsers: "-----", "no.such": "-----",
	}
	for p, row := range matrix {
		for i, role := range append(Roles(), "") {
			if got, want := role.Can(p), row[i] == 'y'; got != want {
				t.Errorf("%q may %s: %v, want %v", role, p, got, want)
			}
		}
	}
	for p, grants := range roleGrants {
		if _, told := matrix[p]; !told || len(grants) == 0 {
			t.Errorf("the matrix of this test says nothing of %s", p)
		}
	}
}

func TestARankMayDoWhatTheMatrixSays(t *testing.T) {
	t.Parallel()
	for _, p := range []Permission{SeeConsole, SeeAudit, ManageUsers, SeeOutbox, ManageLogins, ManageIDPs, HandOver, ManageClients} {
		if !Administrator.Can(p) || PlainMember.Can(p) || Rank("").Can(p) {
			t.Errorf("%s", p)
		}
	}
	for p, grants := range rankGrants {
		if !slices.Equal(grants, []Rank{Administrator}) {
			t.Errorf("the matrix of this test says nothing of %s for %v", p, grants)
		}
		if len(roleGrants[p]) > 0 {
			t.Errorf("%s is both of a role and of a rank", p)
		}
	}
	if Administrator.Can(SeeProject) || !Administrator.Valid() || !PlainMember.Valid() || Rank("root").Valid() {
		t.Error("ranks")
	}
	for role, want := range map[Role]bool{Owner: false, Admin: true, Editor: true, Viewer: true, "": false, "king": false} {
		if role.Assignable() != want {
			t.Errorf("%q can be given: %v", role, !want)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a": "a", "  DHIS2 Prod\t": "DHIS2 Prod", "MailChimp'24": "MailChimp'24", "Name@#": "Name@#", "日本語": "日本語", "👩‍⚕️ clinic": "👩‍⚕️ clinic",
		strings.Repeat("é", 255): strings.Repeat("é", 255),
	} {
		if got, err := CleanCredentialName(name); err != nil || got != want {
			t.Errorf("%.40q: %.40q, %v", name, got, err)
		}
	}
	for why, name := range map[string]string{
		"empty": "", "blank": " \t\n ", "invisible": "\u200b\u2060", "long": strings.Repeat("é", 256), "NUL": "a\x00b", "line": "a\nb", "escape": "a\x1bb", "C1": "a\u0085b",
		"right to left": "a\u202eb", "isolate": "a\u2066b", "mark": "a\u200fb", "line separator": "a\u2028b", "broken": "a\xffb", "replaced": "a\ufffdb",
	} {
		if _, err := CleanCredentialName(name); WrongFields(err)["name"] == "" {
			t.Errorf("%s: %v", why, err)
		}
		if _, err := CleanProjectName(name); WrongFields(err)["name"] == "" {
			t.Errorf("%s, of a project: %v", why, err)
		}
	}
	if _, err := CleanProjectName(strings.Repeat("é", 100)); err != nil {
		t.Error(err)
	}
	if _, err := CleanProjectName(strings.Repeat("é", 101)); err == nil {
		t.Error("a project's name of 101 characters")
	}
}

func TestNamesThatFoldAlikeAreTheSame(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]string{{"ABC", "abc"}, {"Straße", "STRASSE"}, {"é", "e\u0301"}, {"É", "e\u0301"}, {"Σίσυφος", "ΣΊΣΥΦΟΣ"}} {
		if Fold(same[0]) != Fold(same[1]) {
			t.Errorf("%q and %q", same[0], same[1])
		}
	}
	if Fold("a") == Fold("á") {
		t.Error("an accent is a difference")
	}
}

func TestPlausibleEmail(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"ana@example.org": true, "a+b@x.example": true, "josé@example.org": true, "ana@localhost": true,
		"": false, "ana": false, "@example.org": false, "ana@": false, "Ana <ana@example.org>": false, "<ana@example.org>": false,
		"a b@example.org": false, " ana@example.org": false, "ana@example.org\r\nBcc: x@y.z": false, "a@b@c": false, "a@b,c@d": false,
		"ana@example.org\x00": false, "a\u00a0b@example.org": false, strings.Repeat("a", 250) + "@b.c": true, strings.Repeat("a", 251) + "@b.c": false,
	} {
		if got := PlausibleEmail(address); got != want {
			t.Errorf("%.60q: %v", address, got)
		}
	}
}

func TestCanonicalKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"Ana@Example.ORG": "ana@example.org", "ＡＮＡ": "ana", "JOSÉ": "josé", "JOSE\u0301": "josé", strings.Repeat("a", 254): strings.Repeat("a", 254),
	} {
		if got, err := CanonicalKey(key); err != nil || got != want {
			t.Errorf("%.40q: %.40q, %v", key, got, err)
		}
	}
	for _, key := range []string{"", "a b", "a\x00", "a\u200bb", "a\u202eb", "\xff", strings.Repeat("a", 255), "a\nb"} {
		if got, err := CanonicalKey(key); WrongFields(err)["login"] == "" {
			t.Errorf("%.40q became %q", key, got)
		}
	}
}

func TestWhatACredentialsStateAllows(t *testing.T) {
	t.Parallel()
	at := time.Unix(0, 0)
	active, scheduled := Credential{}, Credential{DeletionAt: &at}
	purged := Credential{DeletionAt: &at, PurgedAt: &at}
	for name, c := range map[string]struct {
		of                          Credential
		edit, restore, delete, used bool
	}{
		"active":    {active, true, false, false, false},
		"scheduled": {scheduled, false, true, true, false},
		"purged":    {purged, false, false, false, false},
	} {
		for what, err := range map[string]error{"edit": c.of.Editable(), "restore": c.of.Restorable(), "delete": c.of.Deletable(false), "delete used": c.of.Deletable(true)} {
			want := map[string]bool{"edit": c.edit, "restore": c.restore, "delete": c.delete, "delete used": c.used}[what]
			if (err == nil) != want || err != nil && KindOf(err) != Conflict {
				t.Errorf("%s, %s: %v", what, name, err)
			}
		}
	}
	if active.Scheduled() || !scheduled.Scheduled() || purged.Scheduled() || active.Purged() || !purged.Purged() {
		t.Error("states")
	}
	if sum := (PurgeCount{1, 2, 3}).Plus(PurgeCount{10, 20, 30}); sum != (PurgeCount{11, 22, 33}) || sum.Total() != 66 {
		t.Errorf("%+v", sum)
	}
}

func TestHowLongASessionLives(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := Session{LastSeenAt: start, ExpiresAt: start.Add(SessionLife)}
	for after, want := range map[time.Duration]bool{0: true, SessionIdle - 1: true, SessionIdle: false, SessionLife: false} {
		if s.Live(start.Add(after)) != want {
			t.Errorf("idle for %v: %v", after, !want)
		}
	}
	s.LastSeenAt = start.Add(SessionLife - time.Minute)
	if !s.Live(start.Add(SessionLife-1)) || s.Live(start.Add(SessionLife)) {
		t.Error("a busy session lives as long as its life")
	}
}

func TestHowLongALinkOpens(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	later := now.Add(time.Second)
	for name, c := range map[string]struct {
		l    AccessLink
		live bool
	}{
		"fresh": {AccessLink{ExpiresAt: later}, true}, "expired": {AccessLink{ExpiresAt: now}, false},
		"used": {AccessLink{ExpiresAt: later, UsedAt: &now}, false}, "revoked": {AccessLink{ExpiresAt: later, RevokedAt: &now}, false},
		"zero": {AccessLink{}, false},
	} {
		if c.l.Live(now) != c.live {
			t.Errorf("%s: %v", name, !c.live)
		}
	}
}

func TestWhetherALoginIsUsable(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	later := now.Add(1)
	for name, c := range map[string]struct {
		l    Login
		want bool
	}{
		"good": {Login{SecretHash: "x"}, true}, "no password": {Login{}, false}, "blocked": {Login{SecretHash: "x", BlockedAt: &now}, false},
		"ended": {Login{SecretHash: "x", ExpireAt: &now}, false}, "ends later": {Login{SecretHash: "x", ExpireAt: &later}, true},
	} {
		if c.l.Usable(now) != c.want {
			t.Errorf("%s: %v", name, !c.want)
		}
	}
}

func TestWhoMayLeaveASeatAndWhoMayChangeIt(t *testing.T) {
	t.Parallel()
	owner, admin := Member{UserID: 1, Role: Owner}, Member{UserID: 2, Role: Admin}
	for name, c := range map[string]struct {
		err  error
		kind ErrorKind
		ok   bool
	}{
		"the owner leaves":             {owner.Removable(Actor{UserID: 1}), Conflict, false},
		"an admin removes the owner":   {owner.Removable(Actor{UserID: 2}), Forbidden, false},
		"an admin leaves":              {admin.Removable(Actor{UserID: 2}), 0, true},
		"the owner removes an admin":   {admin.Removable(Actor{UserID: 1}), 0, true},
		"an admin becomes a viewer":    {admin.Changeable(Viewer), 0, true},
		"an admin becomes the owner":   {admin.Changeable(Owner), Invalid, false},
		"an admin becomes a king":      {admin.Changeable("king"), Invalid, false},
		"the owner becomes an admin":   {owner.Changeable(Admin), Conflict, false},
		"nobody yet becomes an editor": {Member{}.Changeable(Editor), 0, true},
	} {
		if (c.err == nil) != c.ok || !c.ok && KindOf(c.err) != c.kind {
			t.Errorf("%s: %v", name, c.err)
		}
	}
}

func TestANewUserIsToldEverythingAtOnce(t *testing.T) {
	t.Parallel()
	n := NewUser{Name: " \u202e ", Email: "x"}
	if wrong := WrongFields(n.Clean()); len(wrong) != 3 {
		t.Errorf("%v", wrong)
	}
	n = NewUser{Name: " Ana ", Email: " ana@example.org ", Rank: PlainMember}
	if err := n.Clean(); err != nil || n.Name != "Ana" || n.Email != "ana@example.org" {
		t.Errorf("%+v %v", n, err)
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	last := NewID()
	for range 1000 {
		next := NewID()
		if next.String() <= last.String() || next.Version() != 7 {
			t.Fatalf("%s after %s", next, last)
		}
		last = next
	}
	for _, bad := range []string{"", "x", last.String() + " ", "{" + last.String() + "}", "urn:uuid:" + last.String(), strings.ReplaceAll(last.String(), "-", "")} {
		if ParseID(bad) != (ID{}) {
			t.Errorf("%q is an id", bad)
		}
	}
	if ParseID(last.String()) != last {
		t.Error("an id does not read back")
	}
}

func TestErrorsSayTheirKindAndKeepTheirCauseToThemselves(t *testing.T) {
	t.Parallel()
	if err := (Fields{}).Err(); err != nil {
		t.Errorf("nothing is wrong: %v", err)
	}
	f := Fields{}
	f.Add("name", "first")
	f.Add("name", "second")
	if f["name"] != "first" || KindOf(f.Err()) != Invalid {
		t.Errorf("%v", f)
	}
	if KindOf(nil) != Internal || WrongFields(Fail(Conflict, "x")) != nil {
		t.Error("kinds")
	}
}

func TestEveryEventHasAName(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, n := range EventNames() {
		if seen[n] || !strings.Contains(n, ".") {
			t.Errorf("%q", n)
		}
		seen[n] = true
	}
	if d := (Event{Details: "{broken"}).ReadDetails(); d.Before != nil || d.Version != 0 {
		t.Errorf("%+v", d)
	}
}
