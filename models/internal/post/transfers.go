package post

import (
	"holdfast/models"
	"holdfast/models/internal/db"
)

// Withdrawn are the letters of offers that by revoked, all from one owner to
// one receiver: to the receiver, and to the owner when somebody else did it.
func (o Office) Withdrawn(offers []models.Offered, by models.Actor) []db.NewLetter {
	first, d := offers[0], models.LetterDetails{Things: Things(offers)}
	d.Other = first.From
	letters := []db.NewLetter{o.Letter(Receiver(first), models.WithdrawnLetter, d)}
	if by.UserID == first.FromID {
		return letters
	}
	d.Other, d.By = first.To, by.User().Party()
	return append(letters, o.Letter(Sender(first), models.RevokedLetter, d))
}

// EndOffer revokes the open offer of a held credential, if there is one: what was
// offered is about to be something else.
func (o Office) EndOffer(t *db.SelfTx, c models.Credential) error {
	offer, found, err := t.Pending(c.ID)
	if err != nil || !found {
		return err
	}
	offers := []models.Offered{offer}
	t.Post(o.Withdrawn(offers, t.Who)...)
	return t.End(offers, models.TransferRevoked)
}

// Things are the credentials of offers, as letters name them.
func Things(offers []models.Offered) []models.LetterThing {
	var list []models.LetterThing
	for _, f := range offers {
		list = append(list, models.LetterThing{ID: f.CredentialID.String(), Name: f.Name})
	}
	return list
}

// Sender is whose credential the offer is of.
func Sender(f models.Offered) models.User {
	return models.User{ID: f.FromID, Name: f.From.Name, Email: f.From.Email}
}

// Receiver is whom the offer is for.
func Receiver(f models.Offered) models.User {
	return models.User{ID: f.ToID, Name: f.To.Name, Email: f.To.Email}
}
