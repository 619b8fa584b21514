package directory

import (
	"strings"
	"testing"
	"testing/fstest"
)

// sound is a file that can be read, in which tests break one thing.
const sound = `{"title":"T","docs":"https://d.example","inputs":[{"name":"host","label":"Host","pattern":"[a-z]+"}],"facts":{
	"token_url":{"value":"https://{host}.example/t","source":"s","seen":"2026-09"},
	"authorize_url":{"value":"https://{host}.example/a","source":"s","seen":"2026-09","unsure":true},
	"auth_method":{"value":"none","source":"s","seen":"2026-09"}}}`

func TestFactsComeInTheOrderOfTheSettings(t *testing.T) {
	t.Parallel()
	p, err := parse("t", []byte(sound))
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, f := range p.Facts {
		order = append(order, f.Of+" "+f.Value)
	}
	if got := strings.Join(order, ", "); got != `authorize_url "https://{host}.example/a", token_url "https://{host}.example/t", auth_method "none"` {
		t.Errorf("got %s", got)
	}
	if !p.Facts[0].Unsure || p.Facts[1].Unsure || p.Settings.Token != "https://{host}.example/t" {
		t.Errorf("got %+v", p)
	}
}

func TestABrokenFileIsRefused(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]struct{ old, new, says string }{
		"no JSON":            {sound, `{`, "unexpected EOF"},
		"something follows":  {`"2026-09"}}}`, `"2026-09"}}} {}`, "something follows"},
		"an unknown member":  {`"title"`, `"name":"x","title"`, "unknown field"},
		"an unknown setting": {`"auth_method"`, `"auth_methods"`, `no setting is called "auth_methods"`},
		"a name in capitals": {`"token_url"`, `"Token_URL"`, "no setting is called"},
		"a value of a kind":  {`"none"`, `5`, "auth_method"},
		"no value":           {`"value":"none",`, ``, "fact auth_method needs"},
		"no source":          {`"none","source":"s"`, `"none","source":""`, "fact auth_method needs"},
		"no date":            {`"value":"none","source":"s","seen":"2026-09"`, `"value":"none","source":"s"`, "fact auth_method needs"},
		"no title":           {`"T"`, `""`, "title is missing"},
		"no endpoint":        {`"https://{host}.example/t"`, `""`, "token_url is missing"},
		"a bad pattern":      {`"[a-z]+"`, `"[a-z"`, "error parsing regexp"},
		"no pattern":         {`"[a-z]+"`, `""`, "no pattern"},
		"a bad default":      {`"pattern"`, `"default":"A","pattern"`, "the default of input host"},
		"no label":           {`"Host"`, `""`, "needs a label"},
		"a name that is odd": {`"name":"host"`, `"name":"Host"`, "needs a label and a name"},
		"nothing fills it":   {`{host}.example/t`, `{hosts}.example/t`, `no input is called "hosts"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parse("t", []byte(strings.Replace(sound, s.old, s.new, 1)))
			if err == nil || !strings.Contains(err.Error(), s.says) || !strings.Contains(err.Error(), "provider t") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestOneBrokenFileSpoilsTheWhole(t *testing.T) {
	t.Parallel()
	_, err := read(fstest.MapFS{"providers/a.json": {Data: []byte(sound)}, "providers/b.json": {Data: []byte(`{}`)}})
	if err == nil || !strings.Contains(err.Error(), "provider b") {
		t.Errorf("got %v", err)
	}
}
