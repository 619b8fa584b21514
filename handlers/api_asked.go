package handlers

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"holdfast/models"
	"holdfast/web"
)

// asked is what a PUT says besides its body.
type asked struct {
	set    models.LoginSet
	dryRun bool
}

// askedOf reads it, and refuses what it does not know: a slip in the name of
// dryRun must not make it real.
func askedOf(r *web.Request) (a asked, err error) {
	for name, values := range r.Request().URL.Query() {
		switch value := values[0]; {
		case len(values) == 1 && name == "dryRun" && (value == "true" || value == "false"):
			a.dryRun = value == "true"
		case len(values) == 1 && name == "confirm" && value == "remove-all":
			a.set.AllowEmpty = true
		case len(values) == 1 && name == "reason" && utf8.RuneCountInString(value) <= 500:
			a.set.Reason = strings.TrimSpace(r.Query("reason"))
		default:
			return a, models.Fail(models.Unreadable, "After the question mark there may be dryRun=true, confirm=remove-all and a reason of at most 500 characters, each once.")
		}
	}
	if a.set.Revision, err = ifMatch(r); err != nil {
		return a, err
	}
	a.set.Strict = prefers(r, strictly)
	return a, nil
}

// ifMatch is the revision that the program has read. "*" is no revision: whoever
// sends it has not read what it is about to replace.
func ifMatch(r *web.Request) (*int64, error) {
	tags := r.Request().Header.Values("If-Match")
	if len(tags) == 1 {
		text, quoted := strings.CutPrefix(strings.TrimSpace(tags[0]), `"`)
		text, closed := strings.CutSuffix(text, `"`)
		if revision, err := strconv.ParseInt(text, 10, 64); err == nil && quoted && closed {
			return &revision, nil
		}
	}
	return nil, models.Fail(models.Missing, "Send If-Match with the one ETag that reading the logins gave you, quotes included.")
}

// strictly refuses what would be passed over (RFC 7240).
const strictly = "handling=strict"

func prefers(r *web.Request, what string) bool {
	var all []string
	for _, line := range r.Request().Header.Values("Prefer") {
		for one := range strings.SplitSeq(line, ",") {
			name, _, _ := strings.Cut(one, ";")
			all = append(all, strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(name, `"`, ""), " ", "")))
		}
	}
	return slices.Contains(all, what)
}
