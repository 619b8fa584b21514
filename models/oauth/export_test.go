package oauth

import "time"

// For tests: how long a lease lives, and how long its holder asks.
const (
	LeaseLife = leaseLife
	Asking    = asking
)

// Patient are the same operations, whose askers wait so long for another process.
func (o Ops) Patient(d time.Duration) Ops {
	o.patience = d
	return o
}
