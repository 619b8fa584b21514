package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// quietLog tells of statements that failed, by their text with placeholders:
// the values that were bound to them may be secrets.
type quietLog struct{ to *slog.Logger }

// LogMode is part of gorm's interface; the level is that of the slog handler.
func (q quietLog) LogMode(logger.LogLevel) logger.Interface { return q }

// Info, Warn and Error carry gorm's own remarks, which may quote values.
func (quietLog) Info(context.Context, string, ...any)  {}
func (quietLog) Warn(context.Context, string, ...any)  {}
func (quietLog) Error(context.Context, string, ...any) {}

// ParamsFilter withholds the values from the text that Trace sees.
func (quietLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

// Trace is called after every statement. Outcomes that the caller handles in
// any case (nothing found, a name taken) are no news.
func (q quietLog) Trace(ctx context.Context, begin time.Time, text func() (string, int64), err error) {
	if q.to == nil || err == nil || expected(err) {
		return
	}
	statement, _ := text()
	q.to.WarnContext(ctx, "database statement failed",
		"statement", statement, "error", hush(err).Error(), "took", time.Since(begin))
}

func expected(err error) bool {
	return errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, gorm.ErrDuplicatedKey) ||
		errors.Is(err, context.Canceled)
}

// hushed is an error whose own text quotes a value.
type hushed struct {
	text  string
	cause error
}

func (h hushed) Error() string { return h.text }
func (h hushed) Unwrap() error { return h.cause }

// hush takes values out of the text of err. Drivers quote them in two places:
// Postgres in its data exceptions (class 22), database/sql when a column does
// not fit the field it is read into.
func hush(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && strings.HasPrefix(pg.Code, "22") {
		return hushed{fmt.Sprintf("a value does not suit its column (SQLSTATE %s)", pg.Code), err}
	}
	for _, quote := range []string{": converting driver.Value", ": unsupported Scan"} {
		if before, _, quotes := strings.Cut(err.Error(), quote); quotes {
			return hushed{before + ": the value does not fit", err}
		}
	}
	return err
}
