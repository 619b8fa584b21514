package web

import (
	"context"
	"crypto/sha256"
	"strings"

	"github.com/labstack/echo/v4"

	"holdfast/models"
)

// TokenKeeper knows the API tokens. It sees no token, only the SHA-256 of one.
type TokenKeeper interface {
	// Bearer is whom the token of that hash acts for. An unknown, ended or
	// revoked token, or one of a user who may not come in, is models.SignedOut.
	Bearer(ctx context.Context, who models.Actor, tokenHash []byte) (models.Actor, error)
}

// admitProgram lets a program in by the token that it sends along.
func (r *Request) admitProgram(a Access) error {
	if a == Public {
		return nil
	}
	if a != Program {
		return models.Fail(models.Forbidden, "This address is closed.")
	}
	kind, token, _ := strings.Cut(r.Request().Header.Get(echo.HeaderAuthorization), " ")
	if !strings.EqualFold(kind, "Bearer") || token == "" {
		r.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="holdfast"`)
		return models.Fail(models.SignedOut, "Send an API token: Authorization: Bearer and the token.")
	}
	hash := sha256.Sum256([]byte(strings.TrimSpace(token)))
	who, err := r.server.tokens.Bearer(r.Ctx(), r.Who, hash[:])
	if err != nil {
		if models.KindOf(err) == models.SignedOut {
			r.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="holdfast", error="invalid_token"`)
		}
		return err
	}
	r.Who = who
	return nil
}
