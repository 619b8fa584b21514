package people_test

import (
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// S-16, S-19: whoever was brought along with a weaker hash signs in as ever, and
// has one of ours from then on.
func TestASignInReplacesAWeakerHash(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		for _, weaker := range []string{
			"$2b$05$abcdefghijklmnopqrstuumIcqwSG6TUkfuPMh74Ym3a5B9hTh0sa",
			"pbkdf2_sha256$1000$saltsaltsalt$WHbFbITmfRawfP5U1fYbg8gI/7TOa9rb83JgqaSfeDs=",
		} {
			h.Exec(t, `UPDATE logins SET secret_hash = ? WHERE id = ?`, weaker, ana.LoginID)
			_, err := h.People.SignIn(t.Context(), browser, ana.Email, "not this one")
			modelstest.WantWrong(t, err, "login")
			if n := h.Count(t, `SELECT count(*) FROM logins WHERE secret_hash = ?`, weaker); n != 1 {
				t.Error("a wrong password replaced the hash")
			}
			for range 2 { // and the new one is of the same password
				_, err = h.People.SignIn(t.Context(), browser, ana.Email, modelstest.Password)
				modelstest.Must(t, err)
			}
			if rows, err := h.DB.RawRows(t.Context(), `SELECT secret_hash FROM logins WHERE id = ?`, ana.LoginID); err != nil || !strings.HasPrefix(rows[0], "[$argon2id$v=19$") {
				t.Errorf("the hash is %v, %v", rows, err)
			}
		}
	})
}
