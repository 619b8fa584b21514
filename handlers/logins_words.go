package handlers

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/models"
	ops "holdfast/models/logins"
	view "holdfast/views/logins"
	"holdfast/views/ui"
	"holdfast/web"
)

// faultsOf are the things that are wrong with what was typed; other errors are
// no matter of the form.
func faultsOf(err error) (list []models.Fault, ok bool) {
	e, is := errors.AsType[*models.Error](err)
	switch {
	case err == nil:
		return nil, true
	case !is:
		return nil, false
	case len(e.Faults) > 0:
		return e.Faults, true
	case e.Kind == models.Conflict:
		return []models.Fault{{Code: e.Code, Text: e.Text}}, true
	}
	return nil, false
}

// faultWords are what to do about a fault, where the form has other words for
// it than a program.
var faultWords = map[string]string{
	models.CodeSecretRequired:    "Tick “Send access link”, or type a password.",
	models.CodeExpireInPast:      "This time is over. To stop the login at once, tick “Blocked”.",
	models.CodeLoginNotFound:     "This login is not there any more. Somebody may have removed it.",
	models.CodeSelfLockout:       "You came in by a login that this would take away, and no other would let you in. Give yourself another way in first.",
	models.CodeSecretPlaceholder: "These are only dots or stars. Type a password, or leave it empty to keep the old one.",
	models.CodeMFARequired:       "Administrators always need a second factor, so this stays ticked.",
	models.CodeLoginBlocked:      "This login is blocked. Untick “Blocked” first: a link does not unblock.",
	"last_admin_login":           "No administrator could sign in any more. Give another administrator a login that works, then try again.",
}

// keyFaults tell who has a key, so that their words can't be other ones: only
// a key is called a name.
var keyFaults = map[string]bool{models.CodeKeyTaken: true, models.CodeKeyQuarantined: true}

// loginWords is a text with the name that people have for a key.
func loginWords(text string) string {
	return strings.NewReplacer(
		"has a login with this key", "has a login with this name", "has the same key", "has the same name",
		"with this key was removed", "with this name was removed", "Another login has this key", "Another login has this name",
	).Replace(text)
}

// faultFields are the fields of a row by the attributes of the domain.
var faultFields = map[string]string{
	"key": view.Key, "trustedIdPId": view.Provider, "expireAt": view.Expires, "expired": view.Expires, "expiredAt": view.Expires,
	"mfa": view.MFA, "blocked": view.Blocked, "secret": view.Secret, view.SendLink: view.SendLink,
}

// complain puts each fault at its place.
func (f *loginsForm) complain(list []models.Fault) {
	var kept []int // the rows of the items
	for i, r := range f.rows {
		if !r.Gone {
			kept = append(kept, i)
		}
	}
	for _, fault := range list {
		text := orElse(faultWords[fault.Code], fault.Text)
		if keyFaults[fault.Code] {
			text = loginWords(text)
		}
		item, attribute, _ := strings.Cut(strings.TrimPrefix(fault.Pointer, "/"), "/")
		at, err := strconv.Atoi(item)
		switch {
		case item == view.Reason:
			f.reasonError = text
		case err != nil || at < 0 || at >= len(kept):
			f.problem = text
		default:
			f.complainOf(&f.rows[kept[at]], faultFields[attribute], text)
		}
	}
}

// complainOf notes the first complaint of each field.
func (f *loginsForm) complainOf(row *view.Row, field, text string) {
	if field == view.Secret && row.Link && !row.Retype {
		field = view.SendLink
	}
	if row.Wrong == nil {
		row.Wrong = map[string]string{}
	}
	if row.Wrong[field] == "" {
		row.Wrong[field] = text
	}
}

// reviewed is what saving would bring about, in words.
func (f *loginsForm) reviewed(r *web.Request, done ops.Result, carried bool) view.Review {
	v := view.Review{
		Now: r.Now(), User: f.user(r), Revision: f.revision, Rows: f.rows, Reason: f.reason, First: f.first,
		RemoveAll: f.empties(), Confirmed: f.sure,
	}
	if f.looked && f.empties() && !f.sure {
		v.Problems = []ui.Problem{{ID: "remove-all", Label: "Remove every login of " + v.User.Name, Text: "Tick the box if this is meant."}}
	}
	for _, l := range done.Plan.Logins {
		if l.Deed != models.LoginKeeps {
			v.Plan = append(v.Plan, plannedLogin(f.sheet, l))
		}
		if l.Was.ID == r.Who.LoginID && l.Was.ID != 0 && l.EndsSessions() {
			v.Warnings = append(v.Warnings, "You came in by "+l.Was.Key+". Saving signs you out.")
		}
	}
	for _, w := range done.Plan.Warnings {
		switch w.Code {
		case "blocked_unchanged": // the page never meant otherwise
		case "user_without_login":
			v.Warnings = append(v.Warnings, v.User.Name+" can't sign in any more: no login is left that lets them in.")
		default:
			v.Warnings = append(v.Warnings, w.Text)
		}
	}
	v.Effects = effects(done, carried)
	return v
}

