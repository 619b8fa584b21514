package handlers

import (
	"slices"
	"strconv"

	"holdfast/models"
	ops "holdfast/models/logins"
	view "holdfast/views/logins"
	"holdfast/views/ui"
	"holdfast/web"
)

// editor is the page as it stands now: what was typed, and what is known.
func (f *loginsForm) editor(r *web.Request) web.Reply {
	e := view.Editor{
		Now: r.Now(), User: f.user(r), Revision: f.revision, Rows: f.shown(r), Next: f.next(), Full: f.full(),
		Reason: f.reason, ReasonError: f.reasonError, Problem: f.problem, Merged: f.merged,
	}
	for _, p := range f.sheet.Providers {
		if p.Enabled {
			e.Providers = append(e.Providers, ui.Option{Value: strconv.FormatInt(p.ID, 10), Label: p.Name})
		}
	}
	for _, l := range f.sheet.Removed {
		p := f.sheet.Provider(l.TrustedIDPID)
		e.Removed = append(e.Removed, view.Removed{
			ID: l.ID, Key: l.Key, Provider: p.Name, Orphan: l.Federated() && p.ID == 0,
			At: *l.RemovedAt, By: named(f.sheet, l.RemovedBy), Until: l.RemovedAt.Add(models.KeyQuarantine),
		})
	}
	return web.Page("Logins of "+e.User.Name, view.EditorPage(e))
}

func (f *loginsForm) user(r *web.Request) view.User {
	u := f.sheet.User
	v := view.User{ID: u.ID, Name: u.Name, Email: u.Email, Me: u.ID == r.Who.UserID}
	switch {
	case u.DeletionAt != nil:
		v.Out = "is about to be deleted"
	case u.DisabledAt != nil:
		v.Out = "is disabled"
	}
	return v
}

// shown are the rows, each stored one with what is known of its login.
func (f *loginsForm) shown(r *web.Request) []view.Row {
	rows := slices.Clone(f.rows)
	for i, row := range rows {
		at := slices.IndexFunc(f.sheet.Logins, func(l models.Login) bool { return l.ID == row.ID })
		if at >= 0 {
			rows[i].State = stateOf(r, f.sheet, f.sheet.Logins[at])
		}
	}
	return rows
}

func stateOf(r *web.Request, sheet ops.Sheet, l models.Login) view.State {
	p := sheet.Provider(l.TrustedIDPID)
	s := view.State{
		BlockedAt: orZero(l.BlockedAt), BlockedBy: named(sheet, l.BlockedBy), BlockReason: l.BlockReason,
		ExpiresAt: orZero(l.ExpireAt), Failures: int(l.FailCount),
		Provider: p.Name, ProviderOff: l.Federated() && !p.Enabled, Subject: l.Subject,
		HasPassword: l.SecretHash != "", MustChange: l.MustChange, SecretUntil: orZero(l.SecretUntil), SecretSet: orZero(l.SecretSetAt),
		LastSignIn: orZero(l.LastLoginAt),
	}
	if l.Locked(r.Now()) {
		s.LockedUntil = *l.LockedUntil
	}
	if k, made := sheet.Links[l.ID]; made {
		news, at := k.News(r.Now())
		s.Link = view.Link{State: string(news), At: at, Until: k.ExpiresAt}
		if news == models.NewsFailed || news == models.NewsWaits {
			s.Link.Trouble = k.Outcome
		}
	}
	return s
}

func named(sheet ops.Sheet, id *int64) string {
	if id == nil {
		return ""
	}
	return sheet.Names[*id]
}

// compared is what was typed beside what was saved meanwhile.
func (h userLogins) compared(r *web.Request, f loginsForm, err error) (web.Reply, error) {
	if err != nil {
		return web.Reply{}, err
	}
	latest, err := h.audit.List(r.Ctx(), r.Who, models.EventFilter{ThingType: "login"})
	return f.compared(r, f.savedAlone(latest.Rows, r.Who.UserID)), err
}

// savedAlone reports whether it was this person alone who changed the logins
// since the page was made, of what the newest events tell.
func (f *loginsForm) savedAlone(latest []models.Event, person int64) bool {
	since, last := f.sheet.Revision-f.revision, models.Event{}
	for _, e := range latest {
		if !f.concerns(e) {
			continue
		}
		if last.ID == (models.ID{}) || e.RequestID != last.RequestID || !e.At.Equal(last.At) { // another save
			since--
		}
		last = e
		if since < 0 {
			return f.revision >= 0
		}
		if e.ActorID != person {
			return false
		}
	}
	return f.revision >= 0 && since <= 0
}

