package handlers

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/models"
	ops "holdfast/models/logins"
	view "holdfast/views/logins"
	"holdfast/web"
)

// loginsForm is the editor as it was posted, beside the logins as they are.
// Only what a row says is changed: a login that no row names stays, and only
// the mark that it is gone removes one.
type loginsForm struct {
	sheet    ops.Sheet
	revision int64 // that the page was made from
	rows     []view.Row
	secrets  map[int]string // that were typed, by the index of the row
	reason   string
	problem  string // with all of it

	reasonError string

	looked bool // the plan was looked at
	first  bool // it has to be, before saving
	sure   bool // the box is ticked that no login is to be left
	merged bool // the rows come from the page that compared
}

// unknown is the revision of a form that names none.
const unknown = -1

// mostRows is how many rows of a form are read: nobody has so many logins.
const mostRows = 4 * models.MostLogins

func readLoginsForm(r *web.Request, sheet ops.Sheet) loginsForm {
	f := loginsForm{
		sheet: sheet, revision: unknown, secrets: map[int]string{}, reason: strings.TrimSpace(r.Value(view.Reason)),
		looked: r.Checked(view.Reviewed), sure: r.Checked(view.RemoveAll), merged: r.Checked(view.MergedField),
	}
	if n, err := strconv.ParseInt(r.Value(view.Revision), 10, 64); err == nil {
		f.revision = n
	}
	seen := map[int]bool{}
	for _, text := range r.Values(view.RowField) {
		i := index(text)
		if i < 0 || seen[i] || len(f.rows) == mostRows {
			continue
		}
		seen[i] = true
		f.read(rowReader{r, i})
	}
	f.complete()
	return f
}

// rowReader reads the fields of one row.
type rowReader struct {
	r     *web.Request
	index int
}

func (p rowReader) text(field string) string {
	return strings.TrimSpace(p.r.Value(view.At(field, p.index)))
}
func (p rowReader) on(field string) bool   { return p.r.Checked(view.At(field, p.index)) }
func (p rowReader) told(field string) bool { return p.r.Form().Has(view.At(field, p.index)) }

// orText is a field's text, or otherwise when the field is not there.
func (p rowReader) orText(field, otherwise string) string {
	if p.told(field) {
		return p.text(field)
	}
	return otherwise
}

// tick is a box's state. A box that was not shown, as nothing tells what it
// was, can only be ticked; unticked it says nothing.
func (p rowReader) tick(field, was string, stored bool) (base, mine bool) {
	if !p.told(was) {
		return stored, stored || p.on(field)
	}
	return p.on(was), p.on(field)
}

// read takes one row from the form. A new one that is to be removed never was.
func (f *loginsForm) read(p rowReader) {
	row := view.Row{Index: p.index, Gone: p.on(view.Gone)}
	row.ID, _ = strconv.ParseInt(p.text(view.ID), 10, 64)
	if p.told(view.ID) && row.ID <= 0 || row.ID == 0 && row.Gone {
		return
	}
	stored := f.stored(row.ID)
	row.Base = view.Values{
		Key: p.orText(view.WasKey, stored.Key), Provider: p.orText(view.WasProvider, stored.Provider), Expires: p.orText(view.WasExpires, stored.Expires),
	}
	row.Mine = view.Values{Key: p.orText(view.Key, row.Base.Key), Provider: row.Base.Provider, Expires: p.orText(view.Expires, row.Base.Expires)}
	row.Base.MFA, row.Mine.MFA = p.tick(view.MFA, view.WasMFA, stored.MFA)
	row.Base.Blocked, row.Mine.Blocked = p.tick(view.Blocked, view.WasBlocked, stored.Blocked)
	if row.ID == 0 {
		row.Mine.Provider = p.text(view.Provider)
	}
	if row.Mine.Provider == view.ByPassword {
		row.Mine.Provider = ""
	}
	if row.Mine.Provider == "" { // else neither field is there to be seen
		f.readSecret(p, &row)
	}
	f.put(row)
}

// readSecret reads how the row is to get a password. One that was typed stands
// before the link that a new login is offered; that it was typed is remembered
// until it is typed again or given up.
func (f *loginsForm) readSecret(p rowReader, row *view.Row) {
	secret := p.r.Value(view.At(view.Secret, p.index))
	if secret != "" {
		f.secrets[p.index] = secret
	}
	row.Drop = p.on(view.Drop) && secret != ""
	row.Retype = secret != "" || p.on(view.Retype) && !p.on(view.Drop)
	row.Link = p.on(view.SendLink)
	row.Offered = row.ID == 0 && row.Link && p.on(view.Offered)
	if row.Offered && row.Retype {
		row.Link, row.Offered = false, false
	}
}

// complete adds the logins that no row names, as they are.
func (f *loginsForm) complete() {
	if len(f.rows) > 0 && f.stale() {
		return // whose rows they would stand among is not known any more
	}
	for _, l := range f.sheet.Logins {
		if !slices.ContainsFunc(f.rows, func(r view.Row) bool { return r.ID == l.ID }) {
			is := valuesOf(l)
			f.put(view.Row{Index: f.next(), ID: l.ID, Base: is, Mine: is})
		}
	}
}

// next is an index that no row has had.
func (f *loginsForm) next() int {
	n := 0
	for _, r := range f.rows {
		n = max(n, r.Index+1)
	}
	return n
}

// add adds an empty row, at the index that the page gave it.
func (f *loginsForm) add(at string) {
	if at == "" || f.full() {
		return
	}
	f.put(view.Row{Index: max(index(at), f.next()), Fresh: true, Link: true, Offered: true})
}

// put adds a row. An administrator's says nothing of the second factor: they need it anyhow.
func (f *loginsForm) put(row view.Row) {
	if f.sheet.User.Rank == models.Administrator {
		row.Always, row.Mine.MFA = true, row.Base.MFA
	}
	f.rows = append(f.rows, row)
}

func (f *loginsForm) full() bool {
	gone := 0
	for _, r := range f.rows {
		if r.Gone {
			gone++
		}
	}
	return len(f.rows)-gone >= models.MostLogins
}

// mark says of a row whether it is to be removed; a new one just goes.
func (f *loginsForm) mark(at string, gone bool) {
	i := slices.IndexFunc(f.rows, func(r view.Row) bool { return r.Index == index(at) })
	switch {
	case at == "" || i < 0:
	case f.rows[i].ID == 0 && gone:
		f.rows = slices.Delete(f.rows, i, i+1)
	default:
		f.rows[i].Gone, f.rows[i].Fresh = gone, true
	}
}

func (f *loginsForm) stored(id int64) view.Values {
	for _, l := range f.sheet.Logins {
		if l.ID == id {
			return valuesOf(l)
		}
	}
	return view.Values{}
}

func valuesOf(l models.Login) view.Values {
	v := view.Values{Key: l.Key, MFA: l.MFA, Blocked: l.BlockedAt != nil}
	if l.TrustedIDPID != nil {
		v.Provider = strconv.FormatInt(*l.TrustedIDPID, 10)
	}
	if l.ExpireAt != nil {
		v.Expires = l.ExpireAt.UTC().Format(minutes)
	}
	return v
}

// minutes is how a page writes a time that can be edited, in UTC.
const minutes = "2006-01-02T15:04"

// moment reads what was typed, or what a browser's field makes of it.
func moment(text string) (at time.Time, ok bool) {
	for _, layout := range []string{minutes, "2006-01-02T15:04:05", "2006-01-02T15:04:05.000", "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, time.UTC); err == nil {
			return at, true
		}
	}
	return at, false
}
