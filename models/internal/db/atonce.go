package db

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"holdfast/models"
)

// Handing a credential over takes many steps, and most of them only find out
// that nothing stands in the way. Where that is so, one question is enough for
// all that has to be known. On Postgres, where trips cost more than work, one
// statement then writes everything, if nothing has changed since the question;
// SQLite asks and writes while nobody else can. Whatever stands in the way,
// nothing is written, and the door of many steps finds out what it is.

// OfferFacts are what has to be known to offer one credential to an address.
type OfferFacts struct {
	Held     Held
	Receiver models.Receiver
	Uses     []Use // as the receiver stands to them; the roles are the receiver's
}

// OfferDrawn is what an offer leaves behind.
type OfferDrawn struct {
	Offer   models.Transfer
	To      models.Party
	Letters []NewLetter
}

// OfferAtOnce offers one of the person's own credentials, as draw makes it of
// what has to be known. Where draw reports that something stands in the way, or
// something has changed, done is false and nothing is written.
func (d *DB) OfferAtOnce(ctx context.Context, who models.Actor, credential models.ID, email string, draw func(OfferFacts) (OfferDrawn, bool, error)) (bool, error) {
	var o OfferDrawn
	return d.atOnce(ctx, who, func(v *SelfView) (bool, error) {
		f, found, err := v.offerFacts(credential, email)
		if err != nil || !found {
			return false, err
		}
		clear := false
		o, clear, err = draw(f)
		return clear, err
	}, func() (bool, error) { return d.keepOffer(ctx, who, o) }, func(t *SelfTx) error {
		t.Post(o.Letters...)
		return t.Estate().Offer([]models.Transfer{o.Offer}, o.To)
	})
}

// atOnce asks, and writes if nothing stands in the way: on Postgres with the one
// statement of keep, on SQLite behind the door at which it has asked. It reports
// whether something was written.
func (d *DB) atOnce(ctx context.Context, who models.Actor, ask func(*SelfView) (clear bool, err error), keep func() (bool, error), write func(*SelfTx) error) (done bool, err error) {
	if d.pg {
		err = d.ReadSelf(ctx, who, func(v *SelfView) error {
			done, err = ask(v)
			return err
		})
		if err != nil || !done {
			return false, err
		}
		return keep()
	}
	err = d.Self(ctx, who, func(t *SelfTx) error {
		if done, err = ask(&t.SelfView); err != nil || !done {
			return err
		}
		return write(t)
	})
	return done && err == nil, err
}

// offerFacts finds what has to be known to offer one of the person's own
// credentials; found is false where a look in steps would say why.
func (v *SelfView) offerFacts(credential models.ID, email string) (f OfferFacts, found bool, err error) {
	var deletion, purged nullTime
	var used sql.NullString
	h, r := &f.Held, &f.Receiver
	err = v.row(`SELECT c.id, c.owner_id, c.name, c.version, c.deletion_at, c.purged_at,
			EXISTS (SELECT 1 FROM transfers t WHERE t.credential_id = c.id AND t.state = 'pending'), u.id, u.name, u.email,
			(`+signsIn+`),
			EXISTS (SELECT 1 FROM memberships a JOIN memberships b ON b.project_id = a.project_id WHERE a.user_id = c.owner_id AND b.user_id = u.id),
			`+v.d.usedText()+`
		FROM credentials c CROSS JOIN users u WHERE c.id = ? AND c.owner_id = ? AND u.email_key = ?`,
		v.Now, credential, v.Who.UserID, storable(models.Fold(email))).
		Scan(&h.ID, &h.OwnerID, &h.Name, &h.Version, &deletion, &purged, &h.Pending, &r.ID, &r.Name, &r.Email, &r.SignsIn, &r.Known, &used)
	if err == sql.ErrNoRows {
		return f, false, nil
	}
	if deletion.Valid || purged.Valid || v.Who.Admin() {
		return f, false, err
	}
	f.Uses = readUses(used.String, h.ID)
	return f, err == nil, err
}

