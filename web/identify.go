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
	if !r.Who.SignedIn() {
		return nil
	}
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
// Whoever has not come in whole acts for nobody yet: they are only Half.
func (r *Request) become(ses *sessions.Session) {
	who, _ := ses.Values[whoKey].(models.Actor)
	who.IP, who.UserAgent, who.RequestID = r.Who.IP, r.Who.UserAgent, r.Who.RequestID
	ses.Values[whoKey] = who
	r.Who, r.Half = who, models.Actor{}
	if who.Stage != models.Whole {
		r.Who, r.Half = nobody(who), who
	}
}

// nobody is who acts when nobody is known, from where who is.
func nobody(who models.Actor) models.Actor {
	return models.Actor{IP: who.IP, UserAgent: who.UserAgent, RequestID: who.RequestID}
}

// SignIn begins a new session for an entry and ends the one before, so that no
// token from before is worth anything. How far it leads, r.Half.Stage says.
func (r *Request) SignIn(e models.Entry) error {
	ses, err := r.session()
	if err != nil {
		return err
	}
	if r.Half.SignedIn() {
		ses.Values[whoKey] = r.Half
	} else {
		ses.Values[whoKey] = r.Who
	}
	ses.Values[signInWith] = e
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
	r.Who, r.Half = nobody(r.Who), models.Actor{}
	return nil
}

// Renew gives the session a new token because something about it has changed;
// its time goes on. More is what the person has shown just now; with nothing
// more, they have proven who they are no later than before.
func (r *Request) Renew(more models.Proofs) error {
	return r.SignIn(models.Entry{LoginID: r.Who.LoginID, Proofs: r.Who.Proofs.And(more), Renew: true, Shown: more != ""})
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
