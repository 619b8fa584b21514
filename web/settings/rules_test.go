package settings_test

import (
	"strings"
	"testing"
)

func TestRules(t *testing.T) {
	t.Parallel()
	const right = ""
	for _, c := range []struct{ name, text, want string }{
		{"HOLDFAST_ADDR", "localhost:1", right},
		{"HOLDFAST_ADDR", "[::1]:0", right},
		{"HOLDFAST_ADDR", "8080", "must be host:port"},
		{"HOLDFAST_ADDR", "127.0.0.1:http", "must end in a port"},
		{"HOLDFAST_ADDR", "127.0.0.1:65536", "must end in a port"},
		{"HOLDFAST_ADDR", "a b:80", "must begin with a host"},
		{"HOLDFAST_DATABASE_URL", "sqlite:/var/lib/holdfast/h.db", right},
		{"HOLDFAST_DATABASE_URL", "sqlite:", "must name a file"},
		{"HOLDFAST_DATABASE_URL", "sqlite::memory:", "must name a file"},
		{"HOLDFAST_DATABASE_URL", "sqlite:a.db?mode=ro", "must name a file"},
		{"HOLDFAST_DATABASE_URL", "mysql://x", "must be sqlite:PATH or postgres"},
		{"HOLDFAST_DATABASE_URL", "postgres://u:s3%zz@h/d", "must be a well-formed"},
		{"HOLDFAST_BASE_URL", "https://h.example.org:8443", right},
		{"HOLDFAST_BASE_URL", "http://localhost:8080", right},
		{"HOLDFAST_BASE_URL", "http://[::1]:8080/", right},
		{"HOLDFAST_BASE_URL", "http://h.example.org", "must begin with https://"},
		{"HOLDFAST_BASE_URL", "http://10.0.0.1", "must begin with https://"},
		{"HOLDFAST_BASE_URL", "http://127.0.0.1.example.org", "must begin with https://"},
		{"HOLDFAST_BASE_URL", "h.example.org", "must be an absolute"},
		{"HOLDFAST_BASE_URL", "ftp://h.example.org", "must be an absolute"},
		{"HOLDFAST_BASE_URL", "https://", "must be an absolute"},
		{"HOLDFAST_BASE_URL", "https://h.example.org:0", "must be an absolute"},
		{"HOLDFAST_BASE_URL", "https://h.example.org/console", "must have no user, path"},
		{"HOLDFAST_BASE_URL", "https://h.example.org?a=b", "must have no user, path"},
		{"HOLDFAST_BASE_URL", "https://u:s3cret@h.example.org", "must have no user, path"},
		{"HOLDFAST_KEYS", "k1:abc", right},
		{"HOLDFAST_KEYS", "s3cret", "key 1 is broken"},
		{"HOLDFAST_SMTP_URL", "smtps://u:s3cret@mail.example.org:465", right},
		{"HOLDFAST_SMTP_URL", "smtp://127.0.0.1:2525?tls=none", right},
		{"HOLDFAST_SMTP_URL", "smtp://mail.example.org:25?tls=none", "may say ?tls=none"},
		{"HOLDFAST_SMTP_URL", "smtps://127.0.0.1?tls=none", "may say ?tls=none"},
		{"HOLDFAST_SMTP_URL", "smtp://mail.example.org?tls=s3cret", "takes no option"},
		{"HOLDFAST_SMTP_URL", "smtp://u@mail.example.org", "must hold both"},
		{"HOLDFAST_SMTP_URL", "smtp://mail.example.org/s3cret", "must have no path"},
		{"HOLDFAST_SMTP_URL", "mail.example.org:25", "must be smtp://"},
		{"HOLDFAST_SMTP_URL", "smtp://u:s3%zz@mail", "must be smtp://"},
		{"HOLDFAST_MAIL_FROM", "nobody", "must be a mail address"},
		{"HOLDFAST_MAIL_FROM", "a@b.org\r\nBcc: x@y.org", "must be a mail address"},
		{"HOLDFAST_PURGE_DELETED_AFTER_DAYS", "3650", right},
		{"HOLDFAST_PURGE_DELETED_AFTER_DAYS", "3651", "must be a whole number of days"},
		{"HOLDFAST_PURGE_DELETED_AFTER_DAYS", "-1", "must be a whole number of days"},
		{"HOLDFAST_PURGE_DELETED_AFTER_DAYS", "7d", "must be a whole number of days"},
		{"HOLDFAST_PURGE_EVERY", "1s", right},
		{"HOLDFAST_PURGE_EVERY", "0", "must be a duration such as 90s, 30m or 48h, between 10ms and 168h"},
		{"HOLDFAST_PURGE_EVERY", "-1h", "must be a duration"},
		{"HOLDFAST_PURGE_EVERY", "169h", "must be a duration"},
		{"HOLDFAST_TRANSFER_VALID_FOR", "48", "must be a duration"},
		{"HOLDFAST_TRANSFER_VALID_FOR", "0s", "must be a duration"},
		{"HOLDFAST_SCHEMAS_DIR", "/nowhere", "must name an existing folder"},
		{"HOLDFAST_TRUSTED_PROXIES", "10.0.0.0/8,proxy", "must be networks such as 10.0.0.0/8, separated by commas (entry 2)"},
		{"HOLDFAST_ALLOW_PRIVATE_HOSTS", "idp:8080", "must be host names or networks"},
		{"HOLDFAST_ALLOW_PRIVATE_HOSTS", "10.0.0.0/33", "must be host names or networks"},
		{"HOLDFAST_LOG_LEVEL", "loud", "must be debug, info, warn or error"},
		{"HOLDFAST_LOG_FORMAT", "xml", "must be text or json"},
		{"HOLDFAST_METRICS_ADDR", "9100", "must be host:port"},
		{"HOLDFAST_METRICS_ADDR", "127.0.0.1:8080", "must differ from HOLDFAST_ADDR"},
	} {
		got := faults(t, env{c.name: c.text})
		switch {
		case c.want == right && got != nil:
			t.Errorf("%s=%s: %q", c.name, c.text, got)
		case c.want != right && (len(got) != 1 || !strings.HasPrefix(got[0], c.name+" "+c.want)):
			t.Errorf("%s=%s: got %q, want %s", c.name, c.text, got, c.want)
		}
	}
}
