package to

import "net/url"

// IDPs lists the trusted identity providers, and takes the POST that adds one.
func IDPs() string { return "/admin/idps" }

// NewIDP is the form of a new identity provider.
func NewIDP() string { return IDPs() + "/new" }

// IDP is one identity provider; a POST changes it.
func IDP(id int64) string { return IDPs() + "/" + number(id) }

// CheckIDP takes the POST that asks an identity provider how it is.
func CheckIDP(id int64) string { return IDP(id) + "/check" }

// TestIDP takes the POST that signs in by an identity provider for show.
func TestIDP(id int64) string { return IDP(id) + "/test" }

// DisableIDP asks whether to disable an identity provider; a POST does it.
func DisableIDP(id int64) string { return IDP(id) + "/disable" }

// EnableIDP takes the POST that enables an identity provider again.
func EnableIDP(id int64) string { return IDP(id) + "/enable" }

// DeleteIDP asks whether to delete an identity provider; a POST does it.
func DeleteIDP(id int64) string { return IDP(id) + "/delete" }

// RefusedSignIns lists whom identity providers vouch for and who could not come in.
func RefusedSignIns() string { return IDPs() + "/refused" }

// RefusedSignInsAfter is the page of that list after a cursor.
func RefusedSignInsAfter(after string) string { return RefusedSignIns() + query("after", after) }

// LinkRefused asks whose login it shall be; a POST makes it.
func LinkRefused(id string) string { return RefusedSignIns() + "/" + url.PathEscape(id) + "/link" }

// DismissRefused takes the POST that takes somebody off that list.
func DismissRefused(id string) string {
	return RefusedSignIns() + "/" + url.PathEscape(id) + "/dismiss"
}

// SignInBy takes the POST that leads to an identity provider.
func SignInBy(id int64) string { return SignIn + "/provider/" + number(id) }

// SignInBack is where the identity provider sends the browser back to.
func SignInBack(id int64) string { return SignInBy(id) + "/callback" }

// ConfirmByProvider takes the POST that has one's identity provider confirm who one is.
func ConfirmByProvider() string { return "/confirm/provider" }
