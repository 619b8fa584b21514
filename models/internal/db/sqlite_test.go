package db

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"holdfast/models"
)

func newSQLite(t *testing.T) *DB {
	t.Helper()
	return openAt(t, "sqlite:"+filepath.Join(t.TempDir(), "holdfast.db"))
}

func TestAPathMayHoldAnySign(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"with space.db", "what?.db", "a#b.db", "100%.db", "ünï&=.db", "file:x.db"} {
		path := filepath.Join(t.TempDir(), name)
		mustExec(t, openAt(t, "sqlite:"+path), `CREATE TABLE t (x)`)
		if info, err := os.Stat(path); err != nil || info.Size() == 0 && noWAL(path) {
			t.Errorf("%s: not where it should be: %v", name, err)
		}
	}
}

func noWAL(path string) bool {
	_, err := os.Stat(path + "-wal")
	return errors.Is(err, fs.ErrNotExist)
}

func TestTheDatabaseIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made", "for it")
	path := filepath.Join(dir, "holdfast.db")
	mustExec(t, openAt(t, "sqlite:"+path), `CREATE TABLE t (x)`)
	for name, want := range map[string]fs.FileMode{dir: 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v, want %v", name, info.Mode(), err, want)
		}
	}
}

func TestADatabaseThatWasLeftOpenToOthersIsClosedToThem(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "holdfast.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	openAt(t, "sqlite:"+path)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestTheFileIsSetUpForDurableConcurrentUse(t *testing.T) {
	t.Parallel()
	d := newSQLite(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "query_only": "0",
	} {
		var got string
		if err := d.sqlWrite().QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s, %v, want %s", pragma, got, err, want)
		}
	}
}

func TestAReaderCannotWrite(t *testing.T) {
	t.Parallel()
	d := newSQLite(t)
	mustExec(t, d, `CREATE TABLE t (x)`)
	if _, err := d.sqlRead().ExecContext(t.Context(), `INSERT INTO t VALUES (1)`); err == nil {
		t.Error("a reader wrote")
	}
}

func TestReadersDoNotWaitForAWriter(t *testing.T) {
	t.Parallel()
	d := newSQLite(t)
	mustExec(t, d, `CREATE TABLE t (x)`, `INSERT INTO t VALUES (1)`)
	tx, err := d.sqlWrite().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(t.Context(), `INSERT INTO t VALUES (2)`); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := d.sqlRead().QueryRowContext(t.Context(), `SELECT count(*) FROM t`).Scan(&n); err != nil || n != 1 {
		t.Errorf("read %d, %v, want the committed row alone", n, err)
	}
}

// Each of the programs reads a number and writes it back increased; with
// transactions that lock late, most would fail or undo another's work.
func TestWritersOfTwoProgramsLoseNoUpdate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "holdfast.db")
	programs := []*DB{openAt(t, "sqlite:"+path), openAt(t, "sqlite:"+path)}
	mustExec(t, programs[0], `CREATE TABLE t (n integer)`, `INSERT INTO t VALUES (0)`)
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			err := programs[i%2].write.WithContext(t.Context()).Transaction(func(g *gorm.DB) error {
				var n int
				if err := g.Raw(`SELECT n FROM t`).Scan(&n).Error; err != nil {
					return err
				}
				return g.Exec(`UPDATE t SET n = ?`, n+1).Error
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var n int
	if err := programs[1].sqlRead().QueryRowContext(t.Context(), `SELECT n FROM t`).Scan(&n); err != nil || n != 40 {
		t.Errorf("counted %d, %v, want 40", n, err)
	}
}

type shelf struct {
	ID   int64 `gorm:"primaryKey;autoIncrement"`
	Name string
	Size *int
}

func shelves(t *testing.T) *DB {
	t.Helper()
	d := newSQLite(t)
	mustExec(t, d, `CREATE TABLE shelves (id integer PRIMARY KEY AUTOINCREMENT, name text NOT NULL UNIQUE, size integer CHECK (size > 0))`)
	return d
}

func TestInsertedRowsGetTheirNumbers(t *testing.T) {
	t.Parallel()
	d := shelves(t)
	rows := []shelf{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	if err := gorm.G[shelf](d.write).CreateInBatches(t.Context(), &rows, 10); err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		got, err := gorm.G[shelf](d.read).Where("id = ?", r.ID).First(t.Context())
		if err != nil || r.ID == 0 || got.Name != r.Name {
			t.Errorf("row %d: %+v is %+v in the database, %v", i, r, got, err)
		}
	}
}

func TestALockingReadIsAPlainOne(t *testing.T) {
	t.Parallel()
	d := shelves(t)
	locked := gorm.G[shelf](d.write, clause.Locking{Strength: clause.LockingStrengthUpdate})
	if _, err := locked.Find(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAnInnerTransactionFailsAlone(t *testing.T) {
	t.Parallel()
	d := shelves(t)
	err := d.write.WithContext(t.Context()).Transaction(func(g *gorm.DB) error {
		inner := g.Transaction(func(g *gorm.DB) error {
			return errors.Join(g.Create(&shelf{Name: "undone"}).Error, errors.New("no"))
		})
		if inner == nil {
			t.Error("the inner transaction succeeded")
		}
		return g.Create(&shelf{Name: "kept"}).Error
	})
	rows, findErr := gorm.G[shelf](d.read).Find(t.Context())
	if err != nil || findErr != nil || len(rows) != 1 || rows[0].Name != "kept" {
		t.Errorf("got %+v, %v, %v", rows, err, findErr)
	}
}

func TestAConflictMayUpdateInstead(t *testing.T) {
	t.Parallel()
	d := shelves(t)
	upsert := gorm.G[shelf](d.write, clause.OnConflict{
		Columns: []clause.Column{{Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"size"}),
	})
	for _, size := range []int{1, 2} {
		if err := upsert.Create(t.Context(), &shelf{Name: "a", Size: &size}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := gorm.G[shelf](d.read).First(t.Context())
	if err != nil || *got.Size != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestABrokenCheckIsNoFaultOfThePerson(t *testing.T) {
	t.Parallel()
	size := -1
	err := gorm.G[shelf](shelves(t).write).Create(t.Context(), &shelf{Name: "a", Size: &size})
	if !errors.Is(err, gorm.ErrCheckConstraintViolated) || models.KindOf(fault(err, "shelf")) != models.Internal {
		t.Errorf("got %v", err)
	}
}
