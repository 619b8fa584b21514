package admin

import (
	"strconv"
	"time"

	"holdfast/views/ui"
)

// UserFactors are the second factors of a user, as a part of the user's page.
type UserFactors struct {
	Now       time.Time
	UserID    int64
	Rows      []FactorRow
	CodesLeft int
	Me        bool // the administrator's own: those are reset by another one
}

// FactorRow is an app that shows codes.
type FactorRow struct {
	Label           string
	Added, LastUsed time.Time // LastUsed zero is never
}

// ResetFactors posts "reason" to /admin/users/{id}/factors/reset.
type ResetFactors struct {
	UserFactors
	Name, Email string
	Sessions    int
	Reason      string // as typed
	ReasonError string
}

func (r ResetFactors) problems() []ui.Problem {
	if r.ReasonError == "" {
		return nil
	}
	return []ui.Problem{{ID: "reason", Label: "Reason", Text: r.ReasonError}}
}

func codesLeft(n int) string { return strconv.Itoa(n) + " not used" }
