// Package settings reads what the environment says about how to run.
//
// It owns the names, their defaults and their rules, and it reports all faults
// at once. It refuses to touch the database, the network or the disk beyond
// the files that NAME_FILE names, and it prints no value of any setting in a
// fault: the wrong name may hold a secret.
package settings

import (
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"time"
)

// Settings is how to run. Printed or logged, it hides passwords and keys.
type Settings struct {
	Addr              string // host:port to listen on; port 0 picks a free one
	BaseURL           string // scheme://host[:port]; empty with port 0 until WithListener
	DatabaseURL       string // sqlite:PATH or postgres://…; may hold a password
	Keys              Keys
	SMTPURL           string // smtp[s]://[user:password@]host:port[?tls=none]; empty keeps letters in the outbox
	MailFrom          string // an address, perhaps with a name
	PurgeDeletedAfter time.Duration
	PurgeEvery        time.Duration
	TransferValidFor  time.Duration
	SchemasDir        string // empty: built-in kinds only
	TrustedProxies    []netip.Prefix
	AllowPrivateHosts []string // lower-cased host names, addresses and CIDRs
	LogLevel          slog.Level
	LogFormat         string   // text or json
	MetricsAddr       string   // empty: no metrics
	Unknown           []string // HOLDFAST_ names that mean nothing: typing mistakes, worth a warning
}

// Keys says where the encryption keys are. Either Text or File is set.
type Keys struct {
	Text string // the keys themselves
	File string // where they stand
	Own  bool   // File is Holdfast's own, beside the SQLite database: made when missing, kept private
}

// Source is where settings come from. Getenv and ReadFile are needed.
type Source struct {
	Getenv    func(string) string
	ReadFile  func(string) ([]byte, error)
	Environ   []string           // NAME=value, to find unknown names
	CheckKeys func(string) error // judges HOLDFAST_KEYS; its errors must hold no key
	IsDir     func(string) bool
}

// Read gives the settings, or every fault of them as Faults.
func Read(from Source) (Settings, error) {
	r := &reader{from: from}
	s := Settings{
		Addr:              value(r, "HOLDFAST_ADDR", "127.0.0.1:8080", listenAddr),
		DatabaseURL:       value(r, "HOLDFAST_DATABASE_URL", "sqlite:data/holdfast.db", databaseURL),
		BaseURL:           value(r, "HOLDFAST_BASE_URL", "", optional(baseURL)),
		SMTPURL:           value(r, "HOLDFAST_SMTP_URL", "", optional(smtpURL)),
		MailFrom:          value(r, "HOLDFAST_MAIL_FROM", "holdfast@localhost", mailAddress),
		PurgeDeletedAfter: value(r, "HOLDFAST_PURGE_DELETED_AFTER_DAYS", "7", days),
		PurgeEvery:        value(r, "HOLDFAST_PURGE_EVERY", "1h", between(10*time.Millisecond, 7*day)),
		TransferValidFor:  value(r, "HOLDFAST_TRANSFER_VALID_FOR", "48h", between(time.Millisecond, 90*day)),
		SchemasDir:        value(r, "HOLDFAST_SCHEMAS_DIR", "", optional(from.dir)),
		TrustedProxies:    value(r, "HOLDFAST_TRUSTED_PROXIES", "", list(network)),
		AllowPrivateHosts: value(r, "HOLDFAST_ALLOW_PRIVATE_HOSTS", "", list(hostOrNetwork)),
		LogLevel:          value(r, "HOLDFAST_LOG_LEVEL", "info", logLevel),
		LogFormat:         value(r, "HOLDFAST_LOG_FORMAT", "text", logFormat),
		MetricsAddr:       value(r, "HOLDFAST_METRICS_ADDR", "", optional(listenAddr)),
		Keys:              r.keys(),
	}
	s.Keys = r.keysFor(s)
	s.BaseURL = r.baseFor(s)
	if s.MetricsAddr != "" && s.MetricsAddr == s.Addr {
		r.fault("HOLDFAST_METRICS_ADDR", "must differ from HOLDFAST_ADDR")
	}
	s.Unknown = r.unknown()
	return s, r.err()
}

// Postgres says that the database is a server, which several replicas share.
func (s Settings) Postgres() bool { return isPostgres(s.DatabaseURL) }

// WithListener is s once it is known where the program listens: with port 0
// that fills in Addr, and BaseURL unless it was set.
func (s Settings) WithListener(addr string) Settings {
	s.Addr = addr
	if s.BaseURL == "" {
		s.BaseURL = plainURL(addr)
	}
	return s
}

// LogValue is what may stand in a log: no password, no key.
func (s Settings) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("addr", s.Addr),
		slog.String("base_url", s.BaseURL),
		slog.String("database", withoutSecrets(s.DatabaseURL)),
		slog.String("keys", s.Keys.String()),
		slog.String("smtp", withoutSecrets(s.SMTPURL)),
		slog.String("mail_from", s.MailFrom),
		slog.Duration("purge_deleted_after", s.PurgeDeletedAfter),
		slog.Duration("purge_every", s.PurgeEvery),
		slog.Duration("transfer_valid_for", s.TransferValidFor),
		slog.String("schemas_dir", s.SchemasDir),
		slog.Any("trusted_proxies", s.TrustedProxies),
		slog.Any("allow_private_hosts", s.AllowPrivateHosts),
		slog.String("log_level", s.LogLevel.String()),
		slog.String("metrics_addr", s.MetricsAddr),
	)
}

// Format prints what LogValue tells, whatever the verb.
func (s Settings) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.LogValue().String()) }

// String says where the keys are, not what they are.
func (k Keys) String() string {
	if k.File != "" {
		return "file " + k.File
	}
	return "HOLDFAST_KEYS"
}

// Format prints what String says, whatever the verb.
func (k Keys) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// LogValue is what String says.
func (k Keys) LogValue() slog.Value { return slog.StringValue(k.String()) }