func readUses(text string, credential models.ID) []Use {
	var list []Use
	for _, p := range readShared(text) {
		list = append(list, Use{SharedWith: p, Credential: credential, Inside: p.Role != ""})
	}
	return list
}

// keepOffer is one statement for the offer, its event and its letters, if the
// credential is still the person's, unchanged and offered to nobody.
func (d *DB) keepOffer(ctx context.Context, who models.Actor, o OfferDrawn) (done bool, err error) {
	s, offer := &parts{now: d.Clock()}, o.Offer
	begin(&offer, who.UserID, who.UserID, s.now)
	s.with("c", `SELECT id FROM credentials WHERE id = ? AND owner_id = ? AND version = ? AND deletion_at IS NULL AND purged_at IS NULL FOR UPDATE`,
		offer.CredentialID, who.UserID, offer.Version)
	s.with("t", `INSERT INTO transfers (`+newTransferColumns+`)
		SELECT ?::uuid, ?::uuid, ?::text, ?::bigint, ?::bigint, ?::bigint, ?::bigint, ?::bytea, ?::uuid, ?::text, ?::timestamptz, ?::timestamptz FROM c RETURNING id`,
		newTransferArgs(offer)...)
	s.letters("t", o.Letters)
	return s.run(ctx, d, "t", d.event(s.now, who, models.TransferOffered, offered(offer), offerDetails(offer, o.To)))
}

// GivenFacts are what has to be known to accept the one offer of a link.
type GivenFacts struct {
	Given
	Uses  []Use
	Taken bool // the receiver has a credential of that name
	Ready bool // the receiver can sign in, and the letter with the link has gone
}

// HandOverAtOnce gives the one credential that a link offers to the person,
// under the name that it has, with the letters that draw makes of what has to be
// known. Where draw reports that something stands in the way, or something has
// changed, done is false and nothing is written.
func (d *DB) HandOverAtOnce(ctx context.Context, who models.Actor, hash []byte, draw func(GivenFacts) ([]NewLetter, bool)) (bool, error) {
	var f GivenFacts
	var letters []NewLetter
	return d.atOnce(ctx, who, func(v *SelfView) (clear bool, err error) {
		found := false
		if f, found, err = v.givenFacts(hash); err != nil || !found {
			return false, err
		}
		letters, clear = draw(f)
		return clear, nil
	}, func() (bool, error) { return d.keepHandOver(ctx, who, f.Given, letters) }, func(t *SelfTx) error {
		t.Post(letters...)
		return t.HandOver([]Given{f.Given}, []string{f.Credential.Name})
	})
}

// givenFacts finds what has to be known to accept the one offer of a link;
// found is false where a look in steps would say more.
func (v *SelfView) givenFacts(hash []byte) (f GivenFacts, found bool, err error) {
	rows, err := v.rows(`SELECT t.id, t.credential_id, t.name, t.version, t.from_id, t.to_id, t.state, t.expires_at, f.name, f.email,
			c.id, c.owner_id, c.name, c.version, `+v.d.usedText()+`,
			EXISTS (SELECT 1 FROM credentials o WHERE o.owner_id = t.to_id AND o.name_key = c.name_key AND o.purged_at IS NULL),
			`+signsIn+` AND NOT EXISTS (SELECT 1 FROM letters w WHERE w.id = t.letter_id AND w.state <> 'sent')
		FROM transfers t JOIN users f ON f.id = t.from_id JOIN users u ON u.id = t.to_id JOIN credentials c ON c.id = t.credential_id
		WHERE t.token_hash = ? AND t.to_id = ? AND c.deletion_at IS NULL AND c.purged_at IS NULL LIMIT 2`, v.Now, hash, v.Who.UserID)
	list, err := collect(rows, err, func(r *sql.Rows, f *GivenFacts) error {
		var used sql.NullString
		o, c := &f.Offered, &f.Credential
		err := r.Scan(&o.ID, &o.CredentialID, &o.Name, &o.Version, &o.FromID, &o.ToID, &o.State, &o.ExpiresAt, &o.From.Name, &o.From.Email,
			&c.ID, &c.OwnerID, &c.Name, &c.Version, &used, &f.Taken, &f.Ready)
		f.Uses = readUses(used.String, c.ID)
		return err
	})
	if err != nil || len(list) != 1 {
		return f, false, err
	}
	return list[0], true, nil
}

