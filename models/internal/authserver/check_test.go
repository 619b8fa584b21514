package authserver_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/internal/authserver"
	"holdfast/models/modelstest/oauthtest"
)

// problems are what Check says of a client, in one text.
func problems(t *testing.T, p authserver.Party) string {
	t.Helper()
	text := strings.Join(hands().Check(t.Context(), p), "\n")
	if strings.Contains(text, "marker") {
		t.Errorf("a sentence says too much: %s", text)
	}
	return text
}

func TestNothingStandsInTheWay(t *testing.T) {
	t.Parallel()
	p := oauthtest.New(t, still)
	if got := problems(t, registered(p)); got != "" {
		t.Error(got)
	}
	if p.Exchanges() != 1 || p.Calls("discovery") != 1 || p.TokenCalls() != 1 || len(p.Secrets()) != 0 {
		t.Errorf("%d, %d, %d", p.Exchanges(), p.Calls("discovery"), p.TokenCalls())
	}
}

func TestWhatStandsInTheWayOfTokens(t *testing.T) {
	t.Parallel()
	const none = "There is no token endpoint at this address."
	for name, row := range map[string]struct {
		how  func(*oauthtest.Manners)
		says string
	}{
		"refused":         {func(m *oauthtest.Manners) { m.Public = true }, "does not accept this client ID and secret"},
		"401":             {func(m *oauthtest.Manners) { m.Status = 401 }, "does not accept who asks (HTTP 401)"},
		"404":             {func(m *oauthtest.Manners) { m.Status = 404 }, none},
		"405":             {func(m *oauthtest.Manners) { m.Status = 405 }, none},
		"a page":          {func(m *oauthtest.Manners) { m.HTML = true }, none},
		"huge":            {func(m *oauthtest.Manners) { m.Huge = true }, none},
		"elsewhere":       {func(m *oauthtest.Manners) { m.Redirect = "https://marker.example" }, "The token endpoint sends elsewhere."},
		"busy":            {func(m *oauthtest.Manners) { m.Status = 429 }, "has no time at the moment"},
		"trouble":         {func(m *oauthtest.Manners) { m.Status = 502 }, "trouble of its own at the moment (HTTP 502)"},
		"another back":    {func(m *oauthtest.Manners) { m.OK200Error = "redirect_uri_mismatch" }, "Register " + home + " there."},
		"another way":     {func(m *oauthtest.Manners) { m.Status, m.Error = 400, "unsupported_grant_type" }, "not expected: unsupported_grant_type."},
		"fussy, but fine": {func(m *oauthtest.Manners) { m.Status, m.Error = 400, "invalid_request" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := oauthtest.New(t, still)
			p.Behave(row.how)
			if got := problems(t, registered(p)); !strings.Contains(got, row.says) || (row.says == "") != (got == "") || strings.Contains(got, "\n") {
				t.Errorf("it says %q", got)
			}
		})
	}
	p, _ := raw(t, says(200, asJSON, tokens))
	if got := problems(t, p); !strings.Contains(got, "takes a code that nobody has given out") {
		t.Error(got)
	}
}

func TestWhatStandsInTheWayOfAnAddress(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for name, row := range map[string]struct {
		how  func(*models.ClientSettings)
		says string
	}{
		"no authorization": {func(s *models.ClientSettings) { s.Authorize = "" }, "There is no address of the authorization endpoint."},
		"no tokens":        {func(s *models.ClientSettings) { s.Token = "" }, "There is no address of the token endpoint."},
		"no way":           {func(s *models.ClientSettings) { s.Auth = "" }, "The settings don't say how the client shows its secret."},
		"plain":            {func(s *models.ClientSettings) { s.UserInfo = "http://id.example/marker" }, "The address of the user info endpoint is not https."},
		"private":          {func(s *models.ClientSettings) { s.Revoke = "https://10.0.0.1/marker" }, "The address of the revocation endpoint can't be reached from here: its name is not known, or it is not on the internet."},
		"private tokens":   {func(s *models.ClientSettings) { s.Token = "https://10.0.0.1/marker" }, "The address of the token endpoint can't be reached from here: its name is not known, or it is not on the internet."},
		"a person":         {func(s *models.ClientSettings) { s.Refresh = "https://marker@id.example" }, "The address of the refresh endpoint can't be used."},
		"a fragment":       {func(s *models.ClientSettings) { s.Authorize += "#marker" }, "The address of the authorization endpoint can't be used."},
		"private issuer":   {func(s *models.ClientSettings) { s.Issuer = "https://10.0.0.1" }, "The address of the issuer can't be reached from here: its name is not known, or it is not on the internet."},
		"no name":          {func(s *models.ClientSettings) { s.Authorize = "https://no-such-host.invalid/marker" }, "The address of the authorization endpoint can't be reached from here: its name is not known, or it is not on the internet."},
		"nobody":           {func(s *models.ClientSettings) { s.Introspect = closed.URL + "/marker" }, "Nobody answers at the address of the introspection endpoint."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := registered(oauthtest.New(t, still))
			p.Settings.Issuer = ""
			row.how(&p.Settings)
			if got := problems(t, p); !strings.Contains(got, row.says) || strings.Contains(got, "\n") {
				t.Errorf("it says %q", got)
			}
		})
	}
}

func TestTheSettingsDrift(t *testing.T) {
	t.Parallel()
	s := oauthtest.New(t, still)
	p := registered(s)
	p.Settings.Revoke, p.Settings.Auth = s.URL+"/old", models.SecretNone
	got := problems(t, p)
	for _, want := range []string{
		"names another revocation endpoint than the settings. It is " + s.URL + "/revoke there.", "does not take the client secret in this way (none)", "does not accept this client ID",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not said in %q", want, got)
		}
	}
	p = registered(s)
	p.Settings.Issuer += "/"
	if got := problems(t, p); !strings.Contains(got, "calls itself "+s.URL+", which is not the same") {
		t.Error(got)
	}
	p.Settings.Issuer = s.URL + "/nothing/there"
	if got := problems(t, p); got != "" {
		t.Errorf("who does not describe himself does not drift: %s", got)
	}
}
