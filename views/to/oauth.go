package to

import "net/url"

// OAuthClients lists the OAuth clients, and takes the POST that makes one.
func OAuthClients() string { return "/oauth/clients" }

// OAuthClientsAfter is the page of that list after a cursor.
func OAuthClientsAfter(after string) string { return OAuthClients() + query("after", after) }

// NewOAuthClient is the choice of a provider, or with one the form of a new client.
func NewOAuthClient(provider string) string {
	return OAuthClients() + "/new" + query("provider", provider)
}

// DiscoverOAuthClient takes the POST that finds a provider's addresses by its issuer.
func DiscoverOAuthClient() string { return OAuthClients() + "/discover" }

// OAuthClient is one client; a POST changes it.
func OAuthClient(id string) string { return OAuthClients() + "/" + url.PathEscape(id) }

// EditOAuthClient is the form of a client.
func EditOAuthClient(id string) string { return OAuthClient(id) + "/edit" }

// CheckOAuthClient takes the POST that asks a provider whether it knows the client.
func CheckOAuthClient(id string) string { return OAuthClient(id) + "/check" }

// ResumeOAuthClient takes the POST that has a refused client tried again.
func ResumeOAuthClient(id string) string { return OAuthClient(id) + "/resume" }

// TakeOverOAuthClient asks an administrator whether to take a client over; a POST does.
func TakeOverOAuthClient(id string) string { return OAuthClient(id) + "/take-over" }

// DeleteOAuthClient shows what deleting a client would do; a POST deletes it.
func DeleteOAuthClient(id string) string { return OAuthClient(id) + "/delete" }

// ConnectNew is the form that connects an account to a new credential with a client.
func ConnectNew(client string) string { return PickKind() + query("kind", "oauth", "client", client) }

// Connect is the form that connects an account to a credential; a POST leads to the provider.
func Connect(credential string) string { return Credential(credential) + "/connect" }

// ConnectWith is that form with another client chosen.
func ConnectWith(credential, client string) string {
	return Connect(credential) + query("client", client)
}

// Disconnect shows what taking the account away would do; a POST does it.
func Disconnect(credential string) string { return Credential(credential) + "/disconnect" }

// Refresh takes the POST that refreshes the tokens of a credential now.
func Refresh(credential string) string { return Credential(credential) + "/refresh" }

// OAuthCallback is where a provider sends the browser back to.
const OAuthCallback = "/oauth/callback"

// Connected is the page of what came of connecting.
func Connected(id string) string { return "/oauth/connects/" + url.PathEscape(id) }

// ConnectOver tells who came back from a provider for nothing: why is "signed-out",
// or empty for a way that is over.
func ConnectOver(why string) string { return Connected("over") + query("why", why) }

// KeepConnected takes the POST that keeps what came back although something is amiss.
func KeepConnected(id string) string { return Connected(id) + "/keep" }

// DropConnected takes the POST that gives up what came back.
func DropConnected(id string) string { return Connected(id) + "/drop" }

// ConnectAgain takes the POST that leads to the provider once more.
func ConnectAgain(id string) string { return Connected(id) + "/again" }
