package db

import (
	"database/sql"
	"time"

	"holdfast/models"
)

// Estate is what one user owns, in the hands of who may offer it to others:
// the owner, or an administrator in the owner's place.
type Estate struct {
	tx
	Owner models.User
	By    models.Actor
}

// Estate is what the person owns.
func (t *SelfTx) Estate() Estate {
	return Estate{t.tx, t.Who.User(), t.Who}
}

// Estate is what a user owns.
func (t *ConsoleTx) Estate(owner int64) (Estate, error) {
	u, err := t.User(owner)
	return Estate{t.tx, u, t.tx.who}, err
}

// OwnHands reports whether the owner acts.
func (e Estate) OwnHands() bool { return e.By.UserID == e.Owner.ID }

// Post puts letters into the outbox.
func (e Estate) Post(letters ...NewLetter) { e.post(letters...) }

// NotMine makes not_owner of an answer that something is not found, when the
// person can see one of the credentials, as a member of a project that uses it.
func (v *SelfView) NotMine(err error, credentials []models.ID) error {
	if models.KindOf(err) != models.NotFound || err == nil {
		return err
	}
	for _, id := range credentials {
		if c, unseen := v.Glimpse(id); unseen == nil && c.OwnerID != v.Who.UserID {
			return models.ErrNotOwner
		}
	}
	return err
}

// Held is a credential that stays as it is until the door closes.
type Held struct {
	models.Credential
	Pending bool // it is offered to somebody
	Stale   bool // it is marked as offered, though the time of that is over
}

// Hold finds credentials of the estate, in the order of their ids, and holds
// them. One that is not there is not found.
func (e Estate) Hold(ids []models.ID) ([]Held, error) {
	ids = inOrder(ids)
	those, list := e.d.among(ids)
	rows, err := e.rows(`SELECT c.id, c.owner_id, c.name, c.version, c.deletion_at, c.purged_at,
			(SELECT t.expires_at FROM transfers t WHERE t.credential_id = c.id AND t.state = 'pending')
		FROM credentials c WHERE c.owner_id = ? AND c.id `+those+` ORDER BY c.id`+e.d.forUpdate("c"), e.Owner.ID, list)
	held, err := collect(rows, err, func(r *sql.Rows, h *Held) error {
		var deletion, purged, until nullTime
		err := r.Scan(&h.ID, &h.OwnerID, &h.Name, &h.Version, &deletion, &purged, &until)
		h.DeletionAt, h.PurgedAt = deletion.orNil(), purged.orNil()
		h.Pending = until.Valid && e.Now.Before(until.Time)
		h.Stale = until.Valid && !h.Pending
		return err
	})
	if err == nil && len(held) < len(ids) {
		return nil, models.Fail(models.NotFound, "No such credential.")
	}
	return held, err
}

