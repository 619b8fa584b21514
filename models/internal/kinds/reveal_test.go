package kinds

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestRevealedAreTheSecretsThatAreHeldAndNothingElse(t *testing.T) {
	t.Parallel()
	c := with(t, `{"type":"object","properties":{
		"host":{"type":"string"},"password":{"type":"string"},"pin":{"type":"integer"},"token":{"type":"string"},
		"tls":{"type":"object","properties":{"ca":{"type":"string"},"key":{"type":"string"}}},
		"options":{"type":"object"},"region":{"enum":["eu","us"],"writeOnly":true}}}`)
	var body map[string]any
	d := json.NewDecoder(strings.NewReader(`{"host":"h","password":"a<b&c","pin":4711,"token":"","tls":{"ca":"CA","key":"-----BEGIN\nx"},
		"options":{"b":[1.50,"<"],"a":null},"region":"eu"}`))
	d.UseNumber()
	if err := d.Decode(&body); err != nil {
		t.Fatal(err)
	}
	got := c.Revealed("own", body)
	want := map[string]string{
		"body/password": "a<b&c", "body/pin": "4711", "body/tls/key": "-----BEGIN\nx", "body/region": "eu",
		"body/options": "{\n  \"a\": null,\n  \"b\": [\n    1.50,\n    \"<\"\n  ]\n}",
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if held := c.Held("own", body); !slices.Equal(slices.Sorted(slices.Values(held)), slices.Sorted(maps.Keys(got))) {
		t.Errorf("held %v, revealed %v", held, got)
	}
	if got := c.Revealed("raw", map[string]any{"deep": map[string]any{"er": "x"}}); got["body"] != "{\n  \"deep\": {\n    \"er\": \"x\"\n  }\n}" {
		t.Errorf("raw: %q", got)
	}
	if got := c.Revealed("unknown", body); len(got) != 0 {
		t.Errorf("of no kind: %v", got)
	}
}
