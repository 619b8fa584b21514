package kinds

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// plain turns ordered objects into maps.
func plain(value any) any {
	switch v := value.(type) {
	case *object:
		m := make(map[string]any, len(v.values))
		for key, item := range v.values {
			m[key] = plain(item)
		}
		return m
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = plain(item)
		}
		return items
	}
	return value
}

// textOf is the text that stands for a value in a form.
func textOf(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool, int, int64, float64, json.Number:
		return numberText(v)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprintf("%T", value)
	}
	return string(text)
}

func jsonTypeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case map[string]any:
		return "object"
	case []any:
		return "array"
	}
	return "number"
}

// numberText writes a number the way a person would: 5000, not 5e+03.
func numberText(value any) string {
	switch v := value.(type) {
	case bool:
		return strconv.FormatBool(v)
	case float64:
		if text := strconv.FormatFloat(v, 'f', -1, 64); len(text) <= 21 {
			return text
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	case json.Number:
		return v.String()
	}
	return fmt.Sprint(value)
}

// parseNumber reads a decimal number. Whole ones become int64 where they fit, so
// that 5000 is written back as 5000; very long ones keep their text.
func parseNumber(text string) (any, bool) {
	if jsonFault([]byte(text)) != "" || text == "" || !strings.ContainsAny(text[:1], "-0123456789") {
		return nil, false
	}
	n := json.Number(text)
	return number(n), finite(n)
}

// number gives json.Number the plainest type that holds it; others stay.
func number(value any) any {
	n, ok := value.(json.Number)
	if !ok {
		return value
	}
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil || !strings.ContainsAny(n.String(), ".eE") {
		return n
	}
	if f == float64(int64(f)) && f < 1e15 && f > -1e15 {
		return int64(f)
	}
	return f
}

func integral(value any) bool {
	switch v := value.(type) {
	case int64:
		return true
	case json.Number:
		return !strings.ContainsAny(v.String(), ".eE")
	}
	return false
}

// sameValue compares two JSON values; 5000 is 5000 however it is held, and a
// missing value is null.
func sameValue(a, b any) bool {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for key, item := range x {
			other, there := y[key]
			if !there || !sameValue(item, other) {
				return false
			}
		}
		return true
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, sameValue)
	case nil, string, bool:
		return jsonTypeOf(a) == jsonTypeOf(b) && a == b
	}
	return jsonTypeOf(b) == "number" && plainNumber(a) == plainNumber(b)
}

func plainNumber(value any) string {
	switch v := value.(type) {
	case json.Number:
		return numberText(number(v))
	case int:
		return strconv.Itoa(v)
	case float64:
		return numberText(number(json.Number(strconv.FormatFloat(v, 'g', -1, 64))))
	}
	return numberText(value)
}
