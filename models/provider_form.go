package models

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// How the console shows its secret to an identity provider.
const (
	SecretBasic = "client_secret_basic"
	SecretPost  = "client_secret_post"
	SecretNone  = "none"
)

// ProviderForm is what an administrator says of an identity provider.
type ProviderForm struct {
	Name, Issuer, ClientID   string
	Secret                   string // empty keeps the one that is set
	AuthMethod, Scopes       string
	LoginClaim, FactorValues string
	Authoritative            bool
}

// FormOf is the form as it was filled in last; the secret never comes back.
func FormOf(p Provider) ProviderForm {
	return ProviderForm{
		Name: p.Name, Issuer: p.Issuer, ClientID: p.ClientID, AuthMethod: p.AuthMethod, Scopes: p.Scopes,
		LoginClaim: p.LoginClaim, FactorValues: p.FactorValues, Authoritative: p.Authoritative,
	}
}

// Into is the provider p as the form says.
func (f ProviderForm) Into(p Provider) Provider {
	p.Name, p.NameKey, p.Issuer, p.ClientID, p.AuthMethod, p.Scopes = f.Name, Fold(f.Name), f.Issuer, f.ClientID, f.AuthMethod, f.Scopes
	p.LoginClaim, p.FactorValues, p.Authoritative = f.LoginClaim, f.FactorValues, f.Authoritative
	return p
}

// Clean trims what was typed and reports what is wrong with it. hasSecret says
// that a secret is set already.
func (f *ProviderForm) Clean(hasSecret bool) error {
	f.Name, f.Issuer, f.ClientID = strings.TrimSpace(f.Name), strings.TrimSpace(f.Issuer), strings.TrimSpace(f.ClientID)
	f.Secret, f.LoginClaim = strings.TrimSpace(f.Secret), strings.TrimSpace(f.LoginClaim)
	f.Scopes, f.FactorValues = strings.Join(strings.Fields(f.Scopes), " "), strings.Join(strings.Fields(f.FactorValues), " ")
	wrong := Fields{}
	if text := wrongName(f.Name, 100); text != "" {
		wrong.Add("name", text)
	}
	if !issuerLike(f.Issuer) {
		wrong.Add("issuer", "Enter the issuer as the provider spells it, such as https://login.example.org.")
	}
	if !sendable(f.ClientID, 255) {
		wrong.Add("client_id", "Enter the client ID that the provider gave you, of at most 255 characters.")
	}
	if !slices.Contains([]string{SecretBasic, SecretPost, SecretNone}, f.AuthMethod) {
		wrong.Add("auth_method", "Choose how the client secret is shown.")
	}
	f.checkSecret(wrong, hasSecret)
	f.checkClaims(wrong)
	return wrong.Err()
}

func (f *ProviderForm) checkSecret(wrong Fields, hasSecret bool) {
	switch {
	case f.AuthMethod == SecretNone && f.Secret != "":
		wrong.Add("secret", "This provider is told no secret. Leave it empty, or choose another way to show it.")
	case f.AuthMethod == SecretNone:
	case f.Secret == "" && !hasSecret:
		wrong.Add("secret", "Enter the client secret that the provider gave you.")
	case f.Secret != "" && !sendable(f.Secret, 1000):
		wrong.Add("secret", "Enter the client secret as the provider gave it to you, of at most 1,000 characters.")
	}
}

func (f *ProviderForm) checkClaims(wrong Fields) {
	if !slices.Contains(strings.Fields(f.Scopes), "openid") || len(f.Scopes) > 500 || !sendable(f.Scopes, 500) {
		wrong.Add("scopes", "Enter the scopes with spaces between. One of them must be openid.")
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_.:/-]{1,100}$`).MatchString(f.LoginClaim) {
		wrong.Add("login_claim", "Enter the name of one claim, such as email or preferred_username.")
	}
	if f.FactorValues != "" && !sendable(f.FactorValues, 500) {
		wrong.Add("factor_values", "Enter values of amr or acr with spaces between, such as mfa.")
	}
}

// issuerLike reports whether text can be an issuer: a web address without query
// and fragment. Whether plain http may be is the outbound client's matter.
func issuerLike(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil &&
		u.RawQuery == "" && !strings.ContainsAny(text, "?#") && sendable(text, 500)
}

// sendable reports whether text is something, at most that long, and printable.
func sendable(text string, most int) bool {
	return text != "" && utf8.ValidString(text) && utf8.RuneCountInString(text) <= most && strings.IndexFunc(text, unprintable) < 0
}

// Factors are the values that stand for a second factor.
func (p Provider) Factors() []string { return strings.Fields(p.FactorValues) }

// Shown are the proofs of somebody whom the provider vouches for.
func (p Provider) Shown(factor bool) Proofs {
	if factor {
		return ByProvider.And(ByProviders)
	}
	return ByProvider
}

// MayBind reports why somebody's first sign-in may not bind a login that waits
// for them, or nothing: only a provider that alone decides who has the claim can
// say that they are the one, and of an address only once it has verified it.
func (p Provider) MayBind(emailVerified bool) string {
	switch {
	case p.LoginClaim == "email" && !emailVerified:
		return RefusalUnverified
	case !p.Authoritative:
		return RefusalNotDeciding
	}
	return ""
}

// Why an identity provider's word was not enough, for administrators.
const (
	RefusalUnknown     = "unknown"      // no login waits for them
	RefusalNoClaim     = "no-claim"     // the provider did not say the login claim
	RefusalUnverified  = "unverified"   // the address is not verified
	RefusalNotDeciding = "not-deciding" // the provider does not decide who has the claim
	RefusalMismatch    = "mismatch"     // the login is somebody else's there
	RefusalBlocked     = "blocked"
	RefusalExpired     = "expired"
	RefusalDisabled    = "disabled"
)

// ProviderRow is an identity provider as a list shows it.
type ProviderRow struct {
	Provider
	Logins int
}

// Affected is somebody who has a login of an identity provider.
type Affected struct {
	UserID      int64
	Name, Email string
	Admin       bool
	Key         string
	Others      bool // another login of theirs lets them in
}

// ProviderImpact is what disabling an identity provider does.
type ProviderImpact struct {
	Users, Stranded int // how many have a login of it, and how many have no other
	Sessions        int
	Some            []Affected // the first of them, who have no other before the rest
}

// RefusalPage is a page of refused sign-ins, the latest first.
type RefusalPage struct {
	Rows []RefusalRow
	Next string
}

// RefusalRow is a refused sign-in as a list shows it.
type RefusalRow struct {
	ProviderRefusal
	Provider string
}
