package transfers

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/post"
)

// blocked reports why the offer can't be accepted at now, or nil. The name is
// another matter: the receiver can choose one.
func blocked(g db.Given, uses []db.Use, now time.Time) error {
	if g.Credential.ID == (models.ID{}) {
		if err := g.Open(now); err != nil {
			return err
		}
		return models.Fail(models.NotFound, "“%s” does not exist any more.", g.Name)
	}
	if err := g.Confirmable(g.Credential, now); err != nil {
		return err
	}
	for _, u := range uses {
		if u.Credential == g.CredentialID && !u.Inside {
			return models.Fail(models.Conflict, "You are not a member of every project that uses “%s” any more. Ask %s, or an administrator.", g.Name, g.From.Name)
		}
	}
	return nil
}

// meant are the offers that an answer is about: those that it names, or every
// open one. It reports why they can't be answered.
func meant(given []db.Given, named []models.ID, now time.Time) (list []db.Given, err error) {
	for _, g := range given {
		if len(named) > 0 && !slices.Contains(named, g.ID) {
			continue
		}
		why := g.Open(now)
		if why != nil && len(named) > 0 {
			return nil, why
		}
		if why != nil {
			err = why
			continue
		}
		list = append(list, g)
	}
	if len(list) > 0 {
		return list, nil
	}
	if err == nil { // none of the named is of this link
		err = models.ErrTransferToken
	}
	return nil, err
}

// chosen are the names that the credentials shall have, and what is wrong with
// those that the receiver typed.
func chosen(given []db.Given, a Answer) (names []string, wrong models.Fields) {
	names, wrong = make([]string, len(given)), models.Fields{}
	for i, g := range given {
		names[i] = g.Credential.Name
		typed, ok := a.Names[g.ID]
		if !ok {
			continue
		}
		clean, err := models.CleanCredentialName(typed)
		if err != nil {
			wrong.Add(models.NameField(g.ID), models.WrongFields(err)["name"])
		}
		names[i] = clean
	}
	return names, wrong
}

// names are the names that the credentials get, free among those of the person.
func (o Ops) names(t *db.SelfTx, given []db.Given, a Answer) ([]string, error) {
	names, wrong := chosen(given, a)
	taken, err := t.TakenNames(names)
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		if key := models.Fold(name); taken[key] {
			wrong.Add(models.NameField(given[i].ID), models.NameTaken)
		} else {
			taken[key] = true // two of them can't have the same one
		}
	}
	return names, wrong.Err()
}

// both are the letters to the new owner and to the former one.
func (o Ops) both(who models.Actor, given []db.Given, names []string, uses []db.Use) []db.NewLetter {
	d := models.LetterDetails{Other: given[0].From}
	for i, g := range given {
		thing := models.LetterThing{ID: g.CredentialID.String(), Name: names[i]}
		if names[i] != g.Credential.Name {
			thing.Was = g.Credential.Name
		}
		for _, p := range projectsOf(uses, g.CredentialID) {
			thing.Projects = append(thing.Projects, p.Name)
		}
		d.Things = append(d.Things, thing)
	}
	slices.SortFunc(d.Things, func(a, b models.LetterThing) int { return strings.Compare(models.Fold(a.Name), models.Fold(b.Name)) })
	me := who.User()
	mine := o.office.Letter(me, models.ReceivedLetter, d)
	d.Other = me.Party()
	for i, thing := range d.Things { // who gave it away knows it by the name that it had
		d.Things[i].Name, d.Things[i].Was = cmp.Or(thing.Was, thing.Name), ""
	}
	return []db.NewLetter{mine, o.office.Letter(post.Sender(given[0].Offered), models.HandedOverLetter, d)}
}

func offersOf(given []db.Given) []models.Offered {
	list := make([]models.Offered, 0, len(given))
	for _, g := range given {
		list = append(list, g.Offered)
	}
	return list
}

// connecting are the credentials of offers that wait whose programs work with
// somebody's account at a provider.
func connecting(given []db.Given, now time.Time) (list []models.ID) {
	for _, g := range given {
		if g.Kind == models.OAuthKind && g.Open(now) == nil {
			list = append(list, g.CredentialID)
		}
	}
	return list
}

func credentialsOf(given []db.Given) []models.ID {
	list := make([]models.ID, 0, len(given))
	for _, g := range given {
		list = append(list, g.CredentialID)
	}
	return list
}

func projectsOf(uses []db.Use, credential models.ID) (list []models.SharedWith) {
	for _, u := range uses {
		if u.Credential == credential {
			list = append(list, u.SharedWith)
		}
	}
	return list
}
