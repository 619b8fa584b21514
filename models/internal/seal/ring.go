package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	purpose    = "holdfast sealed column v1" // a key serves this alone
	retryAfter = time.Second                 // between two reloads for the same unknown id
	maxMissing = 64                          // unknown ids remembered
)

// Ring seals with its first key and opens with all. It is safe for concurrent use.
type Ring struct {
	source func() ([]Key, error)
	now    func() time.Time
	keys   atomic.Pointer[loaded]

	reloading sync.Mutex           // guards missing, and one reload at a time
	missing   map[string]time.Time // unknown ids, and when the source was last asked for them
}

// loaded is one reading of the source. It never changes.
type loaded struct {
	ids   []string // as the source orders them: the first one seals
	boxes map[string]cipher.AEAD
}

// NewRing reads the keys once from source and keeps it for Reload.
func NewRing(source func() ([]Key, error)) (*Ring, error) {
	r := &Ring{source: source, now: time.Now, missing: map[string]time.Time{}}
	return r, r.Reload()
}

// Reload reads the source again. On an error the keys stay as they were.
func (r *Ring) Reload() error {
	r.reloading.Lock()
	defer r.reloading.Unlock()
	return r.reload()
}

func (r *Ring) reload() error {
	keys, err := r.source()
	if err != nil {
		return fmt.Errorf("read keys: %w", err)
	}
	if len(keys) == 0 {
		return errors.New("read keys: there are none")
	}
	next := &loaded{boxes: make(map[string]cipher.AEAD, len(keys))}
	for _, k := range keys {
		if _, twice := next.boxes[k.ID]; twice || !validID(k.ID) {
			return errors.New("read keys: an id is malformed or stands there twice")
		}
		box, err := newBox(k)
		if err != nil {
			return fmt.Errorf("key %s: %w", k.ID, err)
		}
		next.ids, next.boxes[k.ID] = append(next.ids, k.ID), box
	}
	r.keys.Store(next)
	return nil
}

func newBox(k Key) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, k.Secret[:], nil, purpose, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Primary is the id of the key that seals.
func (r *Ring) Primary() string { return r.keys.Load().ids[0] }

// IDs are the ids of all keys, the sealing one first.
func (r *Ring) IDs() []string { return append([]string(nil), r.keys.Load().ids...) }

// Seal encrypts plain for one place. The same text sealed twice differs.
func (r *Ring) Seal(plain []byte, at Place) Sealed {
	now := r.keys.Load()
	head := header(now.ids[0])
	box := now.boxes[now.ids[0]]
	blob := make([]byte, len(head), len(head)+len(plain)+box.Overhead())
	copy(blob, head)
	return box.Seal(blob, nil, plain, bind(head, at))
}

// Open gives back what was sealed for that place, or ErrUnknownKey, or
// ErrBroken for a blob that was changed, cut or moved. A key that is not known
// yet is looked for in the source once: another process may have just added it.
func (r *Ring) Open(blob []byte, at Place) ([]byte, error) {
	head, id, sealed, err := split(blob)
	if err != nil {
		return nil, err
	}
	box, known := r.keys.Load().boxes[id]
	if !known {
		if box, err = r.seek(id); err != nil {
			return nil, err
		}
	}
	plain, err := box.Open(nil, nil, sealed, bind(head, at))
	if err != nil {
		return nil, ErrBroken
	}
	return plain, nil
}

// seek reads the source again for an unknown id, at most once a second for each.
func (r *Ring) seek(id string) (cipher.AEAD, error) {
	r.reloading.Lock()
	defer r.reloading.Unlock()
	if box, known := r.keys.Load().boxes[id]; known {
		return box, nil // another call has just brought it
	}
	unknown := fmt.Errorf("%w: %s", ErrUnknownKey, id)
	if asked, ok := r.missing[id]; ok && r.now().Sub(asked) < retryAfter {
		return nil, unknown
	}
	if len(r.missing) >= maxMissing {
		clear(r.missing)
	}
	r.missing[id] = r.now()
	if err := r.reload(); err != nil {
		return nil, errors.Join(unknown, err)
	}
	box, known := r.keys.Load().boxes[id]
	if !known {
		return nil, unknown
	}
	delete(r.missing, id)
	return box, nil
}
