package kinds

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Why JSON is refused before its schema is asked.
const (
	jsonTooDeep   = "This is nested too deeply. At most 64 levels are allowed."
	extremeNumber = "This holds a number that is too large or too small."
	sameNameTwice = "This names the same key twice (%s). Keep one of the two."
)

// Bounds for a number, in digits. The validator computes exactly and would write
// 1e999999 or 1e-999999 out digit by digit.
const (
	maxDigits   = 350
	maxExponent = 400
)

// finite reports whether a number is one that a float64 can stand for. What
// would be rounded to zero is not.
func finite(n json.Number) bool {
	if len(n) > maxDigits {
		return false
	}
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(n.String()), "e")
	if scientific {
		e, err := strconv.Atoi(exponent)
		if err != nil || e > maxExponent || e < -maxExponent {
			return false
		}
	}
	f, err := strconv.ParseFloat(n.String(), 64)
	return err == nil && (f != 0 || !strings.ContainsAny(mantissa, "123456789"))
}

// unfit says why a JSON value can't be taken, or nothing; levels is how deep it
// may be nested.
func unfit(value any, levels int) string {
	switch v := value.(type) {
	case json.Number:
		if !finite(v) {
			return extremeNumber
		}
	case map[string]any:
		return anyUnfit(maps.Values(v), levels)
	case []any:
		return anyUnfit(slices.Values(v), levels)
	}
	return ""
}

func anyUnfit(items iter.Seq[any], levels int) string {
	if levels == 0 {
		return jsonTooDeep
	}
	for item := range items {
		if complaint := unfit(item, levels-1); complaint != "" {
			return complaint
		}
	}
	return ""
}

// inspection reads JSON text for what decoding would not tell: names that stand
// twice, and numbers and depths that cost too much.
type inspection struct {
	dec  *json.Decoder
	text string
}

// inspect says why valid JSON text can't be taken, or nothing.
func inspect(text string) string {
	i := inspection{json.NewDecoder(strings.NewReader(text)), text}
	i.dec.UseNumber()
	return i.value(0)
}

func (i *inspection) value(depth int) string {
	token, err := i.dec.Token()
	if err != nil {
		return "This is not valid JSON."
	}
	switch t := token.(type) {
	case json.Number:
		if !finite(t) {
			return extremeNumber
		}
	case json.Delim:
		if depth == maxDepth {
			return jsonTooDeep
		}
		return i.inside(t == '{', depth+1)
	}
	return ""
}

func (i *inspection) inside(isObject bool, depth int) string {
	seen := map[any]bool{}
	for i.dec.More() {
		if isObject {
			name, err := i.dec.Token()
			if err != nil {
				return "This is not valid JSON."
			}
			if seen[name] {
				return fmt.Sprintf(sameNameTwice, place([]byte(i.text), int(i.dec.InputOffset())))
			}
			seen[name] = true
		}
		if complaint := i.value(depth); complaint != "" {
			return complaint
		}
	}
	_, _ = i.dec.Token() // the end of the object or list; the text is known to be valid
	return ""
}

// jsonFault says where data stops being one JSON value, without quoting it.
func jsonFault(data []byte) string {
	err := json.Unmarshal(data, new(json.RawMessage))
	if err == nil {
		return ""
	}
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return "not valid JSON"
	}
	return "not valid JSON (" + place(data, int(syntax.Offset)) + ")"
}

// place names the character that ends at offset.
func place(data []byte, offset int) string {
	before := data[:min(max(offset-1, 0), len(data))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Sprintf("line %d, column %d", line, column)
}

// decodeJSON reads one JSON value; numbers keep the text they were written in.
func decodeJSON(text string) (any, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("more than one value")
	}
	return value, nil
}
