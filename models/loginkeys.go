package models

import (
	"slices"
	"time"
	"unicode"
	"unicode/utf8"
)

// keyWrong says by its code why a key can't be a login's, and in words.
func keyWrong(key string) (canon, code, text string) {
	if key == "" {
		return "", CodeKeyRequired, "Enter a login."
	}
	if utf8.RuneCountInString(key) > 254 {
		return "", CodeKeyTooLong, "Use at most 254 characters for a login."
	}
	canon, err := CanonicalKey(key)
	if err != nil || canon == "" {
		return "", CodeKeyInvalid, "This login has characters that can't be used, such as spaces."
	}
	if mixedScripts(canon) {
		return "", CodeKeyConfusable, "This login mixes letters of several alphabets that look the same. Use letters of one alphabet."
	}
	return canon, "", ""
}

// mixedScripts reports letters of alphabets that are easily taken for each other.
func mixedScripts(key string) bool {
	scripts := 0
	for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek} {
		if slices.ContainsFunc([]rune(key), func(r rune) bool { return unicode.Is(script, r) }) {
			scripts++
		}
	}
	return scripts > 1
}

// Claims are the keys that a set of logins asks for, as they are compared. A key
// that can't be one is not among them.
func (s LoginSet) Claims() []string {
	var list []string
	for _, it := range s.Items {
		if canon, err := CanonicalKey(it.Key.Value); err == nil && it.Key.There() {
			list = append(list, canon)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// FreeAgain says from when on a key can be somebody else's: what is free within a
// minute is said of the next one.
func FreeAgain(at time.Time) string {
	return at.Add(time.Minute - 1).UTC().Format("2 January 2006, 15:04 UTC")
}

// Claim is the key that the login has or had.
func (l Login) Claim() KeyClaim {
	c := KeyClaim{Canon: l.KeyCanon}
	if l.TrustedIDPID != nil {
		c.Provider = *l.TrustedIDPID
	}
	return c
}

// readKey puts the item's key into the login.
func (d *draft) readKey() {
	key := d.item.Key
	switch {
	case !key.Said && d.isNew, key.Said && (key.Null || key.Value == ""):
		d.fault("key", CodeKeyRequired, "Enter a login.")
		return
	case !key.Said, key.Value == d.will.Key: // what stands, stands
		return
	}
	canon, code, text := keyWrong(key.Value)
	if code != "" {
		d.fault("key", code, text)
		return
	}
	if !d.isNew {
		d.alter(LoginRenamed, "key", d.was.Key, key.Value)
	}
	d.will.Key, d.will.KeyCanon = key.Value, canon
}

// keepApart reports every item whose key another has: of this set, or another user's.
func (p *planner) keepApart() {
	seen := map[KeyClaim]bool{}
	for _, d := range p.drafts {
		claim := d.will.Claim()
		if claim.Canon == "" {
			continue
		}
		if seen[claim] {
			d.fault("key", CodeKeyTaken, "Another login of this user has the same key.")
			continue
		}
		seen[claim] = true
		if holder, taken := p.world.Taken[claim]; taken && claim != d.was.Claim() {
			d.held(holder)
		}
	}
}

func (d *draft) held(by KeyHolder) {
	if by.Removed {
		d.fault("key", CodeKeyQuarantined, "A login of "+by.Name+" with this key was removed less than 30 days ago. Until then nobody else can have it.")
		return
	}
	d.fault("key", CodeKeyTaken, by.Name+" has a login with this key.")
}
