package models

import "time"

// SentLink is an access link and what became of the letter that carries it.
type SentLink struct {
	AccessLink
	Letter  LetterState // empty when the link was only shown
	Outcome string      // what the mail server said last
}

// LinkState is how far an access link has come.
type LinkState string

const (
	LinkMade    LinkState = "made" // shown to an administrator, and not sent
	LinkWaiting LinkState = "waiting"
	LinkSent    LinkState = "sent"
	LinkFailed  LinkState = "failed"
	LinkSeen    LinkState = "opened"
	LinkTaken   LinkState = "used"
	LinkOver    LinkState = "expired"
	LinkDead    LinkState = "revoked"
)

// State is how far the link has come by now, and since when.
func (k SentLink) State(now time.Time) (LinkState, time.Time) {
	switch {
	case k.UsedAt != nil:
		return LinkTaken, *k.UsedAt
	case k.RevokedAt != nil:
		return LinkDead, *k.RevokedAt
	case !now.Before(k.ExpiresAt):
		return LinkOver, k.ExpiresAt
	case k.OpenedAt != nil:
		return LinkSeen, *k.OpenedAt
	}
	switch k.Letter {
	case LetterQueued:
		return LinkWaiting, k.CreatedAt
	case LetterSent:
		return LinkSent, k.CreatedAt
	case LetterFailed:
		return LinkFailed, k.CreatedAt
	}
	return LinkMade, k.CreatedAt
}
