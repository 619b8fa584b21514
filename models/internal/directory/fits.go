package directory

import (
	"net/url"
	"regexp"
	"strings"

	"holdfast/models"
)

// Fits reports whether settings lead to the servers of a known provider, whatever
// its inputs are filled with: only then do they deserve its name.
func Fits(p models.KnownProvider, s models.ClientSettings) bool {
	return leads(p, p.Settings.Authorize, s.Authorize) && leads(p, p.Settings.Token, s.Token)
}

// leads reports whether an address has the scheme and the host of a template.
func leads(p models.KnownProvider, template, address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	scheme, rest, _ := strings.Cut(template, "://")
	host, _, _ := strings.Cut(rest, "/")
	pattern := regexp.QuoteMeta(host)
	for _, in := range p.Inputs {
		pattern = strings.ReplaceAll(pattern, regexp.QuoteMeta("{"+in.Name+"}"), "(?:"+in.Pattern+")")
	}
	fits, err := regexp.MatchString("^(?:"+pattern+")$", u.Host)
	return err == nil && fits && u.Scheme == scheme
}
