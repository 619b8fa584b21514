package views_test

import (
	"strings"
	"time"

	"holdfast/views/idps"
	"holdfast/views/session"
	"holdfast/views/to"
)

// idpSamples are the pages of identity providers in their states.
func idpSamples(text func(string) string) []sample {
	form := idps.Form{
		ID: 3, SavedName: text("Contoso"), Enabled: true, Logins: 12, Now: now, Callback: text("http://127.0.0.1:8080/sign-in/provider/3/callback"), SecretSet: ago(40 * time.Hour),
		Name: text("Contoso"), Issuer: text("https://login.contoso.example/v2.0"), ClientID: text("0f6c2b7d"), AuthMethod: "client_secret_post",
		Scopes: text("openid email"), LoginClaim: text("email"), FactorValues: text("mfa"), Authoritative: true,
	}
	checked, failed, off := form, form, form
	checked.Checked = true
	failed.Checked, failed.Problems = true, []string{text("It does not offer PKCE with S256."), text("Its keys can't be read: the answer was 404.")}
	off.Enabled, off.SecretSet = false, time.Time{}
	wrong := idps.Form{
		Name: text("Contoso"), Issuer: text("contoso"),
		Errors: map[string]string{"issuer": text("Enter the issuer."), "client_id": text("Enter the client ID."), "secret": text("Enter the client secret."), "scopes": text("One of them must be openid.")},
	}
	page := func(name, title, path string, s sample) sample {
		s.name, s.title, s.path = name, title, path
		return s
	}
	return append([]sample{
		page("idps", "Identity providers", to.IDPs(), sample{body: idps.ListPage(idps.List{Rows: []idps.Row{
			{ID: 3, Name: text("Contoso"), Issuer: text("https://login.contoso.example/v2.0"), Enabled: true, Logins: 12}, {ID: 4, Name: text("Old directory"), Issuer: text("https://sso.example.org")},
		}})}),
		page("idps-empty", "Identity providers", to.IDPs(), sample{body: idps.ListPage(idps.List{})}),
		page("idp-new", "New identity provider", to.NewIDP(), sample{body: idps.FormPage(idps.Form{AuthMethod: "client_secret_basic", Scopes: "openid email profile", LoginClaim: "email"})}),
		page("idp-wrong", "New identity provider", to.IDPs(), sample{body: idps.FormPage(wrong)}),
		page("idp", "Contoso", to.IDP(3), sample{body: idps.FormPage(form)}),
		page("idp-checked", "Contoso", to.CheckIDP(3), sample{body: idps.FormPage(checked)}),
		page("idp-failed", "Contoso", to.CheckIDP(3), sample{body: idps.FormPage(failed)}),
		page("idp-disabled", "Contoso", to.IDP(3), sample{body: idps.FormPage(off)}),
		page("idp-disable", "Disable Contoso", to.DisableIDP(3), sample{body: idps.DisablePage(idps.Ask{
			ID: 3, Name: text("Contoso"), Users: 12, Stranded: 1, Sessions: 4, Error: text("This would leave nobody who can administer the console."),
			Some: []idps.Affected{{URL: to.User(2), Name: text("Grace Hopper"), Email: text("grace@example.org"), Key: text("grace@contoso.example"), Admin: true}, {URL: to.User(5), Name: text("Ben"), Email: text("ben@example.org"), Key: text("ben"), Others: true}},
		})}),
		page("idp-disable-nobody", "Disable Contoso", to.DisableIDP(3), sample{body: idps.DisablePage(idps.Ask{ID: 3, Name: text("Contoso")})}),
		page("idp-delete", "Delete Contoso", to.DeleteIDP(3), sample{body: idps.DeletePage(idps.Deletion{ID: 3, Name: text("Contoso")})}),
		page("idp-delete-wrong", "Delete Contoso", to.DeleteIDP(3), sample{body: idps.DeletePage(idps.Deletion{ID: 3, Name: text("Contoso"), Error: text("Type Contoso to delete it.")})}),
		page("idp-delete-used", "Delete Contoso", to.DeleteIDP(3), sample{body: idps.DeletePage(idps.Deletion{ID: 3, Name: text("Contoso"), Logins: 12})}),
		page("idp-test", "What Contoso says", to.SignInBack(3), sample{body: idps.TestPage(idps.Test{
			ID: 3, Name: text("Contoso"), Claim: text("email"), Login: text("grace@contoso.example"), Verified: true, Binds: true,
			Claims: []idps.Claim{{Name: text("email"), Value: text(`"grace@contoso.example"`)}, {Name: text("groups"), Value: text(strings.Repeat(`"staff", `, 30))}},
		})}),
		page("idp-test-no-claim", "What Contoso says", to.SignInBack(3), sample{body: idps.TestPage(idps.Test{ID: 3, Name: text("Contoso"), Claim: text("upn"), Values: true})}),
	}, refusedSamples(text, page)...)
}

func refusedSamples(text func(string) string, page func(string, string, string, sample) sample) []sample {
	one := idps.Refusal{
		ID: oneID, Provider: text("Contoso"), Claim: text("eve@contoso.example"), Email: text("eve@contoso.example"), Name: text("Eve"), Subject: text("248289761001"),
		Why: text("No login waits for them"), IP: "192.0.2.7", Tries: 3, FirstAt: ago(50 * time.Hour), LastAt: ago(time.Hour), Linkable: true,
	}
	other := one
	other.Name, other.Claim, other.Email, other.Linkable, other.Why = "", "", "", false, text("Their login is blocked")
	out := func(name, title, path string, s sample) sample {
		s.out = true
		return page(name, title, path, s)
	}
	return []sample{
		page("refused", "Refused sign-ins", to.RefusedSignIns(), sample{body: idps.RefusedPage(idps.Refused{Now: now, First: true, Rows: []idps.Refusal{one, other}, Next: "n"})}),
		page("refused-empty", "Refused sign-ins", to.RefusedSignIns(), sample{body: idps.RefusedPage(idps.Refused{Now: now, First: true})}),
		page("refused-link", "Link a sign-in", to.LinkRefused(oneID), sample{body: idps.LinkPage(idps.Link{Refusal: one, Now: now, For: text("eve@contoso.example")})}),
		page("refused-link-wrong", "Link a sign-in", to.LinkRefused(oneID), sample{body: idps.LinkPage(idps.Link{Refusal: one, Now: now, For: text("eve"), Error: text("No user has this e-mail address.")})}),
		out("sign-in-ways", "Sign in", to.SignIn, sample{body: session.SignInPage(session.SignIn{Next: "/projects", Ways: []session.Way{{ID: 3, Name: text("Contoso")}, {ID: 4, Name: text("Old directory")}}})}),
		out("leaving", "Taking you to Contoso", to.SignInBy(3), sample{body: session.LeavingPage(session.Leaving{Name: text("Contoso"), URL: "https://login.contoso.example/auth?state=x"})}),
		out("turned", "Nobody was signed in", to.SignInBack(3), sample{body: session.TurnedPage(session.Turned{Title: text("Nobody was signed in"), Text: text("This sign-in is over."), Again: 3, Name: text("Contoso"), Next: "/projects", BackURL: to.SignIn, BackLabel: "Go to sign-in"})}),
	}
}
