package views_test

import (
	"time"

	"holdfast/views/layout"
	"holdfast/views/logins"
	"holdfast/views/to"
	"holdfast/views/ui"
)

func grace(text func(string) string) logins.User {
	return logins.User{ID: 7, Name: text("Grace Hopper"), Email: text("grace@example.org")}
}

// storedLogin is a row of a login that is as it was.
func storedLogin(i int, is logins.Values, s logins.State) logins.Row {
	return logins.Row{Index: i, ID: int64(960 + i), Base: is, Mine: is, State: s}
}

func loginRows(text func(string) string) []logins.Row {
	day := 24 * time.Hour
	return []logins.Row{
		storedLogin(0, logins.Values{Key: text("grace@example.org"), MFA: true}, logins.State{HasPassword: true, SecretSet: ago(40 * day), LastSignIn: ago(3 * time.Hour)}),
		storedLogin(1, logins.Values{Key: text("ghopper"), Blocked: true, Expires: "2026-11-02T00:00"}, logins.State{
			HasPassword: true, SecretSet: ago(400 * day), LastSignIn: ago(90 * day), BlockedAt: ago(2 * day), BlockedBy: text("Ada Lovelace"),
			BlockReason: text("Left the project."), ExpiresAt: ago(19 * day),
		}),
		storedLogin(2, logins.Values{Key: text("nightshift"), Expires: "2027-01-31T18:00"}, logins.State{
			HasPassword: true, MustChange: true, SecretUntil: now.Add(20 * time.Hour), LockedUntil: now.Add(9 * time.Minute), Failures: 5, ExpiresAt: now.Add(70 * day),
		}),
		storedLogin(3, logins.Values{Key: text("field-tablet")}, logins.State{Link: logins.Link{State: "failed", At: ago(time.Hour), Until: now.Add(71 * time.Hour), Trouble: text("The mail server refused it: 550 5.1.1 User unknown.")}}),
		storedLogin(4, logins.Values{Key: text("g.hopper@ministry.example"), Provider: "3", MFA: true}, logins.State{Provider: text("Ministry sign-on"), Subject: text("auth0|5f7c8ec7c33c6c004bbafe82"), LastSignIn: ago(26 * time.Hour)}),
		storedLogin(5, logins.Values{Key: text("hopper"), Provider: "4"}, logins.State{Provider: text("Partner sign-on"), ProviderOff: true}),
	}
}

func editor(text func(string) string) logins.Editor {
	return logins.Editor{
		Now: now, User: grace(text), Revision: 12, Rows: loginRows(text), Next: 6,
		Providers: []ui.Option{{Value: "3", Label: text("Ministry sign-on")}, {Value: "5", Label: text("University")}},
		Removed: []logins.Removed{
			{ID: 900, Key: text("old-grace"), At: ago(4 * 24 * time.Hour), By: text("Ada Lovelace"), Until: now.Add(26 * 24 * time.Hour)},
			{ID: 901, Key: text("grace.old"), Provider: text("Partner sign-on"), At: ago(29 * 24 * time.Hour), Until: now.Add(day)},
		},
	}
}

const day = 24 * time.Hour

// typedEditor is one that must be filled in again.
func typedEditor(text func(string) string) logins.Editor {
	e := editor(text)
	e.Rows[0].Mine = logins.Values{Key: text("ana@example.org"), Expires: "2020-01-01T00:00"}
	e.Rows[0].Wrong = map[string]string{logins.Key: text("Somebody else has this login."), logins.Expires: "This time is over."}
	e.Rows[1].Gone, e.Rows[1].Wrong = true, map[string]string{"": text("No administrator could sign in any more.")}
	e.Rows[2].Retype = true
	e.Rows[3].Wrong = map[string]string{logins.SendLink: "Wait a minute: a link was sent just now."}
	e.Rows[4].Wrong = map[string]string{logins.Provider: "The kind can't change.", logins.MFA: "No."}
	e.Rows = append(e.Rows, logins.Row{Index: 6, Fresh: true, Link: true, Wrong: map[string]string{logins.Key: "Enter a login.", logins.Secret: "Use at least 15 characters."}})
	e.Next, e.Reason, e.ReasonError, e.Problem = 7, text("She asked for it by phone."), "Use at most 500 characters.", text("Nothing was saved.")
	return e
}

