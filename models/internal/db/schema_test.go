package db

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm/schema"
)

// column is a column of a table as the database tells of it.
type column struct{ table, name, kind string }

// columns are those of every table but goose's own.
func columns(t *testing.T, d *DB) []column {
	t.Helper()
	query := `SELECT m.name || ' ' || c.name || ' ' || lower(c.type) FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name <> 'goose_db_version'`
	if d.pg {
		query = `SELECT table_name || ' ' || column_name || ' ' || data_type FROM information_schema.columns
			WHERE table_schema = 'public' AND table_name <> 'goose_db_version'`
	}
	rows, err := d.RawRows(t.Context(), query)
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d columns: %v", len(rows), err)
	}
	var list []column
	for _, r := range rows {
		words := strings.SplitN(strings.Trim(r, "[]"), " ", 3)
		list = append(list, column{words[0], words[1], words[2]})
	}
	return list
}

func laid(t *testing.T, open func() *DB) *DB {
	t.Helper()
	d := open()
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheTablesAreTheEntities(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		have := map[string][]string{}
		for _, c := range columns(t, laid(t, open)) {
			have[c.table] = append(have[c.table], c.name)
		}
		if got := slices.Sorted(maps.Keys(have)); !slices.Equal(got, Tables()) {
			t.Errorf("the database has the tables %v, the entities are %v", got, Tables())
		}
		for table, entity := range entities() {
			s, err := schema.Parse(entity, &sync.Map{}, schema.NamingStrategy{})
			if err != nil {
				t.Fatal(err)
			}
			if s.Table != table {
				t.Errorf("gorm reads %s from %s", table, s.Table)
			}
			want := slices.Sorted(slices.Values(s.DBNames))
			if got := slices.Sorted(slices.Values(have[table])); !slices.Equal(got, want) {
				t.Errorf("%s has the columns\n%v, the struct\n%v", table, got, want)
			}
		}
	})
}

func TestEveryBlobThatIsNoHashIsRotated(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := laid(t, open)
		all := map[column]bool{}
		for _, c := range columns(t, d) {
			all[column{table: c.table, name: c.name}] = true
			blob := c.kind == "blob" || c.kind == "bytea"
			rotated := slices.ContainsFunc(SealedColumns(), func(s SealedColumn) bool { return s.Table == c.table && s.Column == c.name })
			if blob && !strings.HasSuffix(c.name, "_hash") && !rotated {
				t.Errorf("%s.%s holds bytes and is missing from SealedColumns", c.table, c.name)
			}
		}
		for _, s := range SealedColumns() {
			for _, name := range []string{"id", s.Column, s.KeyColumn} {
				if !all[column{table: s.Table, name: name}] {
					t.Errorf("SealedColumns names %s.%s, which is not there", s.Table, name)
				}
			}
		}
	})
}

func TestBothDatabasesHaveTheSameIndexes(t *testing.T) {
	t.Parallel()
	indexes := func(d *DB, query string) []string {
		rows, err := d.RawRows(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	lite := openAt(t, "sqlite:"+t.TempDir()+"/holdfast.db")
	if err := lite.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Run("postgres", func(t *testing.T) {
		pg := laid(t, func() *DB { return openAt(t, emptyPostgres(t)) })
		want := indexes(pg, `SELECT i.indexname FROM pg_indexes i WHERE schemaname = 'public' AND indexname NOT LIKE 'goose%'
			AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname) ORDER BY 1`)
		got := indexes(lite, `SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1`)
		if !slices.Equal(got, want) {
			t.Errorf("SQLite has %v, Postgres %v", got, want)
		}
	})
}
