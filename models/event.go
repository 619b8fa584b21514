package models

import (
	"encoding/json"
	"time"
)

// Event is one line of the audit: who did what to which thing, when and from
// where. It names fields and metadata, never a secret and never a ciphertext.
type Event struct {
	ID        ID
	At        time.Time
	Name      string // such as credential.created
	ActorID   int64  // 0 for a job
	ActorName string // the person's e-mail then, or the job's name
	ThingType string // credential, project, user, login, session, idp, token, grant, oauth_client
	ThingID   string
	ThingName string
	Details   string // JSON of Details
	IP        string
	RequestID string
}

// Details say what an event changed.
type Details struct {
	Before map[string]any `json:"before,omitempty"`
	After  map[string]any `json:"after,omitempty"`
	Fields []string       `json:"fields,omitempty"` // names of the fields that changed or were shown, secret or not
	Note   string         `json:"note,omitempty"`
	Token  string         `json:"token,omitempty"` // id of the API token by which a program did it for the actor

	// Version is the credential's version after the event, where it has one.
	Version int64 `json:"version,omitempty"`
}

// ReadDetails says what the event changed; what can't be read is empty.
func (e Event) ReadDetails() Details {
	var d Details
	_ = json.Unmarshal([]byte(e.Details), &d)
	return d
}

// The events that the console records.
const (
	CredentialCreated   = "credential.created"
	CredentialUpdated   = "credential.updated"
	CredentialShared    = "credential.added_to_project"
	CredentialUnshared  = "credential.removed_from_project"
	CredentialScheduled = "credential.deletion_scheduled"
	CredentialRestored  = "credential.restored"
	CredentialDeleted   = "credential.deleted"
	CredentialPurged    = "credential.purged"
	TransferOffered     = "credential.transfer_offered"
	TransferDone        = "credential.transferred"
	TransferRefused     = "credential.transfer_declined"
	TransferTakenBack   = "credential.transfer_revoked"
	TransferTimedOut    = "credential.transfer_expired"
	LetterGivenUp       = "letter.failed"
	LetterTriedAgain    = "letter.retried"
	ProjectCreated      = "project.created"
	ProjectRenamed      = "project.renamed"
	MemberAdded         = "project.member_added"
	MemberRemoved       = "project.member_removed"
	MemberChanged       = "project.role_changed"
	OwnershipPassed     = "project.ownership_passed"
	UserCreated         = "user.created"
	LinkIssued          = "login.link_issued"
	LinkUsed            = "login.link_used"
	PasswordSet         = "login.secret_set"
	SignedInEvent       = "auth.success"
	SignInFailed        = "auth.failure"
	SignedOutEvent      = "session.ended"
	SessionRevoked      = "session.revoked"
	SessionsRevoked     = "session.revoked_all"
	KeysRotated         = "keys.rotated"
	UserUpdated         = "user.updated"
	RankChanged         = "user.rank_changed"
	UserDisabled        = "user.disabled"
	UserEnabled         = "user.enabled"
	UserScheduled       = "user.deletion_scheduled"
	UserRestored        = "user.restored"
	UserPurged          = "user.purged"
	LoginCreated        = "login.created"
	LoginRenamed        = "login.key_changed"
	LoginRemoved        = "login.removed"
	LoginRestored       = "login.restored"
	LoginPurged         = "login.purged"
	LoginBlocked        = "login.blocked"
	LoginUnblocked      = "login.unblocked"
	LoginUnlocked       = "login.unlocked"
	LoginExpired        = "login.expired"
	ExpiryChanged       = "login.expiry_changed"
	FactorRequired      = "login.mfa_required"
	FactorWaived        = "login.mfa_requirement_removed"
	ResetRequested      = "login.secret_reset_requested"
	LinkOpened          = "login.link_opened"
	LinkRevoked         = "login.link_revoked"
	LoginLinked         = "login.idp_linked"
	LoginBound          = "login.idp_bound"
	LoginUnlinked       = "login.idp_unlinked"
	SetRefused          = "set.refused"
	SetConflict         = "set.conflict"
	FactorAdded         = "factor.enrolled"
	FactorRemoved       = "factor.removed"
	FactorsReset        = "factor.reset_all"
	RecoveryRenewed     = "factor.recovery_renewed"
	RecoveryUsed        = "factor.recovery_used"
	LockedOut           = "auth.lockout"
	Throttled           = "auth.throttled"
	CameInAfterFailures = "auth.success_after_failures"
	SubjectMismatch     = "federation.subject_mismatch"
	EmailUnverified     = "federation.email_unverified"
	ProviderRefused     = "federation.refused"
	IDPCreated          = "idp.created"
	IDPUpdated          = "idp.updated"
	IDPEnabled          = "idp.enabled"
	IDPDisabled         = "idp.disabled"
	IDPDeleted          = "idp.deleted"
	ProvenAgain         = "sudo.granted"
	NotProven           = "sudo.denied"
	TokenCreated        = "token.created"
	TokenRevoked        = "token.revoked"
	CredentialRevealed  = "credential.revealed"
	CredentialConnected = "credential.connected"
	AccountSwitched     = "credential.account_switched"
	CredentialParted    = "credential.disconnected"
	TokenRefreshed      = "credential.token_refreshed"
	TokenRefreshFailed  = "credential.token_refresh_failed"
	GrantRevoked        = "credential.grant_revoked"
	GrantNotRevoked     = "credential.grant_not_revoked"
	ConnectRefused      = "credential.connect_failed"
	OAuthClientCreated  = "oauth_client.created"
	OAuthClientUpdated  = "oauth_client.updated"
	OAuthClientDeleted  = "oauth_client.deleted"
	OAuthClientOffered  = "oauth_client.added_to_project"
	OAuthClientTaken    = "oauth_client.removed_from_project"
	OAuthClientRefused  = "oauth_client.refused"
	OAuthClientMended   = "oauth_client.resumed"
	OAuthClientPassed   = "oauth_client.taken_over"
)

