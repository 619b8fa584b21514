package kinds

import (
	"slices"
	"strings"
	"testing"

	"holdfast/models"
)

func TestEveryBuiltinCompilesIsDressedAndTakesItsOwnExample(t *testing.T) {
	t.Parallel()
	c := Load("")
	if broken := c.Broken(); len(broken) > 0 {
		t.Fatalf("broken: %v", broken)
	}
	if n := len(c.List()); n < 49 {
		t.Fatalf("%d kinds", n)
	}
	for _, kind := range c.List() {
		t.Run(kind.Name, func(t *testing.T) {
			t.Parallel()
			e := c.entries[kind.Name]
			if _, err := e.compiled(); err != nil {
				t.Fatal(err)
			}
			if kind.Title == "" || kind.Group == "" || kind.Description == "" || kind.Custom || !slices.Contains(Icons(), kind.Icon) {
				t.Errorf("not dressed: %+v", kind)
			}
			if e.kind.Name != "raw" && kind.Whole {
				t.Error("has no fields")
			}
			form := posted()
			example(form, kind.Fields, true)
			if _, fields := c.Read(kind.Name, form, nil); len(fields) > 0 {
				t.Errorf("the example is refused: %v", fields)
			}
			for _, f := range kind.Fields {
				if f.Label == "" || strings.HasSuffix(f.Hint, "..") {
					t.Errorf("field %s: %+v", f.Path, f)
				}
			}
		})
	}
}

// example fills in a form from the defaults and examples of a schema.
func example(form map[string][]string, fields []models.Field, optional bool) {
	for _, f := range fields {
		if !f.Required && !optional {
			continue
		}
		switch f.Type {
		case models.GroupField:
			example(form, f.Fields, optional)
		case models.CheckboxField:
		case models.SelectField:
			form[f.Input()] = []string{f.Options[0].Value}
		case models.JSONField:
			form[f.Input()] = []string{firstText(f.Placeholder, `{"a": "b"}`)}
		default:
			form[f.Input()] = []string{firstText(f.Default, f.Placeholder, "example")}
		}
	}
}

func TestTheListGoesByGroupAndTitleWithOtherLast(t *testing.T) {
	t.Parallel()
	list := Load("").List()
	if !slices.IsSortedFunc(list, byGroupThenTitle) {
		t.Error("not sorted")
	}
	last := list[len(list)-1]
	if last.Name != "raw" || last.Group != "Other" || !last.Whole {
		t.Errorf("last is %+v", last)
	}
}

func TestTheKindsThatWerePromisedAreThere(t *testing.T) {
	t.Parallel()
	c := Load("")
	for name := range strings.FieldsSeq(`http http-bearer http-api-key postgresql mysql mssql oracle mongodb redis sqlite s3 azure-storage
		google-service-account sftp ftp ssh-key smtp imap mqtt kafka rabbitmq ldap dhis2 openmrs fhir kobotoolbox odk commcare openfn primero
		surveycto redcap twilio whatsapp-business mailgun sendgrid stripe slack-bot telegram-bot github-token gitlab-token jira asana airtable
		openai anthropic hubspot-token notion-token snowflake bigquery elasticsearch clickhouse cassandra raw`) {
		if _, ok := c.Find(name); !ok {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestFieldsFollowTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	c := Load("")
	for name, want := range map[string]string{
		"dhis2":      "Username, Password, Host URL, API version",
		"http":       "Username, Password, Base URL, TLS client certificate",
		"postgresql": "Host, Port, Database, User, Password, Use SSL, Allow self-signed certificate",
	} {
		var labels []string
		for _, f := range kindOf(t, c, name).Fields {
			labels = append(labels, f.Label)
		}
		if got := strings.Join(labels, ", "); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestEverySecretOfABuiltinIsWriteOnly(t *testing.T) {
	t.Parallel()
	for _, kind := range Load("").List() {
		for _, f := range kind.Fields {
			secret := f.Type == models.SecretField || f.Type == models.SecretTextField || f.Type == models.JSONField
			if f.Secret != secret {
				t.Errorf("%s%s: secret %v with the control %s", kind.Name, f.Path, f.Secret, f.Type)
			}
			if f.Secret && f.Default != "" {
				t.Errorf("%s%s has a default", kind.Name, f.Path)
			}
		}
	}
}
