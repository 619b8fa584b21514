// Package oidc speaks OpenID Connect with an identity provider: it finds its
// endpoints, makes the address that a browser is sent to, and turns the code
// that comes back into claims that were checked.
//
// It owns the rules of what a provider's word is worth, and no secret for longer
// than a call. It refuses to know users, logins and cookies.
package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"holdfast/models"
	"holdfast/models/internal/outbound"
)

const (
	// KeptFor is how long endpoints and keys of a provider are believed.
	KeptFor = 10 * time.Minute
	// deadFor is how long a provider that did not answer is left in peace.
	deadFor = 10 * time.Second
	// skew is how far a provider's clock may be off.
	skew = 5 * time.Minute
)

// algorithms are the signatures that count: with a key pair, and of today.
func algorithms() []string {
	return []string{coreos.RS256, coreos.ES256, coreos.PS256, coreos.EdDSA}
}

// Client asks identity providers. It is safe for concurrent use.
type Client struct {
	http  *http.Client
	allow []string
	now   func() time.Time

	mu    sync.Mutex
	known map[string]found // by issuer
}

// found is what discovery has told, or why it failed.
type found struct {
	*endpoints
	err   error
	until time.Time
}

// New is a client that reaches public addresses and those of allow.
func New(allow []string, now func() time.Time) *Client {
	return &Client{http: outbound.Client(allow), allow: allow, now: now, known: map[string]found{}}
}

// Party is who asks a provider: the console, as it is registered there.
type Party struct {
	Issuer     string
	ClientID   string
	Secret     string
	AuthMethod string // see models.Provider
	Scopes     []string
	Redirect   string // where the browser comes back to
	LoginClaim string
}

// Ask is what a browser takes along to the provider.
type Ask struct {
	State, Nonce, Verifier string
	Again                  bool   // the person must sign in there anew
	Levels                 string // acr values that are wanted, with spaces between
}

// Return is what the browser has brought back.
type Return struct {
	Code, Issuer    string // Issuer is the parameter "iss" (RFC 9207)
	Nonce, Verifier string
}

// Authorize is the address that the browser is sent to.
func (c *Client) Authorize(ctx context.Context, p Party, a Ask) (string, error) {
	at, err := c.discover(ctx, p.Issuer)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{coreos.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)}
	if a.Again {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	if a.Levels != "" {
		options = append(options, oauth2.SetAuthURLParam("acr_values", a.Levels))
	}
	return p.config(at).AuthCodeURL(a.State, options...), nil
}

// CheckIssuer reports that an answer names another provider than the one that
// was asked, or none though this one always names itself (RFC 9207).
func (c *Client) CheckIssuer(ctx context.Context, p Party, issuer string) error {
	if issuer == p.Issuer {
		return nil
	}
	if issuer != "" {
		return untrusted("the answer names another issuer", nil)
	}
	at, err := c.discover(ctx, p.Issuer)
	if err != nil {
		return err
	}
	if at.namesItself {
		return untrusted("the answer names no issuer, though the provider announces that it does", nil)
	}
	return nil
}

// Redeem turns the code into claims.
func (c *Client) Redeem(ctx context.Context, p Party, r Return) (Claims, error) {
	if err := c.CheckIssuer(ctx, p, r.Issuer); err != nil {
		return Claims{}, err
	}
	at, err := c.discover(ctx, p.Issuer)
	if err != nil {
		return Claims{}, err
	}
	ctx = coreos.ClientContext(ctx, c.http)
	token, err := p.config(at).Exchange(ctx, r.Code, oauth2.VerifierOption(r.Verifier))
	if err != nil {
		return Claims{}, notRedeemed(err)
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return Claims{}, untrusted("there is no ID token in the answer", nil)
	}
	claims, err := c.verify(ctx, at, p, raw, r.Nonce, token.AccessToken)
	if err != nil || claims.Login != "" {
		return claims, err
	}
	return claims.fill(ctx, at, p, token)
}

func (p Party) config(at *endpoints) *oauth2.Config {
	where := at.provider.Endpoint()
	where.AuthStyle = oauth2.AuthStyleInHeader
	if p.AuthMethod != models.SecretBasic {
		where.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.Secret, Endpoint: where, RedirectURL: p.Redirect, Scopes: p.Scopes}
}

