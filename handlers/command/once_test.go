package command_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

func TestVersion(t *testing.T) {
	t.Parallel()
	out, errs := on().run(t, 0, "version")
	if out != "1.2.3-test\n" || errs != "" {
		t.Errorf("got %q and %q", out, errs)
	}
}

func TestHelpOnEachCommand(t *testing.T) {
	t.Parallel()
	for _, args := range []string{
		"-h", "--help", "help", "serve -h", "migrate -h", "purge --help", "user -h", "user add -h", "user link --help", "keys -h",
		"keys status -h", "keys rotate -h", "version -h",
	} {
		o, dir := fresh(t)
		out, errs := o.run(t, 0, strings.Fields(args)...)
		has(t, out+errs, "holdfast")
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s made files", args)
		}
	}
}

func TestWrongUsage(t *testing.T) {
	t.Parallel()
	for args, says := range map[string]string{
		"sreve": "there is no command", "serve now": "now", "serve --port 1": "flag provided but not defined", "migrate up": "up",
		"purge all": "all", "user": "Usage", "user remove": "Usage", "user add --mail x": "not defined", "user link x@example.org": "x@example.org",
		"keys": "Usage", "keys destroy": "Usage", "keys rotate now": "now", "version 2": "2", "--version": "there is no command",
	} {
		o, dir := fresh(t)
		out, errs := o.run(t, 2, strings.Fields(args)...)
		has(t, errs, says, "holdfast")
		if _, err := os.Stat(dir); err == nil || out != "" {
			t.Errorf("%s printed %q or made files", args, out)
		}
	}
}

func TestFaultySettingsAreToldTogether(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"serve", "migrate", "purge", "user add --email a@example.org --name A", "keys status"} {
		o, dir := fresh(t, "HOLDFAST_ADDR", "nonsense", "HOLDFAST_PURGE_EVERY", "often-marker", "HOLDFAST_LOG_FORMAT", "xml",
			"HOLDFAST_KEYS", "marker", "HOLDFAST_SCHEMAS_DIR", filepath.Join(t.TempDir(), "nowhere"), "HOLDFAST_PURGE_DELETED_AFTER_DAYS", "-1")
		out, errs := o.run(t, 1, strings.Fields(args)...)
		has(t, errs, "HOLDFAST_ADDR", "HOLDFAST_PURGE_EVERY", "HOLDFAST_LOG_FORMAT", "HOLDFAST_KEYS", "HOLDFAST_SCHEMAS_DIR", "HOLDFAST_PURGE_DELETED_AFTER_DAYS")
		if strings.Contains(errs, "marker") || out != "" {
			t.Errorf("%s shows a value:\n%s%s", args, out, errs)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s touched the disk", args)
		}
	}
}

func TestAMisspeltSettingIsWarnedOf(t *testing.T) {
	t.Parallel()
	o, _ := fresh(t, "HOLDFAST_ADR", "marker")
	_, errs := o.run(t, 0, "migrate")
	has(t, errs, "HOLDFAST_ADR", "misspelt")
	if strings.Contains(errs, "marker") {
		t.Error(errs)
	}
}

func TestPostgresNeedsKeys(t *testing.T) {
	t.Parallel()
	_, errs := on("HOLDFAST_DATABASE_URL", "postgres://u:marker@127.0.0.1:1/x").run(t, 1, "serve")
	has(t, errs, "HOLDFAST_KEYS", "must be set with a Postgres database")
	_, more := on("HOLDFAST_DATABASE_URL", "postgres://u:marker@127.0.0.1:1/x?connect_timeout=1", "HOLDFAST_KEYS", someKeys()).run(t, 1, "migrate")
	if strings.Contains(errs+more, "marker") {
		t.Errorf("the password is printed:\n%s%s", errs, more)
	}
}

func TestMigrateMakesPrivateFiles(t *testing.T) {
	t.Parallel()
	o, dir := fresh(t)
	for range 2 {
		out, _ := o.run(t, 0, "migrate")
		has(t, out, "up to date")
	}
	for name, want := range map[string]os.FileMode{"": 0o700, "holdfast.db": 0o600, "holdfast.keys": 0o600} {
		i, err := os.Stat(filepath.Join(dir, name))
		if err != nil || i.Mode().Perm() != want {
			t.Errorf("%q: %v, want %o", name, i, want)
		}
	}
}

