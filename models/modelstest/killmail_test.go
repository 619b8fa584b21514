package modelstest_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/app"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// offer offers ana's credential to ben, says so, and then, with a letter in its
// hands that no mail server has taken, waits for its end.
func offer(ctx context.Context, url, keys string, credential models.ID) error {
	clock := func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) } // that of the house
	a, err := app.Open(ctx, app.Deps{DatabaseURL: url, Keys: app.Keys{File: keys, Own: true}, OfferLife: modelstest.OfferLife, Now: clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	ana := models.Actor{UserID: 1, Name: "ana", Email: "ana@example.org"}
	if _, err := a.Transfers.Initiate(ctx, ana, transfers.Offer{Credentials: []models.ID{credential}, Email: "ben@example.org"}); err != nil {
		return err
	}
	fmt.Println("offered")
	if stage := bufio.NewScanner(os.Stdin); !stage.Scan() { // killed here: between the commit and the mail
		return stage.Err()
	}
	_, err = a.Outbox.Deliver(ctx, func(context.Context, models.Letter, string) error {
		fmt.Println("carrying")
		select {} // killed here: with the letter claimed
	})
	return err
}

func TestALetterArrivesThoughItsProcessIsKilled(t *testing.T) {
	t.Parallel()
	for name, claimed := range map[string]bool{"between the commit and the mail": false, "while it carries the letter": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
				ana, ben := h.Person(t, "ana", models.PlainMember), h.Person(t, "ben", models.PlainMember)
				h.Lets(t, ben)
				p := h.Project(t, ana, "P")
				h.Seat(t, ana, p, ben, models.Viewer)
				id := h.Keep(t, ana, "c", p)
				killedAfterOffering(t, h, id, claimed)

				next := h.Replica(t, "") // a new process over the same database and keys
				var token string
				carried := map[models.LetterKind]int{}
				deliver := func() {
					_, err := next.Outbox.Deliver(t.Context(), func(_ context.Context, l models.Letter, link string) error {
						carried[l.Kind]++
						token += link
						return nil
					})
					modelstest.Must(t, err)
				}
				deliver()
				if claimed { // the first letter is free once the claim is over, and not before
					if n := len(carried); n != 1 {
						t.Errorf("%d letters are carried by two", n)
					}
					h.Clock.Pass(5 * time.Minute)
				}
				deliver()
				deliver()
				if len(carried) != 2 || carried[models.OfferLetter] != 1 || carried[models.OfferMadeLetter] != 1 {
					t.Errorf("carried %v", carried)
				}
				_, err := next.Transfers.Confirm(t.Context(), ben, token, transfers.Answer{})
				modelstest.Must(t, err)
			})
		})
	}
}

// killedAfterOffering lets a child make the offer and kills it: at once, or when
// it has a letter in its hands.
func killedAfterOffering(t *testing.T, h *modelstest.House, credential models.ID, claimed bool) {
	t.Helper()
	self, err := os.Executable()
	modelstest.Must(t, err)
	child := exec.CommandContext(t.Context(), self)
	child.Env = append(os.Environ(), writeInto+"="+h.URL, writeKeys+"="+h.KeyFile, offerOf+"="+credential.String())
	child.Stderr = os.Stderr
	in, err := child.StdinPipe()
	modelstest.Must(t, err)
	out, err := child.StdoutPipe()
	modelstest.Must(t, err)
	modelstest.Must(t, child.Start())
	lines := bufio.NewScanner(out)
	says := func(want string) {
		if !lines.Scan() || lines.Text() != want {
			t.Fatalf("the child said %q, want %q", lines.Text(), want)
		}
	}
	says("offered")
	if claimed {
		_, err := fmt.Fprintln(in, "go on")
		modelstest.Must(t, err)
		says("carrying")
	}
	modelstest.Must(t, child.Process.Kill())
	_ = child.Wait() // killed, as it should be
}
