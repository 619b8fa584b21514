package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	sqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"holdfast/models"
)

// fault says in a person's terms what went wrong with a thing ("credential").
// What no person can act on comes back as it is, without the values it may
// quote, and is Internal to whoever asks.
func fault(err error, thing string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return models.Fail(models.NotFound, "No such %s.", thing)
	case duplicate(err):
		return &models.Error{Kind: models.Conflict, Text: "That " + thing + " exists already.", Cause: err}
	case orphan(err):
		return &models.Error{Kind: models.NotFound, Text: "No such " + thing + ".", Cause: err}
	case unanswered(err):
		return &models.Error{
			Kind: models.Unavailable, Text: "The database did not answer in time. Please try again.",
			RetryAfter: time.Second, Cause: err,
		}
	}
	return hush(err)
}

// duplicate reports whether err says that a unique value is taken.
func duplicate(err error) bool {
	return errors.Is(err, gorm.ErrDuplicatedKey) || errors.Is(translated(err), gorm.ErrDuplicatedKey)
}

// orphan reports whether err says that a row points at none.
func orphan(err error) bool {
	return errors.Is(err, gorm.ErrForeignKeyViolated) || errors.Is(translated(err), gorm.ErrForeignKeyViolated)
}

// translated names the errors of hand-written statements, which don't pass
// through gorm, as gorm would.
func translated(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return map[string]error{
			"23505": gorm.ErrDuplicatedKey,
			"23503": gorm.ErrForeignKeyViolated,
			"23514": gorm.ErrCheckConstraintViolated,
		}[pg.Code]
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return sqliteNames[lite.Code()]
	}
	return nil
}

// unanswered reports whether err is one of those that go away by themselves:
// the database is busy, gone for a moment, or the time for the answer is up.
func unanswered(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return true
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return passing(pg.Code)
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT:
			return true
		}
		return false
	}
	return disconnected(err)
}

// passing reports whether the SQLSTATE stands for a trouble that passes.
func passing(code string) bool {
	switch code {
	case serializationFailure, deadlockDetected, lockNotAvailable, queryCanceled, idleInTransaction:
		return true
	}
	// Connections, resources (too many connections), shutting down or starting.
	return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "53") || strings.HasPrefix(code, "57P")
}

const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	lockNotAvailable     = "55P03"
	queryCanceled        = "57014"
	idleInTransaction    = "25P03"
)

func disconnected(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF)
}

// busy reports whether err says that another program holds SQLite's lock.
func busy(err error) bool {
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && lite.Code()&0xff == sqlite3.SQLITE_BUSY
}
