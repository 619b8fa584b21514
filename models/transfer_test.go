package models

import (
	"errors"
	"testing"
	"time"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func TestHowAnOfferStands(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state TransferState
		until time.Time
		at    TransferState
		open  error
	}{
		"open":                       {TransferPending, noon.Add(1), TransferPending, nil},
		"at the end of its time":     {TransferPending, noon, TransferExpired, ErrOfferExpired},
		"past its time":              {TransferPending, noon.Add(-1), TransferExpired, ErrOfferExpired},
		"expired":                    {TransferExpired, noon.Add(-1), TransferExpired, ErrOfferExpired},
		"accepted":                   {TransferAccepted, noon.Add(1), TransferAccepted, ErrNotPending},
		"accepted long ago":          {TransferAccepted, noon.Add(-1), TransferAccepted, ErrNotPending},
		"declined":                   {TransferDeclined, noon.Add(1), TransferDeclined, ErrNotPending},
		"revoked":                    {TransferRevoked, noon.Add(1), TransferRevoked, ErrNotPending},
		"revoked, and past its time": {TransferRevoked, noon.Add(-1), TransferRevoked, ErrNotPending},
	} {
		f := Transfer{State: c.state, ExpiresAt: c.until}
		if at, err := f.At(noon), f.Open(noon); at != c.at || !errors.Is(err, c.open) || (err == nil) != (c.open == nil) {
			t.Errorf("%s: %s, %v", name, at, err)
		}
	}
}

func TestWhatStandsInTheWayOfAnAcceptance(t *testing.T) {
	t.Parallel()
	good := Credential{Name: "c", OwnerID: 1, Version: 3}
	offer := Transfer{State: TransferPending, ExpiresAt: noon.Add(1), FromID: 1, Version: 3}
	but := func(change func(*Transfer, *Credential)) (Transfer, Credential) {
		f, c := offer, good
		change(&f, &c)
		return f, c
	}
	for name, c := range map[string]struct {
		change func(*Transfer, *Credential)
		code   string
		kind   ErrorKind
	}{
		"its time is over":           {func(f *Transfer, _ *Credential) { f.ExpiresAt = noon }, "token_error", Expired},
		"over before all else":       {func(f *Transfer, c *Credential) { f.ExpiresAt = noon; c.OwnerID = 2 }, "token_error", Expired},
		"answered":                   {func(f *Transfer, _ *Credential) { f.State = TransferDeclined }, "not_pending", Conflict},
		"somebody else's":            {func(_ *Transfer, c *Credential) { c.OwnerID = 2 }, "not_owner", Conflict},
		"scheduled":                  {func(_ *Transfer, c *Credential) { c.DeletionAt = &noon }, "", Conflict},
		"purged":                     {func(_ *Transfer, c *Credential) { c.DeletionAt, c.PurgedAt = &noon, &noon }, "", Conflict},
		"changed":                    {func(_ *Transfer, c *Credential) { c.Version++ }, "", Conflict},
		"set back, which is changed": {func(_ *Transfer, c *Credential) { c.Version-- }, "", Conflict},
	} {
		f, cred := but(c.change)
		err := f.Confirmable(cred, noon)
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Code != c.code || e.Kind != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := offer.Confirmable(good, noon); err != nil {
		t.Errorf("nothing stands in the way, and it says %v", err)
	}
}

func TestWhatCanBeOffered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		c       Credential
		pending bool
		ok      bool
	}{
		"active": {Credential{}, false, true}, "pending": {Credential{}, true, false}, "scheduled": {Credential{DeletionAt: &noon}, false, false},
		"purged": {Credential{DeletionAt: &noon, PurgedAt: &noon}, false, false},
	} {
		if err := c.c.Offerable(c.pending); (err == nil) != c.ok || !c.ok && WrongFields(err)["credentials"] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAReceiversAddress(t *testing.T) {
	t.Parallel()
	owner := Party{Email: "Ána@Example.org"}
	for email, want := range map[string]string{"ben@example.org": "ben@example.org", " Ben@Example.ORG\t": "Ben@Example.ORG", "ana@example.org": "ana@example.org"} {
		if got, err := CleanReceiver(email, owner, owner); got != want || err != nil {
			t.Errorf("%q: %q, %v", email, got, err)
		}
	}
	for _, email := range []string{"", " ", "ben", "a b@c.d", "ben@example.org, eve@example.org", "Ben <ben@example.org>", "Ána@Example.org", " ÁNA@EXAMPLE.ORG ", "A\u0301na@example.org"} {
		if _, err := CleanReceiver(email, owner, owner); WrongFields(err)["email"] == "" {
			t.Errorf("%q: %v", email, err)
		}
	}
}

func TestWhomSomethingCanBeOfferedTo(t *testing.T) {
	t.Parallel()
	const end = ". Everybody who takes over a credential has to be in each project that uses it."
	seen := func(names ...string) (list []SharedWith) {
		for _, n := range names {
			role := Viewer
			if n == "" {
				role = ""
			}
			list = append(list, SharedWith{Name: "secret " + n, Role: role})
			if n != "" {
				list[len(list)-1].Name = n
			}
		}
		return list
	}
	for want, missing := range map[string][]SharedWith{
		"Ben is not a member of A" + end:                                         seen("A"),
		"Ben is not a member of A and B" + end:                                   seen("A", "B"),
		"Ben is not a member of A, B and C" + end:                                seen("A", "B", "C"),
		"Ben is not a member of a project that you can't see" + end:              seen(""),
		"Ben is not a member of A and one project that you can't see" + end:      seen("A", ""),
		"Ben is not a member of several projects that you can't see" + end:       seen("", ""),
		"Ben is not a member of A and several projects that you can't see" + end: seen("", "A", "", ""),
	} {
		if got := WrongFields(Receiver{User: User{Name: "Ben"}, SignsIn: true}.OfferedTo(missing))["email"]; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if err := (Receiver{SignsIn: true}).OfferedTo(nil); err != nil {
		t.Error(err)
	}
	if got := WrongFields(Receiver{User: User{Name: "Ben"}}.OfferedTo(seen("A")))["email"]; got != "Ben can't sign in at the moment, so nothing can be offered to them." {
		t.Errorf("%q", got)
	}
}
