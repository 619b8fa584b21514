package factors_test

import (
	"testing"

	"holdfast/models"
	"holdfast/models/factors"
	"holdfast/models/modelstest"
)

// proven is who has shown a second factor just now.
func proven(h *modelstest.House, who models.Actor) models.Actor {
	who.Proofs, who.ProvenAt = who.Proofs.And(models.ByPassword).And(models.ByCode), h.Clock.Now()
	return who
}

// person is somebody with a password, and their phone.
func person(t *testing.T, h *modelstest.House, name string, rank models.Rank) (models.Actor, *modelstest.Phone) {
	t.Helper()
	who := h.Person(t, name, rank)
	h.Lets(t, who)
	phone := h.Enrol(t, who)
	h.Mail(t)
	return who, phone
}

// add enrols one more app.
func add(t *testing.T, h *modelstest.House, who models.Actor, label string) *modelstest.Phone {
	t.Helper()
	e, err := h.Factors.Begin(t.Context(), who, "")
	modelstest.Must(t, err)
	p := modelstest.NewPhone(t, e.Secret)
	_, err = h.Factors.Add(t.Context(), who, factors.Given{Sealed: e.Sealed, Label: label, Code: h.Shows(t, p)})
	modelstest.Must(t, err)
	return p
}

// mine are the ids of the person's factors.
func mine(t *testing.T, h *modelstest.House, who models.Actor) (list []models.ID) {
	t.Helper()
	held, err := h.Factors.Mine(t.Context(), who)
	modelstest.Must(t, err)
	for _, f := range held.Factors {
		list = append(list, f.ID)
	}
	return list
}
