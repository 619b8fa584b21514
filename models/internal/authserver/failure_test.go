package authserver_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"holdfast/models/internal/authserver"
	"holdfast/models/internal/outbound"
)

func TestEveryAnswerIsJudged(t *testing.T) {
	t.Parallel()
	const said = `,"error_description":"marker-description"}`
	type want struct {
		kind authserver.Kind
		code string
		wait time.Duration
		lost bool
	}
	denied, ours, garbled := authserver.Denied, authserver.ClientRefused, authserver.Garbled
	busy, down, misasked := authserver.Busy, authserver.Down, authserver.Misasked
	for name, row := range map[string]struct {
		answer http.HandlerFunc
		want   want
	}{
		"400 invalid_grant":            {says(400, asJSON, `{"error":"invalid_grant"`+said), want{kind: denied, code: "invalid_grant"}},
		"401 invalid_grant":            {says(401, asJSON, `{"error":"invalid_grant"`+said), want{kind: denied, code: "invalid_grant"}},
		"403 access_denied":            {says(403, asJSON, `{"error":"access_denied"`+said), want{kind: denied, code: "access_denied"}},
		"200 of GitHub":                {says(200, asJSON, `{"error":"bad_verification_code"`+said), want{kind: denied, code: "bad_verification_code"}},
		"200 of GitHub as a form":      {says(200, "application/x-www-form-urlencoded", `error=bad_verification_code&error_description=marker`), want{kind: denied, code: "bad_verification_code"}},
		"200 of Slack":                 {says(200, asJSON, `{"ok":false,"error":"invalid_refresh_token"}`), want{kind: denied, code: "invalid_refresh_token"}},
		"400 of Fitbit":                {says(400, asJSON, `{"errors":[{"errorType":"invalid_grant","message":"marker"}],"success":false}`), want{kind: denied, code: "invalid_grant"}},
		"401 invalid_client":           {says(401, asJSON, `{"error":"invalid_client"`+said), want{kind: ours, code: "invalid_client"}},
		"400 invalid_client":           {says(400, asJSON, `{"error":"invalid_client"`+said), want{kind: ours, code: "invalid_client"}},
		"400 unauthorized_client":      {says(400, asJSON, `{"error":"unauthorized_client"`+said), want{kind: ours, code: "unauthorized_client"}},
		"200 bad_client_secret":        {says(200, asJSON, `{"ok":false,"error":"bad_client_secret"}`), want{kind: ours, code: "bad_client_secret"}},
		"401 bare":                     {says(401, "text/html", "<p>marker"), want{kind: misasked, code: "http_401"}},
		"401 empty":                    {says(401, asJSON, "{}"), want{kind: misasked, code: "http_401"}},
		"401 with words for a code":    {says(401, asJSON, `{"error":"marker: Not Allowed"}`), want{kind: misasked, code: "http_401"}},
		"401 with a code of its own":   {says(401, asJSON, `{"error":"who_are_you"}`), want{kind: ours, code: "who_are_you"}},
		"400 bare":                     {says(400, asJSON, ""), want{kind: misasked, code: "http_400"}},
		"400 with words for a code":    {says(400, asJSON, `{"error":"marker: the token aBc-1 is bad"}`), want{kind: misasked, code: "http_400"}},
		"400 with a long code":         {says(400, asJSON, `{"error":"`+strings.Repeat("a", 65)+`"}`), want{kind: misasked, code: "http_400"}},
		"400 with a code of its own":   {says(400, asJSON, `{"error":"no_good"}`), want{kind: misasked, code: "no_good"}},
		"400 with a code in an object": {says(400, asJSON, `{"error":{"code":"invalid_scope","message":"marker"}}`), want{kind: misasked, code: "invalid_scope"}},
		"400 invalid_request":          {says(400, asJSON, `{"error":"invalid_request"`+said), want{kind: misasked, code: "invalid_request"}},
		"404 page":                     {says(404, "text/html", "<p>marker"), want{kind: misasked, code: "http_404"}},
		"200 ok false":                 {says(200, asJSON, `{"ok":false,"access_token":"marker"}`), want{kind: misasked, code: "http_200"}},
		"200 with an odd error":        {says(200, asJSON, `{"error":{"message":"marker"}}`), want{kind: misasked, code: "http_200"}},
		"429":                          {says(429, asJSON, `{"error":"invalid_grant"}`, "Retry-After", "17"), want{busy, "invalid_grant", 17 * time.Second, false}},
		"429 for ever":                 {says(429, asJSON, "", "Retry-After", "999999999999"), want{busy, "http_429", time.Hour, false}},
		"429 with a date":              {says(429, asJSON, "", "Retry-After", start.Add(time.Minute).Format(http.TimeFormat)), want{busy, "http_429", time.Minute, false}},
		"429 with a date that is past": {says(429, asJSON, "", "Retry-After", start.Add(-time.Minute).Format(http.TimeFormat)), want{busy, "http_429", 0, false}},
		"429 with marker words":        {says(429, asJSON, "", "Retry-After", "marker soon"), want{busy, "http_429", 0, false}},
		"400 slow_down":                {says(400, asJSON, `{"error":"slow_down"}`), want{busy, "slow_down", 0, false}},
		"200 ratelimited":              {says(200, asJSON, `{"ok":false,"error":"ratelimited"}`, "Retry-After", "3"), want{busy, "ratelimited", 3 * time.Second, false}},
		"400 temporarily_unavailable":  {says(400, asJSON, `{"error":"temporarily_unavailable"}`), want{busy, "temporarily_unavailable", 0, false}},
		"503 with a time":              {says(503, "text/html", "<p>marker", "Retry-After", "60"), want{busy, "http_503", time.Minute, true}},
		"503":                          {says(503, "text/html", "<p>marker"), want{down, "http_503", 0, true}},
		"500 that says invalid_grant":  {says(500, asJSON, `{"error":"invalid_grant"}`), want{down, "invalid_grant", 0, true}},
		"502 with a token in it":       {says(502, asJSON, `{"access_token":"marker-access"}`), want{down, "http_502", 0, true}},
		"200 server_error":             {says(200, asJSON, `{"error":"server_error"}`), want{down, "server_error", 0, true}},
		"408":                          {says(408, "text/plain", ""), want{down, "http_408", 0, true}},
		"200 page":                     {says(200, "text/html", "<p>marker&access_token=marker"), want{garbled, "unreadable", 0, true}},
		"200 nothing":                  {says(200, asJSON, ""), want{garbled, "unreadable", 0, true}},
		"200 list":                     {says(200, asJSON, `[{"access_token":"marker"}]`), want{garbled, "unreadable", 0, true}},
		"200 null":                     {says(200, asJSON, `null`), want{garbled, "unreadable", 0, true}},
		"200 half":                     {says(200, asJSON, `{"access_token":"marker`), want{garbled, "unreadable", 0, true}},
		"200 two":                      {says(200, asJSON, `{"access_token":"marker"}{}`), want{garbled, "unreadable", 0, true}},
		"200 words":                    {says(200, "text/plain", "marker"), want{garbled, "unreadable", 0, true}},
		"200 huge":                     {says(200, asJSON, `{"access_token":"`+strings.Repeat("marker", 2<<20)), want{garbled, "too_large", 0, true}},
		"401 huge":                     {says(401, asJSON, strings.Repeat("marker", 1<<20)), want{garbled, "too_large", 0, false}},
		"500 huge":                     {says(500, asJSON, strings.Repeat("marker", 1<<20)), want{down, "http_500", 0, true}},
		"302":                          {says(302, asJSON, `{"error":"invalid_grant"}`, "Location", "/marker"), want{authserver.Misrouted, "redirected", 0, false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, h := raw(t, row.answer)
			_, err := hands().Refresh(t.Context(), p, "marker-refresh")
			f := failed(t, err)
			if got := (want{f.Kind, f.Code, f.RetryAfter, f.Lost}); got != row.want {
				t.Errorf("got %+v, want %+v: %v", got, row.want, f)
			}
			if got := strconv.Itoa(f.Status); !strings.HasPrefix(name, got) {
				t.Errorf("the status is %s", got)
			}
			h.last(t)
		})
	}
}

