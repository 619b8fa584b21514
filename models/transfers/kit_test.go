package transfers_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// stage is a house in which ana owns a credential that her project uses; ben is
// a member of it and may sign in, eve is nobody's colleague.
type stage struct {
	*modelstest.House
	ana, ben, eve models.Actor
	project       models.ID
	credential    models.ID
}

// play runs a test on a stage on both databases.
func play(t *testing.T, test func(*testing.T, stage)) {
	t.Helper()
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		s := stage{House: h, ana: h.Person(t, "ana", models.PlainMember), ben: h.Person(t, "ben", models.PlainMember), eve: h.Person(t, "eve", models.PlainMember)}
		h.Lets(t, s.ana)
		h.Lets(t, s.ben)
		h.Lets(t, s.eve)
		s.project = h.Project(t, s.ana, "Clinic")
		h.Seat(t, s.ana, s.project, s.ben, models.Viewer)
		s.credential = h.Keep(t, s.ana, "DHIS2", s.project)
		test(t, s)
	})
}

// to is an offer of credentials to a person.
func to(who models.Actor, credentials ...models.ID) transfers.Offer {
	return transfers.Offer{Credentials: credentials, Email: who.Email}
}

// offered has ana offer credentials to ben, hers on the stage unless others are
// named, and hands over the token of the link.
func (s stage) offered(t testing.TB, credentials ...models.ID) string {
	t.Helper()
	if credentials == nil {
		credentials = []models.ID{s.credential}
	}
	_, err := s.Transfers.Initiate(t.Context(), s.ana, to(s.ben, credentials...))
	modelstest.Must(t, err)
	return s.LinkTo(t, s.ben)
}

// accept has ben accept everything that the link offers.
func (s stage) accept(t testing.TB, token string) error {
	t.Helper()
	_, err := s.Transfers.Confirm(t.Context(), s.ben, token, transfers.Answer{})
	return err
}

// owns stops the test unless who owns the credential.
func (s stage) owns(t testing.TB, who models.Actor, credential models.ID) {
	t.Helper()
	if s.Count(t, `SELECT count(*) FROM credentials WHERE id = ? AND owner_id = ?`, credential, who.UserID) != 1 {
		t.Fatalf("%s does not own %s", who.Name, credential)
	}
}

// states are how the offers of a credential stand, the oldest first.
func (s stage) states(t testing.TB, credential models.ID) string {
	t.Helper()
	rows, err := s.DB.RawRows(t.Context(), `SELECT state FROM transfers WHERE credential_id = ? ORDER BY created_at, id`, credential)
	modelstest.Must(t, err)
	return strings.Join(rows, "")
}

func (s stage) inState(t testing.TB, credential models.ID, want string) {
	t.Helper()
	if got := s.states(t, credential); got != want {
		t.Fatalf("the offers are %s, want %s", got, want)
	}
}

// offersIn are the offers that ben finds behind a link, by the name of the credential.
func (s stage) offersIn(t testing.TB, token string) map[string]models.Offered {
	t.Helper()
	list, err := s.Transfers.Open(t.Context(), s.ben, token)
	modelstest.Must(t, err)
	found := map[string]models.Offered{}
	for _, f := range list {
		found[f.Name] = f
	}
	return found
}

// wantCode stops the test unless err is of the code.
func wantCode(t testing.TB, err error, kind models.ErrorKind, code string) {
	t.Helper()
	modelstest.Want(t, err, kind)
	if e, ok := err.(*models.Error); !ok || e.Code != code { //nolint:errorlint // this is what a door hands out
		t.Fatalf("%v has no code %s", err, code)
	}
}

// wantText stops the test unless err complains of one field in these words.
func wantText(t testing.TB, err error, field, text string) {
	t.Helper()
	modelstest.WantWrong(t, err, field)
	if got := models.WrongFields(err)[field]; got != text {
		t.Fatalf("told %q, want %q", got, text)
	}
}

// atOnce runs each at the same moment and hands over what they say, in order.
func atOnce(work ...func() error) []error {
	told, start := make([]error, len(work)), make(chan struct{})
	var all sync.WaitGroup
	for i, do := range work {
		all.Go(func() {
			<-start
			told[i] = do()
		})
	}
	close(start)
	all.Wait()
	return told
}

// lone counts the owners who are outside a project that uses their credential:
// there must be none.
func (s stage) lone(t testing.TB) {
	t.Helper()
	n := s.Count(t, `SELECT count(*) FROM shares s JOIN credentials c ON c.id = s.credential_id
		WHERE NOT EXISTS (SELECT 1 FROM memberships m WHERE m.project_id = s.project_id AND m.user_id = c.owner_id)`)
	if n != 0 {
		t.Fatalf("%d shares are of somebody outside the project", n)
	}
}

func named(prefix string, n int) string { return fmt.Sprintf("%s %03d", prefix, n) }
