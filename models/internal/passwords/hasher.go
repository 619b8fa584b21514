// Package passwords hashes passwords, compares them, and judges new ones.
//
// It owns argon2id with its costs and its text form, the hashes of other programs
// that were brought along, the queue before both, and the policy for new passwords
// with its list of words. It refuses to know
// logins, sessions, lock-outs and the database: callers store what Hash gives.
//
// Passwords are brought to Unicode NFC, so that the same characters typed on
// two systems are the same password. Nothing is trimmed, folded or cut.
package passwords

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"holdfast/models"
)

// MaxBytes bounds a password before anything is computed from it.
const MaxBytes = 1024

// Hasher runs a bounded number of hashes at once, because each one holds
// 19 MiB and a core for some 30 to 150 ms. It is safe for concurrent use.
type Hasher struct {
	slots   chan struct{} // held while hashing
	tickets chan struct{} // held while hashing or waiting
	room    room
	costs   costs
}

// New makes a Hasher that runs slots hashes at once and lets queue more callers
// wait; whoever comes then is told to try again. Both are at least what makes
// one hash possible.
func New(slots, queue int) *Hasher { return with(current, slots, queue) }

// NewCheap is New for tests of other things: its hashes take no time, and guard
// nothing.
func NewCheap(slots, queue int) *Hasher {
	return with(costs{memory: 64, time: 1, threads: 1}, slots, queue)
}

func with(c costs, slots, queue int) *Hasher {
	slots, queue = max(slots, 1), max(queue, 0)
	return &Hasher{
		slots: make(chan struct{}, slots), tickets: make(chan struct{}, slots+queue),
		room:  room{size: uint32(slots) * current.memory},
		costs: c,
	}
}

// Hash gives the PHC text to store for a password, with a salt of its own.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if len(password) > MaxBytes {
		return "", models.Fail(models.Invalid, "%s", tooLong)
	}
	p := phc{costs: h.costs, salt: make([]byte, saltLength)}
	_, _ = rand.Read(p.salt) // never fails: crypto/rand ends the program instead
	var err error
	if p.sum, err = h.run(ctx, password, p, sumLength); err != nil {
		return "", err
	}
	return p.String(), nil
}

// Verify reports whether stored is the hash of password, and whether a matching
// one is weaker than today's costs, so that the caller should store a new Hash.
// With stored "" (nobody has that login) it takes the same time to say no.
func (h *Hasher) Verify(ctx context.Context, password, stored string) (ok, upgrade bool, err error) {
	if len(password) > MaxBytes {
		return false, false, nil
	}
	if from, known := imported(stored); known {
		return h.verifyImported(ctx, password, from)
	}
	p := phc{costs: h.costs, salt: make([]byte, saltLength), sum: make([]byte, sumLength)}
	if stored != "" {
		if p, err = parse(stored); err != nil {
			return false, false, err
		}
	}
	sum, err := h.run(ctx, password, p, len(p.sum))
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(sum, p.sum) == 1 && stored != ""
	return ok, ok && p.weak(h.costs), nil
}

// verifyImported is Verify for a hash that another program has made: it is always
// weaker than one made today.
func (h *Hasher) verifyImported(ctx context.Context, password string, from foreign) (ok, upgrade bool, err error) {
	err = h.turn(ctx, from.memory(), func() (err error) {
		ok, err = from.matches(norm.NFC.Bytes([]byte(password)))
		return err
	})
	return ok && err == nil, ok && err == nil, err
}

// run computes one hash when its turn comes.
func (h *Hasher) run(ctx context.Context, password string, p phc, length int) (sum []byte, err error) {
	err = h.turn(ctx, p.memory, func() error {
		sum = argon2.IDKey(norm.NFC.Bytes([]byte(password)), p.salt, p.time, p.memory, p.threads, uint32(length))
		return nil
	})
	return sum, err
}

// turn does the work of a hash, which fills so many KiB, when its turn comes.
func (h *Hasher) turn(ctx context.Context, kib uint32, work func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case h.tickets <- struct{}{}:
		defer func() { <-h.tickets }()
	default:
		busy := models.Fail(models.RateLimited, "Too many people are signing in right now. Please try again in a moment.")
		busy.RetryAfter = time.Second
		return busy
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	h.room.take(kib)
	defer h.room.leave(kib)
	return work()
}
