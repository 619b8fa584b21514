package credentials_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// names of the rows of a page.
func names(p models.CredentialPage) []string {
	list := []string{}
	for _, r := range p.Rows {
		list = append(list, r.Name)
	}
	return list
}

func wantNames(t *testing.T, p models.CredentialPage, err error, want ...string) {
	t.Helper()
	modelstest.Must(t, err)
	if got := names(p); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAListShowsOnesOwnCredentialsByNameWhateverTheCase(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, bob := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember)
		p := h.Project(t, ana, "Field")
		h.Seat(t, ana, p, bob, models.Editor)
		for _, n := range []string{"C", "b", "A"} {
			h.Keep(t, ana, n)
		}
		h.Keep(t, bob, "shared with ana's project", p)
		page, err := h.Credentials.List(t.Context(), ana, models.CredentialFilter{})
		wantNames(t, page, err, "A", "b", "C")
		if page.Rows[0].OwnerEmail != ana.Email || page.Rows[0].Kind != "raw" || !page.Rows[0].LastUsedAt.IsZero() {
			t.Errorf("row %+v", page.Rows[0])
		}
	})
}

func TestAProjectsListShowsWhatIsSharedWithItWhoeverOwnsIt(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana, bob := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember)
		p, q := h.Project(t, ana, "P"), h.Project(t, ana, "Q")
		h.Seat(t, ana, p, bob, models.Editor)
		h.Keep(t, ana, "C", p, q)
		h.Keep(t, bob, "b", p)
		h.Keep(t, ana, "A", p)
		h.Keep(t, ana, "alone")
		h.Keep(t, ana, "only q", q)
		page, err := h.Credentials.ListInProject(ctx, bob, p, models.CredentialFilter{})
		wantNames(t, page, err, "A", "b", "C")
		page, err = h.Credentials.ListInProject(ctx, ana, p, models.CredentialFilter{})
		wantNames(t, page, err, "A", "b", "C")
		if ps := page.Rows[2].Projects; len(ps) != 2 || ps[0].Name != "P" || ps[1].Name != "Q" || ps[0].Role != models.Owner {
			t.Errorf("C is shared with %+v, want P and Q", ps)
		}
		page, err = h.Credentials.ListInProject(ctx, ana, q, models.CredentialFilter{Search: "ONLY"})
		wantNames(t, page, err, "only q")
		page, err = h.Credentials.ListInProject(ctx, ana, q, models.CredentialFilter{Kind: "http"})
		wantNames(t, page, err)
		page, err = h.Credentials.List(ctx, ana, models.CredentialFilter{})
		wantNames(t, page, err, "A", "alone", "C", "only q")
		if len(page.Rows[2].Projects) != 2 || len(page.Rows[1].Projects) != 0 {
			t.Errorf("projects of C %v and of alone %v", page.Rows[2].Projects, page.Rows[1].Projects)
		}
	})
}

func TestAMemberLearnsOnlyOfTheProjectsTheyBelongTo(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, bob := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember)
		p, q := h.Project(t, ana, "P"), h.Project(t, ana, "Hidden")
		h.Seat(t, ana, p, bob, models.Viewer)
		id := h.Keep(t, ana, "C", p, q)
		page, err := h.Credentials.ListInProject(t.Context(), bob, p, models.CredentialFilter{})
		wantNames(t, page, err, "C")
		if ps := page.Rows[0].Projects; len(ps) != 1 || ps[0].ID != p {
			t.Errorf("bob sees %+v", ps)
		}
		seen, err := h.Credentials.Glimpse(t.Context(), bob, id)
		modelstest.Must(t, err)
		if len(seen.Projects) != 1 || seen.Name != "C" || seen.OwnerEmail != ana.Email || seen.Projects[0].Role != models.Viewer {
			t.Errorf("bob glimpses %+v", seen)
		}
	})
}

