package handlers

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"holdfast/models"
	view "holdfast/views/credentials"
	"holdfast/views/ui"
)

// eventWords say in words what happened.
var eventWords = map[string]string{
	models.CredentialCreated:   "created the credential",
	models.CredentialUpdated:   "changed the credential",
	models.CredentialShared:    "shared the credential with a project",
	models.CredentialUnshared:  "removed the credential from a project",
	models.CredentialScheduled: "scheduled the credential for deletion",
	models.CredentialRestored:  "restored the credential",
	models.CredentialDeleted:   "deleted the credential",
	models.CredentialPurged:    "purged the credential",
	models.TransferOffered:     "offered the credential to somebody",
	models.TransferDone:        "took the credential over",
	models.TransferRefused:     "declined the credential",
	models.TransferTakenBack:   "revoked the offer of the credential",
	models.TransferTimedOut:    "ended an offer of the credential, whose time was over",
	models.LetterGivenUp:       "gave up a letter",
	models.LetterTriedAgain:    "had a letter sent again",
	models.ProjectCreated:      "created the project",
	models.ProjectRenamed:      "renamed the project",
	models.MemberAdded:         "added a member",
	models.MemberRemoved:       "removed a member",
	models.MemberChanged:       "changed a member's role",
	models.OwnershipPassed:     "passed the project on",
	models.UserCreated:         "created the user",
	models.LinkIssued:          "made an access link",
	models.LinkUsed:            "used an access link",
	models.PasswordSet:         "set a password",
	models.SignedInEvent:       "signed in",
	models.SignInFailed:        "failed to sign in",
	models.SignedOutEvent:      "signed out",
	models.SessionRevoked:      "ended a session",
	models.SessionsRevoked:     "ended all sessions",
	models.KeysRotated:         "added an encryption key",
	models.UserUpdated:         "changed the user",
	models.RankChanged:         "changed the user's rank",
	models.UserDisabled:        "disabled the user",
	models.UserEnabled:         "enabled the user",
	models.UserScheduled:       "scheduled the user for deletion",
	models.UserRestored:        "restored the user",
	models.UserPurged:          "purged the user",
	models.LoginCreated:        "added a login",
	models.LoginRenamed:        "renamed a login",
	models.LoginRemoved:        "removed a login",
	models.LoginRestored:       "restored a login",
	models.LoginPurged:         "purged a login",
	models.LoginBlocked:        "blocked a login",
	models.LoginUnblocked:      "unblocked a login",
	models.LoginUnlocked:       "unlocked a login",
	models.LoginExpired:        "ended a login",
	models.ExpiryChanged:       "changed when a login ends",
	models.FactorRequired:      "made a login ask for a second factor",
	models.FactorWaived:        "let a login go without a second factor",
	models.ResetRequested:      "asked for a new password",
	models.LinkOpened:          "opened an access link",
	models.LinkRevoked:         "revoked an access link",
	models.LoginLinked:         "linked a login to an identity provider",
	models.LoginBound:          "signed in by an identity provider first, which bound the login",
	models.LoginUnlinked:       "unlinked a login from an identity provider",
	models.SetRefused:          "was refused a change of logins",
	models.SetConflict:         "changed logins that had changed meanwhile, in vain",
	models.FactorAdded:         "added a second factor",
	models.FactorRemoved:       "removed a second factor",
	models.FactorsReset:        "removed all second factors",
	models.RecoveryRenewed:     "made new recovery codes",
	models.RecoveryUsed:        "used a recovery code",
	models.LockedOut:           "locked a login after failures",
	models.Throttled:           "was held back after many tries",
	models.CameInAfterFailures: "signed in after failures",
	models.SubjectMismatch:     "came from an identity provider as somebody else",
	models.EmailUnverified:     "came from an identity provider with an address it has not verified",
	models.ProviderRefused:     "was refused after an identity provider",
	models.IDPCreated:          "added an identity provider",
	models.IDPUpdated:          "changed an identity provider",
	models.IDPEnabled:          "enabled an identity provider",
	models.IDPDisabled:         "disabled an identity provider",
	models.IDPDeleted:          "deleted an identity provider",
	models.ProvenAgain:         "confirmed who they are",
	models.NotProven:           "failed to confirm who they are",
	models.TokenCreated:        "made an API token",
	models.TokenRevoked:        "revoked an API token",
	models.CredentialRevealed:  "looked at the secret",
	models.CredentialConnected: "connected an account",
	models.AccountSwitched:     "connected another account",
	models.CredentialParted:    "disconnected the account",
	models.TokenRefreshed:      "refreshed the tokens",
	models.TokenRefreshFailed:  "could not refresh the tokens: the account must be connected again",
	models.GrantRevoked:        "gave the access up at the provider",
	models.GrantNotRevoked:     "could not give the access up at the provider",
	models.ConnectRefused:      "came back from a provider without a connection",
	models.OAuthClientCreated:  "added the OAuth client",
	models.OAuthClientUpdated:  "changed the OAuth client",
	models.OAuthClientDeleted:  "deleted the OAuth client",
	models.OAuthClientOffered:  "offered the OAuth client to a project",
	models.OAuthClientTaken:    "took the OAuth client away from a project",
	models.OAuthClientRefused:  "found that the provider refuses the OAuth client",
	models.OAuthClientMended:   "had the OAuth client tried again",
	models.OAuthClientPassed:   "took the OAuth client over",
}

