package oauth

import (
	"context"
	"errors"
	"time"

	"holdfast/models"
	"holdfast/models/internal/authserver"
)

// identify finds out whose account it is, from what the provider says of it in
// its answer, in the ID token, at its userinfo endpoint, and to the browser. That it can't be
// told stops nobody; that the brand new token is refused there does.
func (o Ops) identify(ctx context.Context, p authserver.Party, g *models.Grant, granted models.Granted, answer map[string]any, b Back) (out models.ConnectOutcome) {
	says := map[string]any{"answer": answer, "back": b.kept(p.Settings)}
	if claims := authserver.Claims(granted.IDToken); claims != nil {
		says["id_token"] = claims
	}
	if p.Settings.UserInfo != "" {
		info, err := o.servers.UserInfo(ctx, p, granted.Access)
		if f, ok := errors.AsType[*authserver.Failure](err); ok && f.Code == authserver.UserInfoUnauthorized {
			return models.ConnectOutcome{Code: authserver.UserInfoUnauthorized, Status: f.Status}
		}
		out.NoUserInfo = err != nil
		if err == nil {
			says["userinfo"] = info
		}
	}
	g.Subject = models.Named(says, append(p.Settings.SubjectAt, "/id_token/sub", "/userinfo/sub", "/userinfo/id"))
	g.Account = models.Named(says, append(p.Settings.AccountAt, "/id_token/email", "/userinfo/email", "/id_token/preferred_username", "/userinfo/login", "/userinfo/name"))
	if g.Account == "" {
		g.Account = g.Subject
	}
	return out
}

// lookFor is how long a provider may think about when a token ends.
const lookFor = 3 * time.Second

// looked is when an access token ends whose answer did not say, as far as the
// provider tells at its introspection endpoint; nil when it does not.
func (o Ops) looked(ctx context.Context, p authserver.Party, access string) *time.Time {
	if p.Settings.Introspect == "" {
		return nil
	}
	ctx, stop := context.WithTimeout(ctx, lookFor) // fresh tokens wait to be written
	defer stop()
	active, expires, err := o.servers.Introspect(ctx, p, access)
	if err != nil || !active {
		return nil
	}
	return expires
}
