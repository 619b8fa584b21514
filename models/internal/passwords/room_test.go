package passwords

import "testing"

func TestWhatHashesLeaveBehindIsCollectedWhenThereIsNoRoom(t *testing.T) {
	t.Parallel()
	r := room{size: 2}
	is := func(when string, used, left uint32) {
		t.Helper()
		if r.used != used || r.left != left {
			t.Errorf("%s: %d in use and %d left behind, want %d and %d", when, r.used, r.left, used, left)
		}
	}
	r.take(1)
	r.leave(1)
	r.take(1)
	is("the second alone finds room beside the first's block", 1, 1)
	r.leave(1)
	r.take(1)
	is("the third collects both", 1, 0)
	r.take(1)
	is("two at once", 2, 0)
	r.leave(1)
	r.take(1)
	is("one in the place of another, while one runs", 2, 0)
	r.leave(1)
	r.leave(1)
	r.take(5)
	is("more than the room has runs all the same", 5, 0)
}
