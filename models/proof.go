package models

// Given is what somebody shows to prove again that it is them: one of the two.
type Given struct{ Password, Code string }

// Ways are the ways in which a person can prove again that it is them.
type Ways struct {
	Code     bool   // a code of their second factor; a password is not enough then
	Password bool   // the password of the login they came in by
	Provider string // the name of the identity provider they came in by; empty for none
}
