// Package app joins the rooms of the domain: what it needs from outside goes
// in, every operation comes out. It is the one place that knows them all.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"holdfast/models"
	"holdfast/models/audit"
	"holdfast/models/credentials"
	"holdfast/models/internal/db"
	"holdfast/models/internal/kinds"
	"holdfast/models/internal/passwords"
	"holdfast/models/internal/seal"
	"holdfast/models/keys"
	"holdfast/models/people"
	"holdfast/models/projects"
	"holdfast/models/purge"
)

// Deps are what the domain needs from outside.
type Deps struct {
	DatabaseURL string
	Keys        Keys
	SchemasDir  string        // more kinds of credentials; empty for none
	Grace       time.Duration // between scheduling a deletion and its purge
	Now         func() time.Time
	Log         *slog.Logger
}

// Keys say where the encryption keys are: Text or File is set.
type Keys struct {
	Text string // the keys themselves
	File string // where they stand
	Own  bool   // File is Holdfast's own: made when missing, kept private
}

// CheckKeys reports what is wrong with the text of keys, without a word of it.
func CheckKeys(text string) error {
	_, err := seal.ParseKeys(text)
	return err
}

// App is the domain.
type App struct {
	Credentials credentials.Ops
	People      people.Ops
	Projects    projects.Ops
	Audit       audit.Ops
	Purge       purge.Ops
	Keys        keys.Ops
	db          *db.DB
}

// waiting is how many sign-ins may wait for their turn to be hashed.
const waiting = 64

// Open connects to the database and builds the domain. It does not migrate.
func Open(ctx context.Context, d Deps) (*App, error) {
	ring, err := openRing(d)
	if err != nil {
		return nil, err
	}
	data, err := db.Open(ctx, db.Options{URL: d.DatabaseURL, Now: d.Now, Logger: d.Log})
	if err != nil {
		return nil, err
	}
	replica := models.NewID().String()
	return &App{
		Credentials: credentials.Ops{DB: data, Ring: ring, Catalogue: kinds.Load(d.SchemasDir), Grace: d.Grace},
		People:      people.Ops{DB: data, Hasher: passwords.New(runtime.GOMAXPROCS(0), waiting)},
		Projects:    projects.Ops{DB: data},
		Audit:       audit.Ops{DB: data},
		Purge:       purge.Ops{DB: data, Replica: replica, Log: d.Log},
		Keys:        keys.Ops{DB: data, Ring: ring, File: d.Keys.File, Replica: replica, Log: d.Log},
		db:          data,
	}, nil
}

func openRing(d Deps) (*seal.Ring, error) {
	switch {
	case d.Keys.File == "":
		return seal.NewRing(seal.TextSource(d.Keys.Text))
	case !d.Keys.Own:
		return seal.NewRing(seal.MountedSource(d.Keys.File))
	}
	made, err := seal.CreateFile(d.Keys.File, d.Now())
	if err != nil {
		return nil, fmt.Errorf("make the key file: %w", err)
	}
	if made {
		d.Log.Info("made a key file; back it up, without it no credential can be opened", "file", d.Keys.File)
	}
	return seal.NewRing(seal.FileSource(d.Keys.File))
}

// Migrate brings the tables up to date. Several replicas may do it at once.
func (a *App) Migrate(ctx context.Context) error { return a.db.Migrate(ctx) }

// Ready reports why the domain can't serve now, or nil.
func (a *App) Ready(ctx context.Context) error { return a.db.Migrated(ctx) }

// Close ends the connections to the database.
func (a *App) Close() error { return a.db.Close() }