func plannedLogin(sheet ops.Sheet, l models.PlannedLogin) view.Planned {
	p := view.Planned{Act: string(l.Deed), Key: orElse(l.Was.Key, l.Will.Key)}
	if l.Deed == models.LoginUpdates {
		p.Act = "changed"
	}
	if l.Deed == models.LoginCreates {
		p.Changes = append(p.Changes, view.Change{What: "Signs in by", Now: orElse(sheet.Provider(l.Will.TrustedIDPID).Name, "password")})
	}
	for _, c := range l.Changes {
		if say, known := planWords[c.Event]; known {
			p.Changes = append(p.Changes, say(sheet, c))
		}
	}
	return p
}

// planWords say what is done to a login; what its heading tells is not among them.
var planWords = map[string]func(ops.Sheet, models.LoginAlteration) view.Change{
	models.LoginRenamed: func(_ ops.Sheet, c models.LoginAlteration) view.Change {
		return view.Change{What: "Login", Was: inWords(c.Before), Now: inWords(c.After)}
	},
	models.ExpiryChanged: expires, models.LoginExpired: expires,
	models.FactorRequired: twoFactor, models.FactorWaived: twoFactor,
	models.LoginBlocked:   says("Blocked", "no", "yes"),
	models.LoginUnblocked: says("Blocked", "yes", "no"),
	models.LoginUnlocked:  says("Locked after failures", "yes", "no"),
	models.PasswordSet:    says("Password", "", "a new one, which lets in once within 24 hours to choose another"),
	models.ResetRequested: func(s ops.Sheet, _ models.LoginAlteration) view.Change {
		return view.Change{What: "Access link", Now: "to " + s.User.Email}
	},
}

func expires(_ ops.Sheet, c models.LoginAlteration) view.Change {
	return view.Change{What: "Expires", Was: inWords(c.Before), Now: inWords(c.After)}
}

func twoFactor(_ ops.Sheet, c models.LoginAlteration) view.Change {
	return view.Change{What: "Require two-factor", Was: inWords(c.Before), Now: inWords(c.After)}
}

func says(what, was, now string) func(ops.Sheet, models.LoginAlteration) view.Change {
	return func(ops.Sheet, models.LoginAlteration) view.Change {
		return view.Change{What: what, Was: was, Now: now}
	}
}

// inWords is a value of a plan as a page says it.
func inWords(v any) string {
	switch v := v.(type) {
	case time.Time:
		return ui.Exact(v)
	case bool:
		return yesNo(v)
	case string:
		return v
	}
	return "never"
}

// effects are what comes with the changes.
func effects(done ops.Result, carried bool) []view.Effect {
	var list []view.Effect
	if n := done.Sessions; n > 0 {
		list = append(list, view.Effect{Icon: "monitor", Text: ui.Plural(n, "session ends", "sessions end") + "."})
	}
	if n := done.Revoked; n > 0 {
		list = append(list, view.Effect{Icon: "link", Text: ui.Plural(n, "access link stops", "access links stop") + " working."})
	}
	if n := done.Letters; n > 0 {
		text := ui.Plural(n, "letter goes", "letters go") + " to " + done.User.Email + "."
		if !carried {
			text = ui.Plural(n, "letter", "letters") + " to " + done.User.Email + " will wait in the outbox, as no mail server is set."
		}
		list = append(list, view.Effect{Icon: "mail", Text: text})
	}
	return list
}

// saved says what was done.
func (h userLogins) saved(done ops.Result) string {
	changed := slices.DeleteFunc(slices.Clone(done.Plan.Logins), func(l models.PlannedLogin) bool { return l.Deed == models.LoginKeeps })
	if len(changed) == 0 {
		return "Nothing was changed: the logins were like that already."
	}
	parts := []string{ui.Plural(len(changed), "login", "logins") + " saved"}
	if n := done.Sessions; n > 0 {
		parts = append(parts, ui.Plural(n, "session", "sessions")+" ended")
	}
	if n := done.Revoked; n > 0 {
		parts = append(parts, ui.Plural(n, "link", "links")+" revoked")
	}
	if n := done.Letters; n > 0 {
		waits := ui.Plural(n, "letter waits", "letters wait") + " in the outbox"
		if h.mail.Carried() {
			waits = ui.Plural(n, "letter is", "letters are") + " on the way"
		}
		parts = append(parts, waits)
	}
	return strings.Join(parts, ", ") + "."
}
