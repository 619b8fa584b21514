package authserver

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"syscall"

	"holdfast/models"
	"holdfast/models/internal/outbound"
)

// reply is what a server has answered.
type reply struct {
	status int
	header http.Header
	body   []byte
	cut    error // why there is no more of the body
}

// post asks in the name of the party, once: the client shows itself as the
// settings say and never in another way when that was refused.
func (c *Client) post(ctx context.Context, p Party, address string, fields map[string]string) (reply, error) {
	header := http.Header{}
	switch p.Settings.Auth {
	case models.SecretBasic:
		header.Set("Authorization", basic(p.ClientID, p.Secret))
	case models.SecretPost:
		fields["client_id"], fields["client_secret"] = p.ClientID, p.Secret
	case models.SecretNone:
		fields["client_id"] = p.ClientID
	default:
		return reply{}, &Failure{Kind: Misasked, Code: NoAuthMethod}
	}
	body, kind := written(fields, p.Settings.Body)
	header.Set("Content-Type", kind)
	return c.send(ctx, http.MethodPost, address, header, body)
}

// basic encodes both parts as a form is, before they are joined (RFC 6749 2.3.1).
func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
}

func written(fields map[string]string, format string) (body []byte, kind string) {
	if format == models.JSONBody {
		body, _ = json.Marshal(fields) // texts alone
		return body, "application/json"
	}
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, value)
	}
	return []byte(form.Encode()), "application/x-www-form-urlencoded"
}

// send sends one request over a connection of its own: an old one that has just
// been closed would leave open whether the request has arrived. What can be sent
// a second time without anybody's asking is nothing, hence no GetBody.
func (c *Client) send(ctx context.Context, method, address string, header http.Header, body []byte) (reply, error) {
	if address == "" {
		return reply{}, &Failure{Kind: Misasked, Code: NoEndpoint}
	}
	if err := c.mayAsk(address); err != nil {
		return reply{}, err
	}
	var sent atomic.Bool
	within, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	within = httptrace.WithClientTrace(within, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { sent.Store(true) }})
	r, err := http.NewRequestWithContext(within, method, address, bytes.NewReader(body))
	if err != nil {
		return reply{}, &Failure{Kind: Misrouted, Code: BadAddress}
	}
	r.Header, r.Close, r.GetBody = header, true, nil
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "Holdfast")
	answer, err := c.http.Do(r)
	if err != nil {
		return reply{}, unanswered(ctx, err, sent.Load())
	}
	defer answer.Body.Close()
	whole, err := io.ReadAll(answer.Body)
	if err != nil {
		err = unanswered(ctx, err, true)
	}
	return reply{answer.StatusCode, answer.Header, whole, err}, nil
}

// unanswered says why there is no answer.
func unanswered(ctx context.Context, err error, sent bool) *Failure {
	f := &Failure{Kind: Down, Code: Broken, Lost: sent, cause: quiet(err)}
	dns, named := errors.AsType[*net.DNSError](err)
	op, network := errors.AsType[*net.OpError](err)
	switch {
	case ctx.Err() != nil:
		f.Code, f.Lost, f.cause = GivenUp, true, ctx.Err()
	case errors.Is(err, outbound.ErrPrivate):
		f.Kind, f.Code, f.Lost = Misrouted, PrivateAddress, false
	case errors.Is(err, outbound.ErrPlain):
		f.Kind, f.Code, f.Lost = Misrouted, PlainAddress, false
	case errors.Is(err, outbound.ErrTooLarge):
		f.Kind, f.Code = Garbled, TooLarge
	case timedOut(err):
		f.Code, f.cause = TimedOut, context.DeadlineExceeded
	case named && dns.IsNotFound:
		f.Code = NoSuchHost
	case network && op.Op == "dial":
		f.Code = Unreachable
	case !sent: // there is a connection, and no confidence
		f.Code = NoTLS
	}
	return f
}

func timedOut(err error) bool {
	late, ok := errors.AsType[net.Error](err)
	return ok && late.Timeout()
}

// quiet is the part of err whose words are not the other side's: an error of the
// HTTP client may quote what it could not read.
func quiet(err error) error {
	for _, known := range []error{outbound.ErrPrivate, outbound.ErrPlain, outbound.ErrTooLarge, io.ErrUnexpectedEOF, io.EOF} {
		if errors.Is(err, known) {
			return known
		}
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return dns
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return number
	}
	return nil
}
