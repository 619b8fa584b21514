package logins

import (
	"time"

	"holdfast/models"
)

// tell writes to the user what was done to their logins, all of it in one letter.
// A link has a letter of its own.
func (s *setting) tell() {
	var changes []models.LetterChange
	for _, l := range s.out.Plan.Logins {
		for _, c := range l.Changes {
			if c.Event != models.ResetRequested {
				changes = append(changes, change(l, c))
			}
		}
	}
	if len(changes) == 0 {
		return
	}
	s.tx.Post(s.ops.office.Letter(s.user, models.AccountLetter, models.LetterDetails{By: by(s.who, s.user), Reason: s.set.Reason, Changes: changes}))
	s.out.Letters++
}

// by is the administrator as a letter names them; nobody when it is the reader.
func by(who models.Actor, reader models.User) models.Party {
	if who.UserID == reader.ID {
		return models.Party{}
	}
	return who.User().Party()
}

func change(l models.PlannedLogin, c models.LoginAlteration) models.LetterChange {
	told := models.LetterChange{Event: c.Event, Thing: l.Will.Key}
	switch c.Event {
	case models.LoginRenamed:
		told.Thing, told.Was, told.Now = "", l.Was.Key, l.Will.Key
	case models.ExpiryChanged:
		told.Was, told.Now = day(l.Was.ExpireAt), day(l.Will.ExpireAt)
	}
	return told
}

// day is when a login ends as a letter says it, where the reader's own time is
// not known.
func day(at *time.Time) string {
	if at == nil {
		return "no end"
	}
	return at.UTC().Format("2 January 2006, 15:04 UTC")
}
