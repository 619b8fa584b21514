package logins

import (
	"strconv"

	"holdfast/views/ui"
)

// Fields of the form that stand once.
const (
	Revision  = "revision"
	Reason    = "reason"
	RowField  = "row"        // the index of each row, in their order
	Add       = "add"        // the button that adds a row
	Remove    = "remove"     // the button that removes the row of its value
	Keep      = "keep"       // the button that keeps it after all
	Reviewed  = "reviewed"   // the plan was looked at
	RemoveAll = "remove_all" // the box that confirms that no login is left

	MergedField = "merged" // the rows are those of a page that compared them
)

// Fields of a row; with its index they are At.
const (
	ID          = "id"
	Key         = "key"
	Provider    = "provider"
	Expires     = "expires"
	MFA         = "mfa"
	Blocked     = "blocked"
	Secret      = "secret"
	SendLink    = "link"
	Gone        = "gone"
	Retype      = "retype"  // a password was typed, and has to be again
	Drop        = "drop"    // the box that gives up the password that was typed
	Offered     = "offered" // the link box is ticked because a new login has it so
	WasKey      = "was_key"
	WasExpires  = "was_expires"
	WasMFA      = "was_mfa" // stands wherever the box does: without it, no tick means nothing
	WasBlocked  = "was_blocked"
	WasProvider = "was_provider"
)

// ByPassword is the choice of no identity provider.
const ByPassword = "0"

// At is the name of a row's field.
func At(field string, index int) string { return field + "." + strconv.Itoa(index) }

// FieldID is the id of a row's field on the page.
func FieldID(field string, index int) string { return "login-" + strconv.Itoa(index) + "-" + field }

// RowID is the id of a row on the page.
func RowID(index int) string { return "login-" + strconv.Itoa(index) }

func word(b bool) string {
	if b {
		return "on"
	}
	return "off"
}

// base are the hidden fields of a row that is shown for editing: which one it
// is, and what stood there when the page was made.
func (r Row) base() []Field {
	all := []Field{{RowField, strconv.Itoa(r.Index)}}
	if r.ID == 0 {
		all = append(all, Field{At(WasBlocked, r.Index), word(false)})
		return append(all, r.factorBase()...)
	}
	all = append(
		all,
		Field{At(ID, r.Index), strconv.FormatInt(r.ID, 10)},
		Field{At(WasKey, r.Index), r.Base.Key},
		Field{At(WasProvider, r.Index), r.Base.Provider},
		Field{At(WasExpires, r.Index), r.Base.Expires},
		Field{At(WasBlocked, r.Index), word(r.Base.Blocked)},
	)
	return append(all, r.factorBase()...)
}

// factorBase is missing where the box can't be used: then no tick means nothing.
func (r Row) factorBase() []Field {
	if r.Always {
		return nil
	}
	return []Field{{At(WasMFA, r.Index), word(r.Base.MFA)}}
}

// carried are all fields of a row but the password, for a page that does not
// show it for editing.
func (r Row) carried() []Field {
	all := append(r.base(), Field{At(Key, r.Index), r.Mine.Key}, Field{At(Expires, r.Index), r.Mine.Expires})
	if r.ID == 0 {
		all = append(all, Field{At(Provider, r.Index), r.Mine.Provider})
	}
	for _, tick := range []struct {
		field string
		on    bool
	}{
		{MFA, r.Mine.MFA && !r.Always},
		{Blocked, r.Mine.Blocked},
		{SendLink, r.Link},
		{Offered, r.Offered},
		{Retype, r.Retype},
		{Drop, r.Drop},
		{Gone, r.Gone},
	} {
		if tick.on {
			all = append(all, Field{At(tick.field, r.Index), word(true)})
		}
	}
	return all
}

// problems are what is wrong with the rows, in the order of the page.
func problems(rows []Row) []ui.Problem {
	var all []ui.Problem
	for _, r := range rows {
		for _, f := range []struct{ name, label string }{
			{"", ""},
			{Key, "Login"},
			{Provider, "Identity provider"},
			{Expires, "Expires"},
			{Secret, "New password"},
			{MFA, "Require two-factor"},
			{Blocked, "Blocked"},
			{SendLink, "Send access link"},
		} {
			if text := r.Wrong[f.name]; text != "" {
				all = append(all, ui.Problem{ID: r.place(f.name), Label: r.title() + labelled(f.label), Text: text})
			}
		}
	}
	return all
}

func labelled(label string) string {
	if label == "" {
		return ""
	}
	return ", " + label
}

// place is where on the page a fault leads to: fields that a row doesn't show lead to the row.
func (r Row) place(field string) string {
	if field == "" || r.Gone || (field == Provider && r.ID != 0) || (r.federated() && (field == Secret || field == SendLink)) {
		return RowID(r.Index)
	}
	return FieldID(field, r.Index)
}
