package modelstest_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/app"
	"holdfast/models/modelstest"
)

// A child of this test binary is told by these what to do.
const (
	writeInto = "HOLDFAST_TEST_WRITE_INTO"
	writeKeys = "HOLDFAST_TEST_WRITE_KEYS"
	offerOf   = "HOLDFAST_TEST_OFFER_OF" // a credential: offer it instead
)

func TestMain(m *testing.M) {
	if url := os.Getenv(writeInto); url != "" && os.Getenv(offerOf) != "" {
		fmt.Fprintln(os.Stderr, offer(context.Background(), url, os.Getenv(writeKeys), models.ParseID(os.Getenv(offerOf))))
		os.Exit(1) // it stands still until it is killed
	} else if url != "" {
		fmt.Fprintln(os.Stderr, write(context.Background(), url, os.Getenv(writeKeys)))
		os.Exit(1) // it goes on until it is killed
	}
	os.Exit(m.Run())
}

// write creates credentials, by turns with a share and with an edit, and prints
// the id of each once it is kept.
func write(ctx context.Context, url, keys string) error {
	a, err := app.Open(ctx, app.Deps{DatabaseURL: url, Keys: app.Keys{File: keys, Own: true}, Now: time.Now})
	if err != nil {
		return err
	}
	who := models.Actor{UserID: 1, Email: "ana@example.org"}
	projects, _, err := a.Projects.List(ctx, who, "")
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		d := modelstest.Raw(fmt.Sprintf("c%d", i), `{"pin": 1}`)
		if i%2 == 0 {
			d.Projects = []models.ID{projects[0].ID}
		}
		id, err := a.Credentials.Create(ctx, who, "raw", d)
		if err != nil {
			return err
		}
		fmt.Println(id)
		if i%3 == 0 {
			e := modelstest.Raw(fmt.Sprintf("edited %d", i), `{"pin": 2}`)
			e.Version = 1
			if err := a.Credentials.Update(ctx, who, id, e); err != nil {
				return err
			}
		}
	}
}

func TestAKillLosesNothingThatWasKeptAndLeavesNoHalf(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		p := h.Project(t, ana, "P")
		printed := map[string]bool{}
		for round := range 2 {
			if round == 1 {
				h.Exec(t, `UPDATE credentials SET name_key = 'first ' || name_key`) // so that the names are free
			}
			killed(t, h, 20+rand.IntN(60), printed)
		}
		for id := range printed {
			if h.Count(t, `SELECT count(*) FROM credentials WHERE id = ?`, models.ParseID(id)) != 1 {
				t.Errorf("%s was printed and is lost", id)
			}
			if !strings.Contains(h.Body(t, models.ParseID(id)), "pin") {
				t.Errorf("%s has lost its body", id)
			}
		}
		text := `c.id`
		if strings.HasPrefix(h.URL, "postgres") {
			text = `c.id::text`
		}
		for what, query := range map[string]string{
			"have no body":             `SELECT count(*) FROM credentials c WHERE (SELECT count(*) FROM bodies b WHERE b.credential_id = c.id) <> 1`,
			"have no event":            `SELECT count(*) FROM credentials c WHERE (SELECT count(*) FROM events e WHERE e.thing_id = ` + text + ` AND e.name = 'credential.created') <> 1`,
			"have no event of an edit": `SELECT count(*) FROM credentials c WHERE version > 1 AND (SELECT count(*) FROM events e WHERE e.thing_id = ` + text + ` AND e.name = 'credential.updated') <> 1`,
			"have a share untold": `SELECT count(*) FROM credentials c WHERE (SELECT count(*) FROM shares s WHERE s.credential_id = c.id)
				<> (SELECT count(*) FROM events e WHERE e.thing_id = ` + text + ` AND e.name = 'credential.added_to_project')`,
			"have a body alone":   `SELECT count(*) FROM bodies b WHERE NOT EXISTS (SELECT 1 FROM credentials c WHERE c.id = b.credential_id)`,
			"have an event alone": `SELECT count(*) FROM events e WHERE thing_type = 'credential' AND NOT EXISTS (SELECT 1 FROM credentials c WHERE ` + text + ` = e.thing_id)`,
		} {
			if n := h.Count(t, query); n != 0 {
				t.Errorf("%d credentials %s", n, what)
			}
		}
		h.Keep(t, ana, "the house goes on", p)
	})
}

// killed lets a child write until it has printed n ids, kills it in the midst
// of what it does then, and notes what it printed.
func killed(t *testing.T, h *modelstest.House, n int, printed map[string]bool) {
	t.Helper()
	self, err := os.Executable()
	modelstest.Must(t, err)
	child := exec.CommandContext(t.Context(), self)
	child.Env = append(os.Environ(), writeInto+"="+h.URL, writeKeys+"="+h.KeyFile)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	modelstest.Must(t, err)
	modelstest.Must(t, child.Start())
	lines := bufio.NewScanner(out)
	for range n {
		if !lines.Scan() {
			t.Fatal("the child ended by itself")
		}
		printed[lines.Text()] = true
	}
	modelstest.Must(t, child.Process.Kill())
	for lines.Scan() { // what it still printed
		if len(lines.Text()) == 36 {
			printed[lines.Text()] = true
		}
	}
	_ = child.Wait() // killed, as it should be
}
