// Package app joins the rooms of the domain: what it needs from outside goes
// in, every operation comes out. It is the one place that knows them all.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"time"

	"holdfast/models"
	"holdfast/models/audit"
	"holdfast/models/credentials"
	"holdfast/models/factors"
	"holdfast/models/internal/authserver"
	"holdfast/models/internal/db"
	"holdfast/models/internal/kinds"
	"holdfast/models/internal/oidc"
	"holdfast/models/internal/passwords"
	"holdfast/models/internal/post"
	"holdfast/models/internal/seal"
	"holdfast/models/keys"
	"holdfast/models/logins"
	"holdfast/models/oauth"
	"holdfast/models/outbox"
	"holdfast/models/people"
	"holdfast/models/projects"
	"holdfast/models/providers"
	"holdfast/models/purge"
	"holdfast/models/tokens"
	"holdfast/models/transfers"
)

// Deps are what the domain needs from outside.
type Deps struct {
	DatabaseURL  string
	Keys         Keys
	SchemasDir   string            // more kinds of credentials; empty for none
	Grace        time.Duration     // between scheduling a deletion and its purge
	OfferLife    time.Duration     // of an offer of a credential and its link
	Mailed       bool              // a mail server carries the letters
	Hasher       *passwords.Hasher // nil is one for real; tests of other things take a cheap one
	AllowPrivate []string          // hosts and networks that may be asked although private
	Now          func() time.Time
	Log          *slog.Logger
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
	Factors     factors.Ops
	Logins      logins.Ops
	Providers   providers.Ops
	Tokens      tokens.Ops
	Projects    projects.Ops
	Audit       audit.Ops
	Purge       purge.Ops
	Transfers   transfers.Ops
	OAuth       oauth.Ops
	Outbox      outbox.Ops
	Keys        keys.Ops
	db          *db.DB
}

// waiting is how many sign-ins may wait for their turn to be hashed.
const waiting = 64

// Open connects to the database and builds the domain. It does not migrate.
func Open(ctx context.Context, d Deps) (*App, error) {
	data, err := db.Open(ctx, db.Options{URL: d.DatabaseURL, Now: d.Now, Logger: d.Log})
	if err != nil {
		return nil, err
	}
	ring, err := openRing(ctx, d, data)
	if err != nil {
		return nil, errors.Join(err, data.Close())
	}
	hasher := cmp.Or(d.Hasher, passwords.New(runtime.GOMAXPROCS(0), waiting))
	replica, office := models.NewID().String(), post.New(ring)
	return &App{
		Credentials: credentials.New(data, ring, loadKinds(ctx, d), office, d.Grace),
		People:      people.New(data, hasher, office),
		Factors:     factors.New(data, ring, hasher, office),
		Logins:      logins.New(data, hasher, office),
		Providers:   providers.New(data, ring, office, oidc.New(d.AllowPrivate, d.Now)),
		Tokens:      tokens.New(data, office),
		Projects:    projects.New(data),
		Audit:       audit.New(data),
		Purge:       purge.New(data, replica, d.Log),
		Transfers:   transfers.New(data, office, d.OfferLife),
		OAuth:       oauth.New(data, ring, office, authserver.New(d.AllowPrivate, d.Now), d.Log),
		Outbox:      outbox.New(data, office, d.Mailed, d.Log),
		Keys:        keys.New(data, ring, d.Keys.File, replica),
		db:          data,
	}, nil
}

// loadKinds tells the log of files that can't be used; they stop nothing.
func loadKinds(ctx context.Context, d Deps) *kinds.Catalogue {
	c := kinds.Load(d.SchemasDir)
	for _, b := range c.Broken() {
		d.Log.WarnContext(ctx, "a kind of credential can't be used", "file", b.File, "reason", b.Reason)
	}
	return c
}

func openRing(ctx context.Context, d Deps, data *db.DB) (*seal.Ring, error) {
	switch {
	case d.Keys.File == "":
		return seal.NewRing(seal.TextSource(d.Keys.Text))
	case !d.Keys.Own:
		return seal.NewRing(seal.MountedSource(d.Keys.File))
	}
	if err := notLost(ctx, d.Keys.File, data); err != nil {
		return nil, err
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

// notLost reports that the key file has gone while rows need its keys: a new
// one would seal on and hide the loss.
func notLost(ctx context.Context, file string, data *db.DB) error {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return nil // it is there, or reading it will say what is wrong
	}
	empty, err := data.Empty(ctx)
	if err != nil || empty {
		return err
	}
	return data.ReadSystem(ctx, func(v *db.SystemView) error {
		used, err := v.KeysUsed()
		if err != nil || len(used) == 0 {
			return err
		}
		return models.Fail(models.Unavailable, "The key file %s is missing, but the database holds secrets sealed with key %s. Put the file back; without it they can't be opened.",
			file, strings.Join(used, ", "))
	})
}

// Migrate brings the tables up to date. Several replicas may do it at once.
func (a *App) Migrate(ctx context.Context) error { return a.db.Migrate(ctx) }

// Ready reports why the domain can't serve now, or nil.
func (a *App) Ready(ctx context.Context) error { return a.db.Migrated(ctx) }

// Close ends the connections to the database.
func (a *App) Close() error { return a.db.Close() }