// EventNames are all events, for the filter of the audit page.
func EventNames() []string {
	return []string{
		CredentialCreated, CredentialUpdated, CredentialShared, CredentialUnshared, CredentialScheduled,
		CredentialRestored, CredentialDeleted, CredentialPurged, TransferOffered, TransferDone, TransferRefused,
		TransferTakenBack, TransferTimedOut, LetterGivenUp, LetterTriedAgain, ProjectCreated, ProjectRenamed, MemberAdded,
		MemberRemoved, MemberChanged, OwnershipPassed, UserCreated, LinkIssued, LinkUsed, PasswordSet,
		SignedInEvent, SignInFailed, SignedOutEvent, SessionRevoked, SessionsRevoked, KeysRotated,
		UserUpdated, RankChanged, UserDisabled, UserEnabled, UserScheduled, UserRestored, UserPurged,
		LoginCreated, LoginRenamed, LoginRemoved, LoginRestored, LoginPurged, LoginBlocked, LoginUnblocked,
		LoginUnlocked, LoginExpired, ExpiryChanged, FactorRequired, FactorWaived, ResetRequested, LinkOpened,
		LinkRevoked, LoginLinked, LoginBound, LoginUnlinked, SetRefused, SetConflict, FactorAdded,
		FactorRemoved, FactorsReset, RecoveryRenewed, RecoveryUsed, LockedOut, Throttled, CameInAfterFailures,
		SubjectMismatch, EmailUnverified, ProviderRefused, IDPCreated, IDPUpdated, IDPEnabled, IDPDisabled,
		IDPDeleted, ProvenAgain, NotProven, TokenCreated, TokenRevoked, CredentialRevealed,
		CredentialConnected, AccountSwitched, CredentialParted, TokenRefreshed, TokenRefreshFailed, GrantRevoked,
		GrantNotRevoked, ConnectRefused, OAuthClientCreated, OAuthClientUpdated, OAuthClientDeleted,
		OAuthClientOffered, OAuthClientTaken, OAuthClientRefused, OAuthClientMended, OAuthClientPassed,
	}
}

// EventFilter narrows and pages the audit. Zero fields do not narrow.
type EventFilter struct {
	Actor     string // the actor's e-mail or the job's name, whole
	Name      string
	ThingType string
	ThingID   string
	Thing     string // the name or the id of what it happened to
	From, To  time.Time
	After     string // where the former page ended
}

// EventPage is one page of the audit, the newest first.
type EventPage struct {
	Rows []Event
	Next string // empty on the last page
}
