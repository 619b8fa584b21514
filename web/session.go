package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"

	"github.com/gorilla/sessions"

	"holdfast/models"
	"holdfast/views/layout"
)

// SessionKeeper keeps the sessions and decides when one is over. It sees no
// token, only the SHA-256 of one.
type SessionKeeper interface {
	// Find reports the live session of a token and the person behind it, in one
	// query, as they are now. An unknown, ended or expired session, or one of a
	// login that may not sign in any more, is models.NotFound.
	Find(ctx context.Context, tokenHash []byte) (models.Session, models.Actor, error)
	// Start begins a session for an entry, from who.IP with who.UserAgent, and
	// ends who.SessionID, if there is one, in the same transaction.
	Start(ctx context.Context, who models.Actor, e models.Entry, tokenHash []byte) (models.Session, models.Actor, error)
	// Touch notes that who.SessionID is in use. It is called when the last note
	// is models.SeenEvery old, by several requests at once if they come at once.
	Touch(ctx context.Context, who models.Actor) error
	// SetFlash keeps one line of news in who.SessionID for the next page; an
	// empty text clears it.
	SetFlash(ctx context.Context, who models.Actor, kind, text string) error
	// End ends who.SessionID. Ending an ended session is no error.
	End(ctx context.Context, who models.Actor) error
}

// What a gorilla session carries between New and Save, beside its flashes.
type valueKey uint8

const (
	whoKey     valueKey = iota // models.Actor
	keptKey                    // models.Session
	signInWith                 // models.Entry, which a new session is for
)

// store is gorilla's Store over a SessionKeeper. The browser holds a random
// token and nothing else; a signed-out visitor has no session at all.
type store struct {
	keeper SessionKeeper
	cookie string
	secure bool
}

func newStore(keeper SessionKeeper, secure bool) *store {
	if secure {
		return &store{keeper, "__Host-holdfast", true}
	}
	return &store{keeper, "holdfast", false}
}

var _ sessions.Store = (*store)(nil)

// Get looks a session up once per request.
func (st *store) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(st, name)
}

// New finds the session behind the cookie. No cookie, junk, and the token of a
// dead session are all just signed out.
func (st *store) New(r *http.Request, name string) (*sessions.Session, error) {
	ses := sessions.NewSession(st, name)
	ses.IsNew = true
	ses.Options = st.options(0)
	hash := tokenHash(r, name)
	if hash == nil {
		return ses, nil
	}
	kept, who, err := st.keeper.Find(r.Context(), hash)
	if err != nil {
		if models.KindOf(err) == models.NotFound {
			return ses, nil
		}
		return ses, err
	}
	adopt(ses, kept, who)
	return ses, nil
}

// Save carries out what was asked of the session: to end, to begin anew for a
// login, or to keep other news.
func (st *store) Save(r *http.Request, w http.ResponseWriter, ses *sessions.Session) error {
	who, _ := ses.Values[whoKey].(models.Actor)
	if entry, ok := ses.Values[signInWith].(models.Entry); ok {
		return st.start(r, w, ses, who, entry)
	}
	if ses.IsNew {
		return nil
	}
	if ses.Options.MaxAge < 0 {
		return st.end(r, w, ses, who)
	}
	kept, _ := ses.Values[keptKey].(models.Session)
	news := latest(ses.Flashes())
	if news.Kind == kept.FlashKind && news.Text == kept.FlashText {
		return nil
	}
	return st.keeper.SetFlash(r.Context(), who, news.Kind, news.Text)
}

func (st *store) start(r *http.Request, w http.ResponseWriter, ses *sessions.Session, who models.Actor, e models.Entry) error {
	token, hash := newToken()
	kept, now, err := st.keeper.Start(r.Context(), who, e, hash)
	if err != nil {
		return err
	}
	delete(ses.Values, signInWith)
	adopt(ses, kept, now)
	http.SetCookie(w, sessions.NewCookie(st.cookie, token, ses.Options))
	return nil
}

// end forgets the cookie only once the session is over: whoever sees an error
// instead is still signed in, and can try again.
func (st *store) end(r *http.Request, w http.ResponseWriter, ses *sessions.Session, who models.Actor) error {
	if err := st.keeper.End(r.Context(), who); err != nil {
		return err
	}
	http.SetCookie(w, sessions.NewCookie(st.cookie, "", ses.Options))
	return nil
}

func adopt(ses *sessions.Session, kept models.Session, who models.Actor) {
	who.SessionID = kept.ID
	ses.IsNew, ses.ID = false, kept.ID.String()
	ses.Values[whoKey], ses.Values[keptKey] = who, kept
	if kept.FlashText != "" {
		ses.AddFlash(layout.Flash{Kind: kept.FlashKind, Text: kept.FlashText})
	}
}

// options are the cookie's. It is gone when the browser closes; the domain
// ends the session before that if it must. Lax, as Strict would lose the
// session on the way back from an OAuth provider.
func (st *store) options(maxAge int) *sessions.Options {
	return &sessions.Options{Path: "/", MaxAge: maxAge, Secure: st.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

func latest(news []any) layout.Flash {
	if len(news) == 0 {
		return layout.Flash{}
	}
	flash, _ := news[len(news)-1].(layout.Flash)
	return flash
}

// newToken makes 256 random bits for the browser, and the hash of them for us.
func newToken() (token string, hash []byte) {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // it crashes the program rather than fail
	sum := sha256.Sum256(raw[:])
	return base64.RawURLEncoding.EncodeToString(raw[:]), sum[:]
}

// tokenHash reads the cookie; nil when there is none or it is junk.
func tokenHash(r *http.Request, cookie string) []byte {
	c, err := r.Cookie(cookie)
	if err != nil {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || len(raw) != 32 {
		return nil
	}
	sum := sha256.Sum256(raw)
	return sum[:]
}
