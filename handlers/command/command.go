// Package command is the bridge from a command line to an operation, as
// handlers are from a visit. It joins the parts of the program, and it alone
// knows exit codes: 0 done, 1 failed, 2 wrong usage.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"holdfast/models"
	"holdfast/models/app"
	"holdfast/web/settings"
)

// Outside is everything that the program takes from the machine.
type Outside struct {
	Args           []string
	Getenv         func(string) string
	Environ        []string
	ReadFile       func(string) ([]byte, error)
	IsDir          func(string) bool
	Stdout, Stderr io.Writer
	Now            func() time.Time
	Version        string
}

const (
	done   = 0
	failed = 1
	wrong  = 2
)

// errUsage says that the command line is wrong; what is wrong was said already.
var errUsage = errors.New("wrong usage")

// job is a sub-command. Its flags are parsed when work runs.
type job struct {
	name, use, about string
	work             func(context.Context, *run, []string) error
}

func jobs() []job {
	return []job{
		{"serve", "serve", "Serve the console (the default).", serve},
		{"migrate", "migrate", "Bring the database's tables up to date.", migrate},
		{"purge", "purge", "Erase every credential that is due now, and print counts.", purge},
		{"user", "user add --email E --name N [--admin] | user link --email E | user reset-factors --email E", "Add a user or make an access link for one, and print the link; or remove the second factors of somebody who has lost them.", user},
		{"keys", "keys status | keys rotate", "Count the rows of each encryption key, or put a new key in front.", keys},
		{"version", "version", "Print the version.", version},
	}
}

// Run does what the command line says and gives the exit code.
func Run(ctx context.Context, o Outside) int {
	name, rest := "serve", o.Args
	if len(rest) > 0 {
		name, rest = rest[0], rest[1:]
	}
	if name == "-h" || name == "--help" || name == "help" {
		usage(o.Stdout)
		return done
	}
	for _, j := range jobs() {
		if j.name == name {
			return (&run{Outside: o, job: j}).exit(j.work(ctx, &run{Outside: o, job: j}, rest))
		}
	}
	fmt.Fprintf(o.Stderr, "holdfast: there is no command %q\n\n", name)
	usage(o.Stderr)
	return wrong
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "Holdfast keeps the credentials that a team's integrations run on.\n\nCommands:")
	for _, j := range jobs() {
		fmt.Fprintf(w, "  holdfast %s\n        %s\n", j.use, j.about)
	}
	fmt.Fprintln(w, "\nSettings come from the environment; docs/settings.md lists them.")
}

// run is one run of a sub-command.
type run struct {
	Outside
	job job
}

func (r *run) exit(err error) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return done
	case errors.Is(err, errUsage):
		return wrong
	}
	if faults, ok := errors.AsType[settings.Faults](err); ok {
		fmt.Fprintf(r.Stderr, "holdfast: %s\n", faults)
		return failed
	}
	fmt.Fprintf(r.Stderr, "holdfast %s: %v\n", r.job.name, plain(err))
	return failed
}

// plain is what a person may act on: the sentences at the fields of a form
// belong to the flags of a command.
func plain(err error) error {
	if fields := models.WrongFields(err); fields != nil {
		var all []error
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			all = append(all, fmt.Errorf("--%s: %s", field, fields[field]))
		}
		return errors.Join(all...)
	}
	return err
}

// flags parses args into set; what is left over is wrong.
func (r *run) flags(set *flag.FlagSet, args []string) error {
	set.SetOutput(r.Stderr)
	set.Usage = func() {
		fmt.Fprintf(set.Output(), "Usage: holdfast %s\n\n%s\n", r.job.use, r.job.about)
		set.PrintDefaults()
	}
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	if set.NArg() > 0 {
		fmt.Fprintf(r.Stderr, "holdfast %s: what is %q?\n", r.job.name, set.Arg(0))
		set.Usage()
		return errUsage
	}
	return nil
}

// given insists on flags that a command can't do without, where it has them.
func (r *run) given(set *flag.FlagSet, names ...string) error {
	for _, name := range names {
		if f := set.Lookup(name); f != nil && f.Value.String() == "" {
			fmt.Fprintf(r.Stderr, "holdfast %s: --%s is missing\n", r.job.name, name)
			set.Usage()
			return errUsage
		}
	}
	return nil
}

// sub takes the second word of a command such as "user add".
func (r *run) sub(args []string, words ...string) (string, []string, error) {
	if len(args) > 0 {
		for _, w := range words {
			if args[0] == w {
				return w, args[1:], nil
			}
		}
		if args[0] == "-h" || args[0] == "--help" {
			fmt.Fprintf(r.Stderr, "Usage: holdfast %s\n\n%s\n", r.job.use, r.job.about)
			return "", nil, flag.ErrHelp
		}
	}
	fmt.Fprintf(r.Stderr, "Usage: holdfast %s\n\n%s\n", r.job.use, r.job.about)
	return "", nil, errUsage
}

// settings reads the environment. All faults come back together, before the
// database is touched.
func (r *run) settings() (settings.Settings, *slog.Logger, error) {
	s, err := settings.Read(settings.Source{
		Getenv: r.Getenv, Environ: r.Environ, ReadFile: r.ReadFile, IsDir: r.IsDir, CheckKeys: app.CheckKeys,
	})
	if err != nil {
		return s, nil, err
	}
	how := &slog.HandlerOptions{Level: s.LogLevel}
	log := slog.New(slog.NewTextHandler(r.Stderr, how))
	if s.LogFormat == "json" {
		log = slog.New(slog.NewJSONHandler(r.Stderr, how))
	}
	for _, name := range s.Unknown {
		log.Warn("this setting means nothing; is it misspelt?", "name", name)
	}
	return s, log, nil
}

// open opens the domain on a migrated database.
func (r *run) open(ctx context.Context) (*app.App, settings.Settings, *slog.Logger, error) {
	s, log, err := r.settings()
	if err != nil {
		return nil, s, log, err
	}
	a, err := app.Open(ctx, app.Deps{
		DatabaseURL: s.DatabaseURL, Keys: app.Keys{Text: s.Keys.Text, File: s.Keys.File, Own: s.Keys.Own},
		SchemasDir: s.SchemasDir, Grace: s.PurgeDeletedAfter, OfferLife: s.TransferValidFor,
		Mailed: s.SMTPURL != "", AllowPrivate: s.AllowPrivateHosts, Now: r.Now, Log: log,
	})
	if err != nil {
		return nil, s, log, err
	}
	if err := a.Migrate(ctx); err != nil {
		return nil, s, log, errors.Join(err, a.Close())
	}
	return a, s, log, nil
}
