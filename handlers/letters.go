package handlers

import (
	"cmp"
	"fmt"
	"strings"

	"holdfast/models"
	"holdfast/views/mail"
	"holdfast/views/outbox"
	"holdfast/views/to"
	"holdfast/views/ui"
)

// Letters write the console's letters; every link in them begins with BaseURL.
type Letters struct{ BaseURL string }

// Write is the letter l in words, with a link of that token. A letter that has
// gone has no words any more: it is written as the zero Letter.
func (w Letters) Write(l models.Letter, token string) mail.Letter {
	if l.Details == "" {
		return mail.Letter{}
	}
	t := tale{LetterDetails: l.ReadDetails(), letters: w, token: token, reader: l.Email}
	m := t.tell(l.Kind)
	m.To, m.BaseURL = l.Name, w.base()
	m.Subject = mail.OneLine(cmp.Or(l.Subject, models.SubjectOf(l.Kind, t.LetterDetails)))
	if m.Lead == "" {
		m.Lead = m.Subject
	}
	m.Things = t.list(l.Kind)
	return m
}

// Parts splits a letter's text into plain pieces and links. A link is a line
// of its own that begins with BaseURL; an address in somebody's name never is.
func (w Letters) Parts(text string) []outbox.Part {
	var list []outbox.Part
	plain := func(piece string) {
		if last := len(list) - 1; last >= 0 && list[last].URL == "" {
			list[last].Text += piece
		} else if piece != "" {
			list = append(list, outbox.Part{Text: piece})
		}
	}
	for line := range strings.Lines(text) {
		url := strings.TrimSpace(line)
		if !strings.HasPrefix(url, w.base()+"/") || strings.ContainsAny(url, " \t") {
			plain(line)
			continue
		}
		before, after, _ := strings.Cut(line, url)
		plain(before)
		list = append(list, outbox.Part{Text: url, URL: url})
		plain(after)
	}
	return list
}

func (w Letters) base() string { return strings.TrimRight(w.BaseURL, "/") }

// tale is what a letter has to tell.
type tale struct {
	models.LetterDetails
	letters Letters
	token   string
	reader  string // the reader's address
}

// tell is the letter of a kind; one that is unknown has a subject alone.
func (t tale) tell(kind models.LetterKind) mail.Letter {
	switch kind {
	case models.OfferLetter:
		return t.offer()
	case models.OfferMadeLetter:
		return t.offerMade()
	case models.ReceivedLetter:
		return t.received()
	case models.HandedOverLetter:
		return t.handedOver()
	case models.DeclinedLetter:
		return t.declined()
	case models.WithdrawnLetter:
		return t.withdrawn()
	case models.RevokedLetter:
		return t.revoked()
	case models.ExpiredLetter:
		return t.expired()
	case models.InvitationLetter:
		return t.invitation()
	case models.DeletionLetter:
		return t.deletion()
	case models.ResetLetter:
		return t.reset()
	case models.AccountLetter:
		return t.account()
	case models.GrantLetter:
		return t.connection()
	case models.ClientTakenLetter:
		return t.takenOver()
	case models.ClientLetter:
		return t.refused()
	}
	return mail.Letter{}
}

// list are the credentials, with the addresses of those pages that the reader may open.
func (t tale) list(kind models.LetterKind) []mail.Thing {
	closed := kind == models.OfferLetter || kind == models.WithdrawnLetter || kind == models.HandedOverLetter
	out := make([]mail.Thing, 0, len(t.Things))
	for _, c := range t.Things {
		thing := mail.Thing{Name: c.Name, Was: c.Was, Projects: c.Projects}
		if !closed && c.ID != "" {
			thing.URL = t.at(to.Credential(c.ID))
		}
		out = append(out, thing)
	}
	return out
}

// at is the address of a path of the console.
func (t tale) at(path string) string { return t.letters.base() + path }

// link is what the token opens; a letter without one has no link.
func (t tale) link(label, path string) *mail.Action {
	if t.token == "" {
		return nil
	}
	return &mail.Action{Label: label, URL: t.at(path), Until: t.Until}
}

// open leads to the one credential, or to where several of them are.
func (t tale) open(label, elsewhere, path string) *mail.Action {
	if t.one() && t.Things[0].ID != "" {
		return &mail.Action{Label: label, URL: t.at(to.Credential(t.Things[0].ID))}
	}
	return &mail.Action{Label: elsewhere, URL: t.at(path)}
}

func (t tale) one() bool { return len(t.Things) == 1 }

// them is one of two words: for one credential, and for several.
func (t tale) them(one, several string) string {
	if t.one() {
		return one
	}
	return several
}

// what are the credentials in a sentence, and whose: "the" or "your".
func (t tale) what(whose string) string {
	switch n := len(t.Things); {
	case n == 1:
		return whose + " credential “" + t.Things[0].Name + "”"
	case n > 1 && whose == "your":
		return fmt.Sprintf("%d of your credentials", n)
	case n > 1:
		return fmt.Sprintf("%d credentials", n)
	}
	return whose + " credentials"
}

// partyName is what a person is called in a sentence.
func partyName(p models.Party) string { return cmp.Or(p.Name, p.Email, "somebody") }

// partyAddress is somebody among the facts.
func partyAddress(p models.Party) string {
	if p.Name == "" || p.Email == "" {
		return partyName(p)
	}
	return p.Name + " (" + p.Email + ")"
}

// factsSaid are those that have something to say.
func factsSaid(all ...mail.Fact) []mail.Fact {
	var list []mail.Fact
	for _, f := range all {
		if f.Text != "" {
			list = append(list, f)
		}
	}
	return list
}

// administrator is who acted in somebody's place, or nobody.
func (t tale) administrator() string {
	if t.By == (models.Party{}) {
		return ""
	}
	return partyAddress(t.By) + ", an administrator"
}

func (t tale) until() string {
	if t.Until.IsZero() {
		return ""
	}
	return ui.Exact(t.Until)
}
