package settings

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// The errors of url.Parse quote the address with its password: they go nowhere.

func isPostgres(text string) bool {
	return strings.HasPrefix(text, "postgres://") || strings.HasPrefix(text, "postgresql://")
}

func databaseURL(text string) (string, error) {
	if path, is := strings.CutPrefix(text, "sqlite:"); is {
		if path == "" || strings.HasPrefix(path, ":") || strings.HasPrefix(path, "file:") || strings.ContainsAny(path, "?#") {
			return "", errors.New("must name a file after sqlite:, such as sqlite:data/holdfast.db, without options")
		}
		return text, nil
	}
	if !isPostgres(text) {
		return "", errors.New("must be sqlite:PATH or postgres://user:password@host/database")
	}
	if _, err := url.Parse(text); err != nil {
		return "", errors.New("must be a well-formed postgres:// address; percent-encode special characters of the password")
	}
	return text, nil
}

// baseURL is scheme://host[:port] and nothing more, without a default port.
func baseURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !validHost(u.Hostname()) || !validPort(u.Port()) {
		return "", errors.New("must be an absolute address, such as https://holdfast.example.org")
	}
	if u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", errors.New("must have no user, path, query or fragment: Holdfast serves the whole host")
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return "", errors.New("must begin with https://: plain http is for loopback hosts only, because passwords travel over it")
	}
	return origin(u.Scheme, u.Hostname(), u.Port()), nil
}

// smtpURL is a mail server, with its port written out.
func smtpURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || !validHost(u.Hostname()) || !validPort(u.Port()) {
		return "", errors.New("must be smtp://user:password@host:port or smtps://…; percent-encode special characters of the password")
	}
	if strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return "", errors.New("must have no path")
	}
	if _, has := u.User.Password(); u.User != nil && (!has || u.User.Username() == "") {
		return "", errors.New("must hold both a user and a password, or neither")
	}
	if u.RawQuery != "" && u.RawQuery != "tls=none" {
		return "", errors.New("takes no option but ?tls=none")
	}
	if u.RawQuery != "" && (u.Scheme != "smtp" || !loopback(u.Hostname())) {
		return "", errors.New("may say ?tls=none for smtp:// on a loopback host only, because passwords travel over it")
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	}
	u.Host, u.Path = net.JoinHostPort(u.Hostname(), port), ""
	return u.String(), nil
}

// plainURL is the base URL of an address that only this machine reaches.
func plainURL(addr string) string {
	host, port, _ := net.SplitHostPort(addr)
	return origin("http", host, port)
}

// origin is an address as browsers write it in Origin.
func origin(scheme, host, port string) string {
	host = strings.ToLower(host)
	if port == "" || port == map[string]string{"http": "80", "https": "443"}[scheme] {
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		return scheme + "://" + host
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// validPort says that port is one, or left out.
func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// validHost says that text is an address, or a name made of what names are made of.
func validHost(text string) bool {
	if ip, err := netip.ParseAddr(text); err == nil {
		return ip.Zone() == ""
	}
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-_."
	return text != "" && len(text) <= 253 && strings.Trim(strings.ToLower(text), letters) == "" && !strings.HasPrefix(text, ".")
}

// loopback says that only this machine reaches host.
func loopback(host string) bool {
	host = strings.ToLower(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// withoutSecrets is an address with neither user nor options.
func withoutSecrets(text string) string {
	if text == "" || strings.HasPrefix(text, "sqlite:") {
		return text
	}
	u, err := url.Parse(text)
	if err != nil {
		return "set"
	}
	return u.Scheme + "://" + u.Host + u.Path
}
