package post_test

import (
	"bufio"
	"errors"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/web/post"
	"holdfast/web/post/smtptest"
)

// letter is one that every server takes.
func letter() post.Letter {
	return post.Letter{
		ID: "0190a5c4-7f6e-7000-8000-000000000001", At: time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC),
		To: "ben@example.org", ToName: "Ben", Subject: "Ana offers you “orders”",
		Text: "Hello Ben,\n\nhttps://holdfast.example.org/transfers/abc\n", HTML: "<p>Hello Ben</p>\n",
	}
}

// to is a config that trusts the server.
func to(s *smtptest.Server) post.Config {
	return post.Config{
		URL: s.URL(), RootCAs: s.RootCAs(), From: "Holdfast <holdfast@example.org>",
		BaseURL: "https://holdfast.example.org", Timeout: 20 * time.Second,
	}
}

func sender(t *testing.T, c post.Config) *post.Sender {
	t.Helper()
	s, err := post.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// send hands l over to a server that must take it, and returns what came.
func send(t *testing.T, s *smtptest.Server, l post.Letter) smtptest.Mail {
	t.Helper()
	if err := sender(t, to(s)).Send(t.Context(), l); err != nil {
		t.Fatalf("the letter was not taken: %v", err)
	}
	letters := s.Letters()
	if len(letters) == 0 {
		t.Fatal("Send said nothing, and no letter came")
	}
	return letters[len(letters)-1]
}

// wantError asserts kind and text of what Send returned.
func wantError(t *testing.T, err error, kind models.ErrorKind, text string) {
	t.Helper()
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		t.Fatalf("got %v, want an error of kind %d", err, kind)
	}
	if e.Kind != kind {
		t.Errorf("kind %d, want %d (%s)", e.Kind, kind, e.Text)
	}
	if e.Text != text {
		t.Errorf("text %q\n want %q", e.Text, text)
	}
}

// script is a server that says what a test wants: answer gets each line ("" is
// the connection itself, "." the end of a letter) and returns the reply, or
// silence, or hangUp.
type script struct {
	address string
	lines   []string
	ended   chan struct{}
}

const (
	silence = ""
	hangUp  = "hang up"
)

func scripted(t *testing.T, answer func(line string) string) *script {
	t.Helper()
	var listen net.ListenConfig
	l, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &script{address: l.Addr().String(), ended: make(chan struct{})}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		defer close(s.ended)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		s.talk(conn, answer)
	}()
	return s
}

func (s *script) talk(conn net.Conn, answer func(string) string) {
	in := textproto.NewReader(bufio.NewReader(conn))
	line := ""
	for {
		reply := answer(line)
		if reply == hangUp {
			return
		}
		if reply != silence {
			_, _ = conn.Write([]byte(reply + "\r\n"))
		}
		var err error
		if line, err = in.ReadLine(); err != nil {
			return
		}
		s.lines = append(s.lines, line)
		if strings.HasPrefix(reply, "354") {
			for err == nil && line != "." {
				line, err = in.ReadLine()
			}
		}
	}
}

// heard is all that the client said, once it has gone; not the letter.
func (s *script) heard() []string {
	<-s.ended
	return s.lines
}

// taking answers as a server that takes letters, but for the commands of other.
func taking(other map[string]string) func(string) string {
	return func(line string) string {
		command, _, _ := strings.Cut(line, " ")
		if reply, is := other[command]; is {
			return reply
		}
		switch {
		case command == "":
			return "220 ready"
		case command == "EHLO":
			return "250-hello\r\n250 8BITMIME"
		case command == "DATA":
			return "354 go on"
		case slices.Contains([]string{"MAIL", "RCPT", "."}, command):
			return "250 fine"
		default:
			return "221 bye"
		}
	}
}

// config speaks to the script in clear.
func (s *script) config() post.Config {
	return post.Config{
		URL: "smtp://" + s.address + "?tls=none", From: "holdfast@example.org",
		BaseURL: "https://holdfast.example.org", Timeout: 20 * time.Second,
	}
}
