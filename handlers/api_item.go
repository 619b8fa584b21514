package handlers

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"holdfast/models"
)

// item reads one login of a set.
func (f *formed) item(at string, raw json.RawMessage) (it models.LoginItem) {
	members, ok := object(raw)
	if !ok {
		f.wrong(at, models.CodeInvalidType, "A login is an object.")
		return it
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		value, place := members[name], at+"/"+escaped(name)
		switch name {
		case "id":
			it.ID = number(f, place, value)
		case "key":
			it.Key = text(f, place, value)
		case "secret":
			it.Secret = text(f, place, value)
		case "trustedIdPId":
			it.TrustedIDPID = number(f, place, value)
		case "lastLogin":
			it.LastLogin = number(f, place, value)
		case "expired":
			it.Expired = truth(f, place, value)
		case "expireAt":
			it.ExpireAt = number(f, place, value)
		case "expiredAt":
			it.ExpiredAt = number(f, place, value)
		case "mfa":
			it.MFA = truth(f, place, value)
		case "blocked":
			it.Blocked = f.block(place, value)
		default:
			f.wrong(place, "unknown_attribute", "A login has no such attribute.")
		}
	}
	return it
}

// object takes an object apart; anything else is none.
func object(text json.RawMessage) (members map[string]json.RawMessage, ok bool) {
	return members, json.Unmarshal(text, &members) == nil && members != nil
}

// number reads a whole number as JSON spells it: no fraction, no exponent, no text.
func number(f *formed, at string, text json.RawMessage) models.Opt[int64] {
	if string(text) == "null" {
		return models.Null[int64]()
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || n > mostNumber || n < -mostNumber {
		f.wrong(at, models.CodeInvalidType, "This must be a whole number or null.")
		return models.Opt[int64]{}
	}
	return models.Some(n)
}

// mostNumber is the largest whole number that every program tells from its neighbours.
const mostNumber = 1<<53 - 1

func text(f *formed, at string, text json.RawMessage) models.Opt[string] {
	return read[string](f, at, text, "This must be text.")
}

func truth(f *formed, at string, text json.RawMessage) models.Opt[bool] {
	return read[bool](f, at, text, "This must be true or false.")
}

func read[T any](f *formed, at string, text json.RawMessage, must string) models.Opt[T] {
	var value *T
	switch err := json.Unmarshal(text, &value); {
	case err != nil:
		f.wrong(at, models.CodeInvalidType, must)
		return models.Opt[T]{}
	case value == nil:
		return models.Null[T]()
	}
	return models.Some(*value)
}

// block reads true, false, null, or an object as it was read. When and by whom
// something is blocked is never taken from it.
func (f *formed) block(at string, text json.RawMessage) models.Opt[models.Block] {
	members, isObject := object(text)
	if !isObject {
		on := read[bool](f, at, text, "This must be an object, true, false or null.")
		return models.Opt[models.Block]{Said: on.Said, Null: on.Null, Value: models.Block{On: on.Value}}
	}
	b := models.Block{On: true, ByNobody: true}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		value, place := members[name], at+"/"+escaped(name)
		switch name {
		case "date":
			b.Date = number(f, place, value).Value
		case "userId":
			b.ByNobody = !number(f, place, value).There()
		default:
			f.wrong(place, "unknown_attribute", "A block has no such attribute.")
		}
	}
	return models.Some(b)
}