// keepHandOver is one statement for the new owner, the end of the offer, its
// event and its letters, if everything is as it was found and the person sits in
// every project that uses the credential.
func (d *DB) keepHandOver(ctx context.Context, who models.Actor, g Given, letters []NewLetter) (done bool, err error) {
	s, c := &parts{now: d.Clock()}, g.Credential
	s.with("c", `SELECT id FROM credentials WHERE id = ? AND owner_id = ? AND version = ? AND deletion_at IS NULL AND purged_at IS NULL FOR UPDATE`, c.ID, g.FromID, g.Version)
	s.with("t", `SELECT t.id FROM transfers t CROSS JOIN c JOIN users u ON u.id = t.to_id
		WHERE t.id = ? AND t.to_id = ? AND t.state = 'pending' AND t.expires_at > ? AND `+signsIn+` FOR UPDATE OF t`, g.ID, who.UserID, s.now, s.now)
	s.with("m", `SELECT m.project_id FROM memberships m CROSS JOIN t WHERE m.user_id = ? AND m.project_id IN (SELECT project_id FROM shares WHERE credential_id = ?) FOR SHARE OF m`, who.UserID, c.ID)
	s.with("u", `UPDATE credentials SET owner_id = ?, version = version + 1, updated_at = ? FROM t
		WHERE credentials.id = ? AND (SELECT count(*) FROM m) = (SELECT count(*) FROM shares WHERE credential_id = ?) RETURNING credentials.id`, who.UserID, s.now, c.ID, c.ID)
	s.with("e", `UPDATE transfers SET state = 'accepted', ended_at = ?, ended_by = ? FROM u WHERE transfers.id = ?`, s.now, who.UserID, g.ID)
	s.letters("u", letters)
	return s.run(ctx, d, "u", d.event(s.now, who, models.TransferDone, credential(c), handOverDetails(g, who)))
}

// parts are one statement, all of which happen or none.
type parts struct {
	now  time.Time
	all  []string
	args []any
}

func (s *parts) with(name, part string, args ...any) {
	s.all, s.args = append(s.all, name+` AS (`+part+`)`), append(s.args, args...)
}

// letters are put into the outbox for each row of the part after.
func (s *parts) letters(after string, letters []NewLetter) {
	const row = `SELECT ?::uuid, ?::bigint, ?::text, ?::text, ?::text, ?::text, ?::text, ?::text, ?::bigint, ?::timestamptz, ?::timestamptz, ?::timestamptz, ?::timestamptz, ?::text FROM `
	var rows []string
	var args []any
	for _, l := range letters {
		l.begin(s.now)
		rows, args = append(rows, row+after), append(args, letterArgs(l)...)
		if l.Sealed != nil {
			s.with("k", `INSERT INTO letter_tokens (id, sealed, key_id) SELECT ?::uuid, ?::bytea, ?::text FROM `+after, l.ID, l.Sealed, l.KeyID)
		}
	}
	s.with("l", `INSERT INTO letters (`+letterColumns+`) `+strings.Join(rows, ` UNION ALL `), args...)
}

// run does all parts and notes the event for each row of the part after.
func (s *parts) run(ctx context.Context, d *DB, after string, e models.Event) (done bool, err error) {
	query := `WITH ` + strings.Join(s.all, `, `) + ` INSERT INTO events (` + eventColumns + `)
		SELECT ?::uuid, ?::timestamptz, ?::text, ?::bigint, ?::text, ?::text, ?::text, ?::text, ?::text, ?::text, ?::text FROM ` + after
	r, err := d.sqlWrite().ExecContext(ctx, d.bind(query), d.values(append(s.args, eventArgs(e)...))...)
	if duplicate(err) {
		return false, nil // somebody was faster, or has the name
	}
	if err != nil {
		return false, told(err)
	}
	n, err := r.RowsAffected()
	if n > 0 { // each leaves letters
		d.tellQueued()
	}
	return n > 0, err
}
