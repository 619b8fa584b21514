package ui

import "testing"

func TestAQRCodeIsDrawnRunByRun(t *testing.T) {
	t.Parallel()
	rows := [][]bool{{true, true, false, true}, {false, false, false, false}, {false, true, true, true}}
	if got, want := qrPath(rows), "M4 4h2v1h-2zM7 4h1v1h-1zM5 6h3v1h-3z"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := qrBox(make([][]bool, 21)); got != "0 0 29 29" {
		t.Error(got)
	}
}
