package kinds

import (
	"testing"

	"holdfast/models"
)

// Schemas of the shape that adaptors publish work when dropped in.
func TestPublishedAdaptorSchemasWork(t *testing.T) {
	t.Parallel()
	c := Load("testdata")
	if broken := c.Broken(); len(broken) > 0 {
		t.Fatalf("broken: %v", broken)
	}
	for name, s := range map[string]struct {
		kind   string
		form   map[string][]string
		body   string
		faults models.Fields
	}{
		"draft-07 with a written-only password": {
			kind: "clinic", form: posted("body/username", "a", "body/password", "b", "body/hostUrl", "https://a.example", "body/apiVersion", ""),
			body: `{"hostUrl":"https://a.example","password":"b","username":"a"}`,
		},
		"blank and wrong": {
			kind: "clinic", form: posted("body/hostUrl", "a b"),
			faults: models.Fields{"body/username": fillIn, "body/password": fillIn, "body/hostUrl": "Enter a full web address, such as https://example.org."},
		},
		"everything optional": {kind: "webservice", form: posted("body/tls", `{"ca":"x"}`), body: `{"tls":{"ca":"x"}}`},
		"an optional address": {
			kind: "webservice", form: posted("body/baseUrl", "here"),
			faults: models.Fields{"body/baseUrl": "Enter a full web address, such as https://example.org, or leave this empty."},
		},
		"OAuth2 by comment": {kind: "salesdesk", form: posted("body/access_token", "t", "body/expires_in", "3600"), body: `{"access_token":"t","expires_in":3600}`},
		"a URI":             {kind: "pg-like", form: posted("body/host", "https://db.example", "body/port", "5432", "body/ssl", "on"), body: `{"host":"https://db.example","port":5432,"ssl":true}`},
		"an IPv4 address":   {kind: "pg-like", form: posted("body/host", "192.0.2.1", "body/port", "5432"), body: `{"host":"192.0.2.1","port":5432,"ssl":false}`},
		"neither": {
			kind: "pg-like", form: posted("body/host", "some where", "body/port", "5432"),
			faults: models.Fields{"body/host": "Enter a full web address, such as https://example.org or an IPv4 address, such as 192.0.2.10."},
		},
		"a nested object":             {kind: "nested-auth", form: posted("body/baseUrl", "https://a.example", "body/auth/user", "u", "body/auth/secret", "s"), body: `{"auth":{"secret":"s","user":"u"},"baseUrl":"https://a.example"}`},
		"a nested object left empty":  {kind: "nested-auth", form: posted("body/baseUrl", "https://a.example"), faults: models.Fields{"body/auth/user": fillIn, "body/auth/secret": fillIn}},
		"no types":                    {kind: "untyped", form: posted("body/apiKey", "k", "body/retries", "3", "body/mode", "slow"), body: `{"apiKey":"k","mode":"slow","retries":3}`},
		"a wrong e-mail":              {kind: "untyped", form: posted("body/email", "nobody"), faults: models.Fields{"body/email": "Enter an e-mail address, such as name@example.org."}},
		"references inside":           {kind: "referenced", form: posted("body/api", "https://a.example", "body/login", "https://b.example"), body: `{"api":"https://a.example","login":"https://b.example"}`},
		"under the published name":    {kind: "configuration-schema", form: posted("body/region", "eu", "body/pin", "4711", "body/scopes", `["a"]`), body: `{"debug":false,"pin":4711,"region":"eu","scopes":["a"]}`},
		"an option not chosen":        {kind: "configuration-schema", form: posted("body/pin", "1"), faults: models.Fields{"body/region": chooseOne, "body/pin": "Enter a number between 1000 and 9999."}},
		"2020-12":                     {kind: "modern", form: posted("body/port", "8443", "body/level", "2", "body/since", "2026-01-31"), body: `{"level":2,"port":8443,"since":"2026-01-31"}`},
		"2020-12 with faults":         {kind: "modern", form: posted("body/port", "0", "body/since", "today"), faults: models.Fields{"body/port": "Enter a number between 1 and 65535.", "body/since": "Enter a date, such as 2026-01-31."}},
		"2020-12 with a needed field": {kind: "modern", form: posted("body/token", "t"), faults: models.Fields{"body/port": fillIn}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, fields := c.Read(s.kind, s.form, nil)
			if s.faults != nil {
				wantFields(t, body, fields, s.faults)
				return
			}
			wantBody(t, body, fields, s.body)
		})
	}
}

func TestPublishedAdaptorSchemasLookRight(t *testing.T) {
	t.Parallel()
	c := Load("testdata")
	tls := fieldAt(t, kindOf(t, c, "webservice").Fields, "/tls")
	if tls.Type != models.JSONField || !tls.Secret || tls.Placeholder != `{"ca":"PEM"}` {
		t.Errorf("tls: %+v", tls)
	}
	if f := fieldAt(t, kindOf(t, c, "clinic").Fields, "/apiVersion"); f.Placeholder != "38" || f.Required {
		t.Errorf("apiVersion: %+v", f)
	}
	if f := fieldAt(t, kindOf(t, c, "nested-auth").Fields, "/auth/secret"); f.Type != models.SecretField || !f.Required {
		t.Errorf("auth/secret: %+v", f)
	}
	if f := fieldAt(t, kindOf(t, c, "referenced").Fields, "/login"); f.Type != models.URLField || f.Hint != "A full address" {
		t.Errorf("login: %+v", f)
	}
	if f := fieldAt(t, kindOf(t, c, "modern").Fields, "/port"); f.Label != "Service port" || f.Type != models.IntegerField || f.Default != "8443" {
		t.Errorf("port: %+v", f)
	}
	if kind := kindOf(t, c, "configuration-schema"); kind.Title != "Configuration schema" {
		t.Errorf("title %q", kind.Title)
	}
}
