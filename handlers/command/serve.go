package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"holdfast/handlers"
	ticker "holdfast/jobs"
	"holdfast/models"
	domain "holdfast/models/app"
	resealing "holdfast/models/keys"
	"holdfast/models/logins"
	"holdfast/models/oauth"
	"holdfast/models/outbox"
	"holdfast/models/people"
	"holdfast/models/providers"
	purging "holdfast/models/purge"
	"holdfast/models/tokens"
	"holdfast/views/mail"
	"holdfast/views/to"
	"holdfast/web"
	"holdfast/web/post"
	"holdfast/web/settings"
)

func serve(ctx context.Context, r *run, args []string) error {
	if err := r.flags(flag.NewFlagSet("serve", flag.ContinueOnError), args); err != nil {
		return err
	}
	a, s, log, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	missing, err := a.Keys.Missing(ctx)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		log.Error("secrets in the database are sealed with keys that are not among the keys at hand; without them they can't be opened", "keys", strings.Join(missing, ", "))
	}
	ln, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("HOLDFAST_ADDR: %w", err)
	}
	s = s.WithListener(ln.Addr().String())
	if err := r.offerSetup(ctx, a, s); err != nil {
		return errors.Join(err, ln.Close())
	}
	all, err := work(a, s, log)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	metrics, side, err := metricsOf(s, log)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	server := web.New(web.Config{
		BaseURL: s.BaseURL, TrustedProxies: s.TrustedProxies, Log: log, Now: r.Now,
		Sessions: a.People, Tokens: a.Tokens, Prover: a.Factors, Ready: a.Ready, Metrics: metrics,
	})
	server.Mount(handlers.Routes(a, handlers.Config{BaseURL: s.BaseURL, SchemasDir: s.SchemasDir}))
	fmt.Fprintf(r.Stdout, "listening on http://%s\n", ln.Addr())
	r.settle()
	return together(ctx, onTheClock(all, log, metrics), func(ctx context.Context) error { return server.Serve(ctx, ln) }, side)
}

// together serves until ctx ends, lets the requests finish, and only then stops
// the jobs and what stands at the side.
func together(ctx context.Context, jobs []ticker.Job, serve, side func(context.Context) error) error {
	rest, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer stop()
		return serve(ctx)
	})
	g.Go(func() error { return side(rest) })
	for _, j := range jobs {
		g.Go(func() error { ticker.Every(rest, j); return nil })
	}
	return g.Wait()
}

// settle gives back what starting took, and collects less often from then on.
// A page leaves much behind and little stays: this pace spares about a quarter
// of a page's time and costs some 10 MiB under load. GOGC says otherwise.
func (r *run) settle() {
	debug.FreeOSMemory()
	if r.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
}

// offerSetup prints the link to the setup page while no user exists.
func (r *run) offerSetup(ctx context.Context, a *domain.App, s settings.Settings) error {
	token, err := a.People.OfferSetup(ctx)
	if err != nil || token == "" {
		return err
	}
	_, err = fmt.Fprintln(r.Stdout, s.BaseURL+to.SetupWith(token))
	return err
}

