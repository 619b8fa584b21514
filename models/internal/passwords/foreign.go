package passwords

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"hash"
	"strconv"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// foreign is a password's hash that another program has made. It lets its user in
// as any other does, and is replaced by one of ours then.
type foreign interface {
	matches(password []byte) (bool, error)
	memory() uint32 // KiB
}

const (
	maxBcryptCost = 14        // about a second
	maxRounds     = 2_000_000 // of PBKDF2
)

// imported reads a hash of another program: bcrypt, and PBKDF2 as passlib and as
// Django write it. What is none of these, or asks for too much, is not known.
func imported(text string) (foreign, bool) {
	if len(text) > maxText {
		return nil, false
	}
	switch parts := strings.Split(text, "$"); {
	case len(parts) == 4 && parts[0] == "" && (parts[1] == "2a" || parts[1] == "2b" || parts[1] == "2y"):
		cost, err := bcrypt.Cost([]byte(text))
		return bcrypted(text), err == nil && cost <= maxBcryptCost
	case len(parts) == 5 && parts[0] == "":
		return pbkdf2From(strings.TrimPrefix(parts[1], "pbkdf2-"), parts[2], adapted(parts[3]), adapted(parts[4]))
	case len(parts) == 4 && strings.HasPrefix(parts[0], "pbkdf2_"):
		sum, err := base64.StdEncoding.DecodeString(parts[3])
		if err != nil {
			return nil, false
		}
		return pbkdf2From(strings.TrimPrefix(parts[0], "pbkdf2_"), parts[1], []byte(parts[2]), sum)
	}
	return nil, false
}

// adapted reads the base64 of passlib, which writes a full stop for a plus.
func adapted(text string) []byte {
	b, err := base64.RawStdEncoding.DecodeString(strings.ReplaceAll(text, ".", "+"))
	if err != nil {
		return nil
	}
	return b
}

type bcrypted string

// matches compares as bcrypt does, which looks at 72 bytes and no more.
func (b bcrypted) matches(password []byte) (bool, error) {
	err := bcrypt.CompareHashAndPassword([]byte(b), password[:min(len(password), 72)])
	if err == bcrypt.ErrMismatchedHashAndPassword {
		return false, nil
	}
	return err == nil, err
}

func (bcrypted) memory() uint32 { return 5 }

// derived is a hash by PBKDF2.
type derived struct {
	by        func() hash.Hash
	rounds    int
	salt, sum []byte
}

func pbkdf2From(digest, rounds string, salt, sum []byte) (foreign, bool) {
	d := derived{salt: salt, sum: sum}
	switch digest {
	case "sha256":
		d.by = sha256.New
	case "sha512":
		d.by = sha512.New
	default:
		return nil, false
	}
	n, err := strconv.Atoi(rounds)
	d.rounds = n
	fits := err == nil && strconv.Itoa(n) == rounds && n >= 1 && n <= maxRounds &&
		len(salt) >= 8 && len(salt) <= maxPart && len(sum) >= 16 && len(sum) <= maxPart
	return d, fits
}

func (d derived) matches(password []byte) (bool, error) {
	sum, err := pbkdf2.Key(d.by, string(password), d.salt, d.rounds, len(d.sum))
	return err == nil && subtle.ConstantTimeCompare(sum, d.sum) == 1, err
}

func (derived) memory() uint32 { return 1 }
