package db

import (
	"database/sql"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"holdfast/models"
)

func oauthClient(c models.OAuthClient) Thing { return Thing{"oauth_client", c.ID.String(), c.Name} }

// mostCounted is models.MostConnected as it stands in a query.
var mostCounted = strconv.Itoa(models.MostConnected)

var clientColumns = `SELECT c.id, c.owner_id, c.name, c.name_key, c.provider, c.client_id, c.settings, c.global, c.version, c.incident_at, c.incident_code, c.created_at, c.updated_at,
	u.name, (SELECT count(*) FROM (SELECT 1 FROM grants g WHERE g.oauth_client_id = c.id AND g.credential_id IS NOT NULL LIMIT ` + mostCounted + `) AS used),
	(SELECT count(*) FROM oauth_client_projects o WHERE o.oauth_client_id = c.id) FROM oauth_clients c JOIN users u ON u.id = c.owner_id`

// forMe says of client c that a person may connect with it: it is theirs, or
// everybody's, or offered to a project of theirs. Its arguments are the person, twice.
const forMe = `(c.owner_id = ? OR c.global OR EXISTS (SELECT 1 FROM oauth_client_projects o JOIN memberships m ON m.project_id = o.project_id
	WHERE o.oauth_client_id = c.id AND m.user_id = ?))`

func scanClient(r *sql.Rows, c *models.ClientRow) error {
	var incident nullTime
	err := r.Scan(&c.ID, &c.OwnerID, &c.Name, &c.NameKey, &c.Provider, &c.ClientID, &c.Settings, &c.Global, &c.Version, &incident, &c.IncidentCode, &c.CreatedAt, &c.UpdatedAt,
		&c.OwnerName, &c.Credentials, &c.Projects)
	c.IncidentAt = incident.orNil()
	return err
}

// Clients is a page of the clients that the person may connect with, by name.
func (v *SelfView) Clients(after string) (models.ClientPage, error) {
	w := where{}
	w.add(true, forMe, v.Who.UserID, v.Who.UserID)
	return v.clients(w, after, v.Who.UserID)
}

// Clients is a page of all clients, by name.
func (v *ConsoleView) Clients(after string, who models.Actor) (models.ClientPage, error) {
	return v.clients(where{}, after, who.UserID)
}

// Clients is a page of the clients that are offered to the project, or to everybody.
func (v *ProjectView) Clients(after string) (models.ClientPage, error) {
	w := where{}
	w.add(true, `(c.global OR EXISTS (SELECT 1 FROM oauth_client_projects o WHERE o.oauth_client_id = c.id AND o.project_id = ?))`, v.ID)
	return v.clients(w, after, v.Who.UserID)
}

func (v view) clients(w where, after string, me int64) (models.ClientPage, error) {
	if name, id, ok := cutText(after); ok {
		w.add(true, `(c.name_key, c.id) > (?, ?)`, name, models.ParseID(id))
	}
	rows, err := v.rows(clientColumns+w.String()+` ORDER BY c.name_key, c.id LIMIT `+pageAndOne, w.args...)
	list, err := collect(rows, err, scanClient)
	if err != nil {
		return models.ClientPage{}, err
	}
	for i := range list {
		list[i].Mine = list[i].OwnerID == me
	}
	if len(list) <= models.PageSize {
		return models.ClientPage{Rows: list}, nil
	}
	last := list[models.PageSize-1]
	return models.ClientPage{Rows: list[:models.PageSize], Next: joinText(last.NameKey, last.ID.String())}, nil
}

// Client is one that the person may connect with.
func (v *SelfView) Client(id models.ID) (models.ClientRow, error) {
	w := where{}
	w.add(true, `c.id = ?`, id)
	w.add(true, forMe, v.Who.UserID, v.Who.UserID)
	return v.client(w, v.Who.UserID)
}

// ClientFor is one that the person may connect a credential of theirs with: also
// the one that it is connected with already, whoever's that is.
func (v *SelfView) ClientFor(id, credential models.ID) (models.ClientRow, error) {
	w := where{}
	w.add(true, `c.id = ?`, id)
	w.add(true, `(`+forMe+` OR EXISTS (SELECT 1 FROM grants g JOIN credentials k ON k.id = g.credential_id WHERE g.oauth_client_id = c.id AND k.id = ? AND k.owner_id = ?))`,
		v.Who.UserID, v.Who.UserID, credential, v.Who.UserID)
	return v.client(w, v.Who.UserID)
}