func eventWord(name string) string {
	if word, ok := eventWords[name]; ok {
		return word
	}
	return name
}

// actor is who did something; what Holdfast does by itself says so.
func actor(name string) string {
	switch {
	case strings.HasPrefix(name, "refresh:"):
		return "Holdfast (refresh)"
	case name == "revoke":
		return "Holdfast (revocation)"
	}
	return name
}

func events(list []models.Event, called labels) []view.Event {
	out := make([]view.Event, 0, len(list))
	for _, e := range list {
		out = append(out, view.Event{At: e.At, Who: actor(e.ActorName), What: eventWord(e.Name), Details: details(e, called)})
	}
	return out
}

// line is one thing that an event changed. Before and after are in words, and
// empty where there was nothing or where it says nothing.
type line struct{ what, before, after string }

func (l line) String() string {
	switch {
	case l.before == "" && l.after == "":
		return l.what
	case l.before == "":
		return l.what + ": " + l.after
	case l.after == "":
		return l.what + ": " + l.before + " removed"
	}
	return l.what + ": " + l.before + " → " + l.after
}

// labels are what the fields of a kind are called, by their place in the body.
type labels map[string]string

func labelsOf(fields []models.Field) labels {
	all := labels{}
	for _, f := range fields {
		all[strings.TrimPrefix(f.Path, "/")] = f.Label
		for place, label := range labelsOf(f.Fields) {
			all[place] = f.Label + ": " + label
		}
	}
	return all
}

// of are the labels of places; a place that the kind does not name stays as it is.
func (l labels) of(places []string) string {
	out := slices.Clone(places)
	for i, place := range places {
		if label, ok := l[place]; ok {
			out[i] = label
		}
	}
	return strings.Join(out, ", ")
}

// lines are an event's changes.
func lines(e models.Event, called labels) []line {
	d := e.ReadDetails()
	var out []line
	for _, key := range slices.Sorted(maps.Keys(both(d))) {
		if strings.HasSuffix(key, "_id") || key == "code" && d.After[key] == "" {
			continue // the name stands beside it
		}
		before, after := shown(key, d.Before[key]), shown(key, d.After[key])
		switch {
		case before == after && before != "" || e.Name == models.OAuthClientDeleted && key != "name" && key != "provider":
			continue // nothing to tell, or gone with the thing
		case stays(e.Name) && after == "":
			before, after = "", before
		}
		out = append(out, line{keyWord(key), before, after})
	}
	if len(d.Fields) > 0 {
		out = append(out, line{what: done(e.Name) + called.of(d.Fields)})
	}
	if d.Note != "" {
		out = append(out, line{what: sentence(d.Note)})
	}
	if d.Token != "" {
		out = append(out, line{what: "By a program, with the API token " + d.Token})
	}
	return out
}

