package outbound

import (
	"net/netip"
	"testing"
)

func TestTheInternetIsPublic(t *testing.T) {
	t.Parallel()
	for _, a := range []string{"8.8.8.8", "1.1.1.1", "::ffff:8.8.8.8", "2606:4700:4700::1111", "2001:4860:4860::8888", "100.128.0.1", "172.32.0.1"} {
		if !public(netip.MustParseAddr(a)) {
			t.Errorf("%s is not public", a)
		}
	}
	for _, a := range []string{"::", "::1", "fe80::1%eth0", "2001::1", "2001:db8::1", "::ffff:10.0.0.1", "100.127.255.255", "198.19.0.1"} {
		if public(netip.MustParseAddr(a)) {
			t.Errorf("%s is public", a)
		}
	}
}
