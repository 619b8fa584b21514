package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

var layings atomic.Int32

func lay(ctx context.Context, url string) error {
	layings.Add(1)
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, `CREATE TABLE things (name text PRIMARY KEY)`)
	return err
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

func TestEveryTestGetsADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			c := connect(t, Database(t, lay))
			if _, err := c.Exec(t.Context(), `INSERT INTO things VALUES ('same')`); err != nil {
				t.Fatal(err)
			}
		})
	}
	t.Cleanup(func() {
		if n := layings.Load(); n > 1 {
			t.Errorf("the template was laid %d times, want once", n)
		}
	})
}

func TestADatabaseWithoutLayIsEmpty(t *testing.T) {
	t.Parallel()
	c := connect(t, Database(t, nil))
	var tables int
	err := c.QueryRow(t.Context(), `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`).Scan(&tables)
	if err != nil || tables != 0 {
		t.Errorf("found %d tables, %v", tables, err)
	}
}

func TestADatabaseIsDroppedWithItsTest(t *testing.T) {
	t.Parallel()
	c := connect(t, Database(t, nil))
	var gone string
	t.Run("inner", func(t *testing.T) {
		gone = Database(t, nil)
		connect(t, gone)
	})
	gone = gone[strings.LastIndexByte(gone, '/')+1:]
	gone, _, _ = strings.Cut(gone, "?")
	var left int
	err := c.QueryRow(t.Context(), `SELECT count(*) FROM pg_database WHERE datname = $1`, gone).Scan(&left)
	if err != nil || left != 0 {
		t.Errorf("database %s is still there: %d, %v", gone, left, err)
	}
}

// TestTheServerEndsWithItsTestBinary kills a test binary that has started a
// server, and finds neither the server nor its directory.
func TestTheServerEndsWithItsTestBinary(t *testing.T) {
	if os.Getenv("HOLDFAST_TEST_DATABASE_URL") != "" {
		t.Skip("a server of its own is not in use")
	}
	t.Parallel()
	Database(t, nil) // skips where there is no Postgres
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHoldAServer$")
	child.Env = append(os.Environ(), "HOLDFAST_TEST_HOLD=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 200)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	url := strings.TrimSpace(string(line[:n]))
	c := connect(t, url)
	var data string
	if err := c.QueryRow(t.Context(), `SHOW data_directory`).Scan(&data); err != nil {
		t.Fatal(err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	if _, err := c.Exec(t.Context(), `SELECT pg_sleep(30)`); err == nil {
		t.Error("the server outlived its test binary")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for again := time.NewTicker(10 * time.Millisecond); ; {
		if _, err := os.Stat(filepath.Dir(data)); errors.Is(err, fs.ErrNotExist) {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("%s was left behind", filepath.Dir(data))
		}
	}
}

// TestHoldAServer is the test binary that TestTheServerEndsWithItsTestBinary kills.
func TestHoldAServer(t *testing.T) {
	if os.Getenv("HOLDFAST_TEST_HOLD") == "" {
		t.Skip("runs inside another test only")
	}
	fmt.Println(Database(t, nil))
	select {}
}

func BenchmarkDatabase(b *testing.B) {
	Database(b, lay)
	for b.Loop() {
		Database(b, lay)
	}
}
