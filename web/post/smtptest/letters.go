package smtptest

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// take keeps a letter and wakes whoever waits for one.
func (s *Server) take(m Mail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.letters = append(s.letters, m)
	close(s.changed)
	s.changed = make(chan struct{})
}

// Letters are those taken so far.
func (s *Server) Letters() []Mail {
	letters, _ := s.lettersFor(everyone)
	return letters
}

// Await waits until there are at least n letters, and returns all.
func (s *Server) Await(t testing.TB, n int) []Mail {
	t.Helper()
	return s.await(t, n, everyone)
}

// AwaitTo waits until there are at least n letters to an address, and returns
// all letters to it.
func (s *Server) AwaitTo(t testing.TB, address string, n int) []Mail {
	t.Helper()
	return s.await(t, n, func(m Mail) bool {
		return slices.ContainsFunc(m.To, func(to string) bool { return strings.EqualFold(to, address) })
	})
}

func everyone(Mail) bool { return true }

// lettersFor are the letters that belong, and what is closed when there are more.
func (s *Server) lettersFor(belongs func(Mail) bool) (letters []Mail, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.letters {
		if belongs(m) {
			letters = append(letters, m)
		}
	}
	return letters, s.changed
}

func (s *Server) await(t testing.TB, n int, belongs func(Mail) bool) []Mail {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		letters, changed := s.lettersFor(belongs)
		if len(letters) >= n {
			return letters
		}
		select {
		case <-changed:
		case <-late.C:
			t.Fatalf("smtptest: waited for %d letters, there are %d", n, len(letters))
		}
	}
}
