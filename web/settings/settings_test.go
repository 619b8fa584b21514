package settings_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/web/settings"
)

type env map[string]string

// source reads the environment e, in which /files holds what files holds.
func source(e, files env) settings.Source {
	s := settings.Source{
		Getenv: func(name string) string { return e[name] },
		ReadFile: func(path string) ([]byte, error) {
			text, has := files[path]
			if !has {
				return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
			}
			return []byte(text), nil
		},
		CheckKeys: func(text string) error {
			if strings.HasPrefix(text, "k1:") {
				return nil
			}
			return errors.New("key 1 is broken")
		},
		IsDir: func(path string) bool { return path == "/schemas" },
	}
	for name, text := range e {
		s.Environ = append(s.Environ, name+"="+text)
	}
	return s
}

// faults are the faults of e, as lines; none when it is right.
func faults(t *testing.T, e env) []string {
	t.Helper()
	_, err := settings.Read(source(e, nil))
	if err == nil {
		return nil
	}
	all, is := errors.AsType[settings.Faults](err)
	if !is {
		t.Fatalf("not Faults: %v", err)
	}
	var lines []string
	for _, f := range all {
		lines = append(lines, f.Name+" "+f.Text)
	}
	return lines
}

func TestNothingSetIsEnough(t *testing.T) {
	t.Parallel()
	got, err := settings.Read(source(nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	want := settings.Settings{
		Addr: "127.0.0.1:8080", BaseURL: "http://127.0.0.1:8080", DatabaseURL: "sqlite:data/holdfast.db",
		Keys: settings.Keys{File: "data/holdfast.keys", Own: true}, MailFrom: "holdfast@localhost",
		PurgeDeletedAfter: 7 * 24 * time.Hour, PurgeEvery: time.Hour, TransferValidFor: 48 * time.Hour,
		LogLevel: slog.LevelInfo, LogFormat: "text",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if got.Postgres() {
		t.Error("SQLite is taken for Postgres")
	}
}

func TestEverySettingIsRead(t *testing.T) {
	t.Parallel()
	got, err := settings.Read(source(env{
		"HOLDFAST_ADDR": "0.0.0.0:9000", "HOLDFAST_DATABASE_URL": "postgres://u:p@db/holdfast", "HOLDFAST_BASE_URL": "https://Holdfast.Example.org/",
		"HOLDFAST_KEYS": "k1:abc", "HOLDFAST_SMTP_URL": "smtp://u:p@mail.example.org", "HOLDFAST_MAIL_FROM": "Holdfast <no-reply@example.org>",
		"HOLDFAST_PURGE_DELETED_AFTER_DAYS": "0", "HOLDFAST_PURGE_EVERY": "90s", "HOLDFAST_TRANSFER_VALID_FOR": "2h", "HOLDFAST_SCHEMAS_DIR": "/schemas",
		"HOLDFAST_TRUSTED_PROXIES": "10.1.2.3/8, 192.0.2.1", "HOLDFAST_ALLOW_PRIVATE_HOSTS": "127.0.0.1,IdP.internal, 10.0.0.0/8",
		"HOLDFAST_LOG_LEVEL": "DEBUG", "HOLDFAST_LOG_FORMAT": "json", "HOLDFAST_METRICS_ADDR": "127.0.0.1:9100", "PATH": "/bin",
	}, nil))
	if err != nil {
		t.Fatal(err)
	}
	want := settings.Settings{
		Addr: "0.0.0.0:9000", BaseURL: "https://holdfast.example.org", DatabaseURL: "postgres://u:p@db/holdfast",
		Keys: settings.Keys{Text: "k1:abc"}, SMTPURL: "smtp://u:p@mail.example.org:587", MailFrom: "Holdfast <no-reply@example.org>",
		PurgeEvery: 90 * time.Second, TransferValidFor: 2 * time.Hour, SchemasDir: "/schemas",
		TrustedProxies:    []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.1/32")},
		AllowPrivateHosts: []string{"127.0.0.1", "idp.internal", "10.0.0.0/8"},
		LogLevel:          slog.LevelDebug, LogFormat: "json", MetricsAddr: "127.0.0.1:9100",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if !got.Postgres() {
		t.Error("Postgres is not recognised")
	}
}

func TestBaseURLFollowsTheAddress(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080", "localhost:80": "http://localhost", "[::1]:8080": "http://[::1]:8080", "[::1]:80": "http://[::1]", "127.0.0.1:0": "",
	} {
		if s, err := settings.Read(source(env{"HOLDFAST_ADDR": addr}, nil)); err != nil || s.BaseURL != want {
			t.Errorf("%s: %q, %v", addr, s.BaseURL, err)
		}
	}
	for _, addr := range []string{":8080", "0.0.0.0:8080", "[::]:8080", "10.0.0.1:8080", "console.example.org:8080", ":0"} {
		if got := faults(t, env{"HOLDFAST_ADDR": addr}); len(got) != 1 || !strings.HasPrefix(got[0], "HOLDFAST_BASE_URL must be set") {
			t.Errorf("%s: %q", addr, got)
		}
		if got := faults(t, env{"HOLDFAST_ADDR": addr, "HOLDFAST_BASE_URL": "https://console.example.org"}); got != nil {
			t.Errorf("%s with a base URL: %q", addr, got)
		}
	}
}

func TestFreePortIsFilledInAfterListening(t *testing.T) {
	t.Parallel()
	s, err := settings.Read(source(env{"HOLDFAST_ADDR": "127.0.0.1:0"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	if s = s.WithListener("127.0.0.1:43210"); s.Addr != "127.0.0.1:43210" || s.BaseURL != "http://127.0.0.1:43210" {
		t.Errorf("%s, %s", s.Addr, s.BaseURL)
	}
	s.BaseURL = "https://console.example.org"
	if s = s.WithListener("[::]:1"); s.BaseURL != "https://console.example.org" {
		t.Errorf("a base URL that was set became %s", s.BaseURL)
	}
}

func TestWhereTheKeysAre(t *testing.T) {
	t.Parallel()
	files := env{"/run/keys": "k1:abc\n"}
	for name, c := range map[string]struct {
		env  env
		want settings.Keys
	}{
		"beside the SQLite file": {env{"HOLDFAST_DATABASE_URL": "sqlite:/var/h/h.db"}, settings.Keys{File: "/var/h/holdfast.keys", Own: true}},
		"in the working folder":  {env{"HOLDFAST_DATABASE_URL": "sqlite:h.db"}, settings.Keys{File: "holdfast.keys", Own: true}},
		"in the environment":     {env{"HOLDFAST_KEYS": "k1:abc"}, settings.Keys{Text: "k1:abc"}},
		"in a mounted file":      {env{"HOLDFAST_KEYS_FILE": "/run/keys", "HOLDFAST_DATABASE_URL": "postgres://h/d"}, settings.Keys{File: "/run/keys"}},
	} {
		if s, err := settings.Read(source(c.env, files)); err != nil || s.Keys != c.want {
			t.Errorf("%s: %v, %v", name, s.Keys, err)
		}
	}
	for _, url := range []string{"postgres://h/d", "postgresql://h/d"} {
		if got := faults(t, env{"HOLDFAST_DATABASE_URL": url}); len(got) != 1 || !strings.HasPrefix(got[0], "HOLDFAST_KEYS must be set with a Postgres") {
			t.Errorf("%s without keys: %q", url, got)
		}
	}
}

func TestAnyValueMayComeFromAFile(t *testing.T) {
	t.Parallel()
	files := env{"/run/level": "debug\r\n", "/run/empty": "\n"}
	s, err := settings.Read(source(env{"HOLDFAST_LOG_LEVEL_FILE": "/run/level"}, files))
	if err != nil || s.LogLevel != slog.LevelDebug || s.Unknown != nil {
		t.Errorf("%v, unknown %v, %v", s.LogLevel, s.Unknown, err)
	}
	for want, e := range map[string]env{
		"HOLDFAST_LOG_LEVEL and HOLDFAST_LOG_LEVEL_FILE are both set: remove one of them": {"HOLDFAST_LOG_LEVEL_FILE": "/run/level", "HOLDFAST_LOG_LEVEL": "info"},
		"HOLDFAST_LOG_LEVEL_FILE names a file that cannot be read: file does not exist":   {"HOLDFAST_LOG_LEVEL_FILE": "/none"},
		"HOLDFAST_LOG_LEVEL_FILE names an empty file":                                     {"HOLDFAST_LOG_LEVEL_FILE": "/run/empty"},
		"HOLDFAST_KEYS and HOLDFAST_KEYS_FILE are both set: remove one of them":           {"HOLDFAST_KEYS_FILE": "/run/level", "HOLDFAST_KEYS": "k1:abc"},
		"HOLDFAST_KEYS_FILE names a file that cannot be read: file does not exist":        {"HOLDFAST_KEYS_FILE": "k1:s3cret", "HOLDFAST_DATABASE_URL": "postgres://h/d"},
	} {
		_, err := settings.Read(source(e, files))
		if err == nil || err.Error() != "faulty settings:\n  "+want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

func TestAllFaultsAreToldTogetherWithoutAnyValue(t *testing.T) {
	t.Parallel()
	names := []string{
		"HOLDFAST_ADDR", "HOLDFAST_DATABASE_URL", "HOLDFAST_BASE_URL", "HOLDFAST_SMTP_URL", "HOLDFAST_MAIL_FROM", "HOLDFAST_PURGE_DELETED_AFTER_DAYS",
		"HOLDFAST_PURGE_EVERY", "HOLDFAST_TRANSFER_VALID_FOR", "HOLDFAST_SCHEMAS_DIR", "HOLDFAST_TRUSTED_PROXIES", "HOLDFAST_ALLOW_PRIVATE_HOSTS",
		"HOLDFAST_LOG_LEVEL", "HOLDFAST_LOG_FORMAT", "HOLDFAST_METRICS_ADDR", "HOLDFAST_KEYS",
	}
	e, viaFile := env{}, env{}
	for _, name := range names {
		e[name] = "u:s3cret@/%zz s3cret" // wrong everywhere
		viaFile[name+"_FILE"] = "s3cret"
	}
	for title, c := range map[string]struct{ e, files env }{"values": {e, nil}, "files": {viaFile, nil}, "content": {viaFile, env{"s3cret": "u:s3cret@/%zz"}}} {
		_, err := settings.Read(source(c.e, c.files))
		if err == nil {
			t.Fatalf("%s: no fault", title)
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != 1+len(names) {
			t.Errorf("%s: %d lines, want a heading and %d: %s", title, len(lines), len(names), err)
		}
		for i, name := range names {
			if i+1 < len(lines) && !strings.HasPrefix(lines[i+1], "  "+name) {
				t.Errorf("%s: line %d is %q, want %s", title, i+1, lines[i+1], name)
			}
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: a value shows: %s", title, err)
		}
	}
}

func TestUnknownNamesAreNoticed(t *testing.T) {
	t.Parallel()
	s, err := settings.Read(source(env{"HOLDFAST_PORT": "80", "HOLDFAST_ADRR": "x", "HOLDFAST_ADDR_FILE": "", "HOLDFASTER": "", "HOME": "/"}, nil))
	if err != nil || !slices.Equal(s.Unknown, []string{"HOLDFAST_ADRR", "HOLDFAST_PORT"}) {
		t.Errorf("%v, %v", s.Unknown, err)
	}
}

func TestPrintedSettingsHideSecrets(t *testing.T) {
	t.Parallel()
	s, err := settings.Read(source(env{
		"HOLDFAST_DATABASE_URL": "postgres://u:s3cret@db:5432/holdfast?sslpassword=s3cret", "HOLDFAST_KEYS": "k1:s3cret", "HOLDFAST_SMTP_URL": "smtp://u:s3cret@mail.example.org",
	}, nil))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "settings", s, "keys", s.Keys)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "settings", s, "pointer", &s)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		fmt.Fprintf(&log, verb+verb+verb, s, &s, s.Keys)
	}
	if strings.Contains(log.String(), "s3cret") || strings.Contains(log.String(), fmt.Sprintf("%x", "s3cret")) {
		t.Errorf("a secret shows: %s", &log)
	}
	for _, want := range []string{"postgres://db:5432/holdfast", "smtp://mail.example.org:587", "keys=HOLDFAST_KEYS"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q does not show: %s", want, &log)
		}
	}
}
