package models

import (
	"net/netip"
	"net/url"
)

// Network is where tries are counted together: an IPv4 address, or of IPv6 the
// network that one customer has.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	p, _ := ip.Prefix(64) // an IPv6 address has as many bits
	return p.String()
}

// WebAddress reports whether text is the address of something on the web: http or
// https, with a host and without a user or a fragment.
func WebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil &&
		u.Opaque == "" && u.Fragment == "" && sendable(text, 2000)
}
