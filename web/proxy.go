package web

import (
	"crypto/rand"
	"net"
	"net/http"
	"net/netip"

	"github.com/labstack/echo/v4"
)

// extractIP finds the visitor's address. Without trusted proxies it is the
// peer's; a header then counts for nothing.
func extractIP(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		p = p.Masked()
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// requestID is the name of a request in the log, on the problem page and in
// the audit. A trusted proxy may have given one already.
func (s *Server) requestID(r *http.Request) string {
	if given := r.Header.Get(echo.HeaderXRequestID); given != "" && wellFormedID(given) && s.fromProxy(r) {
		return given
	}
	return rand.Text()[:16]
}

func (s *Server) fromProxy(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, p := range s.proxies {
		if p.Contains(peer.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// wellFormedID accepts what is safe in a header, a log and a page.
func wellFormedID(id string) bool {
	if len(id) < 8 || len(id) > 64 {
		return false
	}
	for _, c := range []byte(id) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}
