package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"

	"holdfast/models"
	domain "holdfast/models/keys"
	"holdfast/models/people"
	"holdfast/views/to"
)

func version(_ context.Context, r *run, args []string) error {
	if err := r.flags(flag.NewFlagSet("version", flag.ContinueOnError), args); err != nil {
		return err
	}
	_, err := fmt.Fprintln(r.Stdout, r.Version)
	return err
}

func migrate(ctx context.Context, r *run, args []string) error {
	if err := r.flags(flag.NewFlagSet("migrate", flag.ContinueOnError), args); err != nil {
		return err
	}
	a, _, _, err := r.open(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(r.Stdout, "the tables are up to date")
	return errors.Join(err, a.Close())
}

func purge(ctx context.Context, r *run, args []string) error {
	if err := r.flags(flag.NewFlagSet("purge", flag.ContinueOnError), args); err != nil {
		return err
	}
	a, _, _, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	n, err := a.Purge.Run(ctx)
	fmt.Fprintf(r.Stdout, "deleted %d, emptied %d, failed %d\n", n.Deleted, n.Emptied, n.Failed)
	if err == nil && n.Failed > 0 {
		return fmt.Errorf("%d credentials could not be purged; the log says why", n.Failed)
	}
	return err
}

func user(ctx context.Context, r *run, args []string) error {
	word, rest, err := r.sub(args, "add", "link", "reset-factors")
	if err != nil {
		return err
	}
	set := flag.NewFlagSet("user "+word, flag.ContinueOnError)
	email := set.String("email", "", "the user's e-mail, which is also the login")
	var name *string
	var admin *bool
	if word == "add" {
		name = set.String("name", "", "the user's name")
		admin = set.Bool("admin", false, "make the user an administrator")
	}
	if err := r.flags(set, rest); err != nil {
		return err
	}
	if err := r.given(set, "email", "name"); err != nil {
		return err
	}
	if word == "reset-factors" {
		return r.resetFactors(ctx, *email)
	}
	return r.link(ctx, func(ctx context.Context, ops people.Ops) (people.Link, error) {
		if word == "link" {
			return ops.LinkFromHost(ctx, *email)
		}
		n := models.NewUser{Name: *name, Email: *email, Rank: models.PlainMember}
		if *admin {
			n.Rank = models.Administrator
		}
		return ops.AddFromHost(ctx, n)
	})
}

// resetFactors lets somebody in again who has lost phone and recovery codes.
func (r *run) resetFactors(ctx context.Context, email string) error {
	a, _, _, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Factors.ResetFromHost(ctx, email); err != nil {
		return err
	}
	_, err = fmt.Fprintln(r.Stdout, "second factors and recovery codes removed; the next sign-in asks for a new one where one is needed")
	return err
}

// link prints the access link that make makes.
func (r *run) link(ctx context.Context, make func(context.Context, people.Ops) (people.Link, error)) error {
	a, s, _, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	link, err := make(ctx, a.People)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(r.Stdout, s.WithListener(s.Addr).BaseURL+to.Access(link.Token))
	return err
}

func keys(ctx context.Context, r *run, args []string) error {
	word, rest, err := r.sub(args, "status", "rotate")
	if err != nil {
		return err
	}
	if err := r.flags(flag.NewFlagSet("keys "+word, flag.ContinueOnError), rest); err != nil {
		return err
	}
	a, s, _, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	if word == "status" {
		return r.keyStatus(ctx, a.Keys)
	}
	id, err := a.Keys.Rotate(ctx, r.Now())
	if errors.Is(err, domain.ErrFixedKeys) {
		return r.newKeys(s.Keys.Text)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(r.Stdout, "key %s seals from now on; running servers seal the older rows again within minutes (see keys status)\n", id)
	return err
}

// newKeys prints what HOLDFAST_KEYS has to be, in two steps: this program can't
// set it.
func (r *run) newKeys(current string) error {
	k, err := domain.WithNewKey(current, r.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(r.Stderr, `key %s is new. Two steps bring it in, a line for each:
1. Set HOLDFAST_KEYS to the first line everywhere and start every server again: each can then open what the new key seals.
2. Then set HOLDFAST_KEYS to the second line everywhere and start every server again: the new key seals from then on, and their job seals the older rows with it.
`, k.ID)
	_, err = fmt.Fprintf(r.Stdout, "%s\n%s\n", k.Opens, k.Seals)
	return err
}

func (r *run) keyStatus(ctx context.Context, ops domain.Ops) error {
	s, err := ops.Status(ctx)
	if err != nil {
		return err
	}
	for _, id := range s.Known {
		note := ""
		if id == s.Primary {
			note = "  (seals)"
		}
		fmt.Fprintf(r.Stdout, "%-18s %8d rows%s\n", id, s.Rows[id], note)
	}
	for _, id := range slices.Sorted(maps.Keys(s.Rows)) {
		if !slices.Contains(s.Known, id) {
			fmt.Fprintf(r.Stdout, "%-18s %8d rows  (key missing)\n", id, s.Rows[id])
		}
	}
	_, err = fmt.Fprintf(r.Stdout, "%d rows can't be opened\n", s.Broken)
	return err
}
