package to

import "net/url"

// OfferTransfer is the form that offers a credential to somebody; a POST offers it.
func OfferTransfer(credential string) string { return Credential(credential) + "/transfer" }

// OfferTransferTo is that form with the address filled in.
func OfferTransferTo(credential, email string) string {
	return OfferTransfer(credential) + query("email", email)
}

// CheckTransfer takes the POST that looks whether somebody could receive a credential.
func CheckTransfer(credential string) string { return OfferTransfer(credential) + "/check" }

// RevokeTransfer takes the POST that takes an offer back.
func RevokeTransfer(credential string) string { return OfferTransfer(credential) + "/revoke" }

// Transfers lists what was offered to one and what one offers.
func Transfers() string { return "/transfers" }

// TransfersFrom is that list, each side from where its former page ended.
func TransfersFrom(in, out string) string { return Transfers() + query("in", in, "out", out) }

// Transfer is the emailed link: it shows what is offered.
func Transfer(token string) string { return Transfers() + "/" + url.PathEscape(token) }

// AcceptTransfer takes the POST that accepts.
func AcceptTransfer(token string) string { return Transfer(token) + "/accept" }

// DeclineTransfer takes the POST that declines.
func DeclineTransfer(token string) string { return Transfer(token) + "/decline" }

// Leaving lists everything one owns, to hand over several at once; a POST offers them.
func Leaving() string { return Transfers() + "/leaving" }

// LeavingAfter is the page of that list that begins after cursor.
func LeavingAfter(cursor string) string { return Leaving() + query("after", cursor) }

// UserLeaving lists what a user owns; a POST offers some of it to somebody.
func UserLeaving(user int64) string { return User(user) + "/leaving" }

// UserLeavingAfter is the page of that list that begins after cursor.
func UserLeavingAfter(user int64, cursor string) string {
	return UserLeaving(user) + query("after", cursor)
}

// RevokeUserTransfer takes the POST that takes back an offer of a user's.
func RevokeUserTransfer(user int64, credential string) string {
	return UserLeaving(user) + "/" + url.PathEscape(credential) + "/revoke"
}

// Outbox lists the letters that wait, went and failed.
func Outbox() string { return "/admin/outbox" }

// OutboxWith is that list, of one state and paged.
func OutboxWith(state, after string) string { return Outbox() + query("state", state, "after", after) }

// RetryLetter takes the POST that has a letter sent again.
func RetryLetter(id string) string { return Outbox() + "/" + url.PathEscape(id) + "/retry" }
