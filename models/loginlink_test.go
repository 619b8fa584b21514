package models_test

import (
	"testing"
	"time"

	"holdfast/models"
)

func TestHowFarALinkHasCome(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	before, later := now.Add(-time.Minute), now.Add(time.Hour)
	live := models.AccessLink{CreatedAt: before, ExpiresAt: later}
	with := func(change func(*models.AccessLink)) models.AccessLink {
		l := live
		change(&l)
		return l
	}
	for _, c := range []struct {
		link   models.AccessLink
		letter models.LetterState
		want   models.LinkNews
	}{
		{live, "", models.NewsShown},
		{live, models.LetterQueued, models.NewsWaits},
		{live, models.LetterSent, models.NewsSent},
		{live, models.LetterFailed, models.NewsFailed},
		{with(func(l *models.AccessLink) { l.OpenedAt = &before }), models.LetterSent, models.NewsOpened},
		{with(func(l *models.AccessLink) { l.OpenedAt, l.ExpiresAt = &before, now }), models.LetterSent, models.NewsExpired},
		{with(func(l *models.AccessLink) { l.RevokedAt, l.ExpiresAt = &before, now }), models.LetterQueued, models.NewsRevoked},
		{with(func(l *models.AccessLink) { l.UsedAt, l.RevokedAt = &before, &before }), models.LetterSent, models.NewsUsed},
	} {
		if got, _ := (models.SentLink{AccessLink: c.link, Letter: c.letter}).News(now); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
