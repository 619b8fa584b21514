package models

import "net/netip"

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