func TestUserAddAndLink(t *testing.T) {
	t.Parallel()
	o, _ := fresh(t)
	link := regexp.MustCompile(`^http://127\.0\.0\.1:8080/access/\S{43}\n$`)
	o.env["HOLDFAST_ADDR"] = "127.0.0.1:8080"
	first, _ := o.run(t, 0, "user", "add", "--email", "ada@example.org", "--name", "Ada", "--admin")
	second, _ := o.run(t, 0, "user", "add", "--email", "ben@example.org", "--name", "Ben")
	third, _ := o.run(t, 0, "user", "link", "--email", "ADA@example.org")
	if !link.MatchString(first) || !link.MatchString(second) || !link.MatchString(third) || first == third {
		t.Errorf("got %q, %q and %q", first, second, third)
	}
	for args, says := range map[string]string{
		"user add --email ada@example.org --name Ada": "--email",
		"user add --email ada --name Ada":             "--email: Enter an e-mail address",
		"user link --email zoe@example.org":           "No such user.",
	} {
		out, errs := o.run(t, 1, strings.Fields(args)...)
		has(t, errs, says)
		if out != "" {
			t.Errorf("%s printed %q", args, out)
		}
	}
	for args, says := range map[string]string{
		"user add":                         "--email is missing",
		"user add --email zoe@example.org": "--name is missing",
		"user link":                        "--email is missing",
	} {
		_, errs := o.run(t, 2, strings.Fields(args)...)
		has(t, errs, says)
	}
	h := modelstest.Open(t, o.env["HOLDFAST_DATABASE_URL"], "")
	out, _ := o.run(t, 1, "user", "reset-factors", "--email", "ada@example.org")
	if out != "" {
		t.Errorf("there was nothing to reset: %q", out)
	}
	h.Exec(t, `INSERT INTO totps (id, user_id, label, sealed, key_id, last_step, created_at) SELECT '018f0000-0000-7000-8000-000000000001', id, 'phone', 'x', 'k', 0, created_at FROM users WHERE email = 'ada@example.org'`)
	out, _ = o.run(t, 0, "user", "reset-factors", "--email", "ADA@example.org")
	has(t, out, "removed")
	if n := h.Count(t, `SELECT count(*) FROM totps`) + h.Count(t, `SELECT count(*) FROM events WHERE name = 'factor.reset_all' AND actor_name = 'command line'`); n != 1 {
		t.Error("the factor is still there, or nobody noted that it went")
	}
	if n := h.Count(t, `SELECT count(*) FROM users WHERE rank = 'admin' AND email = 'ada@example.org'`); n != 1 {
		t.Error("Ada is no administrator")
	}
	if n := h.Count(t, `SELECT count(*) FROM users`); n != 2 {
		t.Errorf("%d users, want 2", n)
	}
	if n := h.Count(t, `SELECT count(*) FROM events WHERE actor_name = 'command line' AND name = 'user.created'`); n != 2 {
		t.Errorf("%d events of the command line, want 2", n)
	}
}

// dated is a House whose clock shows the time of the program under test.
func dated(t *testing.T, h *modelstest.House) *modelstest.House {
	h.Clock.Pass(time.Since(h.Clock.Now()))
	return h
}

func eachHouse(t *testing.T, test func(*testing.T, *modelstest.House, *outside)) {
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		test(t, dated(t, h), on("HOLDFAST_DATABASE_URL", h.URL, "HOLDFAST_KEYS_FILE", h.KeyFile))
	})
}