// verify reads an ID token when everything about it is right. The library looks
// at the signature, the issuer and the audience; the rest is looked at here.
func (c *Client) verify(ctx context.Context, at *endpoints, p Party, raw, nonce, access string) (Claims, error) {
	v := at.provider.Verifier(&coreos.Config{ClientID: p.ClientID, SupportedSigningAlgs: algorithms(), SkipExpiryCheck: true})
	token, err := v.Verify(ctx, raw)
	if err != nil {
		return Claims{}, untrusted("the ID token is not accepted", err)
	}
	claims := Claims{Issuer: token.Issuer, Subject: token.Subject}
	if err := token.Claims(&claims.All); err != nil {
		return Claims{}, untrusted("the ID token can't be read", err)
	}
	if why := wrong(c.now(), p, token, claims.All, nonce, access); why != "" {
		return Claims{}, untrusted(why, nil)
	}
	claims.read(p.LoginClaim)
	return claims, nil
}

// wrong says what is wrong with a token whose signature is right, or nothing.
func wrong(now time.Time, p Party, token *coreos.IDToken, all map[string]any, nonce, access string) string {
	azp, named := all["azp"]
	switch {
	case token.Issuer != p.Issuer: // the library lets one provider spell it in two ways
		return "the ID token is of another issuer"
	case (named || len(token.Audience) > 1) && azp != p.ClientID:
		return "the ID token was made for another client"
	case subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1 || nonce == "":
		return "the ID token is not the answer to this question"
	case token.Expiry.Unix() <= 0 || now.After(token.Expiry.Add(skew)):
		return "the ID token is over"
	case token.IssuedAt.Unix() <= 0 || token.IssuedAt.After(now.Add(skew)) || before(all["nbf"], now):
		return "the ID token is of the future"
	case !plain(token.Subject) || len(token.Subject) > 255:
		return "the ID token has no usable subject"
	case token.AccessTokenHash != "" && token.VerifyAccessToken(access) != nil:
		return "the access token is not the one of the ID token"
	}
	return ""
}

// before reports whether now is before a time that must have come.
func before(at any, now time.Time) bool {
	seconds, ok := at.(float64)
	return ok && moment(seconds).After(now.Add(skew))
}

// untrusted is the refusal of an answer. The person reads one sentence, the
// administrator finds the reason in the log.
func untrusted(why string, cause error) error {
	return &models.Error{
		Kind: models.Forbidden, Code: "provider_answer", Cause: &refusal{why, cause},
		Text: "The identity provider's answer could not be trusted, so nobody was signed in. Start again; if it happens again, tell an administrator.",
	}
}

// refusal is why an answer was not trusted.
type refusal struct {
	why   string
	cause error
}

func (r *refusal) Error() string {
	if r.cause == nil {
		return "oidc: " + r.why
	}
	return "oidc: " + r.why + ": " + short(r.cause).Error()
}

// Why says for an administrator why an answer was not trusted; empty when err is
// about something else.
func Why(err error) string {
	if r, ok := errors.AsType[*refusal](err); ok {
		return strings.TrimPrefix(r.Error(), "oidc: ")
	}
	return ""
}

// hushed is an error that says little: a provider may send anything, and what it
// sends ends in the log.
type hushed struct{ err error }

func (h hushed) Error() string { return fmt.Sprintf("%.200q", strings.ToValidUTF8(h.err.Error(), "")) }
func (h hushed) Unwrap() error { return h.err }

func short(err error) error {
	if err == nil {
		return nil
	}
	return hushed{err}
}

// notRedeemed says why there is no token. Of the provider's answer only the
// code of its error is kept.
func notRedeemed(err error) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return unanswered(err)
	}
	if refused.Response != nil && refused.Response.StatusCode >= http.StatusInternalServerError {
		return unanswered(errors.New(refused.Response.Status))
	}
	status := ""
	if refused.Response != nil {
		status = refused.Response.Status
	}
	code := refused.ErrorCode
	if len(code) > 64 || slices.ContainsFunc([]rune(code), unprintable) {
		code = ""
	}
	return untrusted("the code was not redeemed: "+status+" "+code, nil)
}

func unanswered(err error) error {
	return &models.Error{
		Kind: models.Unavailable, Code: "provider_down", RetryAfter: deadFor, Cause: short(err),
		Text: "The identity provider does not answer as it should. Try again in a moment, or sign in another way.",
	}
}
