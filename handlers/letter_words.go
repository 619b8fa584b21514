package handlers

import (
	"cmp"

	"holdfast/models"
	"holdfast/views/mail"
	"holdfast/views/to"
)

// What each kind of letter says: what happened, what it means, what can be
// done next, and what to do when it is not right. A sentence never begins with
// something that somebody typed unless that is a person's name.

func (t tale) offer() mail.Letter {
	owner := partyName(t.Other)
	return mail.Letter{
		Lead:   owner + " offers you " + t.what("the") + ".",
		Facts:  factsSaid(mail.Fact{Label: "Owner", Text: partyAddress(t.Other)}, mail.Fact{Label: "Offered by", Text: t.administrator()}),
		Action: t.link("Look at the offer", to.Transfer(t.token)),
		After: []string{
			"Opening the link changes nothing. It asks you to sign in as " + t.reader + " and shows what is offered; there you accept or decline.",
			"If you accept, you become the owner: you can change, share and delete " + t.them("the credential", "the credentials") + ", and " + owner + " can't any more. The projects that use " + t.them("it keep it", "them keep them") + ". If you decline, nothing changes.",
			"Did you not expect this? Ask " + owner + " before you accept. The link works for you alone, so there is no use in passing it on.",
		},
		Why: "You get this letter because you were chosen as the new owner.",
	}
}

func (t tale) offerMade() mail.Letter {
	receiver := partyName(t.Other)
	m := mail.Letter{
		Lead: "You offered " + t.what("your") + " to " + receiver + ".",
		Facts: factsSaid(
			mail.Fact{Label: "Offered to", Text: partyAddress(t.Other)},
			mail.Fact{Label: "Offered by", Text: t.administrator()},
			mail.Fact{Label: "Open until", Text: t.until()},
		),
		Action: t.open("Open the credential", "Open your transfers", to.Transfers()),
		After: []string{
			receiver + " gets a letter with a link. Until they accept, nothing changes: you stay the owner.",
			"Once they accept, they are the owner and you can't change " + t.them("the credential", "the credentials") + " any more. The projects that use " + t.them("it keep it", "them keep them") + ".",
			"Do you want to stop it? " + t.stop(),
		},
		Why: "You get this letter because you own what was offered.",
	}
	if t.By == (models.Party{}) {
		m.After = append(m.After, "Was it not you? Revoke the offer, change your password and tell an administrator.")
		return m
	}
	m.Lead = partyName(t.By) + " offered " + t.what("your") + " to " + receiver + " in your place."
	m.After[2] = "If that is not right, revoke it. " + t.stop()
	return m
}

// stop tells how to take an offer back.
func (t tale) stop() string {
	if t.one() {
		return "Follow the link above and choose “Revoke transfer”. The link in their letter opens nothing then."
	}
	return "Open each credential from the list below and choose “Revoke transfer”."
}

func (t tale) received() mail.Letter {
	return mail.Letter{
		Lead:   "You own " + t.what("the") + " now.",
		Facts:  factsSaid(mail.Fact{Label: "Owner before", Text: partyAddress(t.Other)}),
		Action: t.open("Open the credential", "Open your credentials", to.Credentials()),
		After: []string{
			"You can change, share and delete " + t.them("it", "them") + "; " + partyName(t.Other) + " can't any more. The projects that use " + t.them("it keep it", "them keep them") + ", so programs go on as before.",
			"A former owner may remember a secret. If that matters, get a new one from the system that it is for, and save it here.",
			"Did you not accept this? Change your password at once and tell an administrator.",
		},
		Why: "You get this letter because an offer to you was accepted while you were signed in.",
	}
}

func (t tale) handedOver() mail.Letter {
	before := t
	before.Things = formerNames(t.Things)
	return mail.Letter{
		Lead:  partyName(t.Other) + " accepted your offer and owns " + before.what("the") + " now.",
		Facts: factsSaid(mail.Fact{Label: "New owner", Text: partyAddress(t.Other)}),
		After: []string{
			"You can't change, share or delete " + t.them("it", "them") + " any more. The projects that use " + t.them("it keep it", "them keep them") + ", so programs go on as before.",
			"There is nothing left to do. To have " + t.them("it", "them") + " back, ask " + partyName(t.Other) + " to offer " + t.them("it", "them") + " to you.",
			"Did you not want this? Tell an administrator at once.",
		},
		Why: "You get this letter because you were the owner.",
	}
}

// formerNames are credentials by the names that their former owner knows.
func formerNames(things []models.LetterThing) []models.LetterThing {
	var list []models.LetterThing
	for _, c := range things {
		list = append(list, models.LetterThing{ID: c.ID, Name: cmp.Or(c.Was, c.Name)})
	}
	return list
}

