package post_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/post"
	"holdfast/models/internal/seal"
)

var (
	ana   = models.User{ID: 1, Name: "Ana", Email: "ana@example.org"}
	ben   = models.User{ID: 2, Name: "Ben", Email: "ben@example.org"}
	until = time.Date(2026, 1, 4, 3, 4, 5, 0, time.UTC)
)

func office(t *testing.T) post.Office {
	t.Helper()
	file := filepath.Join(t.TempDir(), "keys")
	if _, err := seal.CreateFile(file, until); err != nil {
		t.Fatal(err)
	}
	ring, err := seal.NewRing(seal.FileSource(file))
	if err != nil {
		t.Fatal(err)
	}
	return post.New(ring)
}

func TestALetterSaysWhatItWasTold(t *testing.T) {
	t.Parallel()
	d := models.LetterDetails{
		Other: models.Party{Name: "Ana", Email: ana.Email}, By: models.Party{Name: "Root"}, Until: until,
		Things: []models.LetterThing{{ID: "1", Name: "<b>DHIS2\u2028", Was: "old", Projects: []string{"Clinic", "Lab"}}},
	}
	l := office(t).Letter(ben, models.OfferLetter, d)
	if l.UserID != ben.ID || l.Name != ben.Name || l.Email != ben.Email || l.ID == (models.ID{}) || l.Kind != models.OfferLetter || l.Subject != models.SubjectOf(models.OfferLetter, d) ||
		l.Sealed != nil || l.GoodUntil != nil {
		t.Errorf("%+v", l)
	}
	got := l.ReadDetails()
	if got.Other != d.Other || got.By != d.By || !got.Until.Equal(until) || len(got.Things) != 1 || got.Things[0].Name != d.Things[0].Name || got.Things[0].Was != "old" ||
		!slices.Equal(got.Things[0].Projects, []string{"Clinic", "Lab"}) {
		t.Errorf("%+v", got)
	}
}

func TestATokenIsSealedForItsLetterAlone(t *testing.T) {
	t.Parallel()
	o := office(t)
	write := func(token string) (models.ID, []byte) {
		l, err := o.WithLink(o.Letter(ben, models.OfferLetter, models.LetterDetails{}), token, until)
		if err != nil || l.KeyID == "" || l.GoodUntil == nil || !l.GoodUntil.Equal(until) || bytes.Contains(l.Sealed, []byte(token)) {
			t.Fatalf("%+v, %v", l, err)
		}
		return l.ID, l.Sealed
	}
	one, sealedOne := write("token one")
	two, sealedTwo := write("token two")
	if got, err := o.Token(one, sealedOne); got != "token one" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for name, c := range map[string]struct {
		id     models.ID
		sealed []byte
	}{
		"in another letter": {one, sealedTwo}, "the other way": {two, sealedOne}, "broken": {one, sealedOne[:9]}, "empty": {one, []byte{}}, "another's key": {one, func() []byte {
			l, _ := office(t).WithLink(o.Letter(ben, models.OfferLetter, models.LetterDetails{}), "x", until)
			return l.Sealed
		}()},
	} {
		if got, err := o.Token(c.id, c.sealed); got != "" || err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got, err := o.Token(one, nil); got != "" || err != nil {
		t.Errorf("a letter without a link: %q, %v", got, err)
	}
}

func TestWhoIsToldOfAWithdrawnOffer(t *testing.T) {
	t.Parallel()
	var offers []models.Offered
	for _, name := range []string{"one", "two"} {
		f := models.Offered{From: models.Party{Name: ana.Name, Email: ana.Email}, To: models.Party{Name: ben.Name, Email: ben.Email}}
		f.FromID, f.ToID, f.CredentialID, f.Name = ana.ID, ben.ID, models.NewID(), name
		offers = append(offers, f)
	}
	o := office(t)
	mine := o.Withdrawn(offers, models.Actor{UserID: ana.ID})
	if len(mine) != 1 || mine[0].UserID != ben.ID || mine[0].Kind != models.WithdrawnLetter || mine[0].ReadDetails().Other.Name != "Ana" || len(mine[0].ReadDetails().Things) != 2 {
		t.Errorf("by the owner: %+v", mine)
	}
	both := o.Withdrawn(offers, models.Actor{UserID: 3, Name: "Root", Email: "root@example.org"})
	if len(both) != 2 || both[0].UserID != ben.ID || both[0].ReadDetails().By.Name != "" || both[1].UserID != ana.ID || both[1].Kind != models.RevokedLetter ||
		both[1].ReadDetails().By.Email != "root@example.org" || both[1].ReadDetails().Other.Name != "Ben" {
		t.Errorf("by an administrator: %+v", both)
	}
	if things := post.Things(offers); things[1].Name != "two" || things[1].ID != offers[1].CredentialID.String() {
		t.Errorf("%+v", things)
	}
}
