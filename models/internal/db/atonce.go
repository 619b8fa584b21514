package db

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"holdfast/models"
)

// On Postgres the trips cost more than the work, so what is done most is done
// in two: one statement that finds out, and one that writes if nothing has
// changed since. They take the straight way alone. Whatever stands in it,
// nothing is written then, and the door of many steps finds out what it is.

// OfferFacts are what has to be known to offer one credential to an address.
type OfferFacts struct {
	Held     Held
	Receiver models.Receiver
	Uses     []Use // as the receiver stands to them; the roles are the receiver's
	Attempts int   // of the one who offers, within the window
}

// OfferFacts finds what has to be known to offer one of the person's own
// credentials; found is false where a look in steps would say why.
func (v *SelfView) OfferFacts(credential models.ID, email, attempts string, window time.Duration) (f OfferFacts, found bool, err error) {
	if !v.d.pg {
		return f, false, nil
	}
	var deletion, purged sql.NullTime
	var used sql.NullString
	h, r := &f.Held, &f.Receiver
	err = v.row(`SELECT c.id, c.owner_id, c.name, c.version, c.deletion_at, c.purged_at,
			EXISTS (SELECT 1 FROM transfers t WHERE t.credential_id = c.id AND t.state = 'pending'), u.id, u.name, u.email,
			EXISTS (SELECT 1 FROM logins l WHERE l.user_id = u.id AND l.secret_hash <> '' AND l.blocked_at IS NULL AND (l.expire_at IS NULL OR l.expire_at > ?)),
			EXISTS (SELECT 1 FROM memberships a JOIN memberships b ON b.project_id = a.project_id WHERE a.user_id = c.owner_id AND b.user_id = u.id),
			`+usedText+`, coalesce((SELECT count FROM attempts WHERE name = ? AND since > ?), 0)
		FROM credentials c CROSS JOIN users u WHERE c.id = ? AND c.owner_id = ? AND u.email_key = ?`,
		v.Now, attempts, v.Now.Add(-window), credential, v.Who.UserID, storable(models.Fold(email))).
		Scan(&h.ID, &h.OwnerID, &h.Name, &h.Version, &deletion, &purged, &h.Pending, &r.ID, &r.Name, &r.Email, &r.SignsIn, &r.Known, &used, &f.Attempts)
	if err == sql.ErrNoRows {
		return f, false, nil
	}
	if deletion.Valid || purged.Valid || v.Who.Admin() {
		return f, false, err
	}
	f.Uses = readUses(used.String, h.ID)
	return f, err == nil, err
}

// usedText is a column of a query over credentials c and users u: the projects
// that use one, with the user's role there or nothing, as readShared reads them.
const usedText = `(SELECT string_agg(p.id || chr(31) || coalesce(m.role, '') || chr(31) || p.name, chr(30)) FROM shares s JOIN projects p ON p.id = s.project_id
	LEFT JOIN memberships m ON m.project_id = s.project_id AND m.user_id = u.id WHERE s.credential_id = c.id)`

func readUses(text string, credential models.ID) []Use {
	var list []Use
	for _, p := range readShared(text) {
		list = append(list, Use{SharedWith: p, Credential: credential, Inside: p.Role != ""})
	}
	return list
}

// OfferAtOnce keeps an offer with its event and its letters, if the credential
// is still the person's, unchanged and offered to nobody. Where done is false,
// nothing is written.
func (d *DB) OfferAtOnce(ctx context.Context, who models.Actor, offer models.Transfer, to models.Party, letters []NewLetter) (done bool, err error) {
	s := &parts{now: d.Clock()}
	begin(&offer, who.UserID, who.UserID, s.now)
	s.with("c", `SELECT id FROM credentials WHERE id = ? AND owner_id = ? AND version = ? AND deletion_at IS NULL AND purged_at IS NULL FOR UPDATE`,
		offer.CredentialID, who.UserID, offer.Version)
	s.with("t", `INSERT INTO transfers (`+newTransferColumns+`)
		SELECT ?::uuid, ?::uuid, ?::text, ?::bigint, ?::bigint, ?::bigint, ?::bigint, ?::bytea, ?::uuid, ?::text, ?::timestamptz, ?::timestamptz FROM c RETURNING id`,
		newTransferArgs(offer)...)
	s.letters("t", letters)
	return s.run(ctx, d, "t", d.event(s.now, who, models.TransferOffered, offered(offer), offerDetails(offer, to)))
}

// GivenFacts are what has to be known to accept the one offer of a link.
type GivenFacts struct {
	Given
	Uses  []Use
	Taken bool // the receiver has a credential of that name
}

// GivenFacts finds what has to be known to accept the one offer of a link;
// found is false where a look in steps would say more.
func (v *SelfView) GivenFacts(hash []byte) (f GivenFacts, found bool, err error) {
	if !v.d.pg {
		return f, false, nil
	}
	rows, err := v.rows(`SELECT t.id, t.credential_id, t.name, t.version, t.from_id, t.to_id, t.state, t.expires_at, f.name, f.email,
			c.id, c.owner_id, c.name, c.version, `+usedText+`,
			EXISTS (SELECT 1 FROM credentials o WHERE o.owner_id = t.to_id AND o.name_key = c.name_key AND o.purged_at IS NULL)
		FROM transfers t JOIN users f ON f.id = t.from_id JOIN users u ON u.id = t.to_id JOIN credentials c ON c.id = t.credential_id
		WHERE t.token_hash = ? AND t.to_id = ? AND c.deletion_at IS NULL AND c.purged_at IS NULL LIMIT 2`, hash, v.Who.UserID)
	list, err := collect(rows, err, func(r *sql.Rows, f *GivenFacts) error {
		var used sql.NullString
		o, c := &f.Offered, &f.Credential
		err := r.Scan(&o.ID, &o.CredentialID, &o.Name, &o.Version, &o.FromID, &o.ToID, &o.State, &o.ExpiresAt, &o.From.Name, &o.From.Email,
			&c.ID, &c.OwnerID, &c.Name, &c.Version, &used, &f.Taken)
		f.Uses = readUses(used.String, c.ID)
		return err
	})
	if err != nil || len(list) != 1 {
		return f, false, err
	}
	return list[0], true, nil
}

// HandOverAtOnce gives an offered credential to the person under the name that
// it has, with the event and the letters, if everything is as it was found and
// the person sits in every project that uses it. Where done is false, nothing
// is written.
func (d *DB) HandOverAtOnce(ctx context.Context, who models.Actor, g Given, letters []NewLetter) (done bool, err error) {
	s, c := &parts{now: d.Clock()}, g.Credential
	s.with("c", `SELECT id FROM credentials WHERE id = ? AND owner_id = ? AND version = ? AND deletion_at IS NULL AND purged_at IS NULL FOR UPDATE`, c.ID, g.FromID, g.Version)
	s.with("t", `SELECT t.id FROM transfers t CROSS JOIN c WHERE t.id = ? AND t.to_id = ? AND t.state = 'pending' AND t.expires_at > ? FOR UPDATE OF t`, g.ID, who.UserID, s.now)
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
	mail bool
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
	s.mail = true
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
	if n > 0 && s.mail {
		d.tellQueued()
	}
	return n > 0, err
}
