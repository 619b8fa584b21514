package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

var errNotInstalled = errors.New("no Postgres binaries found (initdb, postgres)")

// keeper makes a server in directory $1 with the binaries of $2 and runs it
// until its standard input ends, which is when the test binary does, even when
// it is killed. Then nothing of the server remains.
const keeper = `
cd "$1" || exit 1
dir=$1 bin=$2; shift 2
"$bin/initdb" -D data -U postgres -A trust -E UTF8 --no-locale --no-sync >initdb.log || exit 1
"$bin/postgres" -D data -k "$dir" "$@" >>postgres.log 2>&1 </dev/null &
server=$!
(cat >/dev/null; kill -QUIT $server) <&3 &
wait $server
rm -rf "$dir"/*
rmdir "$dir"
`

// start runs a server and returns the URL of its first database.
func start(ctx context.Context) (string, error) {
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(place(), "holdfast-pg-")
	if err != nil {
		return "", err
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	cmd := exec.Command("/bin/sh", append([]string{"-c", keeper, "keeper", dir, bin}, settings(port)...)...)
	if err := unprivileged(cmd, dir); err != nil {
		return "", err
	}
	gone, err := keep(cmd, dir)
	if err != nil {
		return "", err
	}
	at := fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
	return at, answer(ctx, at, dir, gone)
}

// durable reports whether commits must reach a disk: benchmarks that weigh
// them ask for it, while a test's data will be missed by nobody.
func durable() bool { return os.Getenv("HOLDFAST_TEST_PG_FSYNC") == "on" }

// place is the directory for the server's. In memory a database is copied in a
// tenth of the time; a container's usual 64 MB of it would not do.
func place() string {
	const memory, enough = "/dev/shm", 2 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); durable() || err != nil || fs.Bavail*uint64(fs.Bsize) < enough {
		return os.TempDir()
	}
	return memory
}

func settings(port int) []string {
	all := []string{
		"-p", strconv.Itoa(port), "-h", "127.0.0.1", "-c", "max_connections=200",
		"-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "log_timezone=UTC", "-c", "timezone=UTC",
	}
	if !durable() {
		all = append(all, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
	}
	return all
}

// keep starts the keeper; gone is closed when it has ended. The write end of
// its input is held until this process ends.
func keep(cmd *exec.Cmd, dir string) (gone <-chan struct{}, err error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "keeper.log"))
	if err != nil {
		return nil, errors.Join(err, read.Close(), write.Close())
	}
	cmd.Stderr, cmd.ExtraFiles = log, []*os.File{read}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, read.Close(), write.Close(), log.Close())
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		_ = write.Close()
		close(ended)
	}()
	return ended, errors.Join(read.Close(), log.Close())
}

// answer waits until the server takes connections.
func answer(ctx context.Context, at, dir string, gone <-chan struct{}) error {
	for again := time.NewTicker(10 * time.Millisecond); ; {
		c, err := pgx.Connect(ctx, at)
		if err == nil {
			again.Stop()
			return c.Close(ctx)
		}
		select {
		case <-again.C:
		case <-gone:
			return fmt.Errorf("the server ended at once: %s", words(dir))
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w: %s", err, words(dir))
		}
	}
}

// words are the last ones in the logs of dir.
func words(dir string) (all string) {
	for _, name := range []string{"keeper.log", "postgres.log"} {
		text, _ := os.ReadFile(filepath.Join(dir, name)) // may not be there yet
		all += string(text[max(0, len(text)-2000):])
	}
	return all
}

// binaries finds the newest installed Postgres.
func binaries() (string, error) {
	best, version := "", 0
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	for _, at := range found {
		bin := filepath.Dir(at)
		if n, err := strconv.Atoi(filepath.Base(filepath.Dir(bin))); err == nil && n > version {
			best, version = bin, n
		}
	}
	if best != "" {
		return best, nil
	}
	if at, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(at), nil
	}
	return "", errNotInstalled
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// unprivileged takes root's rights from cmd, as Postgres refuses to run with
// them, and gives dir to whom it runs as. Signals from the terminal do not
// reach it: it ends when its input does.
func unprivileged(cmd *exec.Cmd, dir string) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() != 0 {
		return nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		if who, err = user.Lookup("nobody"); err != nil {
			return err
		}
	}
	uid, uidErr := strconv.ParseUint(who.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(who.Gid, 10, 32)
	if err := errors.Join(uidErr, gidErr); err != nil {
		return err
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(dir, int(uid), int(gid))
}
