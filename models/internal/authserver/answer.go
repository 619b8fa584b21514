package authserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/models"
)

// mostWait is how long a provider may ask to be left in peace.
const mostWait = time.Hour

// judge turns a reply into what was said, or into the failure that it is. A
// server in trouble of its own never ends a grant, whatever it says.
func (c *Client) judge(a reply) (map[string]any, error) {
	said := a.said()
	code, refused := refusal(said)
	f := &Failure{Code: code, Status: a.status}
	kind, known := kindOf(code)
	switch fine := a.status/100 == 2; {
	case a.status/100 == 3:
		f.Kind, f.Code = Misrouted, Redirected
	case a.status == http.StatusTooManyRequests:
		f.Kind = Busy
	case a.status >= http.StatusInternalServerError:
		f.Kind, f.Lost = Down, true
		if kind == Busy || a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") != "" {
			f.Kind = Busy
		}
	case a.cut != nil:
		return nil, a.broken()
	case fine && said == nil:
		f.Kind, f.Code, f.Lost = Garbled, Unreadable, true
	case fine && !refused:
		return said, nil
	case known:
		f.Kind, f.Lost = kind, kind == Down
	case a.status == http.StatusUnauthorized && code != "": // without one, somebody before it may have answered
		f.Kind = ClientRefused
	case a.status == http.StatusRequestTimeout:
		f.Kind, f.Lost = Down, true
	default:
		f.Kind = Misasked
	}
	return nil, c.rounded(f, a)
}

// rounded fills in what the kind does not decide.
func (c *Client) rounded(f *Failure, a reply) *Failure {
	if f.Code == "" {
		f.Code = "http_" + strconv.Itoa(a.status)
	}
	if f.Kind == Busy {
		f.RetryAfter = wait(a.header.Get("Retry-After"), c.now())
	}
	return f
}

// broken says why an answer ended before it was whole. A refusal was not carried
// out, however long it is.
func (a reply) broken() error {
	f, ok := errors.AsType[*Failure](a.cut)
	if !ok {
		return a.cut
	}
	f.Status = a.status
	f.Lost = f.Lost && (f.Kind == Down || a.status/100 == 2)
	return f
}

// said is the object that a reply consists of: JSON, whatever it calls itself, or
// a form where it may be one. Nil when it is neither.
func (a reply) said() map[string]any {
	if a.cut != nil {
		return nil
	}
	if whole := object(a.body); whole != nil {
		return whole
	}
	kind, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	if !slices.Contains([]string{"", "text/plain", "application/x-www-form-urlencoded"}, kind) {
		return nil
	}
	form, err := url.ParseQuery(strings.TrimSpace(string(a.body)))
	if err != nil || !form.Has("access_token") && !form.Has("error") {
		return nil
	}
	whole := map[string]any{}
	for name := range form {
		whole[name] = form.Get(name)
	}
	return whole
}

// object is the one JSON object that text consists of, with its numbers as they
// are written; nil when it is anything else.
func object(text []byte) map[string]any {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var whole map[string]any
	if d.Decode(&whole) != nil {
		return nil
	}
	if _, err := d.Token(); err != io.EOF {
		return nil
	}
	return whole
}

// refusal reports whether an answer is one, and the code that it gives, if that
// is plain. Some say it with HTTP 200, and Slack with "ok" besides.
func refusal(said map[string]any) (code string, refused bool) {
	for _, at := range []string{"/error", "/error/code", "/error/type", "/errors/0/errorType", "/errors/0/code"} {
		switch v := models.At(said, at).(type) {
		case nil:
		case string:
			if plain(v) {
				return v, true
			}
			refused = refused || v != ""
		default:
			refused = refused || v != false && v != json.Number("0")
		}
	}
	return "", refused || said["ok"] == false
}

// plain reports whether a code may be repeated.
func plain(code string) bool {
	return code != "" && len(code) <= 64 && strings.IndexFunc(code, strange) < 0
}

func strange(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }

// wait reads Retry-After: seconds, or a date.
func wait(text string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(0, n), int(mostWait/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(0, at.Sub(now)), mostWait)
	}
	return 0
}
