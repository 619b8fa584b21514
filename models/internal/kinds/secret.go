package kinds

import (
	"slices"
	"strings"
	"unicode"
)

// words splits a property name: apiKey, api_key and api-key are all api, key.
func words(name string) []string {
	var found []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			found = append(found, strings.ToLower(string(word)))
			word = nil
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			continue
		}
		if unicode.IsUpper(r) && startsWord(runes, i) {
			flush()
		}
		word = append(word, r)
	}
	flush()
	return found
}

// startsWord reports whether the capital at i begins a word: after a small
// letter, or as the last capital of a run (the K of APIKey).
func startsWord(runes []rune, i int) bool {
	if i == 0 {
		return false
	}
	if !unicode.IsUpper(runes[i-1]) {
		return true
	}
	return i+1 < len(runes) && unicode.IsLower(runes[i+1])
}

// saysSecret reports whether a property's name alone tells that it is secret.
func saysSecret(name string) bool {
	w := words(name)
	for i, word := range w {
		next, previous := at(w, i+1), at(w, i-1)
		if word == "pass" {
			return true
		}
		switch strings.TrimSuffix(word, "s") {
		case "password", "passwd", "passphrase", "passcode", "pwd", "token", "secret", "credential":
			if !slices.Contains(aboutASecret, next) {
				return true
			}
		case "pin":
			return true
		case "key":
			if !slices.Contains(aboutAKey, next) && !slices.Contains(openKeys, previous) {
				return true
			}
		}
		if slices.ContainsFunc(runTogether, func(end string) bool { return strings.HasSuffix(word, end) }) &&
			!slices.Contains(aboutASecret, next) {
			return true
		}
	}
	return false
}

var (
	// what follows describes the secret and is none itself: tokenUrl, credentialType
	aboutASecret = []string{"url", "uri", "endpoint", "type", "expiry", "expires"}
	// keyId and keyName name a key; they do not hold it
	aboutAKey = []string{"id", "ids", "name", "type", "path", "space", "alias", "version", "url", "uri", "algorithm", "length", "size", "format", "prefix"}
	// keys that are meant to be seen
	openKeys = []string{"public", "primary", "foreign", "partition", "sort", "routing", "project", "object", "cache", "idempotency", "publishable"}
	// names written without a break: apikey, authtoken
	runTogether = []string{"password", "passwd", "passphrase", "apikey", "privatekey", "secretkey", "accesskey", "token", "secret"}
)

func at(list []string, i int) string {
	if i < 0 || i >= len(list) {
		return ""
	}
	return list[i]
}

// saysMultiline reports whether a property by its name or description holds
// several lines: a key or a certificate in PEM, a service account's JSON.
func saysMultiline(name, description string) bool {
	w := words(name)
	has := func(word string) bool { return slices.Contains(w, word) }
	if has("pem") || has("certificate") || has("cert") || (has("private") && has("key") || has("privatekey")) ||
		(has("service") && has("account") && (has("json") || has("key"))) {
		return true
	}
	return strings.Contains(description, "-----BEGIN") || strings.Contains(description, "PEM ")
}

// label makes a property's name readable: hostUrl becomes Host URL.
func label(name string) string {
	w := words(name)
	for i, word := range w {
		switch {
		case slices.Contains(initials, word):
			w[i] = strings.ToUpper(word)
		case i == 0:
			runes := []rune(word)
			runes[0] = unicode.ToUpper(runes[0])
			w[i] = string(runes)
		}
	}
	if len(w) == 0 {
		return name
	}
	return strings.Join(w, " ")
}

var initials = []string{
	"api", "aws", "ca", "db", "dns", "fhir", "ftp", "http", "https", "id", "imap", "ip", "json", "jwt", "ldap", "mqtt", "pem", "pin",
	"sas", "sdk", "sftp", "sid", "smtp", "sql", "ssh", "ssl", "tls", "uri", "url", "uuid", "vpn", "xml",
}