// work is everything that the program does on a clock.
func work(a *domain.App, s settings.Settings, log *slog.Logger) ([]ticker.Job, error) {
	all := []ticker.Job{
		{Name: "purge", Period: s.PurgeEvery, Timeout: max(s.PurgeEvery, time.Hour), Work: purgeDue(a.Purge, log)},
		{Name: "sweep", Period: people.SweepEvery, Work: a.People.Sweep},
		{Name: "sweep-providers", Period: providers.SweepEvery, Work: a.Providers.Sweep},
		{Name: "sweep-logins", Period: logins.PurgeEvery, Work: a.Logins.Purge},
		{Name: "purge-users", Period: people.PurgeUsersEvery, Timeout: people.PurgeUsersEvery, Work: purgeUsers(a.People, log)},
		{Name: "sweep-outbox", Period: people.SweepEvery, Work: a.Outbox.Sweep},
		{Name: "sweep-tokens", Period: tokens.SweepEvery, Work: a.Tokens.Sweep},
		{Name: "reseal", Period: resealing.Every, Timeout: time.Hour, Work: a.Keys.Reseal},
		{Name: "refresh", Period: oauth.AheadEvery, Timeout: 10 * time.Minute, Work: a.OAuth.RefreshAhead},
		{Name: "revoke", Period: oauth.GiveUpEvery, Timeout: 10 * time.Minute, Wake: a.OAuth.Left(), Work: a.OAuth.GiveUp},
		{Name: "sweep-oauth", Period: oauth.SweepEvery, Work: a.OAuth.Sweep},
		{Name: "expiry", Period: a.Transfers.ExpireEvery(), Timeout: time.Minute, Work: a.Transfers.Expire},
	}
	if s.SMTPURL == "" {
		return all, nil
	}
	carry, err := carrier(s)
	return append(all, ticker.Job{
		Name: "outbox", Period: outbox.Every, Timeout: time.Hour, Wake: a.Outbox.Queued(),
		Work: func(ctx context.Context) (int, error) { return a.Outbox.Deliver(ctx, carry) },
	}), err
}

// onTheClock has the jobs log and be counted.
func onTheClock(all []ticker.Job, log *slog.Logger, m *web.Metrics) []ticker.Job {
	for i := range all {
		all[i].Log, all[i].Jitter = log, ticker.Drift(rand.Float64)
		if m != nil {
			all[i].Work = counted(m, all[i].Name, all[i].Work)
		}
	}
	return all
}

// carrier hands letters to the mail server of the settings.
func carrier(s settings.Settings) (outbox.Carry, error) {
	sender, err := post.New(post.Config{URL: s.SMTPURL, From: s.MailFrom, BaseURL: s.BaseURL})
	if err != nil {
		return nil, fmt.Errorf("HOLDFAST_SMTP_URL: %w", err)
	}
	writer := handlers.Letters{BaseURL: s.BaseURL}
	return func(ctx context.Context, l models.Letter, token string) error {
		written := writer.Write(l, token)
		html, err := mail.Render(ctx, written)
		if err != nil {
			return err
		}
		return sender.Send(ctx, post.Letter{
			ID: l.ID.String(), At: l.CreatedAt, To: l.Email, ToName: l.Name,
			Subject: l.Subject, Text: mail.Text(written), HTML: html,
		})
	}, nil
}

// purgeDue is the purge as a job: that another replica is at it is no failure.
// It logs its counts itself, so the job has none of its own to tell.
func purgeDue(ops purging.Ops, log *slog.Logger) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		n, err := ops.Run(ctx)
		if n.Total() > 0 {
			log.InfoContext(ctx, "purged", "deleted", n.Deleted, "emptied", n.Emptied, "failed", n.Failed)
		}
		if errors.Is(err, purging.ErrElsewhere) {
			return 0, nil
		}
		return 0, err
	}
}

// purgeUsers is the purge of users as a job. Who owns something again is left,
// and somebody should look.
func purgeUsers(ops people.Ops, log *slog.Logger) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		n, err := ops.PurgeUsers(ctx)
		for _, id := range n.Held {
			log.WarnContext(ctx, "a user is due for purge but owns credentials or projects: hand them over, or restore the user", "user", id)
		}
		return n.Purged, err
	}
}

func counted(m *web.Metrics, name string, work func(context.Context) (int, error)) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		n, err := work(ctx)
		m.JobRan(name, err)
		return n, err
	}
}

// metricsOf listens on an address of its own, which only operators reach, and
// gives what serves there; without such an address, nothing.
func metricsOf(s settings.Settings, log *slog.Logger) (*web.Metrics, func(context.Context) error, error) {
	if s.MetricsAddr == "" {
		return nil, func(context.Context) error { return nil }, nil
	}
	ln, err := net.Listen("tcp", s.MetricsAddr)
	if err != nil {
		return nil, nil, fmt.Errorf("HOLDFAST_METRICS_ADDR: %w", err)
	}
	log.Info("metrics", "address", ln.Addr().String())
	m := web.NewMetrics()
	return m, func(ctx context.Context) error { return web.Serve(ctx, ln, web.MetricsHandler(m), log) }, nil
}
