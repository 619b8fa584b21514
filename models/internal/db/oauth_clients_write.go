package db

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"holdfast/models"
)

// AddClient makes a client of the person's.
func (t *SelfTx) AddClient(c *models.OAuthClient) error {
	c.OwnerID, c.NameKey, c.Version, c.CreatedAt, c.UpdatedAt = t.Who.UserID, models.Fold(c.Name), 1, t.Now, t.Now
	if err := gorm.G[models.OAuthClient](t.g).Create(t.ctx, c); err != nil {
		return clientTaken(err)
	}
	t.tx.record(models.OAuthClientCreated, oauthClient(*c), models.Details{After: clientFacts(*c)})
	return nil
}

func clientTaken(err error) error {
	if duplicate(err) {
		return models.Wrong("name", "You have another OAuth client with this name.")
	}
	return err
}

// SaveClient keeps what has changed of a held client. Whoever is at the provider
// goes in vain when it is another app, or when the code that they bring would be
// shown to another server than they were sent to.
func (t *SelfTx) SaveClient(before, now models.OAuthClient, secret bool) error {
	fields := clientChanges(before, now)
	if secret {
		fields = append(fields, "client_secret")
	}
	if len(fields) == 0 {
		return nil
	}
	_, err := t.tx.exec(`UPDATE oauth_clients SET name = ?, name_key = ?, provider = ?, client_id = ?, settings = ?, global = ?, version = version + 1, updated_at = ? WHERE id = ?`,
		now.Name, models.Fold(now.Name), now.Provider, now.ClientID, now.Settings, now.Global, t.Now, now.ID)
	if err != nil {
		return clientTaken(err)
	}
	was, is := clientFacts(before), clientFacts(now)
	for name := range is {
		if fmt.Sprint(was[name]) == fmt.Sprint(is[name]) {
			delete(was, name)
			delete(is, name)
		}
	}
	t.tx.record(models.OAuthClientUpdated, oauthClient(now), models.Details{Before: was, After: is, Fields: fields})
	if before.ClientID == now.ClientID && before.ReadSettings().Token == now.ReadSettings().Token {
		return nil
	}
	_, err = t.tx.exec(`DELETE FROM connects WHERE oauth_client_id = ? AND state = ?`, now.ID, string(models.ConnectAway))
	return err
}

// clientFacts is what an event says of a client: everything but the secret. Of
// parameters it tells the names: somebody may put a secret into one.
func clientFacts(c models.OAuthClient) map[string]any {
	facts := wholeClient(c)
	for name, value := range facts {
		if pairs, ok := value.(map[string]any); ok {
			value = slices.Sorted(maps.Keys(pairs))
		}
		facts[name] = fmt.Sprint(value)
	}
	return facts
}

// clientChanges are the names of the settings that differ, in order, whatever an
// event may tell of them.
func clientChanges(before, now models.OAuthClient) (fields []string) {
	was, is := wholeClient(before), wholeClient(now)
	names := maps.Clone(was)
	maps.Copy(names, is)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if fmt.Sprint(was[name]) != fmt.Sprint(is[name]) {
			fields = append(fields, name)
		}
	}
	return fields
}

// wholeClient is a client with each of its settings.
func wholeClient(c models.OAuthClient) map[string]any {
	all := map[string]any{}
	_ = json.Unmarshal([]byte(c.Settings), &all) // it was written by ClientSettings
	maps.Copy(all, map[string]any{"name": c.Name, "provider": c.Provider, "client_id": c.ClientID, "global": c.Global})
	return all
}

// KeepClientSecret replaces the secret of a client; an empty one takes it away.
func (t *SelfTx) KeepClientSecret(s models.OAuthClientSecret) error {
	if _, err := t.tx.exec(`DELETE FROM oauth_client_secrets WHERE oauth_client_id = ?`, s.OAuthClientID); err != nil || len(s.Sealed) == 0 {
		return err
	}
	s.SetAt = t.Now
	return fault(gorm.G[models.OAuthClientSecret](t.g).Create(t.ctx, &s), "secret")
}

// OfferClient offers a held client to just these projects. Those that the person
// may not share with stay as they are; a new one that is not theirs is not found.
func (t *SelfTx) OfferClient(c models.OAuthClient, projects []models.ID) error {
	had, err := t.OfferedTo(c.ID)
	if err != nil {
		return err
	}
	mine, err := t.Shareable()
	if err != nil {
		return err
	}
	for _, p := range had {
		if p.Role.Can(models.ShareInProject) && !slices.Contains(projects, p.ID) {
			if _, err := t.tx.exec(`DELETE FROM oauth_client_projects WHERE oauth_client_id = ? AND project_id = ?`, c.ID, p.ID); err != nil {
				return err
			}
			t.tx.record(models.OAuthClientTaken, oauthClient(c), models.Details{Before: map[string]any{"project": p.Name, "project_id": p.ID.String()}})
		}
	}
	for _, id := range projects {
		if slices.ContainsFunc(had, func(p models.SharedWith) bool { return p.ID == id }) {
			continue
		}
		at := slices.IndexFunc(mine, func(p models.SharedWith) bool { return p.ID == id })
		if at < 0 {
			return models.Wrong("projects", "You can't offer it to one of the projects. Choose among those that are shown.")
		}
		row := models.OAuthClientProject{ProjectID: id, OAuthClientID: c.ID, CreatedAt: t.Now}
		if err := gorm.G[models.OAuthClientProject](t.g).Create(t.ctx, &row); err != nil {
			return fault(err, "project")
		}
		t.tx.record(models.OAuthClientOffered, oauthClient(c), models.Details{After: map[string]any{"project": mine[at].Name, "project_id": id.String()}})
	}
	return nil
}

