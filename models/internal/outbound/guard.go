package outbound

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
)

// guard knows what the settings allow besides the internet.
type guard struct {
	names map[string]bool
	nets  []netip.Prefix
}

func newGuard(allow []string) guard {
	g := guard{names: map[string]bool{}}
	for _, entry := range allow {
		if p, err := netip.ParsePrefix(entry); err == nil {
			g.nets = append(g.nets, p.Masked())
		} else if a, err := netip.ParseAddr(entry); err == nil {
			a = a.Unmap()
			g.nets = append(g.nets, netip.PrefixFrom(a, a.BitLen()))
		} else {
			g.names[plainName(entry)] = true
		}
	}
	return g
}

func plainName(host string) string { return strings.TrimSuffix(strings.ToLower(host), ".") }

// scheme reports why u may not be asked by its scheme. Plain HTTP is for hosts
// that are allowed by name or by address; what another name leads to is judged
// when it is dialled.
func (g guard) scheme(u *url.URL) error {
	switch {
	case u.Scheme == "https":
		return nil
	case u.Scheme != "http":
		return ErrPlain
	case g.names[plainName(u.Hostname())]:
		return nil
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && g.within(a) {
		return nil
	}
	return ErrPlain
}

func (g guard) within(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return slices.ContainsFunc(g.nets, func(p netip.Prefix) bool { return p.Contains(a) })
}

// allowed reports whether the settings name the address.
func (g guard) allowed(ip net.IP) bool {
	a, ok := netip.AddrFromSlice(ip)
	return ok && g.within(a)
}

// reachable reports whether the address is public, or allowed.
func (g guard) reachable(ip net.IP) bool {
	a, ok := netip.AddrFromSlice(ip)
	return ok && (g.within(a) || public(a))
}

// judge looks at the address that is about to be dialled, once it is no name any more.
func judge(may func(net.IP) bool) func(context.Context, string, string, syscall.RawConn) error {
	return func(_ context.Context, network, address string, _ syscall.RawConn) error {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return err
		}
		a, err := netip.ParseAddr(host)
		if err != nil || (network != "tcp4" && network != "tcp6") || !may(a.WithZone("").AsSlice()) {
			return ErrPrivate
		}
		return nil
	}
}

// public reports whether the address is one of the internet's, which anybody
// can reach (IANA's special-purpose registries).
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(special(), func(p netip.Prefix) bool { return p.Contains(a) })
}

// special are the blocks that are no one host's on the internet, or hold an
// address of the other family that would have to be judged in turn.
func special() []netip.Prefix {
	var all []netip.Prefix
	for _, block := range strings.Fields(`0.0.0.0/8 100.64.0.0/10 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24
		198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4
		::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fec0::/10`) {
		all = append(all, netip.MustParsePrefix(block))
	}
	return all
}
