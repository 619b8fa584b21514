package handlers

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/models"
	ops "holdfast/models/oauth"
	view "holdfast/views/connect"
	"holdfast/views/to"
	"holdfast/views/ui"
	"holdfast/web"
)

// acts is who has to act when nothing came of connecting, which decides on the
// one main action.
type acts uint8

const (
	person   acts = iota // who wants to connect: connect again
	chooser              // the same, with other scopes
	client               // the client's owner
	wait                 // nobody: the provider has to recover
	operator             // whoever runs Holdfast
)

// failure is a code in words: {P} is the provider, {C} the client.
type failure struct {
	title, what string
	who         acts
}

// failures are what can come of a connection, by code: those of RFC 6749, those
// of OpenID Connect, and the console's own.
var failures = map[string]failure{
	"access_denied":              {"Access was not granted", "You, or {P} for you, said no on the way. If you did not, an administrator of the account may have to allow it there first.", person},
	"login_required":             {"You were not signed in at {P}", "{P} wanted you to sign in, and had no chance to ask.", person},
	"consent_required":           {"{P} wants your consent", "{P} wanted you to say yes, and had no chance to ask.", person},
	"interaction_required":       {"{P} wants to ask you something", "{P} wanted to ask something on the way, and had no chance to.", person},
	"account_selection_required": {"{P} wants you to choose an account", "You are signed in there with more than one account, and none was chosen.", person},
	"no_code":                    {"Nothing came back", "The browser came back from {P} with neither a yes nor a no.", person},
	"invalid_grant":              {"{P} did not take its own code", "The code that you brought back is good once and for minutes only. It was used already, or it took too long.", person},
	"userinfo_unauthorized":      {"{P} refused the new token at once", "Holdfast asked whose account it is, and {P} did not accept the token that it had just given.", person},
	"missing_access_token":       {"The authorization was incomplete", "{P} said yes, but gave no token.", person},
	"invalid_access_token":       {"The authorization was incomplete", "{P} gave a token that can't be sent anywhere: it is empty, or holds characters that no token has.", person},
	"invalid_refresh_token":      {"The authorization was incomplete", "{P} gave a refresh token that can't be sent anywhere: it is empty, or holds characters that no token has.", person},
	"dropped":                    {"You gave it up", "What {P} had granted was given up again, as you wanted.", person},
	"undecided":                  {"The time to decide is over", "Something was amiss, nothing was chosen for ten minutes, and so Holdfast gave the access up.", person},
	"interrupted":                {"The connection was interrupted", "You came back from {P}, but Holdfast was interrupted before it had the tokens.", person},
	"never_back":                 {"Nothing came back in time", "You left for {P} and did not come back within ten minutes.", person},
	"not_kept":                   {"It could not be kept", "{P} granted access, but it could not be kept: {W}", person},
	"wrong_issuer":               {"The answer came from somebody else", "The answer does not name {P} as its sender, so Holdfast did not send the code anywhere. A mix-up of providers looks like this, and so does an attack.", person},

	"invalid_scope":      {"{P} does not know a scope", "One of the scopes is unknown to {P}, or the client may not ask for it.", chooser},
	"insufficient_scope": {"{P} wants other scopes", "The scopes that were asked for don't suffice for what {P} needs itself.", chooser},

	"invalid_request":           {"{P} did not understand the request", "Something that the client's settings say of {P} is not so: an address, a parameter, or how the request is written.", client},
	"request_not_supported":     {"{P} did not understand the request", "The client's settings say something that {P} does not support.", client},
	"redirect_uri_mismatch":     {"{P} does not know this Holdfast", "The address that {P} shall send you back to is not among those that the client is registered with there.", client},
	"bad_redirect_uri":          {"{P} does not know this Holdfast", "The address that {P} shall send you back to is not among those that the client is registered with there.", client},
	"unauthorized_client":       {"{P} does not let this client connect", "The client is known to {P}, but may not ask for access in this way.", client},
	"unsupported_response_type": {"{P} does not let this client connect", "{P} does not hand out codes, or not to this client.", client},
	"unsupported_grant_type":    {"{P} does not redeem codes for this client", "{P} gave a code, but its token address does not take codes from this client.", client},
	"invalid_client":            {"{P} refuses the client", "{P} did not accept the client ID or the client secret. The secret may have ended, or was changed there.", client},
	"invalid_target":            {"{P} does not know what access is asked to", "The client's settings name a resource that {P} does not know.", client},
	"no_endpoint":               {"The client's settings are incomplete", "They name no address at {P} where codes become tokens.", client},
	"no_auth_method":            {"The client's settings are incomplete", "They don't say how the client shows {P} its secret.", client},
	"misrouted":                 {"The token address can't be asked", "The address at {P} where codes become tokens leads elsewhere, is inside of the network here, or can't be asked in confidence.", client},
	"unreadable":                {"{P} answered without sense", "What came from {P}'s token address is neither JSON nor a form. Most often that address is wrong, and shows a page for people.", client},
	"too_large":                 {"{P} answered with far too much", "What came from {P}'s token address is much larger than tokens are. Most often that address is wrong.", client},
	"invalid_token_format":      {"{P} answered without sense", "What came from {P}'s token address holds no tokens in the form in which they are sent.", client},
	"unsupported_token_type":    {"{P} gives tokens of another type", "Its tokens have to be signed with, or shown in a way that programs of Holdfast can't. Only bearer tokens can be kept.", operator},
	"invalid_oauth_response":    {"{P} answered without sense", "The scopes that it says it has granted are in no form that can be read.", client},
	"invalid_expiration":        {"{P} gave a time that can't be", "The token that came would end in the past, or in more than a year.", client},

	"server_error":            {"{P} is having trouble", "Something broke at {P} on the way.", wait},
	"provider_down":           {"{P} is having trouble", "Holdfast could not reach {P}, or something broke there while the code was redeemed.", wait},
	"temporarily_unavailable": {"{P} is busy", "{P} has too much to do at the moment, or is being looked after.", wait},
	"busy":                    {"{P} is busy", "{P} was asked too often, or has too much to do at the moment.", wait},
}