// loginSamples are the editor of logins in its states.
func loginSamples(text func(string) string) []sample {
	page := func(name string, e logins.Editor) sample {
		return sample{name: name, title: "Logins", path: to.UserLogins(7), body: logins.EditorPage(e)}
	}
	adding, empty, mine, merged := editor(text), editor(text), editor(text), editor(text)
	adding.Rows = append(adding.Rows[:1], logins.Row{Index: 6, Fresh: true, Link: true, Offered: true})
	adding.Next = 7
	empty.Rows, empty.Removed, empty.Next = nil, nil, 0
	mine.User.Me, mine.Rows = true, mine.Rows[:1]
	mine.Rows[0].Always = true
	mine.Removed[1].Orphan = true
	merged.Full, merged.Merged, merged.User.Out, merged.Rows[0].Gone = true, true, "is disabled", true
	saved := page("logins-saved", mine)
	saved.flash = layout.Flash{Kind: "success", Text: "2 logins saved, 1 session ended, 1 letter waits."}
	return append([]sample{
		page("logins", editor(text)), page("logins-adding", adding), page("logins-empty", empty), page("logins-merged", merged),
		page("logins-wrong", typedEditor(text)), saved,
	}, plannedSamples(text)...)
}

func plannedSamples(text func(string) string) []sample {
	rows := typedEditor(text).Rows
	for i := range rows {
		rows[i].Wrong = nil
	}
	review := logins.Review{
		Now: now, User: grace(text), Revision: 12, Rows: rows, Reason: text("She asked for it by phone."), First: true,
		Plan: []logins.Planned{
			{Act: "changed", Key: text("grace@example.org"), Changes: []logins.Change{
				{What: "Login", Was: text("grace@example.org"), Now: text("ana@example.org")}, {What: "Expires", Was: "never", Now: "1 Feb 2027, 00:00 UTC"}, {What: "Require two-factor", Was: "yes", Now: "no"},
			}},
			{Act: "created", Key: text("night"), Changes: []logins.Change{{What: "Access link", Now: "sent"}}},
			{Act: "removed", Key: text("ghopper")},
		},
		Effects:  []logins.Effect{{Icon: "monitor", Text: "2 sessions end."}, {Icon: "link", Text: "1 access link stops working."}, {Icon: "mail", Text: text("2 letters go to grace@example.org.")}},
		Warnings: []string{text("No login of theirs lets anybody in afterwards.")},
	}
	all, nothing := review, review
	all.RemoveAll, all.First, all.Warnings = true, false, nil
	all.Rows = []logins.Row{rows[1], rows[2]}
	all.Rows[1].Wrong = map[string]string{logins.Secret: "Type it again."}
	all.Problems = []ui.Problem{{ID: "remove-all", Text: "Tick the box."}, {ID: "login-2-secret", Label: "New password", Text: "Type it again."}}
	nothing.Plan, nothing.Effects, nothing.Warnings, nothing.First, nothing.Rows = nil, nil, nil, false, loginRows(text)
	stale := logins.Stale{Now: now, User: grace(text), Revision: 13, Rows: rows, Reason: "x", Compared: []logins.Compared{
		{Key: text("grace@example.org"), Cells: []logins.Cell{
			{What: "Login", Base: text("grace@example.org"), Theirs: text("grace.hopper@example.org"), Yours: text("ana@example.org")},
			{What: "Expires", Base: "never", Theirs: "never", Yours: "1 Feb 2027, 00:00 UTC"},
			{What: "Require two-factor", Base: "yes", Theirs: "no", Yours: "yes"},
			{What: "Blocked", Base: "no", Theirs: "no", Yours: "no"},
		}},
		{Key: text("nightshift"), Note: "They removed it. What you typed for it is dropped."},
	}}
	own := stale
	own.Mine = true
	page := func(name string, r logins.Review) sample {
		return sample{name: name, title: "Review changes", path: to.ReviewUserLogins(7), body: logins.ReviewPage(r)}
	}
	return []sample{
		page("logins-review", review), page("logins-review-all", all), page("logins-review-nothing", nothing),
		{name: "logins-stale", title: "Changed meanwhile", path: to.UserLogins(7), body: logins.StalePage(stale)},
		{name: "logins-stale-mine", title: "Changed meanwhile", path: to.UserLogins(7), body: logins.StalePage(own)},
	}
}
