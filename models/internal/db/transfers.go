package db

import (
	"database/sql"
	"slices"

	"holdfast/models"
)

// offeredColumns begin a query of offers t: with both people, the letter with
// the link, and what the credential is by now.
const offeredColumns = `SELECT t.id, t.credential_id, t.name, t.version, t.from_id, t.to_id, t.offered_by, t.token_hash, t.letter_id, t.state,
		t.created_at, t.expires_at, t.ended_at, t.ended_by, f.name, f.email, r.name, r.email, coalesce(b.name, ''), coalesce(b.email, ''), coalesce(l.state, ''), coalesce(l.outcome, ''),
		coalesce(c.kind, '')
	FROM transfers t JOIN users f ON f.id = t.from_id JOIN users r ON r.id = t.to_id LEFT JOIN users b ON b.id = t.offered_by AND b.id <> t.from_id
	LEFT JOIN letters l ON l.id = t.letter_id LEFT JOIN credentials c ON c.id = t.credential_id`

func scanOffered(r *sql.Rows, o *models.Offered) error {
	var ended nullTime
	var by sql.NullInt64
	err := r.Scan(&o.ID, &o.CredentialID, &o.Name, &o.Version, &o.FromID, &o.ToID, &o.OfferedBy, &o.TokenHash, &o.LetterID, &o.State,
		&o.CreatedAt, &o.ExpiresAt, &ended, &by, &o.From.Name, &o.From.Email, &o.To.Name, &o.To.Email, &o.By.Name, &o.By.Email, &o.Letter, &o.Trouble, &o.Kind)
	o.EndedAt = ended.orNil()
	if by.Valid {
		o.EndedBy = &by.Int64
	}
	return err
}

// OffersToMe is a page of what was offered to the person, the newest first.
func (v *SelfView) OffersToMe(after string) (models.OfferPage, error) {
	return v.offers(`t.to_id`, v.Who.UserID, after)
}

// OffersOfMine is a page of what the person, or an administrator for them,
// offered to others.
func (v *SelfView) OffersOfMine(after string) (models.OfferPage, error) {
	return v.offers(`t.from_id`, v.Who.UserID, after)
}

func (v view) offers(side string, user int64, after string) (models.OfferPage, error) {
	w := where{}
	w.add(true, side+` = ?`, user)
	if last := models.ParseID(after); last != (models.ID{}) {
		w.add(true, `t.id < ?`, last)
	}
	rows, err := v.rows(offeredColumns+w.String()+` ORDER BY t.id DESC LIMIT `+pageAndOne, w.args...)
	list, err := collect(rows, err, scanOffered)
	page, next := newestFirst(list, func(o models.Offered) models.ID { return o.ID })
	return models.OfferPage{Rows: page, Next: next}, err
}

// Given is an offer in the receiver's hands, with the credential as it is now;
// the credential has no id when it is gone.
type Given struct {
	models.Offered
	Credential models.Credential
}

// Given are the offers to the person that the link of the token's hash is for.
// A link for somebody else gives none.
func (v *SelfView) Given(hash []byte) ([]Given, error) { return v.given(hash, v.Who.UserID, "") }

// Take is Given for who will answer: it holds the credentials and the offers
// until the door closes.
func (t *SelfTx) Take(hash []byte) ([]Given, error) {
	if t.d.pg { // the credentials first, as everybody else
		_, err := t.tx.exec(`SELECT 1 FROM credentials WHERE id IN (SELECT credential_id FROM transfers WHERE token_hash = ? AND to_id = ?) ORDER BY id FOR UPDATE`,
			hash, t.Who.UserID)
		if err != nil {
			return nil, err
		}
	}
	return t.given(hash, t.Who.UserID, t.d.forUpdate("t"))
}

func (v view) given(hash []byte, receiver int64, lock string) ([]Given, error) {
	rows, err := v.rows(offeredColumns+` WHERE t.token_hash = ? AND t.to_id = ? ORDER BY t.id`+lock, hash, receiver)
	offers, err := collect(rows, err, scanOffered)
	if err != nil || len(offers) == 0 {
		return nil, err
	}
	list, ids := make([]Given, len(offers)), make([]models.ID, len(offers))
	for i, o := range offers {
		list[i].Offered, ids[i] = o, o.CredentialID
	}
	now, err := v.asTheyAre(ids)
	for i := range list {
		list[i].Credential = now[ids[i]]
	}
	return list, err
}

