package models

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The codes of what can be wrong with a set of logins. They never change.
const (
	CodeInvalidType         = "invalid_type"
	CodeNotMilliseconds     = "timestamp_not_milliseconds"
	CodeConflictingAliases  = "conflicting_aliases"
	CodeReadOnly            = "read_only_attribute"
	CodeLoginNotFound       = "credential_not_found"
	CodeDuplicateID         = "duplicate_id"
	CodeKeyRequired         = "key_required"
	CodeKeyInvalid          = "key_invalid"
	CodeKeyConfusable       = "key_confusable"
	CodeKeyTooLong          = "key_too_long"
	CodeKeyQuarantined      = "key_quarantined"
	CodeKeyTaken            = "key_taken"
	CodeSecretRequired      = "secret_required"
	CodeSecretNull          = "secret_null"
	CodeSecretEmpty         = "secret_empty"
	CodeSecretPlaceholder   = "secret_placeholder"
	CodeSecretNotApplicable = "secret_not_applicable"
	CodeIDPNotFound         = "idp_not_found"
	CodeIDPDisabled         = "idp_disabled"
	CodeKindChange          = "kind_change_forbidden"
	CodeExpireInPast        = "expire_in_past"
	CodeExpiredConflict     = "expired_conflict"
	CodeMFARequired         = "mfa_required_for_admin"
	CodeEmptySet            = "empty_requires_confirmation"
	CodeSelfLockout         = "self_lockout"
	CodeLoginBlocked        = "credential_blocked"
	CodeLoginExpired        = "credential_expired"
	CodeUserDisabled        = "user_disabled"
	CodeNoAddress           = "no_delivery_address"
	CodeResetsLimited       = "reset_rate_limited"
	CodeLimit               = "limit_exceeded"
	CodeConflict            = "conflict"
	CodeForbidden           = "forbidden"
	CodeStepUp              = "step_up_required"
	CodeReasonInvalid       = "reason_invalid"
)

// kindsOfCodes are those codes that do not just say that the input breaks a rule.
var kindsOfCodes = map[string]ErrorKind{
	CodeKeyTaken: Conflict, CodeMFARequired: Conflict, CodeEmptySet: Conflict, CodeSelfLockout: Conflict,
	CodeLoginBlocked: Conflict, CodeLoginExpired: Conflict, CodeUserDisabled: Conflict, CodeForbidden: Forbidden, CodeResetsLimited: RateLimited, CodeConflict: Outdated,
}

// faults gathers everything that is wrong with a set.
type faults struct {
	list  []Fault
	retry time.Duration
}

// add notes a fault, unless something is wrong with its place already.
func (f *faults) add(pointer, code, text string) {
	for _, told := range f.list {
		if told.Pointer == pointer || strings.HasPrefix(pointer, told.Pointer+"/") {
			return
		}
	}
	f.list = append(f.list, Fault{Pointer: pointer, Code: code, Text: text})
}

// err is nil when nothing is wrong. Its kind is that of all its faults, or
// Invalid when they differ.
func (f *faults) err() error {
	if len(f.list) == 0 {
		return nil
	}
	return Faulty(f.list, f.retry)
}

// Faulty is the error of a set that has these faults, one at least.
func Faulty(list []Fault, retry time.Duration) *Error {
	e := &Error{Kind: kindOfCode(list[0].Code), Code: list[0].Code, Text: list[0].Text, Faults: list, RetryAfter: retry}
	if slices.ContainsFunc(list, func(f Fault) bool { return kindOfCode(f.Code) != e.Kind }) {
		e.Kind = Invalid
	}
	if slices.ContainsFunc(list, func(f Fault) bool { return f.Code != e.Code }) {
		e.Code = ""
	}
	if len(list) > 1 {
		e.Text = "Nothing was changed: " + strconv.Itoa(len(list)) + " things are wrong with these logins."
	}
	if e.Kind != RateLimited {
		e.RetryAfter = 0
	}
	return e
}

func kindOfCode(code string) ErrorKind {
	if k, special := kindsOfCodes[code]; special {
		return k
	}
	return Invalid
}

// pointer is the place of an attribute of the item at that place.
func pointer(item int, attribute string) string {
	p := "/" + strconv.Itoa(item)
	if attribute == "" {
		return p
	}
	return p + "/" + attribute
}
