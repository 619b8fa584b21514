package transfers_test

import (
	"slices"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

func namesOf(people []models.Person) (names []string) {
	for _, p := range people {
		names = append(names, p.Name)
	}
	return names
}

func TestBothSidesSeeTheirOffers(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		other := s.Keep(t, s.ana, "other")
		s.offered(t)
		s.offered(t, other)
		modelstest.Must(t, s.Transfers.Revoke(ctx, s.ana, other))
		for _, c := range []struct {
			who     models.Actor
			in, out []string
		}{
			{s.ana, nil, []string{"other revoked", "DHIS2 pending"}}, {s.ben, []string{"other revoked", "DHIS2 pending"}, nil}, {s.eve, nil, nil},
		} {
			toMe, ofMine, err := s.Transfers.List(ctx, c.who, "", "")
			modelstest.Must(t, err)
			for i, p := range []models.OfferPage{toMe, ofMine} {
				var got []string
				for _, f := range p.Rows {
					got = append(got, f.Name+" "+string(f.State))
					letter := models.LetterQueued
					if f.State == models.TransferRevoked {
						letter = models.LetterFailed // there is no use in it any more
					}
					if f.From.Name != "ana" || f.To.Email != s.ben.Email || f.Letter != letter || f.Kind != "raw" {
						t.Errorf("%+v", f)
					}
				}
				if want := [][]string{c.in, c.out}[i]; !slices.Equal(got, want) || p.Next != "" {
					t.Errorf("%s sees %v, want %v", c.who.Name, got, want)
				}
			}
		}
		mine, err := s.Credentials.List(ctx, s.ana, models.CredentialFilter{})
		modelstest.Must(t, err)
		for _, c := range mine.Rows {
			if c.Offered != (c.ID == s.credential) {
				t.Errorf("%s is offered: %v", c.Name, c.Offered)
			}
		}
		s.Clock.Pass(modelstest.OfferLife) // nobody has swept
		if mine, err = s.Credentials.List(ctx, s.ana, models.CredentialFilter{}); err != nil || mine.Rows[0].Offered || mine.Rows[1].Offered {
			t.Errorf("%+v, %v", mine.Rows, err)
		}
	})
}

func TestTheListsHavePages(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		for range models.PageSize + 3 {
			s.offered(t)
			modelstest.Must(t, s.Transfers.Revoke(ctx, s.ana, s.credential))
		}
		seen := map[models.ID]int{}
		toMe, _, err := s.Transfers.List(ctx, s.ben, "", "")
		modelstest.Must(t, err)
		_, ofMine, err := s.Transfers.List(ctx, s.ana, "", "")
		modelstest.Must(t, err)
		if len(toMe.Rows) != models.PageSize || toMe.Next == "" || len(ofMine.Rows) != models.PageSize || ofMine.Next != toMe.Next {
			t.Fatalf("%d and %d rows", len(toMe.Rows), len(ofMine.Rows))
		}
		rest, _, err := s.Transfers.List(ctx, s.ben, toMe.Next, "")
		modelstest.Must(t, err)
		for _, f := range append(toMe.Rows, rest.Rows...) {
			seen[f.ID]++
		}
		if len(rest.Rows) != 3 || rest.Next != "" || len(seen) != models.PageSize+3 {
			t.Errorf("%d more, %d in all", len(rest.Rows), len(seen))
		}
		odd, _, err := s.Transfers.List(ctx, s.ben, "no cursor", "'")
		modelstest.Must(t, err)
		if len(odd.Rows) != models.PageSize {
			t.Error("a broken cursor is the first page")
		}
	})
}

func TestTheFormProposesWhoCouldTakeItOver(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		q := s.Project(t, s.ana, "Q")
		s.Seat(t, s.ana, q, s.eve, models.Viewer)
		invited := s.Person(t, "invited", models.PlainMember)
		s.Seat(t, s.ana, s.project, invited, models.Viewer)
		form := func(id models.ID) transfers.Form {
			f, err := s.Transfers.Form(ctx, s.ana, id)
			modelstest.Must(t, err)
			return f
		}
		if f := form(s.credential); !slices.Equal(namesOf(f.People), []string{"ben"}) || len(f.Projects) != 1 || f.Pending != nil || f.Name != "DHIS2" {
			t.Errorf("%+v", f)
		}
		if f := form(s.Keep(t, s.ana, "in none")); !slices.Equal(namesOf(f.People), []string{"ben", "eve"}) {
			t.Errorf("%+v", f)
		}
		if f := form(s.Keep(t, s.ana, "in both", s.project, q)); len(f.People) != 0 {
			t.Errorf("%+v", f)
		}
		s.offered(t)
		if f := form(s.credential); f.Pending == nil || f.Pending.To.Name != "ben" || len(f.People) != 0 {
			t.Errorf("%+v", f)
		}
		for _, who := range []models.Actor{s.ben, s.eve} {
			_, err := s.Transfers.Form(ctx, who, s.credential)
			modelstest.Want(t, err, models.NotFound)
		}
	})
}

func TestLeavingShowsWhatOneOwns(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx := t.Context()
		root := s.Person(t, "root", models.Administrator)
		s.Lets(t, root)
		free, going := s.Keep(t, s.ana, "free"), s.Keep(t, s.ana, "going")
		s.Schedule(t, s.ana, going)
		s.Keep(t, s.ben, "of ben's")
		s.offered(t)
		own, err := s.Transfers.Leaving(ctx, s.ana, "")
		modelstest.Must(t, err)
		of, err := s.Transfers.LeavingOf(ctx, root, s.ana.UserID, "")
		modelstest.Must(t, err)
		for who, l := range map[string]transfers.Leaving{"ana": own, "root": of} {
			rows := l.Credentials.Rows
			if l.Owner.Email != s.ana.Email || len(rows) != 2 || rows[0].ID != s.credential || !rows[0].Offered || rows[1].ID != free || rows[1].Offered ||
				len(l.Offers) != 1 || l.Offers[0].To.Name != "ben" {
				t.Errorf("%s sees %+v", who, l)
			}
		}
		if len(own.Credentials.Rows[0].Projects) != 1 {
			t.Errorf("%+v", own.Credentials.Rows[0])
		}
		if !slices.Equal(namesOf(own.People), []string{"ben"}) || !slices.Equal(namesOf(of.People), []string{"ben", "eve"}) {
			t.Errorf("people %v and %v", own.People, of.People)
		}
		for _, who := range []models.Actor{s.ana, s.eve} {
			_, err := s.Transfers.LeavingOf(ctx, who, s.ana.UserID, "")
			modelstest.Want(t, err, models.Forbidden)
		}
		_, err = s.Transfers.LeavingOf(ctx, root, 4711, "")
		modelstest.Want(t, err, models.NotFound)
	})
}
