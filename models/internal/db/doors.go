package db

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"

	"holdfast/models"
)

// A door is the only way to the database. Whoever opens one says who acts, on
// what and what for; the door checks the permission, fixes the time, runs the
// work, writes the audit events and commits. The receiver of a query says
// behind which door it may run: a View only reads, a Tx also writes, so a
// reading door can't change a row.
//
//	Self     a person and what is theirs
//	Project  a member of one project, with a permission
//	Console  an administrator, with a permission
//	System   a named job, or signing in, when nobody is known yet

// view is what every door hands out: rows to read and the time of the visit.
type view struct {
	d   *DB
	g   *gorm.DB
	ctx context.Context
	Now time.Time
}

// tx is a view that may write. Its letters and its events are kept when the
// work succeeds.
type tx struct {
	view
	who     models.Actor
	letters *[]NewLetter
	stirred *bool // the outbox has something to do, though no letter is new
	events  *[]models.Event
}

// SelfView reads what belongs to Who or is shared with a project of theirs.
type SelfView struct {
	view
	Who models.Actor
}

// SelfTx works on what belongs to Who.
type SelfTx struct {
	SelfView
	tx tx
}

// ProjectView reads one project as a member sees it.
type ProjectView struct {
	view
	ID   models.ID
	Who  models.Actor
	Role models.Role
}

// ProjectTx works inside one project: its queries are bound to this one.
type ProjectTx struct {
	ProjectView
	tx tx
}

// ConsoleView reads what administrators may see.
type ConsoleView struct{ view }

// ConsoleTx works for an administrator.
type ConsoleTx struct {
	ConsoleView
	tx tx
}

// SystemView reads for a job, over everything.
type SystemView struct{ view }

// SystemTx works for a job, over everything.
type SystemTx struct {
	SystemView
	tx tx
}

// ReadSelf opens the door of a person to what is theirs, to read.
func (d *DB) ReadSelf(ctx context.Context, who models.Actor, work func(*SelfView) error) error {
	if !who.SignedIn() {
		return signedOut()
	}
	return told(work(&SelfView{d.look(ctx), who}))
}

// Self opens the door of a person to what is theirs.
func (d *DB) Self(ctx context.Context, who models.Actor, work func(*SelfTx) error) error {
	if !who.SignedIn() {
		return signedOut()
	}
	return d.transact(ctx, who, func(t tx) error {
		if _, err := t.rankOf(who.UserID); err != nil {
			return err
		}
		return work(&SelfTx{SelfView{t.view, who}, t})
	})
}

// ReadProject opens the door of project id to a member who holds may, to read.
func (d *DB) ReadProject(ctx context.Context, who models.Actor, id models.ID, may models.Permission, work func(*ProjectView) error) error {
	v := d.look(ctx)
	role, err := v.roleOf(who, id, may)
	if err != nil {
		return err
	}
	return told(work(&ProjectView{v, id, who, role}))
}

// Project opens the door of project id to a member who holds may.
func (d *DB) Project(ctx context.Context, who models.Actor, id models.ID, may models.Permission, work func(*ProjectTx) error) error {
	return d.transact(ctx, who, func(t tx) error {
		if err := t.lock("projects", id); err != nil {
			return err
		}
		role, err := t.roleOf(who, id, may)
		if err != nil {
			return err
		}
		return work(&ProjectTx{ProjectView{t.view, id, who, role}, t})
	})
}

// ReadConsole opens the console to an administrator who holds may, to read.
func (d *DB) ReadConsole(ctx context.Context, who models.Actor, may models.Permission, work func(*ConsoleView) error) error {
	v := d.look(ctx)
	if err := v.administrates(who, may); err != nil {
		return told(err)
	}
	return told(work(&ConsoleView{v}))
}

// Console opens the console to an administrator who holds may.
func (d *DB) Console(ctx context.Context, who models.Actor, may models.Permission, work func(*ConsoleTx) error) error {
	return d.transact(ctx, who, func(t tx) error {
		if err := t.administrates(who, may); err != nil {
			return err
		}
		return work(&ConsoleTx{ConsoleView{t.view}, t})
	})
}

// ReadSystem opens every door to a job, to read.
func (d *DB) ReadSystem(ctx context.Context, work func(*SystemView) error) error {
	return told(work(&SystemView{d.look(ctx)}))
}

// System opens every door to the job that who names, or to who is signing in.
func (d *DB) System(ctx context.Context, who models.Actor, work func(*SystemTx) error) error {
	return d.transact(ctx, who, func(t tx) error { return work(&SystemTx{SystemView{t.view}, t}) })
}

func signedOut() error { return models.Fail(models.SignedOut, "Please sign in.") }

// told is what went wrong behind a door in a person's terms: what the work said,
// or what a database's error means.
func told(err error) error {
	if models.KindOf(err) != models.Internal {
		return err
	}
	return fault(err, "row")
}

func (d *DB) look(ctx context.Context) view {
	return view{d: d, g: d.read.WithContext(ctx), ctx: ctx, Now: d.Clock()}
}

// Clock is what the time is behind every door.
func (d *DB) Clock() time.Time { return tick(d.now()) }

func (d *DB) transact(ctx context.Context, who models.Actor, work func(tx) error) error {
	t := tx{who: who, letters: new([]NewLetter), stirred: new(bool), events: new([]models.Event)}
	err := d.write.WithContext(ctx).Transaction(func(g *gorm.DB) error {
		t.view = view{d: d, g: g, ctx: ctx, Now: d.Clock()}
		if err := work(t); err != nil {
			return err
		}
		return t.keep()
	})
	if err == nil && (len(*t.letters) > 0 || *t.stirred) {
		d.tellQueued()
	}
	return told(err)
}

// keep writes what the work leaves behind besides its own rows.
func (t tx) keep() error {
	if err := t.keepLetters(); err != nil {
		return err
	}
	return t.keepEvents()
}

// rankOf is the rank of a user now, whatever the session said before.
func (v view) rankOf(user int64) (models.Rank, error) {
	var rank models.Rank
	err := v.row(`SELECT u.rank FROM users u WHERE u.id = ? AND `+entersUser, user).Scan(&rank)
	if err == sql.ErrNoRows {
		return "", signedOut()
	}
	return rank, err
}

func (v view) administrates(who models.Actor, may models.Permission) error {
	if !who.SignedIn() {
		return signedOut()
	}
	rank, err := v.rankOf(who.UserID)
	if err != nil {
		return err
	}
	if !rank.Can(may) {
		return models.Fail(models.Forbidden, "Only administrators of the console can open this.")
	}
	return nil
}

// roleOf is who's role in the project when it holds may. A stranger learns
// nothing: no such project.
func (v view) roleOf(who models.Actor, project models.ID, may models.Permission) (models.Role, error) {
	if !who.SignedIn() {
		return "", signedOut()
	}
	var role models.Role
	err := v.row(`SELECT role FROM memberships WHERE project_id = ? AND user_id = ?`, project, who.UserID).Scan(&role)
	if err != nil {
		return "", fault(err, "project")
	}
	return role, role.Must(may)
}