// Client is one, whoever's it is.
func (v *ConsoleView) Client(id models.ID, who models.Actor) (models.ClientRow, error) {
	w := where{}
	w.add(true, `c.id = ?`, id)
	return v.client(w, who.UserID)
}

func (v view) client(w where, me int64) (models.ClientRow, error) {
	rows, err := v.rows(clientColumns+w.String(), w.args...)
	list, err := collect(rows, err, scanClient)
	if err != nil || len(list) == 0 {
		return models.ClientRow{}, fault(orNone(err), "OAuth client")
	}
	list[0].Mine = list[0].OwnerID == me
	return list[0], nil
}

// OwnClient locks one of the person's own clients until the door closes.
func (t *SelfTx) OwnClient(id models.ID) (models.OAuthClient, error) {
	c, err := gorm.G[models.OAuthClient](t.g, clause.Locking{Strength: "UPDATE"}).Where("id = ? AND owner_id = ?", id, t.Who.UserID).First(t.ctx)
	return c, fault(err, "OAuth client")
}

// TakeClient locks a client until the door closes.
func (t *ConsoleTx) TakeClient(id models.ID) (models.OAuthClient, error) { return t.tx.takeClient(id) }

// TakeClient locks a client until the door closes.
func (t *SystemTx) TakeClient(id models.ID) (models.OAuthClient, error) { return t.tx.takeClient(id) }

func (t tx) takeClient(id models.ID) (models.OAuthClient, error) {
	c, err := gorm.G[models.OAuthClient](t.g, clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).First(t.ctx)
	return c, fault(err, "OAuth client")
}

// ClientSecretOf is the sealed secret of a client; without one, the zero value.
func (v view) ClientSecretOf(id models.ID) (models.OAuthClientSecret, error) {
	s, err := gorm.G[models.OAuthClientSecret](v.g).Where("oauth_client_id = ?", id).First(v.ctx)
	if models.KindOf(fault(err, "secret")) == models.NotFound {
		return s, nil
	}
	return s, fault(err, "secret")
}

// ClientSecretSet is when the secret of a client was set; zero when there is none.
func (v view) ClientSecretSet(id models.ID) (at time.Time, err error) {
	rows, err := v.rows(`SELECT set_at FROM oauth_client_secrets WHERE oauth_client_id = ?`, id)
	list, err := collect(rows, err, func(r *sql.Rows, s *time.Time) error { return r.Scan(s) })
	if err != nil || len(list) == 0 {
		return at, err
	}
	return list[0], nil
}

// OfferedTo are the projects that a client is offered to, by name, with the
// person's role in each.
func (v *SelfView) OfferedTo(id models.ID) ([]models.SharedWith, error) {
	rows, err := v.rows(`SELECT p.id, p.name, coalesce(m.role, '') FROM oauth_client_projects o JOIN projects p ON p.id = o.project_id
		LEFT JOIN memberships m ON m.project_id = p.id AND m.user_id = ? WHERE o.oauth_client_id = ? ORDER BY p.name_key, p.id`, v.Who.UserID, id)
	return collect(rows, err, func(r *sql.Rows, p *models.SharedWith) error { return r.Scan(&p.ID, &p.Name, &p.Role) })
}

// ConnectedWith are the first credentials connected with a client that the person
// may know of: their own, and those of projects of theirs.
func (v *SelfView) ConnectedWith(id models.ID) ([]models.Listed, error) {
	rows, err := v.rows(listedColumns+` FROM grants g JOIN credentials c ON c.id = g.credential_id JOIN users u ON u.id = c.owner_id
		WHERE g.oauth_client_id = ? AND (c.owner_id = ? OR EXISTS (SELECT 1 FROM shares s JOIN memberships m ON m.project_id = s.project_id
			WHERE s.credential_id = c.id AND NOT s.suspended AND m.user_id = ?)) ORDER BY c.name_key, c.id LIMIT `+pageAndOne, id, v.Who.UserID, v.Who.UserID)
	return collect(rows, err, scanListed)
}
