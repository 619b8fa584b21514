package app_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/credentials"
	"holdfast/models/modelstest"
	"holdfast/models/oauth"
	"holdfast/models/transfers"
)

// open are the operations that need nobody: they are how one comes in, what the
// program does by itself, and what is no one's secret.
var open = []string{
	"Credentials.Kinds", "Credentials.BrokenKinds", "Credentials.Schema", "Credentials.Title", "Credentials.Grace",
	"People.NeedsSetup", "People.OfferSetup", "People.CheckSetup", "People.Setup", "People.CheckLink", "People.UseLink", "People.SignIn", "People.Start", "People.Forgot", "People.OpenedLink",
	"People.Find", "People.Touch", "People.SetFlash", // bound to a session's secret or id
	"People.Sweep", "People.AddFromHost", "People.LinkFromHost", "Purge.Run", "Keys.Status", "Keys.Rotate", "Keys.Reseal", "Keys.Missing",
	"Tokens.Bearer", "Tokens.Sweep",
	"Providers.Enabled", "Providers.Begin", "Providers.Finish", "Providers.Sweep", // the way in by an identity provider
	"People.Sweep", "People.PurgeUsers", "People.AddFromHost", "People.LinkFromHost", "Purge.Run", "Keys.Status", "Keys.Rotate", "Keys.Reseal", "Keys.Missing",
	"Transfers.Life", "Transfers.Expire", "Transfers.ExpireEvery", "Outbox.Deliver", "Outbox.Queued", "Outbox.Carried", "Outbox.Sweep",
	"Logins.Purge",
	"OAuth.Known", "OAuth.KnownBy", "OAuth.FillIn", "OAuth.ProviderTitle", "OAuth.RefreshAhead", "OAuth.GiveUp", "OAuth.Left", "OAuth.Sweep",
}

func TestEveryOperationRefusesWhoIsNotSignedIn(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.Administrator)
		p := h.Project(t, ana, "P")
		id := h.Keep(t, ana, "c", p)
		ben := h.Person(t, "ben", models.PlainMember)
		h.Lets(t, ben)
		_, err := h.Transfers.Initiate(t.Context(), ana, transfers.Offer{Credentials: []models.ID{h.Keep(t, ana, "offered")}, Email: ben.Email})
		modelstest.Must(t, err)
		client, err := h.OAuth.CreateClient(t.Context(), ana, anApp())
		modelstest.Must(t, err)
		before := h.Dump(t)
		tried := slices.Clone(open)
		for _, who := range []models.Actor{{}, {Rank: models.Administrator, Email: ana.Email, Job: "purge"}} {
			for room, ops := range rooms(h) {
				v := reflect.ValueOf(ops)
				for i := range v.NumMethod() {
					name := room + "." + v.Type().Method(i).Name
					if slices.Contains(open, name) {
						continue
					}
					tried = append(tried, name)
					first := id
					if strings.Contains(name, "Client") || name == "OAuth.TakeOver" || name == "OAuth.Begin" {
						first = client
					}
					refused(t, name, call(t, v.Method(i), name, who, p, first, ana))
				}
			}
		}
		if h.Dump(t) != before {
			t.Error("somebody who is not signed in changed a row")
		}
		for _, name := range open {
			if !exists(h, name) {
				t.Errorf("%s is no operation any more: take it off the list", name)
			}
		}
		if len(tried) < len(open)+20 {
			t.Errorf("only %d operations were tried", len(tried)-len(open))
		}
	})
}

func rooms(h *modelstest.House) map[string]any {
	return map[string]any{
		"Credentials": h.Credentials,
		"People":      h.People,
		"Projects":    h.Projects,
		"Audit":       h.Audit,
		"Purge":       h.Purge,
		"Keys":        h.Keys,
		"Transfers":   h.Transfers,
		"Outbox":      h.Outbox,
		"Tokens":      h.Tokens,
		"Providers":   h.Providers,
		"Logins":      h.Logins,
		"Factors":     h.Factors,
		"OAuth":       h.OAuth,
	}
}

