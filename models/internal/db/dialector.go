package db

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"
	sqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteDialect lets gorm speak SQLite over modernc's driver, which needs no
// C compiler. The ready-made dialects bring either one, or a driver in which a
// cancelled query runs on. It has no Migrator: goose makes the tables.
type sqliteDialect struct{ pool *sql.DB }

var _ interface {
	gorm.Dialector
	gorm.ErrorTranslator
	gorm.SavePointerDialectorInterface
} = sqliteDialect{}

func (sqliteDialect) Name() string { return "sqlite" }

func (s sqliteDialect) Initialize(g *gorm.DB) error {
	g.ConnPool = s.pool
	callbacks.RegisterDefaultCallbacks(g, &callbacks.Config{
		CreateClauses: []string{"INSERT", "VALUES", "ON CONFLICT", "RETURNING"},
		UpdateClauses: []string{"UPDATE", "SET", "FROM", "WHERE", "RETURNING"},
		DeleteClauses: []string{"DELETE", "FROM", "WHERE", "RETURNING"},
	})
	// SQLite has no FOR UPDATE and needs none: a transaction of the writer
	// holds the whole database from its first word.
	g.ClauseBuilders["FOR"] = func(clause.Clause, clause.Builder) {}
	return nil
}

// Migrator is part of gorm's interface; nothing here asks for one.
func (sqliteDialect) Migrator(*gorm.DB) gorm.Migrator { return nil }

func (sqliteDialect) DataTypeOf(f *schema.Field) string {
	switch f.DataType {
	case schema.Bool:
		return "boolean"
	case schema.Int, schema.Uint:
		return "integer"
	case schema.Float:
		return "real"
	case schema.Time:
		return "datetime"
	case schema.Bytes:
		return "blob"
	case schema.String:
		return "text"
	}
	return string(f.DataType)
}

// DefaultValueOf is NULL, since SQLite knows no DEFAULT among values and takes
// NULL for "the next number" in an integer key.
func (sqliteDialect) DefaultValueOf(*schema.Field) clause.Expression { return clause.Expr{SQL: "NULL"} }

func (sqliteDialect) BindVarTo(w clause.Writer, _ *gorm.Statement, _ any) { _ = w.WriteByte('?') }

// QuoteTo writes a name, or names joined by dots, in double quotes.
func (sqliteDialect) QuoteTo(w clause.Writer, name string) {
	for i, part := range strings.Split(name, ".") {
		if i > 0 {
			_ = w.WriteByte('.')
		}
		if part == "*" {
			_ = w.WriteByte('*')
			continue
		}
		_, _ = w.WriteString(`"` + strings.ReplaceAll(strings.Trim(part, `"`), `"`, `""`) + `"`)
	}
}

// Explain keeps the values out of the text.
func (sqliteDialect) Explain(text string, _ ...any) string { return text }

func (sqliteDialect) SavePoint(tx *gorm.DB, name string) error {
	return tx.Exec("SAVEPOINT " + name).Error
}

func (sqliteDialect) RollbackTo(tx *gorm.DB, name string) error {
	return tx.Exec("ROLLBACK TO SAVEPOINT " + name).Error
}

// sqliteNames are gorm's names for SQLite's extended result codes.
var sqliteNames = map[int]error{
	sqlite3.SQLITE_CONSTRAINT_UNIQUE:     gorm.ErrDuplicatedKey,
	sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: gorm.ErrDuplicatedKey,
	sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: gorm.ErrForeignKeyViolated,
	sqlite3.SQLITE_CONSTRAINT_CHECK:      gorm.ErrCheckConstraintViolated,
}

func (sqliteDialect) Translate(err error) error {
	lite, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	if name, known := sqliteNames[lite.Code()]; known {
		return fmt.Errorf("%w: %w", name, err)
	}
	return err
}
