package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// optional lets an empty value through.
func optional(parse func(string) (string, error)) func(string) (string, error) {
	return func(text string) (string, error) {
		if text == "" {
			return "", nil
		}
		return parse(text)
	}
}

// list parses values that commas separate; none is fine.
func list[T any](parse func(string) (T, error)) func(string) ([]T, error) {
	return func(text string) ([]T, error) {
		var all []T
		for i, part := range strings.Split(text, ",") {
			part = strings.TrimSpace(part)
			if part == "" {
				continue
			}
			v, err := parse(part)
			if err != nil {
				return nil, fmt.Errorf("%w (entry %d)", err, i+1)
			}
			all = append(all, v)
		}
		return all, nil
	}
}

func listenAddr(text string) (string, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", errors.New("must be host:port, such as 127.0.0.1:8080 or [::1]:8080")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", errors.New("must end in a port between 0 and 65535")
	}
	if host != "" && !validHost(host) {
		return "", errors.New("must begin with a host name or an address")
	}
	return text, nil
}

func mailAddress(text string) (string, error) {
	if _, err := mail.ParseAddress(text); err != nil {
		return "", errors.New("must be a mail address, such as holdfast@example.org")
	}
	return text, nil
}

func days(text string) (time.Duration, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 3650 {
		return 0, errors.New("must be a whole number of days between 0 and 3650")
	}
	return time.Duration(n) * day, nil
}

func between(least, most time.Duration) func(string) (time.Duration, error) {
	return func(text string) (time.Duration, error) {
		d, err := time.ParseDuration(text)
		if err != nil || d < least || d > most {
			return 0, fmt.Errorf("must be a duration such as 90s, 30m or 48h, between %s and %dh", least, most/time.Hour)
		}
		return d, nil
	}
}

func (s Source) dir(path string) (string, error) {
	if s.IsDir != nil && !s.IsDir(path) {
		return "", errors.New("must name an existing folder")
	}
	return path, nil
}

func network(text string) (netip.Prefix, error) {
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		return netip.PrefixFrom(ip, ip.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return p, errors.New("must be networks such as 10.0.0.0/8, separated by commas")
	}
	return p.Masked(), nil
}

func hostOrNetwork(text string) (string, error) {
	if p, err := network(text); err == nil {
		if p.IsSingleIP() {
			return p.Addr().String(), nil
		}
		return p.String(), nil
	}
	if !validHost(text) {
		return "", errors.New("must be host names or networks, separated by commas, without a port")
	}
	return strings.ToLower(text), nil
}

func logLevel(text string) (slog.Level, error) {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, known := levels[strings.ToLower(text)]
	if !known {
		return 0, errors.New("must be debug, info, warn or error")
	}
	return level, nil
}

func logFormat(text string) (string, error) {
	if text != "text" && text != "json" {
		return "", errors.New("must be text or json")
	}
	return text, nil
}