// anApp is an OAuth client that anybody may register.
func anApp() models.ClientForm {
	return models.ClientForm{
		Name: "App", ClientID: "id", Secret: "secret", Authorize: "https://login.example.org/authorize", Token: "https://login.example.org/token",
		Auth: models.SecretBasic, Body: models.FormBody,
	}
}

func exists(h *modelstest.House, name string) bool {
	for room, ops := range rooms(h) {
		for m := range reflect.TypeOf(ops).Methods() {
			if room+"."+m.Name == name {
				return true
			}
		}
	}
	return false
}

// call calls an operation with arguments that would be good for somebody.
func call(t *testing.T, op reflect.Value, name string, who models.Actor, project, credential models.ID, user models.Actor) error {
	t.Helper()
	args := []reflect.Value{}
	ids := []models.ID{credential, project}
	if name == "Credentials.ListInProject" || name == "Credentials.ListOfUserInProject" || name == "Credentials.ListOfSeat" || name == "OAuth.ClientsInProject" || name[:8] == "Projects" {
		ids = []models.ID{project}
	}
	texts := map[string]string{"Projects.AddMember": "ana@example.org", "Projects.Rename": "New", "Projects.Create": "New", "Credentials.Create": "raw", "Credentials.CreateFromJSON": "raw", "Credentials.DeleteNow": "c", "OAuth.DeleteClient": "App", "OAuth.Discover": "https://login.example.org"}
	for in := range op.Type().Ins() {
		switch in {
		case reflect.TypeFor[context.Context]():
			args = append(args, reflect.ValueOf(t.Context()))
		case reflect.TypeFor[models.Actor]():
			args = append(args, reflect.ValueOf(who))
		case reflect.TypeFor[models.ID]():
			args = append(args, reflect.ValueOf(ids[0]))
			ids = ids[1:]
		case reflect.TypeFor[int64]():
			args = append(args, reflect.ValueOf(user.UserID))
		case reflect.TypeFor[string]():
			args = append(args, reflect.ValueOf(texts[name]))
		case reflect.TypeFor[models.Role]():
			args = append(args, reflect.ValueOf(models.Viewer))
		case reflect.TypeFor[models.NewUser]():
			args = append(args, reflect.ValueOf(models.NewUser{Name: "Eve", Email: "eve@example.org", Rank: models.Administrator}))
		case reflect.TypeFor[credentials.Draft]():
			args = append(args, reflect.ValueOf(modelstest.Raw("new", `{}`)))
		case reflect.TypeFor[models.ClientForm]():
			args = append(args, reflect.ValueOf(anApp()))
		case reflect.TypeFor[oauth.Wish]():
			args = append(args, reflect.ValueOf(oauth.Wish{Client: credential, ConnectWish: models.ConnectWish{Name: "New"}, Redirect: "http://127.0.0.1/oauth/callback"}))
		case reflect.TypeFor[oauth.Back]():
			args = append(args, reflect.ValueOf(oauth.Back{State: "state", Code: "code"}))
		case reflect.TypeFor[transfers.Offer]():
			args = append(args, reflect.ValueOf(transfers.Offer{Credentials: []models.ID{credential}, Email: "ben@example.org"}))
		case reflect.TypeFor[map[string]any]():
			args = append(args, reflect.ValueOf(map[string]any{"pin": 1}))
		default:
			args = append(args, reflect.Zero(in))
		}
	}
	out := op.Call(args)
	err, _ := out[len(out)-1].Interface().(error)
	return err
}

func refused(t *testing.T, name string, err error) {
	t.Helper()
	if kind := models.KindOf(err); err == nil || kind != models.SignedOut && kind != models.NotFound {
		t.Errorf("%s: %v, want “please sign in”", name, err)
	}
}