func TestListOfUserInProjectIsWhatTheyOwnAndShareThere(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana, bob := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember)
		p, q := h.Project(t, ana, "P"), h.Project(t, ana, "Q")
		h.Seat(t, ana, p, bob, models.Editor)
		h.Keep(t, ana, "ana's", p)
		h.Keep(t, ana, "elsewhere", q)
		h.Keep(t, ana, "unshared")
		h.Keep(t, bob, "bob's", p)
		page, err := h.Credentials.ListOfUserInProject(ctx, ana, ana.UserID, p, models.CredentialFilter{})
		wantNames(t, page, err, "ana's")
		page, err = h.Credentials.ListOfUserInProject(ctx, ana, bob.UserID, q, models.CredentialFilter{})
		wantNames(t, page, err)
		for _, nobody := range []int64{0, -1, 4711} {
			page, err = h.Credentials.ListOfUserInProject(ctx, ana, nobody, p, models.CredentialFilter{})
			wantNames(t, page, err)
		}
	})
}

func TestAListIsNarrowedBySearchKindProjectAndState(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		p := h.Project(t, ana, "P")
		for _, n := range []string{`100%`, `100x`, `a_b`, `aXb`, `back\slash`, `Straße`, "Émile"} {
			h.Keep(t, ana, n)
		}
		_, err := h.Credentials.Create(ctx, ana, "http", draft("web", nil, p))
		modelstest.Must(t, err)
		gone, kept := h.Keep(t, ana, "gone", p), h.Keep(t, ana, "kept")
		h.Use(t, kept, models.ID{})
		h.Schedule(t, ana, kept)
		h.Clock.Pass((modelstest.GraceDays + 1) * 24 * time.Hour)
		_, err = h.Purge.Run(ctx)
		modelstest.Must(t, err)
		h.Schedule(t, ana, gone)
		for _, c := range []struct {
			f    models.CredentialFilter
			want []string
		}{
			{models.CredentialFilter{Search: "100%"}, []string{"100%"}},
			{models.CredentialFilter{Search: "a_B"}, []string{"a_b"}},
			{models.CredentialFilter{Search: `\`}, []string{`back\slash`}},
			{models.CredentialFilter{Search: "STRASSE"}, []string{"Straße"}},
			{models.CredentialFilter{Search: "éMILE"}, []string{"Émile"}},
			{models.CredentialFilter{Search: "E\u0301mile"}, []string{"Émile"}},
			{models.CredentialFilter{Search: "nothing"}, nil},
			{models.CredentialFilter{Search: "a\x00b"}, nil},
			{models.CredentialFilter{Search: "a\xffb"}, nil},
			{models.CredentialFilter{Search: strings.Repeat("é", 60_000)}, nil},
			{models.CredentialFilter{Kind: "ht\x00tp"}, nil},
			{models.CredentialFilter{Kind: "http"}, []string{"web"}},
			{models.CredentialFilter{Project: p}, []string{"gone", "web"}},
			{models.CredentialFilter{Project: p, State: models.ActiveState}, []string{"web"}},
			{models.CredentialFilter{Project: models.NewID()}, nil},
			{models.CredentialFilter{State: models.ScheduledState}, []string{"gone"}},
			{models.CredentialFilter{State: models.PurgedState}, []string{"kept"}},
			{models.CredentialFilter{State: models.ActiveState, Search: "100"}, []string{"100%", "100x"}},
			{models.CredentialFilter{}, []string{"100%", "100x", "a_b", "aXb", `back\slash`, "gone", "Straße", "web", "Émile"}},
		} {
			page, err := h.Credentials.List(ctx, ana, c.f)
			if err != nil {
				t.Errorf("%+v: %v", c.f, err)
			} else if got := names(page); !slices.Equal(got, append([]string{}, c.want...)) {
				t.Errorf("%.80q: got %q, want %q", fmt.Sprint(c.f), got, c.want)
			}
		}
	})
}

var sorts = []models.Sort{models.ByName, models.ByNewest, models.ByChanged, models.ByLastUsed}

// sheaf keeps n credentials with names, changes and uses in different orders.
func sheaf(t *testing.T, h *modelstest.House, owner models.Actor, n int, projects ...models.ID) []models.ID {
	t.Helper()
	ids := make([]models.ID, n)
	for i := range n {
		h.Clock.Pass(time.Duration(i%3) * 500 * time.Millisecond) // several share a time
		ids[i] = h.Keep(t, owner, fmt.Sprintf("n%03d", (i*37)%n), projects...)
		if i%2 == 0 {
			h.Use(t, ids[(i*11)%(i+1)], models.ID{})
		}
	}
	return ids
}

func TestEachSortIsAnOrderOfItsOwn(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		a, b, c := h.Keep(t, ana, "b"), h.Keep(t, ana, "c"), h.Keep(t, ana, "a")
		h.Clock.Pass(time.Second)
		h.Use(t, b, models.ID{})
		h.Clock.Pass(time.Second)
		modelstest.Must(t, h.Credentials.Update(ctx, ana, a, renamed("B", 1)))
		_ = c
		for sort, want := range map[models.Sort][]string{
			models.ByName: {"a", "B", "c"}, models.ByNewest: {"a", "c", "B"},
			models.ByChanged: {"B", "a", "c"}, models.ByLastUsed: {"c", "a", "B"},
			"nonsense": {"a", "B", "c"},
		} {
			page, err := h.Credentials.List(ctx, ana, models.CredentialFilter{Sort: sort})
			wantNames(t, page, err, want...)
		}
	})
}

func TestAProjectsListComesByNameOrTheNewestFirst(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana, bob := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember)
		p := h.Project(t, ana, "P")
		h.Seat(t, ana, p, bob, models.Editor)
		h.Keep(t, ana, "b", p)
		h.Keep(t, bob, "c", p)
		h.Keep(t, ana, "a", p)
		for sort, want := range map[models.Sort][]string{
			models.ByName: {"a", "b", "c"}, models.ByNewest: {"a", "c", "b"},
			models.ByChanged: {"a", "b", "c"}, models.ByLastUsed: {"a", "b", "c"}, "nonsense": {"a", "b", "c"},
		} {
			page, err := h.Credentials.ListInProject(ctx, ana, p, models.CredentialFilter{Sort: sort})
			wantNames(t, page, err, want...)
		}
	})
}

func TestASeatsListIsAllThatLeavesWithTheMember(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana, bob, eve := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember), h.Person(t, "eve", models.PlainMember)
		p := h.Project(t, ana, "P")
		h.Seat(t, ana, p, bob, models.Editor)
		h.Seat(t, ana, p, eve, models.Viewer)
		h.Keep(t, ana, "ana's", p)
		h.Keep(t, bob, "alone")
		h.Keep(t, bob, "shared", p)
		h.Schedule(t, bob, h.Keep(t, bob, "hidden", p))
		for _, who := range []models.Actor{ana, bob} {
			page, err := h.Credentials.ListOfSeat(ctx, who, bob.UserID, p)
			wantNames(t, page, err, "hidden", "shared")
		}
		_, err := h.Credentials.ListOfSeat(ctx, eve, bob.UserID, p) // may not remove him: hidden stays hidden
		modelstest.Want(t, err, models.Forbidden)
		page, err := h.Credentials.ListOfUserInProject(ctx, ana, bob.UserID, p, models.CredentialFilter{})
		wantNames(t, page, err, "shared")
		modelstest.Must(t, h.Projects.RemoveMember(ctx, ana, p, bob.UserID))
		if n := h.Count(t, `SELECT count(*) FROM shares s JOIN credentials c ON c.id = s.credential_id WHERE c.owner_id = ?`, bob.UserID); n != 0 {
			t.Errorf("%d shares are left", n)
		}
	})
}
