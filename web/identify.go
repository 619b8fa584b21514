package web

import (
	"github.com/gorilla/sessions"

	"holdfast/models"
	"holdfast/views/layout"
)

// identify finds the person behind the cookie, once. A stylesheet never asks,
// so it costs no query.
func (r *Request) identify() error {
	if r.identified {
		return nil
	}
	r.identified = true
	ses, err := r.session()
	if err != nil {
		return err
	}
	if ses.IsNew {
		return nil
	}
	r.become(ses)
	kept, _ := ses.Values[keptKey].(models.Session)
	if r.Now().Sub(kept.LastSeenAt) < models.SeenEvery {
		return nil
	}
	if err := r.server.store.keeper.Touch(r.Ctx(), r.Who); err != nil {
		r.server.log.Warn("session could not be touched", "id", r.Who.RequestID, "err", err)
	}
	return nil
}

func (r *Request) session() (*sessions.Session, error) {
	return r.server.store.Get(r.Request(), r.server.store.cookie)
}

// become makes the session's person the one who acts, from where they are now.
func (r *Request) become(ses *sessions.Session) {
	who, _ := ses.Values[whoKey].(models.Actor)
	who.IP, who.UserAgent, who.RequestID = r.Who.IP, r.Who.UserAgent, r.Who.RequestID
	r.Who = who
	ses.Values[whoKey] = who
}

// SignIn begins a new session for a login and ends the one before, so that no
// token from before is worth anything. Call it again with r.Who.LoginID to
// renew the token when what the session may do has changed.
func (r *Request) SignIn(loginID int64) error {
	ses, err := r.session()
	if err != nil {
		return err
	}
	ses.Values[whoKey], ses.Values[signInWith] = r.Who, loginID
	if err := ses.Save(r.Request(), r.Response()); err != nil {
		return err
	}
	r.become(ses)
	return nil
}

// SignOut ends the session and tells the browser to forget what it kept of
// these pages. Cookies are left out of that: ours is expired here, and those
// of other programs on the same domain are not ours to clear.
func (r *Request) SignOut() error {
	ses, err := r.session()
	if err != nil {
		return err
	}
	ses.Options.MaxAge = -1
	if err := ses.Save(r.Request(), r.Response()); err != nil {
		return err
	}
	r.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	r.Who = models.Actor{IP: r.Who.IP, UserAgent: r.Who.UserAgent, RequestID: r.Who.RequestID}
	return nil
}

// leaveFlash keeps news for the next page. Without a session there is nowhere
// to keep it: a public page that has news says it by a query parameter.
func (r *Request) leaveFlash(news layout.Flash) error {
	if news.Text == "" || !r.Who.SignedIn() {
		return nil
	}
	ses, err := r.session()
	if err != nil {
		return err
	}
	ses.AddFlash(news)
	return ses.Save(r.Request(), r.Response())
}

// takeFlash hands out the news that waits, and clears it. News that can't be
// cleared is shown twice rather than break a page.
func (r *Request) takeFlash() layout.Flash {
	if !r.Who.SignedIn() {
		return layout.Flash{}
	}
	ses, err := r.session()
	if err != nil {
		return layout.Flash{}
	}
	news := latest(ses.Flashes())
	if err := ses.Save(r.Request(), r.Response()); err != nil {
		r.server.log.Warn("news could not be cleared", "id", r.Who.RequestID, "err", err)
	}
	return news
}
