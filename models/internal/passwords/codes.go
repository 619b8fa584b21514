package passwords

import "holdfast/models"

// codes are what a program is told of a password that Check refuses.
var codes = map[string]string{
	tooShort: "secret_too_short",
	tooBrief: "secret_too_short",
	tooLong:  "secret_too_long",
	tooEasy:  "secret_blocklisted",
	tooClose: "secret_contains_key",
}

// Judge reports why the password is no good for that person, by a code that
// never changes and in words; two empty texts if it is.
func Judge(password string, who Person) (code, text string) {
	text = models.WrongFields(Check("password", password, who))["password"]
	if text == "" {
		return "", ""
	}
	if code = codes[text]; code == "" {
		code = "secret_refused"
	}
	return code, text
}
