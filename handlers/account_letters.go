package handlers

import (
	"cmp"

	"holdfast/models"
	"holdfast/views/mail"
	"holdfast/views/to"
)

func (t tale) reset() mail.Letter {
	lead := "You asked for a new password."
	if t.By != (models.Party{}) {
		lead = partyName(t.By) + " sends you a link to set a new password."
	}
	return mail.Letter{
		Lead:   lead,
		Facts:  factsSaid(mail.Fact{Label: "Sent by", Text: t.administrator()}, mail.Fact{Label: "Your login", Text: t.login()}),
		Action: t.link("Set a new password", to.Access(t.token)),
		After: []string{
			"Until you set one, your present password goes on working. Setting one signs you out everywhere else, and does not replace a second factor.",
			"The link works once and is meant for you alone. A newer link ends this one.",
			"Did you not ask for this? Then leave it: nothing has changed, and the link ends by itself.",
		},
		Why: "You get this letter because a new password was asked for with your login.",
	}
}

// login is the one login that a letter is about; else the reader's address.
func (t tale) login() string {
	if len(t.Changes) == 1 {
		return cmp.Or(t.Changes[0].Thing, t.reader)
	}
	return t.reader
}

func (t tale) account() mail.Letter {
	lead, ask := "Something about how you sign in has changed.", "an administrator"
	if t.By != (models.Party{}) {
		ask = partyName(t.By)
		lead = ask + ", an administrator, changed something about how you sign in."
	}
	m := mail.Letter{
		Lead:   lead,
		Facts:  factsSaid(mail.Fact{Label: "Changed by", Text: t.administrator()}, mail.Fact{Label: "Reason", Text: t.Reason}),
		Action: &mail.Action{Label: "Open your account", URL: t.at(to.Account())},
		Why:    "You get this letter because it is about your own login. It can't be turned off.",
	}
	for _, c := range t.Changes {
		m.After = append(m.After, changeWords(c))
	}
	m.After = append(m.After, "Was it not you, or do you not know why? Tell "+ask+" at once, and set a new password.")
	return m
}

// changed says of each event what it means to whose login it is.
var changed = map[string]string{
	models.LoginCreated:    "You have another login",
	models.LoginRenamed:    "A login has another name",
	models.LoginRemoved:    "A login was removed, and lets nobody in any more",
	models.LoginRestored:   "A removed login is back",
	models.LoginBlocked:    "A login was blocked: nobody can sign in with it",
	models.LoginUnblocked:  "A login is not blocked any more",
	models.LoginUnlocked:   "A login that was locked after wrong passwords is open again",
	models.LoginExpired:    "A login has ended",
	models.ExpiryChanged:   "A login ends at another time",
	models.FactorRequired:  "A login asks for a second factor from now on",
	models.FactorWaived:    "A login does not ask for a second factor any more",
	models.PasswordSet:     "A password was set",
	models.ResetRequested:  "A link to a new password was made",
	models.LoginLinked:     "A login goes by an identity provider",
	models.LoginBound:      "You signed in by an identity provider for the first time; from now on the login belongs to your account there",
	models.LoginUnlinked:   "A login does not go by an identity provider any more",
	models.FactorAdded:     "A second factor was added",
	models.FactorRemoved:   "A second factor was removed",
	models.FactorsReset:    "All your second factors and recovery codes were removed",
	models.RecoveryRenewed: "You have new recovery codes; the old ones don't work any more",
	models.RecoveryUsed:    "A recovery code was used to sign in",
	models.LockedOut:       "A login was locked for a while after wrong passwords",
	models.TokenCreated:    "An API token was made: a program can act for you with it",
	models.TokenRevoked:    "An API token was revoked",
	models.UserUpdated:     "Your name or your e-mail address was changed",
	models.RankChanged:     "Your rank on the console was changed",
	models.UserDisabled:    "You were disabled: none of your logins lets you in",
	models.UserEnabled:     "You are enabled again",
	models.UserScheduled:   "Your user will be deleted",
	models.UserRestored:    "Your user will not be deleted",
}

func changeWords(c models.LetterChange) string {
	text := cmp.Or(changed[c.Event], "Something changed")
	if c.Thing != "" {
		text += ": " + c.Thing
	}
	switch {
	case c.Was != "" && c.Now != "":
		text += " (before: " + c.Was + ", now: " + c.Now + ")"
	case c.Was != "":
		text += " (before: " + c.Was + ")"
	case c.Now != "":
		text += " (now: " + c.Now + ")"
	}
	return text + "."
}
