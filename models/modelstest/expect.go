package modelstest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"holdfast/models"
	"holdfast/models/credentials"
	"holdfast/models/internal/passwords"
	"holdfast/models/internal/post"
	"holdfast/models/internal/seal"
)

// Want stops the test unless err is of the kind.
func Want(t testing.TB, err error, kind models.ErrorKind) {
	t.Helper()
	if err == nil || models.KindOf(err) != kind {
		t.Fatalf("got %v (kind %d), want an error of kind %d", err, models.KindOf(err), kind)
	}
}

// WantWrong stops the test unless err complains of just these fields.
func WantWrong(t testing.TB, err error, fields ...string) {
	t.Helper()
	wrong := models.WrongFields(err)
	missing := err == nil || len(wrong) != len(fields)
	for _, f := range fields {
		missing = missing || wrong[f] == ""
	}
	if missing {
		t.Fatalf("got %v with %v, want a complaint of each of %v", err, wrong, fields)
	}
}

// Must stops the test on an error.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		e, _ := errors.AsType[*models.Error](err)
		t.Fatalf("%v %+v", err, e)
	}
}

// Raw is the form of a credential of kind raw with that body.
func Raw(name, body string, projects ...models.ID) credentials.Draft {
	return credentials.Draft{Name: name, Form: map[string][]string{"body": {body}}, Projects: projects}
}

// Keep creates a credential of kind raw.
func (h *House) Keep(t testing.TB, owner models.Actor, name string, projects ...models.ID) models.ID {
	t.Helper()
	id, err := h.Credentials.Create(t.Context(), owner, "raw", Raw(name, `{"pin": 1}`, projects...))
	if err != nil {
		t.Fatalf("create %q: %v", name, err)
	}
	return id
}

// Schedule schedules the deletion of one of owner's credentials.
func (h *House) Schedule(t testing.TB, owner models.Actor, id models.ID) {
	t.Helper()
	if _, err := h.Credentials.ScheduleDeletion(t.Context(), owner, id); err != nil {
		t.Fatal(err)
	}
}

// Password is the password that Lets gives.
const Password = "twelve quiet otters row"

// Hashing is slow on purpose, so the tests of one binary share one hash.
var passwordHash = sync.OnceValues(func() (string, error) {
	return passwords.NewCheap(1, 1).Hash(context.Background(), Password)
})

// Lets gives the person's login the password Password.
func (h *House) Lets(t testing.TB, who models.Actor) {
	t.Helper()
	hash, err := passwordHash()
	if err != nil {
		t.Fatal(err)
	}
	h.Exec(t, `UPDATE logins SET secret_hash = ? WHERE id = ?`, hash, who.LoginID)
}

// Body is the open body of a credential, as JSON with its keys in order.
func (h *House) Body(t testing.TB, credential models.ID) string {
	t.Helper()
	plain, err := h.Ring(t).Open([]byte(h.ofBody(t, "sealed", credential)), h.place(t, credential))
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// SealAs puts any text into the body of a credential, sealed as it should be.
func (h *House) SealAs(t testing.TB, credential models.ID, plain string) {
	t.Helper()
	sealed := h.Ring(t).Seal([]byte(plain), h.place(t, credential))
	h.Exec(t, `UPDATE bodies SET sealed = ? WHERE credential_id = ?`, []byte(sealed), credential)
}

func (h *House) place(t testing.TB, credential models.ID) seal.Place {
	t.Helper()
	return seal.Place{Table: "bodies", Column: "sealed", Row: h.ofBody(t, "id", credential)}
}

func (h *House) ofBody(t testing.TB, column string, credential models.ID) string {
	t.Helper()
	cells, err := h.DB.RawRows(t.Context(), `SELECT `+column+` FROM bodies WHERE credential_id = ?`, credential)
	if err != nil || len(cells) != 1 {
		t.Fatalf("%d bodies, %v", len(cells), err)
	}
	return cells[0][1 : len(cells[0])-1]
}

// Ring are the keys of the House, as the key file has them now.
func (h *House) Ring(t testing.TB) *seal.Ring {
	t.Helper()
	ring, err := seal.NewRing(seal.FileSource(h.KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// Sow puts n credentials of owner's into the database fast, past every
// operation: their bodies can't be opened and no event tells of them.
func (h *House) Sow(t testing.TB, owner models.Actor, n int, projects ...models.ID) {
	t.Helper()
	if err := h.DB.RawSow(t.Context(), owner.UserID, n, projects...); err != nil {
		t.Fatal(err)
	}
}

// Token opens the token of a letter's link.
func (h *House) Token(t testing.TB, letter models.ID, sealed []byte) string {
	t.Helper()
	token, err := post.New(h.Ring(t)).Token(letter, sealed)
	if err != nil {
		t.Fatal(err)
	}
	return token
}
