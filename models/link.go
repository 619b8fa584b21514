package models

import "time"

// PurposeOf is what an access link of the login is for now.
func PurposeOf(l Login) LinkPurpose {
	if l.SecretHash == "" {
		return Invitation
	}
	return Reset
}

// Life is how long a link of that purpose is good.
func (p LinkPurpose) Life() time.Duration {
	if p == Invitation {
		return InvitationLife
	}
	return ResetLife
}

// Letter is the kind of the letter that carries such a link.
func (p LinkPurpose) Letter() LetterKind {
	if p == Invitation {
		return InvitationLetter
	}
	return ResetLetter
}

// LinkState is how far an access link has come.
type LinkState string

const (
	LinkMade    LinkState = "made"   // what became of its letter, the letter says
	LinkSeen    LinkState = "opened" // a browser has shown its page
	LinkSpent   LinkState = "used"
	LinkTaken   LinkState = "revoked" // by a newer one, a sign-in, another password, an administrator
	LinkTooLate LinkState = "expired"
)

// State is how far the link has come by now.
func (l AccessLink) State(now time.Time) LinkState {
	switch {
	case l.UsedAt != nil:
		return LinkSpent
	case l.RevokedAt != nil:
		return LinkTaken
	case !now.Before(l.ExpiresAt):
		return LinkTooLate
	case l.OpenedAt != nil:
		return LinkSeen
	}
	return LinkMade
}

// Opens reports whether the link lets its holder set the password of login l of
// user u at now. One of another address than the user's is dead.
func (l AccessLink) Opens(login Login, u User, now time.Time) bool {
	return l.Live(now) && l.LoginID != nil && !login.Federated() && login.Stands(now) && u.MayEnter() &&
		(l.Email == "" || Fold(l.Email) == Fold(u.Email))
}

// TakesLink reports why no access link can be made for the login of u, or nil.
func (l Login) TakesLink(u User, now time.Time) error {
	var why *Error
	switch {
	case l.Federated():
		why = Fail(Conflict, "This login goes by an identity provider and has no password, so there is nothing a link could set.")
		why.Code = "secret_not_applicable"
	case !u.MayEnter():
		why = Fail(Conflict, "%s is disabled or going to be deleted, so a link would let nobody in. Enable or restore the user first.", u.Name)
	case l.BlockedAt != nil:
		why = Fail(Conflict, "This login is blocked, so a link would let nobody in. Unblock it first.")
		why.Code = "credential_blocked"
	case !l.Stands(now):
		why = Fail(Conflict, "This login has ended, so a link would let nobody in. Give it a later end first.")
	default:
		return nil
	}
	return why
}

// LoginLink is the last access link of a login, and how far its letter has come.
type LoginLink struct {
	AccessLink
	Letter LetterState // empty when no letter carries it
}

const (
	// LinkEvery is how soon after a letter with a link the next one may go to a login.
	LinkEvery = time.Minute
	// LinksAnHour is how many may go to it in an hour.
	LinksAnHour = 5
)