// DeleteClient deletes a held client. Its credentials stay, without one, and the
// job sees to them at once: their owners have to be told.
func (t *SelfTx) DeleteClient(c models.OAuthClient) error {
	_, err := t.tx.exec(`UPDATE grants SET due_at = ? WHERE oauth_client_id = ? AND credential_id IS NOT NULL AND trouble <> ?`, t.Now, c.ID, models.TroubleReconnect)
	if err != nil {
		return err
	}
	_, err = t.tx.exec(`DELETE FROM oauth_clients WHERE id = ?`, c.ID)
	t.tx.record(models.OAuthClientDeleted, oauthClient(c), models.Details{Before: clientFacts(c)})
	return err
}

// PassClient gives a held client to the person.
func (t *ConsoleTx) PassClient(c models.OAuthClient, owner string) error {
	_, err := t.tx.exec(`UPDATE oauth_clients SET owner_id = ?, version = version + 1, updated_at = ? WHERE id = ?`, t.tx.who.UserID, t.Now, c.ID)
	if err != nil {
		return clientTaken(err)
	}
	t.tx.record(models.OAuthClientPassed, oauthClient(c), models.Details{Before: map[string]any{"owner": owner}, After: map[string]any{"owner": t.tx.who.Email}})
	return nil
}

// RefuseClient notes that the provider refuses a held client, unless that is known,
// and has its credentials rest, but for those that nothing can refresh: of their end
// the owner is told all the same. It reports whether it is news.
func (t *SystemTx) RefuseClient(c models.OAuthClient, code string) (bool, error) {
	n, err := t.tx.exec(`UPDATE oauth_clients SET incident_at = ?, incident_code = ? WHERE id = ? AND incident_at IS NULL`, t.Now, code, c.ID)
	if err != nil || n == 0 {
		return false, err
	}
	t.tx.record(models.OAuthClientRefused, oauthClient(c), models.Details{After: map[string]any{"code": code}})
	_, err = t.tx.exec(`UPDATE grants SET due_at = NULL WHERE oauth_client_id = ? AND credential_id IS NOT NULL AND refreshable`, c.ID)
	return true, err
}

// ResumeClient ends the incident of a held client, and has the job see to its
// credentials at once.
func (t *SelfTx) ResumeClient(c models.OAuthClient) error {
	n, err := t.tx.exec(`UPDATE oauth_clients SET incident_at = NULL, incident_code = '' WHERE id = ? AND incident_at IS NOT NULL`, c.ID)
	if err != nil || n == 0 {
		return err
	}
	t.tx.record(models.OAuthClientMended, oauthClient(c), models.Details{})
	_, err = t.tx.exec(`UPDATE grants SET due_at = ?, retry_at = NULL WHERE oauth_client_id = ? AND credential_id IS NOT NULL AND refreshable AND trouble <> ?`,
		t.Now, c.ID, models.TroubleReconnect)
	return err
}

// Rescope says of every credential of a client what its grant lacks by now: missing
// tells that of the scopes that were asked for and of those that were given.
func (t *SelfTx) Rescope(client models.ID, missing func(asked, given []string) string) error {
	rows, err := t.rows(`SELECT id, asked, given, missing FROM grants WHERE oauth_client_id = ? AND credential_id IS NOT NULL`, client)
	list, err := collect(rows, err, func(r *sql.Rows, g *models.Grant) error { return r.Scan(&g.ID, &g.Asked, &g.Given, &g.Missing) })
	for _, g := range list {
		now := missing(g.ScopesAsked(), g.ScopesGiven())
		if err != nil || now == g.Missing {
			continue
		}
		_, err = t.tx.exec(`UPDATE grants SET missing = ? WHERE id = ?`, now, g.ID)
	}
	return err
}

// GrantsWith is how many grants were got with a client, whether or not a credential
// has them by now: tokens are in all of them.
func (t *SelfTx) GrantsWith(client models.ID) (n int, err error) {
	err = t.row(`SELECT count(*) FROM (SELECT 1 FROM grants WHERE oauth_client_id = ? LIMIT `+mostCounted+`) AS used`, client).Scan(&n)
	return n, err
}

// KeepClient keeps a client as it is until the door closes; nil when there is none.
// Whoever changes grants as well keeps their client first.
func (t *SystemTx) KeepClient(id *models.ID) (*models.OAuthClient, error) {
	if id == nil {
		return nil, nil
	}
	c := models.OAuthClient{ID: *id}
	var incident nullTime
	err := t.row(`SELECT c.version, c.incident_at FROM oauth_clients c WHERE c.id = ?`+t.d.forShare("c"), *id).Scan(&c.Version, &incident)
	if err == sql.ErrNoRows {
		return nil, nil
	}
	c.IncidentAt = incident.orNil()
	return &c, err
}
