package db

import (
	"context"
	"database/sql/driver"
	"errors"
)

// SQLite's driver keeps no statement: it would read and plan the same text for
// every question anew, which takes longer than most answers. These connections
// keep what was prepared, as those to Postgres do by themselves.

// mostKept is how many statements a connection keeps. The program's own are
// fewer; the filters of lists and the marks of IN make the rest.
const mostKept = 100

// keeping hands out connections that keep their statements.
type keeping struct{ driver.Connector }

func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	plain, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	c, able := plain.(connection)
	if !able {
		return nil, errors.Join(errors.New("the SQLite driver can't do what it could"), plain.Close())
	}
	return &keeper{connection: c, kept: map[string]*kept{}}, nil
}

// connection is what SQLite's can do and database/sql asks for.
type connection interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keeper is a connection; one goroutine at a time uses it.
type keeper struct {
	connection
	kept map[string]*kept
}

// kept is a prepared statement. Busy is one whose rows are still being read.
type kept struct {
	statement
	busy bool
}

type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// ExecContext runs a statement.
func (c *keeper) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.prepared(ctx, query, args)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.connection.ExecContext(ctx, query, args)
	}
	return s.ExecContext(ctx, args)
}

// QueryContext asks a question.
func (c *keeper) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.prepared(ctx, query, args)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.connection.QueryContext(ctx, query, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &keptRows{rows, s}, nil
}

// prepared is the statement of query, or nil for one that is not kept: scripts
// have no arguments, and one that is being read can't begin anew.
func (c *keeper) prepared(ctx context.Context, query string, args []driver.NamedValue) (*kept, error) {
	if len(args) == 0 {
		return nil, nil
	}
	if s, known := c.kept[query]; known {
		if s.busy {
			return nil, nil
		}
		return s, nil
	}
	if len(c.kept) >= mostKept {
		if err := c.forget(); err != nil {
			return nil, err
		}
	}
	plain, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s, able := plain.(statement)
	if !able {
		return nil, plain.Close()
	}
	c.kept[query] = &kept{statement: s}
	return c.kept[query], nil
}

// forget closes every statement that is not being read.
func (c *keeper) forget() (err error) {
	for query, s := range c.kept {
		if !s.busy {
			err = errors.Join(err, s.Close())
			delete(c.kept, query)
		}
	}
	return err
}

// Close ends the connection.
func (c *keeper) Close() error { return errors.Join(c.forget(), c.connection.Close()) }

// keptRows gives the statement back when they are closed.
type keptRows struct {
	driver.Rows
	of *kept
}

// Close ends the reading.
func (r *keptRows) Close() error {
	r.of.busy = false
	return r.Rows.Close()
}
