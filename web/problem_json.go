package web

import (
	"encoding/json"

	"holdfast/models"
)

// problemDetails is an error as RFC 9457 spells it, with members of ours:
// a code that stays the same, what is wrong by field, and by place.
type problemDetails struct {
	Type      string         `json:"type"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail"`
	Code      string         `json:"code"`
	Fields    models.Fields  `json:"fields,omitempty"`
	Errors    []models.Fault `json:"errors,omitempty"`
	RequestID string         `json:"request_id"`
}

func (r *Request) problemJSON(p problem) error {
	body, err := json.Marshal(problemDetails{
		Type: "about:blank", Title: p.title, Status: p.status, Detail: p.text,
		Code: p.code, Fields: p.fields, Errors: p.faults, RequestID: r.Who.RequestID,
	})
	if err != nil {
		return err
	}
	return r.send(p.status, "application/problem+json", body)
}
