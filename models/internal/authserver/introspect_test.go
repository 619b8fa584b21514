package authserver_test

import (
	"testing"
	"time"

	"holdfast/models/internal/authserver"
)

func TestWhetherATokenIsGood(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		active bool
		at     int64
	}{
		`{"active":true,"exp":1790000000}`:   {true, 1790000000},
		`{"active":true,"exp":1790000000.9}`: {true, 1790000000},
		`{"active":true,"exp":1e300}`:        {true, 0},
		`{"active":true,"exp":"soon"}`:       {true, 0},
		`{"active":true}`:                    {true, 0},
		`{"active":false}`:                   {false, 0},
	} {
		p, h := raw(t, says(200, asJSON, body))
		active, expires, err := hands().Introspect(t.Context(), p, "marker-access")
		if err != nil || active != want.active || (expires == nil) != (want.at == 0) || expires != nil && !expires.Equal(time.Unix(want.at, 0)) {
			t.Errorf("%s: %v %v %v", body, active, expires, err)
		}
		h.last(t)
	}
	p, _ := raw(t, says(200, asJSON, `{"active":"yes"}`))
	_, _, err := hands().Introspect(t.Context(), p, "marker-access")
	if f := failed(t, err); f.Kind != authserver.Garbled {
		t.Error(f)
	}
}