func (t tale) declined() mail.Letter {
	return mail.Letter{
		Lead:   partyName(t.Other) + " declined your offer of " + t.what("the") + ".",
		Facts:  factsSaid(mail.Fact{Label: "Offered to", Text: partyAddress(t.Other)}),
		Action: t.open("Open the credential", "Open your transfers", to.Transfers()),
		After: []string{
			"You stay the owner, and nothing has changed. The link in their letter can't be used for " + t.them("it", "them") + " any more.",
			t.again(),
		},
		Why: "You get this letter because you are the owner.",
	}
}

// again tells how to offer once more.
func (t tale) again() string {
	if t.one() {
		return "You can offer it again, to them or to somebody else: follow the link above and choose “Offer transfer”."
	}
	return "You can offer them again, to them or to somebody else, from the page of each credential."
}

func (t tale) withdrawn() mail.Letter {
	return mail.Letter{
		Lead:  "The offer of " + t.what("the") + " was withdrawn.",
		Facts: factsSaid(mail.Fact{Label: "Owner", Text: partyAddress(t.Other)}),
		After: []string{
			"You can't accept " + t.them("it", "them") + " any more, and " + partyName(t.Other) + " stays the owner. There is nothing for you to do.",
			"If other credentials were offered to you with the same link, it still works for those.",
			"Do you have a question about it? Ask " + partyName(t.Other) + ".",
		},
		Why: "You get this letter because " + t.them("it was", "they were") + " offered to you before.",
	}
}

func (t tale) revoked() mail.Letter {
	lead := "An administrator revoked your offer of "
	ask := "an administrator"
	if t.By != (models.Party{}) {
		ask = partyName(t.By)
		lead = ask + ", an administrator, revoked your offer of "
	}
	return mail.Letter{
		Lead:   lead + t.what("the") + " to " + partyName(t.Other) + ".",
		Facts:  factsSaid(mail.Fact{Label: "Offered to", Text: partyAddress(t.Other)}, mail.Fact{Label: "Revoked by", Text: t.administrator()}),
		Action: t.open("Open the credential", "Open your transfers", to.Transfers()),
		After: []string{
			"You stay the owner, and " + partyName(t.Other) + " can't accept any more. They got a letter that says so.",
			"Do you want to know why? Ask " + ask + ".",
			t.again(),
		},
		Why: "You get this letter because you are the owner.",
	}
}

func (t tale) expired() mail.Letter {
	return mail.Letter{
		Lead:   "Your offer of " + t.what("the") + " to " + partyName(t.Other) + " has expired.",
		Facts:  factsSaid(mail.Fact{Label: "Offered to", Text: partyAddress(t.Other)}, mail.Fact{Label: "Open until", Text: t.until()}),
		Action: t.open("Open the credential", "Open your transfers", to.Transfers()),
		After: []string{
			partyName(t.Other) + " did not answer in time. You stay the owner, and nothing has changed.",
			t.again(),
		},
		Why: "You get this letter because you are the owner.",
	}
}

func (t tale) invitation() mail.Letter {
	lead, ask := "You are invited to Holdfast.", "an administrator"
	if t.By != (models.Party{}) {
		ask = partyName(t.By)
		lead = ask + " invites you to Holdfast."
	}
	return mail.Letter{
		Lead:   lead,
		Facts:  factsSaid(mail.Fact{Label: "Invited by", Text: t.administrator()}, mail.Fact{Label: "Your login", Text: t.login()}),
		Action: t.link("Set your password", to.Access(t.token)),
		After: []string{
			"Holdfast keeps what programs need to reach other systems: passwords, keys and tokens, each with one owner, shared with the projects that use it.",
			"Set a password first. From then on you sign in as " + t.login() + " with it.",
			"The link works once and is meant for you alone. If it has stopped working, ask " + ask + " for a new one.",
			"Did you not expect this? Then leave it: without a password nobody can sign in as you. Ask " + ask + " if in doubt.",
		},
		Why: "You get this letter because an administrator added you as a user.",
	}
}

func (t tale) deletion() mail.Letter {
	lead, restore := "At the next purge, ", "The next purge may come at any moment. Until then"
	if until := t.until(); until != "" {
		lead, restore = "On "+until+", ", "Until "+until
	}
	return mail.Letter{
		Lead:   lead + t.what("your") + " will be deleted.",
		Action: t.open("Restore it", "Open your credentials", to.Credentials()),
		After: []string{
			"No project can use " + t.them("it", "them") + " from now on: programs that need " + t.them("it", "them") + " stop working.",
			restore + " you can have " + t.them("it", "them") + " back, shared with the same projects: follow the link above and choose “Restore”. After that the secret is erased for good.",
			"Was it not you? Restore " + t.them("it", "them") + ", change your password and tell an administrator.",
		},
		Why: "You get this letter because you are the owner.",
	}
}
