package passwords

import (
	"runtime"
	"sync"
)

// room bounds what hashes hold: the blocks of 19 MiB that running ones fill and
// those that ended ones have left behind. It has place for as many as can run
// at once, so a storm on two slots fills 38 MiB, whoever waits; without it, the
// dead blocks stand beside the living ones and make it 100 MiB. A sign-in alone
// pays for a collection every second time only: one costs a fifth of a hash.
type room struct {
	mu               sync.Mutex
	size, used, left uint32 // KiB
}

// take makes place for a block, by a collection where there is none.
func (r *room) take(kib uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left > 0 && r.used+r.left+kib > r.size {
		runtime.GC()
		r.left = 0
	}
	r.used += kib
}

// leave says that a block is filled no more.
func (r *room) leave(kib uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used -= kib
	r.left += kib
}
