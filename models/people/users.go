package people

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
)

// Link is an access link on its way to the person: the token is shown once.
type Link struct {
	models.AccessLink
	Token string
	User  models.User
	Login models.Login
}

// List shows a page of the users, and by which identity providers they can be picked.
func (o Ops) List(ctx context.Context, who models.Actor, f models.UserFilter) (p models.UserPage, providers []models.Provider, err error) {
	err = o.db.ReadConsole(ctx, who, models.SeeConsole, func(v *db.ConsoleView) error {
		if p, err = v.Users(f); err != nil {
			return err
		}
		providers, err = v.ProviderNames()
		return err
	})
	return p, providers, err
}

// Profile is a user as an administrator sees one.
type Profile struct {
	models.User
	Ways       models.WayCount
	Logins     []models.Login
	Providers  []models.Provider // by name
	Factors    []models.TOTP
	Codes      int // recovery codes that are left
	Sessions   []models.Session
	DisabledBy string // who disabled them; empty when nobody did, or nobody knows
}

// Get shows one user; of a deleted one nothing but the number is left.
func (o Ops) Get(ctx context.Context, who models.Actor, id int64) (p Profile, err error) {
	err = o.db.ReadConsole(ctx, who, models.SeeConsole, func(v *db.ConsoleView) error {
		if p.User, err = v.User(id); err != nil || p.DeletedAt != nil {
			return err
		}
		return p.read(v)
	})
	return p, err
}

func (p *Profile) read(v *db.ConsoleView) (err error) {
	if p.Ways, err = v.Ways(p.ID); err != nil {
		return err
	}
	if p.Logins, err = v.Logins(p.ID); err != nil {
		return err
	}
	if p.Providers, err = v.ProviderNames(); err != nil {
		return err
	}
	if p.Factors, p.Codes, err = v.FactorsOf(p.ID); err != nil {
		return err
	}
	if p.User.DisabledBy != nil {
		by, err := v.User(*p.User.DisabledBy)
		if err != nil {
			return err
		}
		p.DisabledBy = by.Name
	}
	p.Sessions, err = v.Sessions(p.ID)
	return err
}

// Add makes a user, and the access link that goes to them by mail.
func (o Ops) Add(ctx context.Context, who models.Actor, n models.NewUser) (Link, error) {
	link, letter := Link{Token: onetime.Token()}, models.NewID()
	err := o.db.Console(ctx, who, models.ManageUsers, func(t *db.ConsoleTx) error {
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		if err := link.invite(t, n, &letter); err != nil {
			return err
		}
		return o.mail(t, link, who)
	})
	return link, err
}

// NewLink makes a fresh access link for a user's login. Older ones die; the
// password keeps working until the link is used.
func (o Ops) NewLink(ctx context.Context, who models.Actor, user int64) (Link, error) {
	link := Link{Token: onetime.Token()}
	err := o.db.Console(ctx, who, models.ManageUsers, func(t *db.ConsoleTx) error {
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		u, err := t.User(user)
		if err != nil {
			return err
		}
		if err := link.renew(t, u, t.Now); err != nil {
			return err
		}
		o.tellShown(t, link, who)
		return nil
	})
	return link, err
}

// commandLine is who acts when somebody with access to the machine does.
var commandLine = models.Actor{Job: "command line"}

// AddFromHost is Add for the command line: break-glass, for who holds the host.
func (o Ops) AddFromHost(ctx context.Context, n models.NewUser) (Link, error) {
	link := Link{Token: onetime.Token()}
	err := o.db.System(ctx, commandLine, func(t *db.SystemTx) error { return link.invite(t, n, nil) })
	return link, err
}

// LinkFromHost is NewLink for the command line.
func (o Ops) LinkFromHost(ctx context.Context, email string) (Link, error) {
	link := Link{Token: onetime.Token()}
	err := o.db.System(ctx, commandLine, func(t *db.SystemTx) error {
		u, err := t.UserByEmail(email)
		if err != nil {
			return err
		}
		return link.renew(t, u, t.Now)
	})
	return link, err
}

// register is where users and their links are kept, behind either door.
type register interface {
	AddUser(models.NewUser) (models.User, models.Login, error)
	Logins(user int64) ([]models.Login, error)
	IssueLink(u models.User, l models.Login, hash []byte, letter *models.ID) (models.AccessLink, error)
}

// invite makes the user n with a link to the first password, which goes by letter.
func (k *Link) invite(in register, n models.NewUser, letter *models.ID) error {
	if err := n.Clean(); err != nil {
		return err
	}
	u, l, err := in.AddUser(n)
	if err != nil {
		return err
	}
	return k.issue(in, u, l, letter)
}

// renew makes the link for a user who is there already.
func (k *Link) renew(in register, u models.User, now time.Time) error {
	logins, err := in.Logins(u.ID)
	if err != nil {
		return err
	}
	l, err := firstPassword(u, logins, now)
	if err != nil {
		return err
	}
	return k.issue(in, u, l, nil)
}

func (k *Link) issue(in register, u models.User, l models.Login, letter *models.ID) (err error) {
	k.User, k.Login = u, l
	k.AccessLink, err = in.IssueLink(u, l, onetime.Hash(k.Token), letter)
	return err
}

// firstPassword is the login that an access link of the user is for: the oldest
// that takes one. Where none does, the error says why the first one doesn't.
func firstPassword(u models.User, logins []models.Login, now time.Time) (models.Login, error) {
	var why error
	for _, l := range logins {
		switch err := l.TakesLink(u, now); {
		case err == nil:
			return l, nil
		case why == nil && !l.Federated():
			why = err
		}
	}
	if why == nil {
		why = models.Fail(models.Conflict, "This user has no login with a password.")
	}
	return models.Login{}, why
}