// Expire ends what is still marked as pending of held credentials though its
// time is over, and tells what that was.
func (e Estate) Expire(held []Held) ([]models.Offered, error) {
	var ids []models.ID
	for _, h := range held {
		if h.Stale {
			ids = append(ids, h.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	those, list := e.d.among(ids)
	rows, err := e.rows(offeredColumns+` WHERE t.state = 'pending' AND t.credential_id `+those+e.d.forUpdate("t"), list) // the job may be at it
	stale, err := collect(rows, err, scanOffered)
	if err != nil {
		return nil, err
	}
	e.who = models.Actor{Job: "expiry"} // time ended it, not the one who came along
	return stale, e.tx.end(stale, models.TransferExpired)
}

// Use is a project that uses a credential, as two people stand to it.
type Use struct {
	models.SharedWith           // with the role of who asks; empty for a stranger
	Credential        models.ID //
	Inside            bool      // the receiver is a member
}

// Uses are the projects that use credentials, by name, as the one who acts and
// the receiver stand to them. An administrator knows them all.
func (e Estate) Uses(credentials []models.ID, receiver int64) ([]Use, error) {
	list, err := e.uses(credentials, e.By.UserID, receiver)
	for i := range list {
		if !e.OwnHands() {
			list[i].Role = models.Viewer
		}
	}
	return list, err
}

func (v view) uses(credentials []models.ID, asks, receiver int64) ([]Use, error) {
	those, list := v.d.among(credentials)
	rows, err := v.rows(`SELECT s.credential_id, p.id, p.name,
			coalesce((SELECT m.role FROM memberships m WHERE m.project_id = p.id AND m.user_id = ?), ''),
			EXISTS (SELECT 1 FROM memberships m WHERE m.project_id = p.id AND m.user_id = ?)
		FROM shares s JOIN projects p ON p.id = s.project_id WHERE s.credential_id `+those+` ORDER BY p.name_key, p.id`, asks, receiver, list)
	return collect(rows, err, func(r *sql.Rows, u *Use) error { return r.Scan(&u.Credential, &u.ID, &u.Name, &u.Role, &u.Inside) })
}

// Offer keeps new offers, and notes each.
func (e Estate) Offer(offers []models.Transfer, to models.Party) error {
	for i := range offers {
		t := &offers[i]
		begin(t, e.Owner.ID, e.By.UserID, e.Now)
		_, err := e.exec(`INSERT INTO transfers (`+newTransferColumns+`) VALUES (`+marks(12)+`)`, newTransferArgs(*t)...)
		if duplicate(err) {
			return models.Credential{Name: t.Name}.Offerable(true)
		}
		if err != nil {
			return err
		}
		e.record(models.TransferOffered, offered(*t), offerDetails(*t, to))
	}
	return nil
}

func begin(t *models.Transfer, owner, by int64, now time.Time) {
	t.ID, t.State, t.CreatedAt, t.FromID, t.OfferedBy = models.NewID(), models.TransferPending, now, owner, by
}

const newTransferColumns = `id, credential_id, name, version, from_id, to_id, offered_by, token_hash, letter_id, state, created_at, expires_at`

func newTransferArgs(t models.Transfer) []any {
	return []any{t.ID, t.CredentialID, t.Name, t.Version, t.FromID, t.ToID, t.OfferedBy, t.TokenHash, t.LetterID, string(t.State), t.CreatedAt, t.ExpiresAt}
}

func offerDetails(t models.Transfer, to models.Party) models.Details {
	return models.Details{After: map[string]any{"to": to.Email, "to_id": t.ToID, "expires_at": t.ExpiresAt}}
}

// offered names the credential of an offer in an event.
func offered(t models.Transfer) Thing { return Thing{"credential", t.CredentialID.String(), t.Name} }

// Pending are the open offers of credentials of the estate, with both sides.
func (e Estate) Pending(credentials []models.ID) ([]models.Offered, error) {
	return e.pending(credentials, e.Owner.ID)
}

// Pending is the open offer of the person's own credential, if there is one.
func (v *SelfView) Pending(credential models.ID) (o models.Offered, found bool, err error) {
	list, err := v.pending([]models.ID{credential}, v.Who.UserID)
	if err != nil || len(list) == 0 {
		return o, false, err
	}
	return list[0], true, nil
}

// PendingOf are the open offers of the person's own credentials.
func (v *SelfView) PendingOf(credentials []models.ID) ([]models.Offered, error) {
	return v.pending(credentials, v.Who.UserID)
}

// PendingOf are the open offers of credentials of owner's.
func (v *ConsoleView) PendingOf(owner int64, credentials []models.ID) ([]models.Offered, error) {
	return v.pending(credentials, owner)
}

func (v view) pending(credentials []models.ID, owner int64) ([]models.Offered, error) {
	those, list := v.d.among(credentials)
	rows, err := v.rows(offeredColumns+` WHERE t.state = 'pending' AND t.expires_at > ? AND t.from_id = ? AND t.credential_id `+those+
		` ORDER BY t.credential_id`, v.Now, owner, list)
	return collect(rows, err, scanOffered)
}

// End ends open offers in a state, each once: an offer that somebody else has
// ended meanwhile is a Conflict.
func (e Estate) End(offers []models.Offered, how models.TransferState) error {
	return e.end(offers, how)
}

// End ends open offers in a state.
func (t *SelfTx) End(offers []models.Offered, how models.TransferState) error {
	return t.tx.end(offers, how)
}

// End ends open offers in a state.
func (t *SystemTx) End(offers []models.Offered, how models.TransferState) error {
	return t.tx.end(offers, how)
}

// endings are the events of how an offer ended, apart from being accepted.
var endings = map[models.TransferState]string{
	models.TransferDeclined: models.TransferRefused,
	models.TransferRevoked:  models.TransferTakenBack,
	models.TransferExpired:  models.TransferTimedOut,
}

func (t tx) end(offers []models.Offered, how models.TransferState) error {
	ids := make([]models.ID, 0, len(offers))
	for _, o := range offers {
		ids = append(ids, o.ID)
		if event := endings[how]; event != "" {
			t.record(event, offered(o.Transfer), models.Details{After: map[string]any{"to": o.To.Email, "to_id": o.ToID}})
		}
	}
	var by *int64
	if t.who.UserID != 0 && how != models.TransferExpired {
		by = &t.who.UserID
	}
	those, list := t.d.among(ids)
	n, err := t.exec(`UPDATE transfers SET state = ?, ended_at = ?, ended_by = ? WHERE state = 'pending' AND id `+those, string(how), t.Now, by, list)
	if err == nil && int(n) != len(ids) {
		return models.ErrNotPending
	}
	if err != nil {
		return err
	}
	return t.recallOf(offers)
}

// recallOf takes the letters of links that open nothing any more out of the
// outbox, if they are still there.
func (t tx) recallOf(offers []models.Offered) error {
	seen := map[models.ID]bool{}
	for _, o := range offers {
		if seen[o.LetterID] || o.Letter == models.LetterSent {
			continue
		}
		seen[o.LetterID] = true
		if err := t.lock("letters", o.LetterID); err != nil { // the last two offers of a link may end at once
			return err
		}
		var open bool
		err := t.row(`SELECT EXISTS (SELECT 1 FROM transfers WHERE token_hash = ? AND state = 'pending')`, o.TokenHash).Scan(&open)
		if err == nil && !open {
			err = t.recall(`id = ?`, o.LetterID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
