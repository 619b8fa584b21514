package kinds

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"holdfast/models"
)

// nested is a JSON object of that many levels.
func nested(levels int) string {
	return `{"a":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + "}"
}

func TestNumbersThatNoFloatCanStandForAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"1e-999999", "1E-999999", "-1e-400", "1e999999", "1e+401", "0e999999", "0e-999999", "1e99999999999999999999",
		"0." + strings.Repeat("0", 340) + "1", strings.Repeat("1", 351),
	} {
		if finite(json.Number(text)) {
			t.Errorf("%.20s is taken", text)
		}
	}
	for _, text := range []string{"0", "-0", "0.0", "0e0", "1e-300", "1.5E+300", "123456789012345678901234567890", "-12.50"} {
		if !finite(json.Number(text)) {
			t.Errorf("%s is refused", text)
		}
	}
}

func TestATinyNumberIsRefusedWhereverItEnters(t *testing.T) {
	t.Parallel()
	c := with(t, many)
	begun := time.Now()
	items := "[" + strings.TrimSuffix(strings.Repeat("1e-999999,", 200), ",") + "]"
	tiny := []any{json.Number("1e-999999")}
	for name, s := range map[string]struct {
		read func() (map[string]any, models.Fields)
		want models.Fields
	}{
		"as typed": {
			func() (map[string]any, models.Fields) {
				return c.Read("own", posted("body/ratio", "1e-999999", "body/port", "1e-999999"), nil)
			},
			models.Fields{"body/ratio": anyNumber, "body/port": wholeNumber},
		},
		"in a field of JSON": {
			func() (map[string]any, models.Fields) { return c.Read("own", posted("body/tags", items), nil) },
			models.Fields{"body/tags": extremeNumber},
		},
		"in the whole body": {
			func() (map[string]any, models.Fields) { return c.Read("raw", posted("body", `{"n":`+items+`}`), nil) },
			models.Fields{"body": extremeNumber},
		},
		"in a body from JSON": {
			func() (map[string]any, models.Fields) {
				return c.Cast("own", map[string]any{"ratio": tiny[0], "tls": map[string]any{"a": tiny}})
			},
			models.Fields{"body/ratio": extremeNumber, "body/tls": extremeNumber},
		},
		"in a text of a body from JSON": {
			func() (map[string]any, models.Fields) { return c.Cast("own", map[string]any{"tags": items}) },
			models.Fields{"body/tags": extremeNumber},
		},
		"under an unknown key": {
			func() (map[string]any, models.Fields) { return c.Cast("own", map[string]any{"x": tiny}) },
			models.Fields{"body": extremeNumber},
		},
		"in the whole body from JSON": {
			func() (map[string]any, models.Fields) { return c.Cast("raw", map[string]any{"x": tiny}) },
			models.Fields{"body": extremeNumber},
		},
		"in the body before": {
			func() (map[string]any, models.Fields) { return c.Read("own", posted(), map[string]any{"x": tiny}) },
			models.Fields{"body": extremeNumber},
		},
	} {
		body, fields := s.read()
		t.Log(name)
		wantFields(t, body, fields, s.want)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestJSONHasAtMost64Levels(t *testing.T) {
	t.Parallel()
	c := with(t, `{"properties":{"extra":{"type":"object"},"list":{"type":"array"},"group":{"properties":{"extra":{"type":"object"}}}}}`)
	for _, input := range []string{"body/extra", "body/group/extra"} {
		body, fields := c.Read("own", posted(input, nested(64)), nil)
		if body == nil {
			t.Fatalf("64 levels at %s: %v", input, fields)
		}
		if _, fields = c.Cast("own", body); len(fields) > 0 {
			t.Errorf("64 levels at %s are refused as a body: %v", input, fields)
		}
		for _, levels := range []int{65, 9_999, 10_000} {
			body, fields = c.Read("own", posted(input, nested(levels)), nil)
			wantFields(t, body, fields, models.Fields{input: jsonTooDeep})
		}
	}
	body, fields := c.Read("raw", posted("body", nested(65)), nil)
	wantFields(t, body, fields, models.Fields{"body": jsonTooDeep})
	for _, levels := range []int{65, 9_000} {
		deep := fromJSON(t, nested(levels))
		body, fields = c.Cast("own", map[string]any{"extra": deep, "list": nested(levels)})
		wantFields(t, body, fields, models.Fields{"body/extra": jsonTooDeep, "body/list": jsonTooDeep})
		body, fields = c.Cast("own", map[string]any{"unknown": []any{[]any{[]any{[]any{[]any{deep}}}}}})
		wantFields(t, body, fields, models.Fields{"body": jsonTooDeep})
		body, fields = c.Cast("raw", deep)
		wantFields(t, body, fields, models.Fields{"body": jsonTooDeep})
	}
	if body, fields = c.Cast("raw", fromJSON(t, nested(64))); body == nil {
		t.Errorf("64 levels are refused: %v", fields)
	}
}

func TestANameThatStandsTwiceIsAFaultAtTheField(t *testing.T) {
	t.Parallel()
	c := with(t, guarded)
	body, fields := c.Read("raw", posted("body", "{\"a\":1,\n \"a\":2}"), nil)
	wantFields(t, body, fields, models.Fields{"body": "This names the same key twice (line 2, column 4). Keep one of the two."})
	form := posted("body/host", "h", "body/token", "t", "body/extra", `{"s":[{"s":1},{"s":1}],"x":{"y":1,"y":2}}`)
	body, fields = c.Read("own", form, nil)
	wantFields(t, body, fields, models.Fields{"body/extra": "This names the same key twice (line 1, column 37). Keep one of the two."})
	form["body/extra"] = []string{`{"s":[{"s":1},{"s":1}],"S":1}`}
	if body, fields = c.Read("own", form, nil); body == nil {
		t.Errorf("the same name in different objects is refused: %v", fields)
	}
}
