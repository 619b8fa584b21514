package models

import "time"

// Provider is an identity provider by which users may sign in (OpenID Connect).
type Provider struct {
	ID            int64
	Name          string
	NameKey       string
	Issuer        string // exactly as the provider spells it
	ClientID      string
	AuthMethod    string // how the client shows its secret: client_secret_basic, client_secret_post, none
	Scopes        string // with spaces between
	LoginClaim    string // the claim that a login's key is compared with, before it is bound
	Authoritative bool   // the provider alone decides who has that claim, so the first sign-in may bind
	FactorValues  string // values of amr or acr that stand for a second factor, with spaces between
	Enabled       bool
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// ProviderSecret is the client secret of an identity provider, sealed.
type ProviderSecret struct {
	ID         ID
	ProviderID int64
	Sealed     []byte
	KeyID      string
	SetAt      time.Time
}

// ProviderVisit is somebody on their way to an identity provider and back.
type ProviderVisit struct {
	ID         ID
	StateHash  []byte
	CookieHash []byte
	ProviderID int64
	Purpose    VisitPurpose
	UserID     *int64 // who confirms, or tests
	Next       string // where to go afterwards
	CreatedAt  time.Time
	ExpiresAt  time.Time
}

// VisitPurpose is why somebody visits an identity provider.
type VisitPurpose string

const (
	ToSignIn  VisitPurpose = "sign-in"
	ToConfirm VisitPurpose = "confirm" // shows again who they are
	ToTest    VisitPurpose = "test"    // an administrator looks at what it says
)

// VisitLife is how long a visit to an identity provider may take.
const VisitLife = 10 * time.Minute

// ProviderRefusal is somebody whom an identity provider vouched for and who could
// not come in.
type ProviderRefusal struct {
	ID         ID
	ProviderID int64
	Issuer     string
	Subject    string
	Claim      string // the value of the login claim
	Email      string
	Name       string
	Reason     string
	Tries      int64
	FirstAt    time.Time
	LastAt     time.Time
	IP         string
}
