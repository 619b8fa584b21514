package views_test

import (
	"time"

	"holdfast/views/account"
	"holdfast/views/admin"
	"holdfast/views/factors"
	"holdfast/views/layout"
)

// picture is no QR code, but drawn like one.
func picture() [][]bool {
	rows := make([][]bool, 29)
	for y := range rows {
		rows[y] = make([]bool, 29)
		for x := range rows[y] {
			rows[y][x] = (x*y+x+y)%3 == 0
		}
	}
	return rows
}

func factorSamples(text func(string) string) []sample {
	enrol := factors.Enrol{
		Sealed: text("AQJrMQ"), Secret: text("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"),
		URL: "otpauth://totp/Holdfast:ada%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Holdfast", Picture: picture(), Label: text("Authenticator app"),
	}
	wrong, half := enrol, enrol
	wrong.LabelError, wrong.CodeError = text("Enter a name."), text("This is not the code that belongs to this secret now.")
	half.SigningIn, half.Next = true, "/projects"
	codes := []string{"ABCD-EFGH-IJKL-MNOP", "QRST-UVWX-YZ23-4567", text("ABCD-EFGH-IJKL-MNOP")}
	phone := factors.Row{ID: oneID, Label: text("My phone"), Added: ago(90 * 24 * time.Hour), LastUsed: ago(time.Hour)}
	rows := []admin.FactorRow{{Label: text("Her phone"), Added: ago(time.Hour)}}
	user := admin.UserFactors{Now: now, UserID: 7, Rows: rows, CodesLeft: 9}
	return []sample{
		{name: "factor-code", title: "Enter your code", path: "/sign-in/factor", out: true, body: factors.SignInPage(factors.SignIn{Next: "/projects"})},
		{name: "factor-code-wrong", title: "Enter your code", path: "/sign-in/factor", out: true, body: factors.SignInPage(factors.SignIn{CodeError: text("This code is not right.")})},
		{name: "factor-recovery-wrong", title: "Enter your code", path: "/sign-in/factor", out: true, body: factors.SignInPage(factors.SignIn{RecoveryError: text("This recovery code is not right.")})},
		{name: "factor-enrol-signing-in", title: "Add a second factor", path: "/sign-in/enrol", out: true, body: factors.EnrolPage(half)},
		{name: "factor-enrol", title: "Add a second factor", path: "/account/factors/new", body: factors.EnrolPage(enrol)},
		{name: "factor-enrol-wrong", title: "Add a second factor", path: "/account/factors/new", body: factors.EnrolPage(wrong)},
		{name: "factor-recovery-codes", title: "Recovery codes", path: "/account/recovery-codes", body: factors.CodesPage(factors.Codes{List: codes, Lead: text("These are new."), GoOn: "/account/factors", GoOnText: text("Done")})},
		{name: "factors-none", title: "Second factors", path: "/account/factors", body: factors.MinePage(factors.Mine{Now: now})},
		{name: "factors", title: "Second factors", path: "/account/factors", body: factors.MinePage(factors.Mine{Now: now, Rows: []factors.Row{phone, {ID: projectID, Label: text("Tablet"), Added: ago(time.Hour)}}, CodesLeft: 2})},
		{name: "factor-remove", title: "Remove", path: "/account/factors/x/remove", body: factors.RemovePage(factors.Remove{Now: now, Row: phone})},
		{name: "factor-remove-last", title: "Remove", path: "/account/factors/x/remove", body: factors.RemovePage(factors.Remove{Now: now, Row: phone, Last: true, CodesLeft: 8})},
		{name: "factor-remove-not", title: "Remove", path: "/account/factors/x/remove", body: factors.RemovePage(factors.Remove{Now: now, Row: phone, Last: true, Needed: true})},
		{name: "factors-reset", title: "Reset", path: "/admin/users/7/factors/reset", body: admin.ResetFactorsPage(admin.ResetFactors{UserFactors: user, Name: text("Grace Hopper"), Email: text("grace@example.org"), Sessions: 2})},
		{name: "factors-reset-wrong", title: "Reset", path: "/admin/users/7/factors/reset", body: admin.ResetFactorsPage(admin.ResetFactors{UserFactors: user, Name: text("Grace"), Email: text("g@example.org"), ReasonError: text("Say why.")})},
		{name: "factors-reset-none", title: "Reset", path: "/admin/users/7/factors/reset", body: admin.ResetFactorsPage(admin.ResetFactors{UserFactors: admin.UserFactors{Now: now, UserID: 7}, Name: text("Grace")})},
		{name: "confirm-code", title: "Confirm", path: "/account/factors", body: layout.Confirm(layout.ConfirmPage{Action: "/account/recovery-codes", Code: true, Fields: []layout.Hidden{{Name: text("a"), Value: text("b")}}, CodeError: text("This code is not right."), Wait: text("Wait 15 minutes.")})},
		{name: "confirm-password", title: "Confirm", path: "/account", body: layout.Confirm(layout.ConfirmPage{Action: "/account/sessions/end-others", Password: true})},
		{name: "confirm-provider", title: "Confirm", path: "/account", body: layout.Confirm(layout.ConfirmPage{Action: "/account/sessions/end-others", Provider: text("Contoso"), Next: "/account"})},
		{name: "confirm-not", title: "Confirm", path: "/account", body: layout.Confirm(layout.ConfirmPage{Action: "/account/sessions/end-others"})},
		{name: "sign-ins", title: "Sign-in history", path: "/account/sign-ins", body: account.SignInsPage(account.SignIns{Now: now, Next: "/account/sign-ins?after=x", Rows: []account.SignIn{
			{At: ago(time.Hour), In: true, What: text("with a password and a code"), Login: text("ada@example.org"), Device: text("Firefox on Linux"), Address: "192.0.2.7"},
			{At: ago(2 * time.Hour), What: text("The password was wrong."), Login: text("ada@example.org"), Device: text("curl"), Address: "2001:db8::1"},
		}})},
		{name: "sign-ins-none", title: "Sign-in history", path: "/account/sign-ins", body: account.SignInsPage(account.SignIns{Now: now})},
		{name: "account-logins", title: "Account", path: "/account", body: account.ShowPage(account.Page{
			Now: now, Name: text("Ada"), Email: text("ada@example.org"), Admin: true, Factors: 2, CodesLeft: 1, HasPassword: true,
			Logins: []account.Login{
				{Key: text("ada@example.org"), LastSignIn: ago(time.Hour), Ends: now.Add(time.Hour), Factor: true},
				{Key: text("ada"), Provider: text("Contoso"), Closed: text("Its identity provider is turned off.")},
			},
		})},
	}
}
