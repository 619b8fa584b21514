package handlers

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"holdfast/models"
	view "holdfast/views/logins"
)

// stale reports whether the logins have changed since the page was made.
func (f *loginsForm) stale() bool { return f.revision != f.sheet.Revision }

func (f *loginsForm) removes() bool {
	return slices.ContainsFunc(f.rows, func(r view.Row) bool { return r.Gone })
}

// empties reports whether no login would be left.
func (f *loginsForm) empties() bool {
	return len(f.rows) > 0 && !slices.ContainsFunc(f.rows, func(r view.Row) bool { return !r.Gone })
}

// edited reports whether the form says anything but what is stored.
func (f *loginsForm) edited() bool {
	return f.reason != "" || slices.ContainsFunc(f.rows, func(r view.Row) bool {
		return r.ID == 0 || r.Gone || r.Link || r.Retype || r.Mine != r.Base
	})
}

// set is what the form wants, and what of it can't be read. Its items are the
// rows that stay, in their order.
func (f *loginsForm) set() (models.LoginSet, []models.Fault) {
	set := models.LoginSet{Revision: &f.revision, AllowEmpty: f.sure, Reason: f.reason, Items: []models.LoginItem{}}
	var wrong []models.Fault
	if utf8.RuneCountInString(f.reason) > 500 {
		wrong = append(wrong, models.Fault{Pointer: "/" + view.Reason, Text: "Use at most 500 characters."})
		set.Reason = ""
	}
	for _, r := range f.rows {
		if r.Gone {
			continue
		}
		item, faults := f.item(r)
		for _, fault := range faults {
			fault.Pointer = "/" + strconv.Itoa(len(set.Items)) + fault.Pointer
			wrong = append(wrong, fault)
		}
		set.Items = append(set.Items, item)
	}
	return set, wrong
}

// item is one row as the domain is told of it: what is as it was is left out,
// so that what is kept more exactly than the page shows it stays as it is.
func (f *loginsForm) item(r view.Row) (it models.LoginItem, wrong []models.Fault) {
	isNew := r.ID == 0
	if !isNew {
		it.ID = models.Some(r.ID)
	}
	if isNew || r.Mine.Key != r.Base.Key {
		it.Key = models.Some(r.Mine.Key)
	}
	if isNew && r.Mine.Provider != "" {
		id, err := strconv.ParseInt(r.Mine.Provider, 10, 64)
		if err != nil {
			id = -1
		}
		it.TrustedIDPID = models.Some(id)
	}
	if r.Mine.MFA != r.Base.MFA {
		it.MFA = models.Some(r.Mine.MFA)
	}
	switch {
	case r.Mine.Blocked:
		it.Blocked = models.Some(models.Block{On: true})
	case r.Base.Blocked:
		it.Blocked = models.Null[models.Block]()
	}
	it.ExpireAt, wrong = expiry(r)
	secret, fault := f.secret(r)
	it.Secret = secret
	return it, append(wrong, fault...)
}

func expiry(r view.Row) (want models.Opt[int64], wrong []models.Fault) {
	if r.Mine.Expires == r.Base.Expires {
		return want, nil
	}
	if r.Mine.Expires == "" {
		return models.Null[int64](), nil
	}
	at, ok := moment(r.Mine.Expires)
	if !ok {
		return want, []models.Fault{{Pointer: "/expireAt", Text: "Enter a date and a time, such as 2027-01-31T18:00, or leave it empty."}}
	}
	return models.Some(models.Millis(at)), nil
}

func (f *loginsForm) secret(r view.Row) (want models.Opt[string], wrong []models.Fault) {
	typed := f.secrets[r.Index]
	switch {
	case r.Link && r.Retype:
		wrong = []models.Fault{
			{Pointer: "/secret", Text: "Send a link or set a password, not both. To set it, untick “Send access link” and type it again; to send the link, tick “" + r.Dropping() + "”."},
			{Pointer: "/" + view.SendLink, Text: "Send a link or set a password, not both: with a link they choose one themselves."},
		}
	case r.Drop:
		return want, []models.Fault{{Pointer: "/secret", Text: "Type a password, or tick “" + r.Dropping() + "”, not both."}}
	case r.Retype && typed == "":
		return want, []models.Fault{{Pointer: "/secret", Text: "Type the password again, or tick “" + r.Dropping() + "”."}}
	case typed == models.ResetSecret:
		return want, []models.Fault{{Pointer: "/secret", Text: "Tick “Send access link” for that."}}
	case typed != "":
		return models.Some(typed), nil
	}
	if r.Link {
		return models.Some(models.ResetSecret), wrong
	}
	return want, wrong
}