func TestWhatTheNetworkDoesIsJudged(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = quietLog()
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	breaks, _ := raw(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	halves, _ := raw(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(`{"access_token":"marker`))
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	elsewhere := "https" + strings.TrimPrefix(closed.URL, "http")
	for name, row := range map[string]struct {
		p      authserver.Party
		allow  string
		kind   authserver.Kind
		code   string
		status int
		lost   bool
	}{
		"nobody there":           {partyAt(closed.URL), "127.0.0.1", authserver.Down, authserver.Unreachable, 0, false},
		"no such name":           {partyAt("https://no-such-host.invalid"), "127.0.0.1", authserver.Down, authserver.NoSuchHost, 0, false},
		"no certificate":         {partyAt(untrusted.URL), "127.0.0.1", authserver.Down, authserver.NoTLS, 0, false},
		"it breaks":              {breaks, "127.0.0.1", authserver.Down, authserver.Broken, 0, true},
		"it breaks half through": {halves, "127.0.0.1", authserver.Down, authserver.Broken, 200, true},
		"no HTTP":                {partyAt("http://" + babbler(t)), "127.0.0.1", authserver.Down, authserver.Broken, 0, true},
		"a private address":      {partyAt(elsewhere), "10.0.0.1", authserver.Misrouted, authserver.PrivateAddress, 0, false},
		"a plain address":        {partyAt(closed.URL), "10.0.0.1", authserver.Misrouted, authserver.PlainAddress, 0, false},
		"no address":             {partyAt("https://user:marker@host.example"), "127.0.0.1", authserver.Misrouted, authserver.BadAddress, 0, false},
		"nothing":                {authserver.Party{Settings: partyNowhere()}, "127.0.0.1", authserver.Misasked, authserver.NoEndpoint, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := authserver.New([]string{row.allow}, still).Exchange(t.Context(), row.p, "marker-code", "marker-verifier")
			f := failed(t, err)
			if f.Kind != row.kind || f.Code != row.code || f.Status != row.status || f.Lost != row.lost || f.RetryAfter != 0 {
				t.Errorf("%#v", f)
			}
			if f.Code == authserver.PrivateAddress && !errors.Is(err, outbound.ErrPrivate) {
				t.Error("the cause is gone")
			}
		})
	}
}

func TestAnAnswerThatDoesNotComeMayHaveBeenOne(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan bool, 2), make(chan bool)
	p, _ := raw(t, func(http.ResponseWriter, *http.Request) { arrived <- true; <-release })
	defer close(release)

	_, err := hands().Hurry(time.Second).Refresh(t.Context(), p, "marker-refresh")
	f := failed(t, err)
	if f.Kind != authserver.Down || f.Code != authserver.TimedOut || !f.Lost || f.Status != 0 || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("out of time: %v", f)
	}
	ctx, cancel := context.WithCancel(t.Context())
	<-arrived
	go func() { <-arrived; cancel() }()
	_, err = hands().Refresh(ctx, p, "marker-refresh")
	if f = failed(t, err); f.Kind != authserver.Down || f.Code != authserver.GivenUp || !f.Lost || !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", f)
	}
}

// babbler speaks no HTTP.
func babbler(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("marker-access marker-refresh\r\n\r\n"))
			c.Close()
		}
	}()
	return l.Addr().String()
}
