package handlers_test

import (
	"strings"
	"testing"

	"holdfast/models"
)

const letterClient = "019d1f2e-8b10-7d2a-8c33-55e0c7a1b2f4"

// connectionCases are the letters about connections and OAuth clients.
func connectionCases() []letterCase {
	end := "24 Nov 2026, 15:04 UTC"
	sheet := []models.LetterThing{{ID: letterThing, Name: "Field sheet"}}
	about := func(health models.HealthState, cause string) models.LetterDetails {
		return models.LetterDetails{Things: sheet, Provider: "Google", Account: "field@example.org", Health: string(health), Cause: cause}
	}
	ending, later := about(models.HealthExpiring, ""), about(models.HealthExpiring, "")
	ending.Until = letterUntil
	client := func(cause string, n int) models.LetterDetails {
		return models.LetterDetails{Provider: "Google", Client: "Sheets of the field team", ClientID: letterClient, Cause: cause, Count: n}
	}
	gone := about(models.HealthClient, "client_deleted")
	gone.Until = letterUntil
	return []letterCase{
		{
			models.GrantLetter, ada, gone,
			"“Field sheet” will lose its connection to Google",
			[]string{"Your credential “Field sheet” will lose its connection to Google on " + end + ".", "The OAuth client that it was connected with was deleted", "with another OAuth client", "Works until"},
			letterPage + "/connect",
		},
		{
			models.ClientTakenLetter, ada,
			models.LetterDetails{By: root, Provider: "Google", Client: "Sheets of the field team"},
			"An administrator took over your OAuth client “Sheets of the field team”",
			[]string{"took over your OAuth client “Sheets of the field team”.", "Taken over by", "can't change or delete it any more", "go on as before", "you owned the OAuth client"},
			"",
		},
		{
			models.GrantLetter, ada, ending,
			"“Field sheet” will lose its connection to Google",
			[]string{"Your credential “Field sheet” will lose its connection to Google on " + end + ".", "Connected to", "Google", "Account there", "field@example.org", "Works until", "Reconnect", "Holdfast can't renew it", "Until " + end + " everything goes on as before", "programs that need the credential fail", "before then: follow the link above, sign in there as field@example.org and consent", "stays in place until the new one works", "you are the owner"},
			letterPage + "/connect",
		},
		{
			models.GrantLetter, ada, later, "",
			[]string{"will lose its connection to Google soon.", "Until then everything goes on"},
			letterPage + "/connect",
		},
		{
			models.GrantLetter, ada, about(models.HealthReconnect, "invalid_grant"),
			"“Field sheet” has lost its connection to Google",
			[]string{"Your credential “Field sheet” lost its connection to Google.", "What the provider said", "invalid_grant", "Reconnect", "does not say why", "access was taken back", "password of the account was changed", "too old", "not used for long", "refresh token was used somewhere else", "last token for as long as it lives", "sign in there as field@example.org and consent", "Did you take the access back yourself?"},
			letterPage + "/connect",
		},
		{
			models.GrantLetter, ada, about(models.HealthReconnect, ""), "",
			[]string{"gave none to refresh it with", "fail from now on"},
			letterPage + "/connect",
		},
		{
			models.GrantLetter, ada, about(models.HealthReconnect, "consent_required"), "",
			[]string{"to consent once more"},
			letterPage + "/connect",
		},
		{
			models.GrantLetter, ada, about(models.HealthRetrying, "http_503"),
			"“Field sheet” gets no fresh token from Google",
			[]string{"Your credential “Field sheet” gets no fresh token from Google.", "What was seen", "a fault of its own (http_503)", "the last token is over", "Holdfast goes on trying", "nobody has to connect again", "nothing to do but to look whether the provider is up", "Open the credential"},
			letterPage,
		},
		{
			models.GrantLetter, ada, about(models.HealthRetrying, "redirected"), "",
			[]string{"an answer without a token (redirected)", "Ask the owner of the OAuth client"},
			letterPage,
		},
		{
			models.ClientLetter, ada, client("invalid_client", 3),
			"The OAuth client “Sheets of the field team” is refused by Google",
			[]string{"Your OAuth client “Sheets of the field team” is refused by Google.", "What the provider said", "invalid_client", "secret has expired or was replaced", "disabled or deleted there", "The 3 credentials that are connected with it rest until the client is mended", "Saving the client has the credentials tried again at once", "Open the client", "you own the OAuth client"},
			letterBase + "/oauth/clients/" + letterClient,
		},
		{
			models.ClientLetter, ada, client("unauthorized_client", 1), "",
			[]string{"does not let it do this", "may not refresh tokens any more", "The one credential that is connected with it rests"},
			letterBase + "/oauth/clients/" + letterClient,
		},
		{
			models.ClientLetter, ada, client("who_are_you", 1000), "",
			[]string{"The 1000 credentials or more that are connected with it rest"},
			letterBase + "/oauth/clients/" + letterClient,
		},
	}
}

// TestEveryCauseOfALostConnectionIsSaidInWords: a code alone helps nobody.
func TestEveryCauseOfALostConnectionIsSaidInWords(t *testing.T) {
	t.Parallel()
	for kind, causes := range map[models.LetterKind]string{
		models.GrantLetter:  "invalid_grant invalid_token access_denied expired_token interaction_required login_required consent_required bad_refresh_token invalid_refresh_token token_revoked token_expired never_heard_of",
		models.ClientLetter: "invalid_client unauthorized_client incorrect_client_credentials application_suspended invalid_client_id bad_client_secret deleted_client disabled_client who_are_you",
	} {
		for cause := range strings.FieldsSeq(causes) {
			m := letters.Write(letterTo(ada, kind, models.LetterDetails{Health: string(models.HealthReconnect), Cause: cause, Count: 2}), "")
			if len(m.After) == 0 || !strings.HasPrefix(m.After[0], "The provider ") || strings.Contains(m.After[0], cause) {
				t.Errorf("%s, %s: %q", kind, cause, m.After)
			}
		}
	}
	for cause := range strings.FieldsSeq("timeout no_such_host unreachable no_tls broken given_up too_large unreadable slow_down http_429 server_error http_500 http_404 http_401 redirected private_address invalid_scope missing_access_token") {
		m := letters.Write(letterTo(ada, models.GrantLetter, models.LetterDetails{Things: billing(), Health: string(models.HealthRetrying), Cause: cause}), "")
		at := strings.Index(m.Facts[len(m.Facts)-1].Text, " ("+cause+")")
		if at <= 0 || len(m.After) != 3 {
			t.Errorf("%s: %+v", cause, m)
		}
	}
}
