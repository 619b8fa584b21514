package models

import (
	"reflect"
	"testing"
)

func TestInputNamesTheControlByThePathInTheBody(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"": "body", "/host": "body/host", "/tls/ca": "body/tls/ca"} {
		if got := (Field{Path: path}).Input(); got != want {
			t.Errorf("Input of %q = %q, want %q", path, got, want)
		}
	}
}

func TestSensitiveValues(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body map[string]any
		want []any
	}{
		"nothing of no body":         {nil, nil},
		"nothing of an empty body":   {map[string]any{}, nil},
		"nulls are left out":         {map[string]any{"token": nil}, nil},
		"safe keys in any case":      {map[string]any{"HostURL": "https://a.example", "userName": "ada", "apiVersion": 41}, nil},
		"numbers and booleans count": {map[string]any{"age": 75, "ssl": false}, []any{75, false}},
		"a map under a safe key is still opened, its leaves count": {
			map[string]any{"user": map[string]any{"email": "a@b.example", "role": "admin"}},
			[]any{"admin"},
		},
		"list items take the name of their list": {
			map[string]any{"database": []any{"a", "b"}, "scopes": []any{"read/write", map[string]any{"password": "shhh"}}},
			[]any{"read/write", "shhh"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := SensitiveValues(c.body); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
