package authserver

import (
	"fmt"
	"time"
)

// Kind is what a failure means for whoever asked.
type Kind uint8

const (
	_             Kind = iota
	Denied             // the grant is over, or the code is: somebody has to connect anew
	ClientRefused      // the provider does not accept the client itself
	Busy               // not now; see Failure.RetryAfter
	Down               // nobody answers, or with trouble of their own
	Garbled            // an answer without sense
	Misrouted          // the address sends elsewhere, or may not be asked
	Misasked           // what was asked is wrong: a fault of ours, or of the client's settings
)

func (k Kind) String() string {
	return [...]string{"unknown", "denied", "client refused", "busy", "down", "garbled", "misrouted", "misasked"}[min(k, Misasked)]
}

// Codes of ours. A status that came without a code is "http_" and its number.
const (
	WrongIssuer          = "wrong_issuer"
	UserInfoUnauthorized = "userinfo_unauthorized"
	NoEndpoint           = "no_endpoint"    // the settings have no address for this
	NoAuthMethod         = "no_auth_method" // or don't say how the client shows its secret
	BadAddress           = "bad_address"
	PlainAddress         = "plain_address"
	PrivateAddress       = "private_address"
	Redirected           = "redirected"
	NoSuchHost           = "no_such_host"
	Unreachable          = "unreachable"
	NoTLS                = "no_tls" // there is no talking in confidence with whoever answers
	TimedOut             = "timeout"
	GivenUp              = "given_up" // by the caller
	Broken               = "broken"   // the connection
	TooLarge             = "too_large"
	Unreadable           = "unreadable"
)

// Failure is the one error of this package. Nothing in it was said by a provider
// but a short code.
type Failure struct {
	Kind       Kind
	Code       string        // the provider's, if it is plain: [a-z_]{1,64}; else one of ours
	Status     int           // of HTTP; 0 when nobody answered
	RetryAfter time.Duration // when the provider wants to be asked again; 0 is not told, an hour is the most
	Lost       bool          // it may have been carried out, though no answer came; false when it surely has reached nobody, or was refused
	cause      error         // of ours or the network's, never the provider's words
}

func (f *Failure) Error() string {
	text := "oauth: " + f.Kind.String() + ": " + f.Code
	if f.Status != 0 {
		text += fmt.Sprintf(" (HTTP %d)", f.Status)
	}
	if f.Lost {
		text += ", and it may have been carried out"
	}
	if f.cause != nil {
		text += ": " + f.cause.Error()
	}
	return text
}

func (f *Failure) Unwrap() error { return f.cause }

// kindOf is what a code means that stands in a standard, or that one of the large
// providers uses in place of one that does.
func kindOf(code string) (Kind, bool) {
	switch code {
	case "invalid_grant", "invalid_token", "access_denied", "expired_token", "interaction_required", "login_required", "consent_required", // OAuth, OpenID Connect
		"bad_verification_code", "bad_refresh_token", // GitHub
		"invalid_code", "code_already_used", "code_expired", "invalid_refresh_token", "token_revoked", "token_expired": // Slack
		return Denied, true
	case "invalid_client", "unauthorized_client",
		"incorrect_client_credentials", "application_suspended", // GitHub
		"invalid_client_id", "bad_client_secret", // Slack
		"deleted_client", "disabled_client": // Google
		return ClientRefused, true
	case "slow_down", "temporarily_unavailable", "ratelimited", "rate_limited", "service_unavailable":
		return Busy, true
	case "server_error", "internal_error", "fatal_error", "request_timeout":
		return Down, true
	case "invalid_request", "invalid_scope", "unsupported_grant_type", "unsupported_response_type", "unsupported_token_type",
		"insufficient_scope", "invalid_target", "redirect_uri_mismatch", "bad_redirect_uri":
		return Misasked, true
	}
	return 0, false
}