// concerns reports whether the event is a change of one of these logins.
func (f *loginsForm) concerns(e models.Event) bool {
	return slices.Contains(loginChanges, e.Name) && slices.ContainsFunc(append(slices.Clone(f.sheet.Logins), f.sheet.Removed...), func(l models.Login) bool {
		return strconv.FormatInt(l.ID, 10) == e.ThingID
	})
}

// loginChanges are the events of which each save writes one at least.
var loginChanges = []string{
	models.LoginCreated, models.LoginRenamed, models.LoginRemoved, models.LoginRestored, models.LoginBlocked, models.LoginUnblocked, models.LoginExpired,
	models.ExpiryChanged, models.FactorRequired, models.FactorWaived, models.PasswordSet, models.ResetRequested,
}

func (f *loginsForm) compared(r *web.Request, mine bool) web.Reply {
	c := comparison{sheet: f.sheet, saver: "They"}
	if mine {
		c.saver = "In the other window you"
	}
	for _, row := range f.rows {
		c.typed(row)
	}
	for _, l := range f.sheet.Logins {
		if !slices.ContainsFunc(f.rows, func(row view.Row) bool { return row.ID == l.ID }) {
			c.list = append(c.list, view.Compared{Key: l.Key, Note: c.saver + " added it. It stays."})
		}
	}
	return web.Stale(loginsChanged, view.StalePage(view.Stale{
		Now: r.Now(), User: f.user(r), Mine: mine, Revision: f.sheet.Revision, Rows: c.rows, Reason: f.reason, Compared: c.list,
	}))
}

// comparison puts what one typed on top of what another saved.
type comparison struct {
	sheet ops.Sheet
	saver string // who saved meanwhile
	rows  []view.Row
	list  []view.Compared
}

func (c *comparison) typed(row view.Row) {
	at := slices.IndexFunc(c.sheet.Logins, func(l models.Login) bool { return l.ID == row.ID })
	switch {
	case row.ID == 0:
		c.rows = append(c.rows, row)
		c.list = append(c.list, view.Compared{Key: orElse(row.Mine.Key, "New login"), Note: "You are adding it."})
		return
	case at < 0:
		c.list = append(c.list, view.Compared{Key: row.Base.Key, Note: c.saver + " removed it. What you typed for it is dropped; it can be restored in the editor."})
		return
	}
	theirs := valuesOf(c.sheet.Logins[at])
	one := view.Compared{Key: row.Base.Key, Cells: cells(row.Base, theirs, row.Mine)}
	switch {
	case row.Gone:
		one.Note = "You are removing it."
	case len(one.Cells) == 0:
		one.Note = "It was not changed."
	}
	c.list = append(c.list, one)
	row.Mine, row.Base = onTop(row, theirs), theirs
	c.rows = append(c.rows, row)
}

// onTop are their values, but for those that were changed in the row.
func onTop(row view.Row, theirs view.Values) view.Values {
	mine := theirs
	if row.Mine.Key != row.Base.Key {
		mine.Key = row.Mine.Key
	}
	if row.Mine.Expires != row.Base.Expires {
		mine.Expires = row.Mine.Expires
	}
	if row.Mine.MFA != row.Base.MFA {
		mine.MFA = row.Mine.MFA
	}
	if row.Mine.Blocked != row.Base.Blocked {
		mine.Blocked = row.Mine.Blocked
	}
	return mine
}

// cells are the values in which the three are not the same.
func cells(base, theirs, mine view.Values) []view.Cell {
	var list []view.Cell
	for _, c := range []view.Cell{
		{What: "Login", Base: base.Key, Theirs: theirs.Key, Yours: mine.Key},
		{What: "Expires", Base: ending(base.Expires), Theirs: ending(theirs.Expires), Yours: ending(mine.Expires)},
		{What: "Require two-factor", Base: yesNo(base.MFA), Theirs: yesNo(theirs.MFA), Yours: yesNo(mine.MFA)},
		{What: "Blocked", Base: yesNo(base.Blocked), Theirs: yesNo(theirs.Blocked), Yours: yesNo(mine.Blocked)},
	} {
		if c.Base != c.Theirs || c.Base != c.Yours {
			list = append(list, c)
		}
	}
	return list
}

// ending is when a login ends, in words; what can't be read stays as it was typed.
func ending(text string) string {
	at, ok := moment(text)
	switch {
	case text == "":
		return "never"
	case !ok:
		return text
	}
	return ui.Exact(at)
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
