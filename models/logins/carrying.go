package logins

import (
	"slices"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
)

// setting is one set on its way into the tables.
type setting struct {
	ops  Ops
	tx   *db.ConsoleTx
	who  models.Actor
	set  models.LoginSet
	hash func(models.PlannedLogin) string
	user models.User
	out  Result
}

// run plans the set once more, now that nobody else can change the user, and
// carries it out: removes, updates, creates.
func (s setting) run(user int64) (Result, error) {
	if err := s.tx.AdminsAlone(); err != nil {
		return Result{}, err
	}
	if err := s.tx.HoldLogins(user); err != nil {
		return Result{}, err
	}
	w, plan, err := planned(&s.tx.ConsoleView, s.who, user, s.set)
	if err != nil {
		return Result{}, err
	}
	s.user = w.User
	s.out = Result{Plan: plan, User: w.User, Before: Set{w.User, w.Live, w.User.Revision}, Logins: w.Live, Revision: w.User.Revision}
	if plan.Empty() {
		return s.out, nil
	}
	if err := s.carryOut(); err != nil {
		return Result{}, err
	}
	return s.out, s.keepAnAdmin()
}

// keepAnAdmin asks whether an administrator is left, if the plan could lose one.
func (s *setting) keepAnAdmin() error {
	switch {
	case s.user.Rank != models.Administrator:
		return nil
	case slices.ContainsFunc(s.out.Plan.Logins, func(l models.PlannedLogin) bool { return l.Shortened(s.tx.Now) }):
		return s.tx.KeepALastingAdmin()
	case slices.ContainsFunc(s.out.Plan.Logins, models.PlannedLogin.Jeopardizes):
		return s.tx.KeepAnAdmin()
	}
	return nil
}

func (s *setting) carryOut() (err error) {
	steps := []func() error{s.remove, s.free, s.update, s.create, s.follow}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	s.tell()
	if s.out.Revision, err = s.tx.NextRevision(s.user); err != nil {
		return err
	}
	s.out.Logins, err = s.tx.Logins(s.user.ID)
	return err
}

func (s *setting) remove() error {
	for _, l := range s.out.Plan.Of(models.LoginRemoves) {
		if err := s.tx.RemoveLogin(l.Was); err != nil {
			return err
		}
	}
	return nil
}

func (s *setting) free() error {
	var renamed []models.Login
	for _, l := range s.out.Plan.Of(models.LoginUpdates) {
		if l.Was.KeyCanon != l.Will.KeyCanon {
			renamed = append(renamed, l.Was)
		}
	}
	return s.tx.FreeKeys(renamed)
}

func (s *setting) update() error {
	for _, l := range s.out.Plan.Of(models.LoginUpdates) {
		if err := s.tx.PutLogin(l.Will, s.hash(l)); err != nil {
			return err
		}
	}
	return nil
}

func (s *setting) create() (err error) {
	for i, l := range s.out.Plan.Logins {
		if l.Deed != models.LoginCreates {
			continue
		}
		if s.out.Plan.Logins[i].Will, err = s.tx.AddLogin(l.Will, s.hash(l)); err != nil {
			return err
		}
	}
	return nil
}

// follow draws the consequences of each login's change: sessions, links, events.
func (s *setting) follow() error {
	for _, l := range s.out.Plan.Logins {
		if err := s.cut(l); err != nil {
			return err
		}
		s.note(l)
		if l.Link {
			if err := s.issue(l.Will); err != nil {
				return err
			}
		}
	}
	if s.out.Sessions > 0 {
		s.tx.NoteUser(models.SessionsRevoked, s.user, models.Details{After: map[string]any{"sessions": s.out.Sessions}, Note: s.set.Reason})
	}
	return nil
}

func (s *setting) cut(l models.PlannedLogin) error {
	if l.EndsSessions() {
		n, err := s.tx.EndLoginSessions(l.Was, l.Shut())
		if err != nil {
			return err
		}
		s.out.Sessions += n
	}
	if l.RevokesLinks() && l.Deed != models.LoginCreates {
		n, err := s.tx.RevokeLoginLinks(l.Was)
		if err != nil {
			return err
		}
		s.out.Revoked += n
	}
	return nil
}

// note leaves one event for each thing that was done to a login.
func (s *setting) note(l models.PlannedLogin) {
	for _, c := range l.Changes {
		d := models.Details{Note: s.set.Reason}
		if c.Before != nil {
			d.Before = map[string]any{c.Attribute: c.Before}
		}
		if c.After != nil {
			d.After = map[string]any{c.Attribute: c.After}
		}
		switch c.Event {
		case models.LoginBlocked:
			d.After["kind"] = "admin"
		case models.PasswordSet:
			d.Note, d.After = "by an administrator", map[string]any{"until": l.Will.SecretUntil}
		}
		s.tx.NoteLogin(c.Event, l.Will, d)
	}
}

// issue makes an access link, and the letter that carries it.
func (s *setting) issue(l models.Login) error {
	purpose, kind, life := models.Reset, models.ResetLetter, models.ResetLife
	if l.SecretHash == "" {
		purpose, kind, life = models.Invitation, models.InvitationLetter, models.InvitationLife
	}
	token, until := onetime.Token(), s.tx.Now.Add(life)
	d := models.LetterDetails{By: s.who.User().Party(), Until: until, Reason: s.set.Reason, Changes: []models.LetterChange{{Event: models.ResetRequested, Thing: l.Key}}}
	letter, err := s.ops.office.WithLink(s.ops.office.Letter(s.user, kind, d), token, until)
	if err != nil {
		return err
	}
	s.tx.Post(letter)
	s.out.Letters++
	s.out.Links = append(s.out.Links, Link{Token: token, LoginID: l.ID, Key: l.Key, Purpose: purpose, ExpiresAt: until})
	return s.tx.KeepLink(l, models.AccessLink{
		ID: models.NewID(), TokenHash: onetime.Hash(token), Purpose: purpose, Email: s.user.Email, LetterID: &letter.ID, ExpiresAt: until,
	})
}