func TestPurge(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *modelstest.House, o *outside) {
		ada := h.Person(t, "ada", models.PlainMember)
		used, due, live := h.Keep(t, ada, "Used"), h.Keep(t, ada, "Due"), h.Keep(t, ada, "Live")
		h.Use(t, used, models.ID{})
		for _, id := range []models.ID{used, due, live} {
			h.Schedule(t, ada, id)
		}
		out, _ := o.run(t, 0, "purge")
		has(t, out, "deleted 0, emptied 0, failed 0")
		h.Exec(t, `UPDATE credentials SET deletion_at = ? WHERE id <> ?`, time.Now().Add(-time.Hour).UTC(), live)
		out, _ = o.run(t, 0, "purge")
		has(t, out, "deleted 1, emptied 1, failed 0")
		out, _ = o.run(t, 0, "purge")
		has(t, out, "deleted 0, emptied 0, failed 0")
		h.Exec(t, `UPDATE leases SET owner = 'another', expires_at = ? WHERE name = 'purge'`, time.Now().Add(time.Hour).UTC())
		_, errs := o.run(t, 1, "purge")
		has(t, errs, "Another process is purging")
	})
}

func TestKeysOfAFile(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *modelstest.House, o *outside) {
		ada := h.Person(t, "ada", models.PlainMember)
		key := h.Keep(t, ada, "Key")
		h.Keep(t, ada, "Other")
		out, _ := o.run(t, 0, "keys", "status")
		has(t, out, "2 rows  (seals)", "0 rows can't be opened")
		before, err := os.ReadFile(h.KeyFile)
		modelstest.Must(t, err)
		out, _ = o.run(t, 0, "keys", "rotate")
		has(t, out, "seals from now on")
		after, err := os.ReadFile(h.KeyFile)
		modelstest.Must(t, err)
		if strings.Count(string(after), ":") != strings.Count(string(before), ":")+1 {
			t.Error("no key was added")
		}
		out, _ = o.run(t, 0, "keys", "status")
		has(t, out, "0 rows  (seals)", "2 rows\n", "0 rows can't be opened")
		h.Exec(t, `UPDATE bodies SET key_id = 'lost' WHERE credential_id = ?`, key)
		h.Exec(t, `UPDATE bodies SET sealed = ? WHERE credential_id = ?`, []byte("broken"), key)
		out, _ = o.run(t, 0, "keys", "status")
		has(t, out, "lost", "(key missing)", "1 rows can't be opened")
	})
}

func TestKeysOfTheEnvironment(t *testing.T) {
	t.Parallel()
	o, dir := fresh(t, "HOLDFAST_KEYS", someKeys())
	out, _ := o.run(t, 0, "keys", "status")
	has(t, out, "k1", "(seals)")
	values, errs := o.run(t, 0, "keys", "rotate")
	has(t, errs, "Two steps", "Set HOLDFAST_KEYS to the first line", "set HOLDFAST_KEYS to the second line")
	lines := strings.Split(strings.TrimSuffix(values, "\n"), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], someKeys()+",") || !strings.HasSuffix(lines[1], ","+someKeys()) {
		t.Fatalf("got %q", lines)
	}
	if strings.Contains(errs, base64.StdEncoding.EncodeToString([]byte("\a\a\a\a"))[:4]) {
		t.Error("the explanation shows a key")
	}
	o.env["HOLDFAST_KEYS"] = lines[0]
	out, _ = o.run(t, 0, "keys", "status")
	if strings.Index(out, "(seals)") > strings.Index(out, "\n") || !strings.HasPrefix(out, "k1") || strings.Count(out, "\n") != 3 {
		t.Errorf("after the first step:\n%s", out)
	}
	o.env["HOLDFAST_KEYS"] = lines[1]
	out, _ = o.run(t, 0, "keys", "status")
	if strings.Index(out, "(seals)") > strings.Index(out, "k1") {
		t.Errorf("the new key does not seal:\n%s", out)
	}
	if _, err := os.Stat(filepath.Join(dir, "holdfast.keys")); err == nil {
		t.Error("a key file was made beside HOLDFAST_KEYS")
	}
}

// Other keys than those that sealed the rows are told of, and nothing breaks.
func TestKeysThatOpenNothing(t *testing.T) {
	t.Parallel()
	h := dated(t, modelstest.SQLite(t))
	h.Keep(t, h.Person(t, "ada", models.PlainMember), "Key")
	out, _ := on("HOLDFAST_DATABASE_URL", h.URL, "HOLDFAST_KEYS", someKeys()).run(t, 0, "keys", "status")
	has(t, out, "k1", "(key missing)", "1 rows can't be opened")
}
