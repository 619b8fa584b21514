package db

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
)

// The pool leaves room for a few replicas under Postgres's usual 100
// connections. It keeps all of them while they are in use: opening one costs
// more than a page does. Connections are renewed now and then, so that a fail-over or a
// new address behind a name is noticed.
const (
	pgConnections = 20
	pgIdleFor     = 5 * time.Minute
	pgLifetime    = time.Hour
	pgConnectIn   = 5 * time.Second
)

func openPostgres(ctx context.Context, o Options) (*DB, error) {
	config, err := pgConfig(o.URL)
	if err != nil {
		return nil, err
	}
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(timesInUTC))
	pool.SetMaxOpenConns(pgConnections)
	pool.SetMaxIdleConns(pgConnections)
	pool.SetConnMaxIdleTime(pgIdleFor)
	pool.SetConnMaxLifetime(pgLifetime)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(
			fmt.Errorf("connect to the database %s at %s:%d: %w", config.Database, config.Host, config.Port, err), pool.Close())
	}
	g, err := over(postgres.New(postgres.Config{Conn: pool}), o)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return &DB{read: g, write: g, pg: true, now: o.Now, queued: make(chan struct{}, 1)}, nil
}

// pgConfig reads the URL. Parsers quote what they can't read, and a password
// with a stray sign in it is what they mostly can't read, so their words are
// not passed on before the URL is known to be well-formed.
func pgConfig(text string) (*pgx.ConnConfig, error) {
	if _, err := url.Parse(text); err != nil {
		return nil, errors.New("the database URL cannot be read: write postgres://USER:PASSWORD@HOST:PORT/NAME, with special characters percent-encoded")
	}
	config, err := pgx.ParseConfig(text)
	if err != nil {
		return nil, fmt.Errorf("the database URL cannot be used: %w", reason(err))
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = pgConnectIn
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "holdfast"
	}
	config.RuntimeParams["timezone"] = "UTC"
	return config, nil
}

// reason is why pgx refuses a URL, without the URL.
func reason(err error) error {
	if parse, ok := errors.AsType[*pgconn.ParseConfigError](err); ok {
		if cause := parse.Unwrap(); cause != nil {
			return cause
		}
		return errors.New("a setting in it is wrong")
	}
	return err
}

// timesInUTC makes times come back as they went in, whatever the machine's zone.
func timesInUTC(_ context.Context, c *pgx.Conn) error {
	c.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}
