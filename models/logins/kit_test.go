package logins_test

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/logins"
	"holdfast/models/modelstest"
)

type item = models.LoginItem

const aSecret = "quiet otters row by night"

// house is an administrator, Ana, who acts, and a member, Ben.
type house struct {
	*modelstest.House
	ana, ben models.Actor
}

func each(t *testing.T, test func(*testing.T, house)) {
	t.Helper()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		s := house{h, h.Person(t, "ana", models.Administrator), h.Person(t, "ben", models.PlainMember)}
		h.Lets(t, s.ana)
		h.Lets(t, s.ben)
		test(t, s)
	})
}

// read are the logins of a user as items that change nothing.
func (h house) read(t *testing.T, user models.Actor) ([]item, logins.Set) {
	t.Helper()
	set, err := h.Logins.FindByUserID(t.Context(), h.ana, user.UserID)
	modelstest.Must(t, err)
	var items []item
	for _, l := range set.Logins {
		items = append(items, item{ID: models.Some(l.ID)})
	}
	return items, set
}

// set changes the first login of a user as change says and leaves the others.
func (h house) set(t *testing.T, user models.Actor, change item, more ...item) (logins.Result, error) {
	t.Helper()
	items, set := h.read(t, user)
	change.ID = items[0].ID
	items[0] = change
	return h.Logins.SetCredentials(t.Context(), h.ana, user.UserID, models.LoginSet{Items: append(items, more...), Revision: &set.Revision})
}

// sit opens a session by the person's login.
func (h house) sit(t *testing.T, who models.Actor) (hash []byte, now models.Actor) {
	t.Helper()
	sum := sha256.Sum256([]byte(models.NewID().String()))
	_, now, err := h.People.Start(t.Context(), models.Actor{IP: "192.0.2.9"}, modelstest.In(who.LoginID), sum[:])
	modelstest.Must(t, err)
	return sum[:], now
}

// letters are the kinds and details of the letters to somebody, the oldest first.
func (h house) letters(t *testing.T, to models.Actor) string {
	t.Helper()
	rows, err := h.DB.RawRows(t.Context(), `SELECT kind, details FROM letters WHERE user_id = ? ORDER BY id`, to.UserID)
	modelstest.Must(t, err)
	return strings.Join(rows, "\n")
}

func (h house) events(t *testing.T, login int64) string {
	t.Helper()
	rows, err := h.DB.RawRows(t.Context(), `SELECT name FROM events WHERE thing_type = 'login' AND thing_id = ? ORDER BY id`, strconv.FormatInt(login, 10))
	modelstest.Must(t, err)
	return strings.NewReplacer("[", "", "]", "").Replace(strings.Join(rows, " "))
}

func codeOf(err error) string {
	e, ok := err.(*models.Error)
	if !ok {
		return ""
	}
	return e.Code
}

func block() item { return item{Blocked: models.Some(models.Block{On: true})} }
