package models

import "time"

// The times that are taken for milliseconds: fewer are surely seconds (1e11 ms
// is in 1973), and more are beyond the year 9999.
const (
	leastMillis = 100_000_000_000
	mostMillis  = 253_402_300_799_999
)

// readExpiry settles when the login ends, from the time and the flag together.
func (d *draft) readExpiry() {
	want, ok := d.wantedExpiry()
	if d.item.Expired.Null {
		d.fault("expired", CodeInvalidType, "expired is true or false.")
		return
	}
	if !ok {
		return
	}
	var end *time.Time
	switch {
	case !d.item.Expired.Said:
		end, ok = d.endAsTold(want)
	case d.item.Expired.Value:
		end, ok = d.endNow(want)
	default:
		end, ok = d.endLater(want)
	}
	if ok && !sameMillis(end, d.was.ExpireAt) {
		d.expire(end)
	}
}

// wantedExpiry is the time under either of its names.
func (d *draft) wantedExpiry() (want Opt[int64], ok bool) {
	a, b := d.item.ExpireAt, d.item.ExpiredAt
	name := "expireAt"
	if !a.Said {
		a, name = b, "expiredAt"
	} else if b.Said && a != b {
		d.fault("expiredAt", CodeConflictingAliases, "expireAt and expiredAt are two names of one thing and say different times.")
		return a, false
	}
	switch {
	case !a.There():
		return a, true
	case a.Value < 0 || a.Value > mostMillis:
		d.fault(name, CodeInvalidType, "A time is a number of milliseconds from 1970 to the year 9999.")
	case a.Value < leastMillis:
		d.fault(name, CodeNotMilliseconds, "This time is not in milliseconds since 1970, but perhaps in seconds.")
	default:
		return a, true
	}
	return a, false
}

// endAsTold is the end when nothing is said of being expired: a past end may
// stay, but none is set without saying so.
func (d *draft) endAsTold(want Opt[int64]) (*time.Time, bool) {
	if !want.Said || d.asStored(want) {
		return d.was.ExpireAt, true
	}
	if want.There() && !AtMillis(want.Value).After(d.world.Now) {
		d.fault(d.expiryName(), CodeExpireInPast, "This time has passed. To end the login now, say that it is expired.")
		return nil, false
	}
	return atMillis(want), true
}

// endNow is the end of a login that is to be expired: now, unless a time in the
// past is told or it has ended already. A stored time to come gives way.
func (d *draft) endNow(want Opt[int64]) (*time.Time, bool) {
	told := want.Said && !d.asStored(want)
	past := want.There() && !AtMillis(want.Value).After(d.world.Now)
	switch {
	case told && past:
		return atMillis(want), true
	case told:
		d.fault("expired", CodeExpiredConflict, "The login can't be expired and end later.")
		return nil, false
	case d.was.Expired(d.world.Now):
		return d.was.ExpireAt, true
	}
	now := d.now()
	return &now, true
}

// endLater is the end of a login that is not to be expired.
func (d *draft) endLater(want Opt[int64]) (*time.Time, bool) {
	switch {
	case want.There() && !AtMillis(want.Value).After(d.world.Now):
		d.fault("expired", CodeExpiredConflict, "The login can't end in the past and not be expired. Send a later end, or null for none.")
		return nil, false
	case want.Said:
		return atMillis(want), true
	case d.was.Expired(d.world.Now):
		return nil, true
	}
	return d.was.ExpireAt, true
}

func (d *draft) expire(end *time.Time) {
	event := ExpiryChanged
	if end != nil && !end.After(d.world.Now) && !d.was.Expired(d.world.Now) {
		event = LoginExpired
	}
	d.alter(event, "expireAt", orNothing(d.was.ExpireAt), orNothing(end))
	d.will.ExpireAt = end
}

func (d *draft) expiryName() string {
	if d.item.ExpireAt.Said {
		return "expireAt"
	}
	return "expiredAt"
}

// asStored reports whether the time told is the one that is kept.
func (d *draft) asStored(want Opt[int64]) bool { return sameMillis(atMillis(want), d.was.ExpireAt) }

func sameMillis(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return Millis(*a) == Millis(*b)
}

func atMillis(o Opt[int64]) *time.Time {
	if !o.There() {
		return nil
	}
	at := AtMillis(o.Value)
	return &at
}

func orNothing(at *time.Time) any {
	if at == nil {
		return nil
	}
	return *at
}