// asTheyAre are credentials by id, whoever owns them.
func (v view) asTheyAre(ids []models.ID) (map[models.ID]models.Credential, error) {
	those, list := v.d.among(ids)
	rows, err := v.rows(`SELECT id, owner_id, name, kind, version, deletion_at, purged_at FROM credentials WHERE id `+those, list)
	found, err := collect(rows, err, func(r *sql.Rows, c *models.Credential) error {
		var deletion, purged nullTime
		err := r.Scan(&c.ID, &c.OwnerID, &c.Name, &c.Kind, &c.Version, &deletion, &purged)
		c.DeletionAt, c.PurgedAt = deletion.orNil(), purged.orNil()
		return err
	})
	byID := map[models.ID]models.Credential{}
	for _, c := range found {
		byID[c.ID] = c
	}
	return byID, err
}

// GivenUses are the projects that use credentials offered to the person.
// Inside says whether the person is a member of each.
func (v *SelfView) GivenUses(credentials []models.ID) ([]Use, error) {
	return v.uses(credentials, v.Who.UserID, v.Who.UserID)
}

// KeepSeats holds the person's seats in the projects of uses: nobody can take
// one away until the door closes. Only a seat that is held counts: one that
// came while this waited for another could be gone again by then.
func (t *SelfTx) KeepSeats(uses []Use) error {
	if !t.d.pg {
		return nil
	}
	projects := make([]models.ID, len(uses))
	for i, u := range uses {
		projects[i] = u.ID
	}
	those, list := t.d.among(projects)
	rows, err := t.rows(`SELECT m.project_id FROM memberships m WHERE m.user_id = ? AND m.project_id `+those+` ORDER BY m.project_id`+t.d.forShare("m"), t.Who.UserID, list)
	held, err := collect(rows, err, func(r *sql.Rows, id *models.ID) error { return r.Scan(id) })
	for i := range uses {
		uses[i].Inside = slices.Contains(held, uses[i].ID)
	}
	return err
}

// TakenNames are those of names that a credential of the person has, in the
// form in which they are compared.
func (v *SelfView) TakenNames(names []string) (map[string]bool, error) {
	taken, args := map[string]bool{}, []any{v.Who.UserID}
	for _, name := range names {
		args = append(args, storable(models.Fold(name)))
	}
	rows, err := v.rows(`SELECT name_key FROM credentials WHERE owner_id = ? AND purged_at IS NULL AND name_key IN (`+marks(len(names))+`)`, args...)
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var key string
		err := r.Scan(&key)
		taken[key] = true
		return err
	})
	return taken, err
}

// HandOver gives the held credentials of offers to the person, under names that
// are theirs to choose, and ends the offers.
func (t *SelfTx) HandOver(offers []Given, names []string) error {
	done := make([]models.Offered, 0, len(offers))
	for i, g := range offers {
		if err := t.receive(g, names[i]); err != nil {
			return err
		}
		done = append(done, g.Offered)
	}
	return t.End(done, models.TransferAccepted)
}

func (t *SelfTx) receive(g Given, name string) error {
	c := g.Credential
	_, err := t.tx.exec(`UPDATE credentials SET owner_id = ?, name = ?, name_key = ?, version = version + 1, updated_at = ? WHERE id = ?`,
		t.Who.UserID, name, models.Fold(name), t.Now, c.ID)
	if duplicate(err) {
		return models.Wrong(models.NameField(g.ID), models.NameTaken)
	}
	if err != nil {
		return err
	}
	d := handOverDetails(g, t.Who)
	if name != c.Name {
		d.Before["name"], d.After["name"] = c.Name, name
		if _, err := t.tx.exec(`UPDATE shares SET name_key = ? WHERE credential_id = ?`, models.Fold(name), c.ID); err != nil {
			return err
		}
		c.Name = name
	}
	t.tx.record(models.TransferDone, credential(c), d)
	return nil
}

func handOverDetails(g Given, to models.Actor) models.Details {
	return models.Details{
		Before:  map[string]any{"owner": g.From.Email, "owner_id": g.FromID},
		After:   map[string]any{"owner": to.Email, "owner_id": to.UserID},
		Version: g.Credential.Version + 1,
	}
}

// Overdue are at most limit open offers whose time is over and that nobody
// else works on, held until the door closes.
func (t *SystemTx) Overdue(limit int) ([]models.Offered, error) {
	rows, err := t.rows(offeredColumns+` WHERE t.state = 'pending' AND t.expires_at <= ? ORDER BY t.expires_at, t.id LIMIT ?`+t.d.skipLocked("t"), t.Now, limit)
	return collect(rows, err, scanOffered)
}
