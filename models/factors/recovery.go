package factors

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
	"holdfast/models/internal/totp"
)

// codeSize is how many random bytes a recovery code has: 80 bits, so that its
// hash gives nothing away although it is a quick one.
const codeSize = 10

// newCodes are recovery codes as they are shown, and their hashes.
func newCodes() (codes []string, hashes [][]byte) {
	for range models.RecoveryCodes {
		b := make([]byte, codeSize)
		_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
		code := base32.StdEncoding.EncodeToString(b)
		codes = append(codes, strings.ReplaceAll(totp.Grouped(code), " ", "-"))
		hashes = append(hashes, onetime.Hash(code))
	}
	return codes, hashes
}

// canonical is a recovery code as it is hashed, however it was typed: without
// dashes, and with letters where somebody read a digit that no code has.
func canonical(typed string) string {
	return strings.NewReplacer("-", "", " ", "", "0", "O", "1", "I", "8", "B").Replace(strings.ToUpper(strings.TrimSpace(typed)))
}

// firstCodes are recovery codes for who has none.
func firstCodes(t *db.SelfTx) ([]string, error) {
	left, err := t.RecoveryLeft()
	if err != nil || left > 0 {
		return nil, err
	}
	codes, hashes := newCodes()
	return codes, t.SetRecoveryCodes(hashes)
}

// RenewCodes gives the person other recovery codes, shown this once; the old ones
// don't work any more.
func (o Ops) RenewCodes(ctx context.Context, who models.Actor) (codes []string, err error) {
	err = o.db.Self(ctx, who, func(t *db.SelfTx) error {
		if err := t.FactorsAlone(); err != nil {
			return err
		}
		if err := mayChange(t); err != nil {
			return err
		}
		if enrolled, err := t.HasFactor(); err != nil || !enrolled {
			return noneEnrolled(err)
		}
		var hashes [][]byte
		codes, hashes = newCodes()
		t.NoteRecoveryRenewed()
		o.tell(t, models.LetterChange{Event: models.RecoveryRenewed})
		return t.SetRecoveryCodes(hashes)
	})
	return codes, err
}

func noneEnrolled(err error) error {
	if err != nil {
		return err
	}
	return models.Fail(models.Conflict, "Recovery codes stand in for a second factor. Add one first; the codes come with it.")
}
