package models

import "time"

// SentLink is an access link and what became of the letter that carries it.
type SentLink struct {
	AccessLink
	Letter  LetterState // empty when the link was only shown
	Outcome string      // what the mail server said last
}

// LinkNews is how far an access link, and its letter, have come.
type LinkNews string

const (
	NewsShown   LinkNews = "made" // shown to an administrator, and not sent
	NewsWaits   LinkNews = "waiting"
	NewsSent    LinkNews = "sent"
	NewsFailed  LinkNews = "failed"
	NewsOpened  LinkNews = "opened"
	NewsUsed    LinkNews = "used"
	NewsExpired LinkNews = "expired"
	NewsRevoked LinkNews = "revoked"
)

// News is how far the link has come by now, and since when.
func (k SentLink) News(now time.Time) (LinkNews, time.Time) {
	switch {
	case k.UsedAt != nil:
		return NewsUsed, *k.UsedAt
	case k.RevokedAt != nil:
		return NewsRevoked, *k.RevokedAt
	case !now.Before(k.ExpiresAt):
		return NewsExpired, k.ExpiresAt
	case k.OpenedAt != nil:
		return NewsOpened, *k.OpenedAt
	}
	switch k.Letter {
	case LetterQueued:
		return NewsWaits, k.CreatedAt
	case LetterSent:
		return NewsSent, k.CreatedAt
	case LetterFailed:
		return NewsFailed, k.CreatedAt
	}
	return NewsShown, k.CreatedAt
}
