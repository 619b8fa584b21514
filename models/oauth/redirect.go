package oauth

import (
	"net"
	"net/url"
)

// aboutRedirect says what may be wrong with the address that providers send
// browsers back to: most take https alone, but for this very machine.
func aboutRedirect(redirect string) []string {
	u, err := url.Parse(redirect)
	if err != nil || u.Hostname() == "" {
		return []string{"The address of Holdfast itself can't be used: " + redirect + ". The operator has to set HOLDFAST_BASE_URL."}
	}
	if u.Scheme == "https" || u.Hostname() == "localhost" {
		return nil
	}
	if ip := net.ParseIP(u.Hostname()); ip != nil && ip.IsLoopback() {
		return nil
	}
	return []string{"Holdfast's own address begins with http://, and most providers send nobody back to such an address. The operator has to set HOLDFAST_BASE_URL to the https:// address that people open."}
}