// failureOf is a code in words, one of a provider's own making, too.
func failureOf(code string, status int) failure {
	if f, ok := failures[code]; ok {
		return f
	}
	switch code {
	case "invalid_token", "expired_token", "bad_verification_code", "invalid_code", "code_already_used", "code_expired", "token_expired", "token_revoked":
		return failures["invalid_grant"]
	}
	if number, is := strings.CutPrefix(code, "http_"); is {
		n, _ := strconv.Atoi(number)
		status = cmp.Or(status, n)
		return failure{"{P} answered " + number, byStatus(status), client}
	}
	return failure{"It did not work", "{P} answered with a code of its own.", person}
}

func byStatus(status int) string {
	switch {
	case status == 401:
		return "{P} did not accept who asked: most often the client ID or the secret is wrong."
	case status == 403:
		return "{P} does not allow it to this client, or from this address."
	case status == 404 || status == 405 || status == 410:
		return "There is nothing at the address where codes become tokens, or not any more."
	case status == 429:
		return "{P} was asked too often. Wait a little before you connect again."
	}
	return "{P} refused without saying why."
}

// troubleOf is why nothing came of a connection: what happened, who has to act,
// and the one main action.
func (h connects) troubleOf(r *web.Request, c ops.Result, out models.ConnectOutcome) view.Trouble {
	f := failureOf(out.Code, out.Status)
	why := strings.Join(slices.Sorted(maps.Values(out.Wrong)), " ")
	fill := strings.NewReplacer("{P}", provider(c), "{W}", cmp.Or(why, "something changed meanwhile."))
	t := view.Trouble{Title: fill.Replace(f.title), What: fill.Replace(f.what), Code: out.Code}
	switch f.who {
	case person:
		t.Who = "You can connect again; it takes a moment."
		if out.Code == "wrong_issuer" {
			t.Who = "Connect again. If it happens once more, tell whoever runs Holdfast: the issuer in the client's settings may be wrong, or somebody is tampering."
		}
	case chooser:
		t.Who, t.Label, t.URL = "You can connect with other scopes.", "Choose other scopes", chooseAgain(c)
	case client:
		t.Who, t.Label, t.URL = h.mender(r, c)
	case wait:
		t.Who = "There is nothing to mend here: the trouble is at " + provider(c) + ". Connect again " + later(out.RetryAfter) + "."
	case operator:
		t.Who, t.Label, t.URL = "Connecting again won't help. Ask whoever runs Holdfast whether "+provider(c)+" can be used at all.", "Go to your credentials", to.Credentials()
	}
	return t
}

// mender says who has to mend a client, and leads its owner there.
func (h connects) mender(r *web.Request, c ops.Result) (who, label, url string) {
	if c.Mine {
		return "The OAuth client “" + c.Client + "” is yours. Compare its settings with what " + provider(c) + " says of the app, then connect again.", "Open the client", to.OAuthClient(c.OAuthClientID.String())
	}
	owner := "its owner"
	if found, err := h.ops.Client(r.Ctx(), r.Who, c.OAuthClientID); err == nil {
		owner = "its owner, " + found.OwnerName + ","
	}
	if c.Client == "" {
		return "The OAuth client is gone. Connect with another one.", "Choose another client", chooseAgain(c)
	}
	return "Ask " + owner + " to look at the OAuth client “" + c.Client + "”: only they can change its settings. Then connect again.", "", ""
}

// chooseAgain is the form in which the wish was made.
func chooseAgain(c ops.Result) string {
	if c.CredentialID == nil {
		return to.ConnectNew(c.OAuthClientID.String())
	}
	return to.ConnectWith(c.CredentialID.String(), c.OAuthClientID.String())
}

// later is when to come again.
func later(seconds int) string {
	if seconds <= 0 {
		return "in a few minutes"
	}
	now := time.Unix(0, 0)
	return "in " + ui.Left(now.Add(time.Duration(seconds)*time.Second), now)
}
