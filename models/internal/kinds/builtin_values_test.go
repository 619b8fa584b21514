package kinds

import (
	"slices"
	"strings"
	"testing"

	"holdfast/models"
)

// A form that is filled in where it says so, and keeps its defaults elsewhere, is
// taken, or asks for one of two ways to sign in.
func TestNoBuiltinAsksForWhatItCallsOptional(t *testing.T) {
	t.Parallel()
	c := Load("")
	for _, kind := range c.List() {
		form := posted()
		example(form, kind.Fields, false)
		for _, f := range kind.Fields {
			if f.Default != "" {
				form[f.Input()] = []string{f.Default}
			}
		}
		_, fields := c.Read(kind.Name, form, nil)
		for input, sentence := range fields {
			if !strings.HasPrefix(sentence, "Fill in one of these: ") {
				t.Errorf("%s %s: %s", kind.Name, input, sentence)
			}
		}
	}
}

func TestAHostIsNoAddressOfAPage(t *testing.T) {
	t.Parallel()
	const want = "Enter a host name or an address, without https:// and without a path or spaces."
	c := Load("")
	hosts := 0
	for _, kind := range c.List() {
		for _, f := range kind.Fields {
			if f.Label != "Host" {
				continue
			}
			hosts++
			for _, wrong := range []string{"https://db.example.org", "db.example.org/app", "a b", "ada@db.example.org", " db.example.org"} {
				if _, fields := c.Read(kind.Name, posted(f.Input(), wrong), nil); fields[f.Input()] != want {
					t.Errorf("%s takes %q: %v", kind.Name, wrong, fields)
				}
			}
			for _, right := range []string{"db.example.org", "localhost", "192.0.2.10", "2001:db8::1", "[::1]", "db_1"} {
				if _, fields := c.Read(kind.Name, posted(f.Input(), right), nil); fields[f.Input()] != "" {
					t.Errorf("%s refuses %q: %v", kind.Name, right, fields)
				}
			}
		}
	}
	if hosts < 15 {
		t.Errorf("only %d kinds have a host", hosts)
	}
}

func TestAServiceAccountIsTheJSONThatGoogleGaveOut(t *testing.T) {
	t.Parallel()
	c := Load("")
	for _, name := range []string{"google-service-account", "bigquery"} {
		if f := fieldAt(t, kindOf(t, c, name).Fields, "/serviceAccount"); f.Type != models.JSONField || !f.Secret || !f.Required {
			t.Errorf("%s: %+v", name, f)
		}
		for text, want := range map[string]string{
			"nonsense": "This is not valid JSON (line 1, column 2).",
			`["a"]`:    "Enter a JSON object in braces.",
			`{"type":"service_account","client_email":"a@b.example"}`:                    "Add “private_key”.",
			`{"type":"service_account","client_email":"a@b.example","private_key":""}`:   "A value inside does not fit. Fill in this field.",
			`{"type":"service_account","client_email":"a@b.example","private_key":"-x"}`: "",
		} {
			_, fields := c.Read(name, posted("body/projectId", "p", "body/serviceAccount", text), nil)
			if got := fields["body/serviceAccount"]; got != want {
				t.Errorf("%s, %s: %q", name, text, got)
			}
		}
	}
}

func TestAnSSHKeyIsAPrivateKey(t *testing.T) {
	t.Parallel()
	c := Load("")
	for _, name := range []string{"ssh-key", "sftp", "tls-certificate"} {
		for text, right := range map[string]bool{
			"ssh-ed25519 AAAA deploy": false, "hunter2": false, "-----BEGIN PUBLIC KEY-----": false,
			"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n":   true,
			"-----BEGIN PRIVATE KEY-----\nb3Bl\n-----END PRIVATE KEY-----":                     true,
			"-----BEGIN RSA PRIVATE KEY-----\nb3Bl\n-----END RSA PRIVATE KEY-----":             true,
			"-----BEGIN ENCRYPTED PRIVATE KEY-----\nb3Bl\n-----END ENCRYPTED PRIVATE KEY-----": true,
		} {
			_, fields := c.Read(name, posted("body/privateKey", text), nil)
			got := fields["body/privateKey"]
			if right && got != "" || !right && !strings.HasPrefix(got, "Paste the whole private key, from -----BEGIN") {
				t.Errorf("%s, %.30q: %q", name, text, got)
			}
		}
	}
}

func TestKindsAreKnownByOtherNames(t *testing.T) {
	t.Parallel()
	c := Load(folder(t, map[string]string{
		"own.json": `{"x-aliases":[" crm ","crm","",5,"sales"]}`, "mysql.json": `{}`, "s3.json": `{"x-aliases":["bucket"]}`,
	}))
	for name, want := range map[string]string{
		"postgresql": "postgres", "mssql": "sql server", "google-service-account": "gcp", "bigquery": "gcp", "smtp": "mail",
		"kubernetes": "k8s", "mysql": "mariadb", "s3": "bucket",
	} {
		if got := kindOf(t, c, name).Aliases; !slices.Contains(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := strings.Join(kindOf(t, c, "own").Aliases, ","); got != "crm,sales" {
		t.Errorf("own: %s", got)
	}
}
