package logins

import (
	"strconv"
	"time"

	"holdfast/views/to"
	"holdfast/views/ui"
)

func (u User) crumbs() []ui.Crumb {
	return []ui.Crumb{{Label: "Users", URL: to.Users()}, {Label: u.Name, URL: to.User(u.ID)}}
}

// signIns is the history of the user's sign-ins.
func (u User) signIns() string { return to.User(u.ID) + "/sign-ins" }

// editing are the crumbs of a page that leads back to the editor.
func (u User) editing() []ui.Crumb {
	return append(u.crumbs(), ui.Crumb{Label: "Logins", URL: to.UserLogins(u.ID)})
}

// fate is what else is known of a removed login.
func (r Removed) fate(now time.Time) string {
	gone := "and gone for good in " + ui.Left(r.Until, now)
	if r.By != "" {
		return "by " + r.By + " " + gone
	}
	return gone
}

// title is what a row is called: the key as it is stored, as others know it.
func (r Row) title() string {
	if r.ID == 0 {
		return "New login"
	}
	return r.Base.Key
}

// called is what a row is called where it isn't edited: a new login by what was typed.
func (r Row) called() string {
	if r.ID == 0 && r.Mine.Key != "" {
		return r.Mine.Key
	}
	return r.title()
}

// federated reports whether a stored login is by an identity provider.
func (r Row) federated() bool { return r.ID != 0 && r.Base.Provider != "" }

func (e Editor) problems() []ui.Problem {
	var all []ui.Problem
	if e.Problem != "" {
		all = append(all, ui.Problem{Text: e.Problem})
	}
	all = append(all, problems(e.Rows)...)
	if e.ReasonError != "" {
		all = append(all, ui.Problem{ID: "reason", Label: "Reason", Text: e.ReasonError})
	}
	return all
}

// retyped lists whose password has to be typed once more.
func retyped(rows []Row) []Row {
	var some []Row
	for _, r := range rows {
		if r.Retype && !r.Gone && !r.federated() {
			some = append(some, r)
		}
	}
	return some
}

// providers are the choices of a new login.
func (e Editor) providers(r Row) []ui.Option {
	chosen := r.Mine.Provider
	if chosen == "" {
		chosen = ByPassword
	}
	return ui.Choose(append([]ui.Option{{Value: ByPassword, Label: "Password"}}, e.Providers...), chosen)
}

// hindrance is one reason why a login lets nobody in, or will not for long.
type hindrance struct {
	tone       ui.Tone
	icon, text string
}

// hindrances say why nobody comes in by the login now. None means that it can be used.
func (s State) hindrances(now time.Time) []hindrance {
	var all []hindrance
	say := func(when bool, icon, text string) {
		if when {
			all = append(all, hindrance{ui.Danger, icon, text})
		}
	}
	say(!s.BlockedAt.IsZero(), "lock", s.blocked())
	say(s.ended(now), "clock-alert", "Expired since "+ui.Exact(s.ExpiresAt)+".")
	say(s.LockedUntil.After(now), "hourglass", s.locked())
	say(s.ProviderOff, "unplug", s.Provider+" is disabled, so nobody can come in by it.")
	say(s.Provider == "" && !s.HasPassword, "key-round", "No password yet. Send an access link, or set a password.")
	say(s.secretOver(now), "clock-alert", "The temporary password stopped working at "+ui.Exact(s.SecretUntil)+". Send an access link, or set another.")
	return all
}

func (s State) ended(now time.Time) bool { return !s.ExpiresAt.IsZero() && !s.ExpiresAt.After(now) }

func (s State) secretOver(now time.Time) bool {
	return s.HasPassword && !s.SecretUntil.IsZero() && !s.SecretUntil.After(now)
}

func (s State) blocked() string {
	text := "Blocked"
	if s.BlockedBy != "" {
		text += " by " + s.BlockedBy
	}
	text += " on " + ui.Exact(s.BlockedAt) + "."
	if s.BlockReason != "" {
		text += " Reason: " + s.BlockReason
	}
	return text
}

func (s State) locked() string {
	if s.LockedUntil.Year() == 9999 {
		return "Locked until somebody unlocks it, or a new password is set by an access link: " + ui.Plural(s.Failures, "wrong password", "wrong passwords") + "."
	}
	return "Locked until " + ui.Exact(s.LockedUntil) + " after " + ui.Plural(s.Failures, "wrong password", "wrong passwords") + "."
}

// password says what is known of the password.
func (s State) password(now time.Time) string {
	switch {
	case !s.HasPassword:
		return "None yet"
	case s.secretOver(now):
		return "Temporary, over since " + ui.Exact(s.SecretUntil)
	case !s.SecretUntil.IsZero():
		return "Temporary until " + ui.Exact(s.SecretUntil) + "; another must be chosen at sign-in"
	case s.MustChange:
		return "Set; another must be chosen at sign-in"
	case s.SecretSet.IsZero():
		return "Set"
	}
	return "Set " + ui.Ago(s.SecretSet, now)
}

// takesLink reports whether a link would let anybody in by the login.
func (e Editor) takesLink(s State) bool {
	return e.User.Out == "" && s.Provider == "" && s.BlockedAt.IsZero() && !s.ended(e.Now)
}

// words are what became of an access link.
func (l Link) words(now time.Time) string {
	switch l.State {
	case "":
		return "None made"
	case "waiting":
		return "Its letter waits to be sent"
	case "failed":
		return "Its letter could not be delivered"
	case "opened":
		return "Opened " + ui.Ago(l.At, now) + ", works until " + ui.Exact(l.Until)
	case "used":
		return "Used " + ui.Ago(l.At, now)
	case "expired":
		return "Expired " + ui.Ago(l.Until, now)
	case "revoked":
		return "Revoked " + ui.Ago(l.At, now)
	case "sent":
		return "Sent " + ui.Ago(l.At, now) + ", works until " + ui.Exact(l.Until)
	}
	return "Made " + ui.Ago(l.At, now) + ", works until " + ui.Exact(l.Until)
}

// secretHint says what a password that is typed here is good for.
func (r Row) secretHint() string {
	if r.ID == 0 {
		return "Better leave it empty and send a link: then only they know it. It is temporary, and typed here it takes the place of the link."
	}
	return "Empty leaves it as it is. It is temporary: at sign-in they choose another."
}

func (r Row) secretWrong() string {
	if text := r.Wrong[Secret]; text != "" {
		return text
	}
	if r.Retype {
		return "Type the password again: it is never sent back to the page."
	}
	return ""
}

// Dropping is the box by which the password that was typed is given up.
func (r Row) Dropping() string {
	if r.ID == 0 {
		return "Set no password"
	}
	return "Leave the password as it is"
}

// factorHint says why the box can't be used.
func (r Row) factorHint() string {
	if r.Always {
		return "Administrators always need it."
	}
	return ""
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

func providerName(r Row) string {
	if r.federated() {
		return r.State.Provider
	}
	return "Password"
}

func bound(s State) string {
	if s.Subject == "" {
		return "Nobody yet: the first sign-in binds it"
	}
	return s.Subject
}

func keyHint(r Row) string {
	switch {
	case r.ID == 0:
		return "What they sign in with. Large and small letters are the same."
	case r.federated() && r.State.Subject == "":
		return "What " + r.State.Provider + " calls them: the first sign-in is matched by it."
	}
	return ""
}

// linkHint says where the link goes; once is enough for those that are there.
func linkHint(e Editor, r Row) string {
	if r.ID == 0 {
		return "To " + e.User.Email + ", to choose a password."
	}
	return ""
}