// stays reports whether an event tells of what was there without having removed it.
func stays(event string) bool {
	return slices.Contains([]string{models.CredentialParted, models.GrantRevoked, models.GrantNotRevoked, models.OAuthClientDeleted}, event)
}

// done says what an event did with the fields that it names.
func done(event string) string {
	switch event {
	case models.CredentialRevealed:
		return "Fields shown: "
	case models.SetRefused, models.SetConflict:
		return "Refused: "
	}
	return "Fields changed: "
}

// details are an event's changes as text.
func details(e models.Event, called labels) []string {
	var out []string
	for _, l := range lines(e, called) {
		out = append(out, l.String())
	}
	return out
}

func keyWord(key string) string {
	if word, known := keyWords[key]; known {
		return word
	}
	return sentence(strings.ReplaceAll(key, "_", " "))
}

// keyWords are what attributes are called that have another name for programs.
var keyWords = map[string]string{
	"email": "E-mail", "key": "Login", "mfa": "Second factor required", "trustedIdPId": "Identity provider", "expireAt": "Ends",
	"pkce": "PKCE", "expire_at": "Ends", "blocked": "Blocked", "removed_at": "Removed", "until": "Until", "locked_until_at": "Locked until",
}

// sentence begins with a capital, unless it is an address.
func sentence(note string) string {
	first, size := utf8.DecodeRuneInString(note)
	if strings.Contains(note, "@") {
		return note
	}
	return string(unicode.ToUpper(first)) + note[size:]
}

func both(d models.Details) map[string]any {
	all := maps.Clone(d.Before)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, d.After)
	return all
}

// shown is a value in words. Only a key that says so holds a time: a name may
// look like one.
func shown(key string, v any) string {
	if v == nil {
		return ""
	}
	text := fmt.Sprint(v)
	if yes, ok := v.(bool); ok {
		return map[bool]string{true: "yes", false: "no"}[yes]
	}
	if kept, ok := settingWord(key, text); ok {
		return kept
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err == nil && (strings.HasSuffix(key, "_at") || slices.Contains([]string{"until", "blocked", "expireAt"}, key)) {
		return ui.Exact(at)
	}
	return text
}

// settingWord is a setting of an OAuth client in words: an event holds it as text.
func settingWord(key, text string) (string, bool) {
	switch key {
	case "access_life", "refresh_life", "idle_life", "grace":
		seconds, err := strconv.ParseFloat(text, 64)
		return lasting(time.Duration(seconds) * time.Second), err == nil
	case "pkce", "global", "names_itself", "userinfo_post", "keep_alive", "revokes_all":
		word, ok := map[string]string{"true": "yes", "false": "no"}[text]
		return word, ok
	case "mandatory_scopes", "optional_scopes", "scope_aliases", "authorize_params", "token_params", "subject_at", "account_at", "keep", "keep_back":
		list, opens := strings.CutPrefix(text, "[")
		list, closes := strings.CutSuffix(list, "]")
		return strings.Join(strings.Fields(list), ", "), opens && closes
	}
	return "", false
}

// changes are what others did while a form was open.
func changes(list []models.Event, called labels) []view.Change {
	var out []view.Change
	for _, e := range list {
		told := lines(e, called)
		if len(told) == 0 {
			told = []line{{what: eventWord(e.Name)}}
		}
		for _, l := range told {
			out = append(out, view.Change{Field: l.what, Who: actor(e.ActorName), When: e.At, Before: l.before, After: l.after})
		}
	}
	return out
}
