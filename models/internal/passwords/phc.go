package passwords

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// costs of argon2id: memory in KiB, passes, lanes.
type costs struct {
	memory, time uint32
	threads      uint8
}

// current is OWASP's second choice (Password Storage Cheat Sheet, 2026): 19 MiB, two passes.
var current = costs{memory: 19456, time: 2, threads: 1}

const (
	saltLength = 16
	sumLength  = 32

	// The most that a stored hash may ask for, so that a tampered row cannot
	// make the server allocate gigabytes.
	maxMemory = 64 << 10 // KiB
	maxTime   = 10
	maxLanes  = 4
	maxPart   = 64 // bytes of salt, of sum
	maxText   = 300
)

// phc is a stored hash: $argon2id$v=19$m=19456,t=2,p=1$salt$sum.
type phc struct {
	costs
	salt, sum []byte
}

func (p phc) String() string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, p.memory, p.time, p.threads, b64(p.salt), b64(p.sum))
}

// weak says that a hash made today, at those costs, would be harder to try out.
func (p phc) weak(today costs) bool {
	return p.memory*p.time < today.memory*today.time || len(p.salt) < saltLength || len(p.sum) < sumLength
}

var errForeign = errors.New("stored password hash is of no form that is known here")

// parse reads a stored hash. Its errors say nothing of the content.
func parse(text string) (phc, error) {
	var p phc
	if len(text) > maxText {
		return p, errForeign
	}
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, errForeign
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); err != nil {
		return p, errForeign
	}
	var saltErr, sumErr error
	p.salt, saltErr = base64.RawStdEncoding.DecodeString(parts[4])
	p.sum, sumErr = base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || sumErr != nil || p.String() != text {
		return p, errForeign
	}
	if !p.affordable() {
		return p, errors.New("stored password hash asks for costs out of bounds")
	}
	return p, nil
}

func (p phc) affordable() bool {
	return p.time >= 1 && p.time <= maxTime &&
		p.threads >= 1 && p.threads <= maxLanes &&
		p.memory >= 8*uint32(p.threads) && p.memory <= maxMemory &&
		len(p.salt) >= 8 && len(p.salt) <= maxPart &&
		len(p.sum) >= 16 && len(p.sum) <= maxPart
}
