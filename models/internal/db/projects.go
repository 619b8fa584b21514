package db

import (
	"database/sql"

	"gorm.io/gorm"

	"holdfast/models"
)

func project(p models.Project) Thing { return Thing{"project", p.ID.String(), p.Name} }

// Projects is a page of the projects that the person belongs to, by name.
func (v *SelfView) Projects(after string) ([]models.MyProject, string, error) {
	w := where{}
	w.add(true, `m.user_id = ?`, v.Who.UserID)
	if name, id, ok := cutText(after); ok {
		w.add(true, `(p.name_key, p.id) > (?, ?)`, name, models.ParseID(id))
	}
	rows, err := v.rows(`SELECT p.id, p.name, m.role FROM memberships m JOIN projects p ON p.id = m.project_id`+w.String()+
		` ORDER BY p.name_key, p.id LIMIT ?`, append(w.args, models.PageSize+1)...)
	list, err := collect(rows, err, func(r *sql.Rows, p *models.MyProject) error { return r.Scan(&p.ID, &p.Name, &p.Role) })
	if err != nil || len(list) <= models.PageSize {
		return list, "", err
	}
	list = list[:models.PageSize]
	last := list[len(list)-1]
	return list, joinText(models.Fold(last.Name), last.ID.String()), nil
}

// AddProject makes a project that the person owns.
func (t *SelfTx) AddProject(p *models.Project) error {
	p.ID, p.NameKey, p.CreatedAt, p.UpdatedAt = models.NewID(), models.Fold(p.Name), t.Now, t.Now
	if err := gorm.G[models.Project](t.g).Create(t.ctx, p); err != nil {
		return fault(err, "project")
	}
	m := models.Membership{ProjectID: p.ID, UserID: t.Who.UserID, Role: models.Owner, CreatedAt: t.Now}
	if err := gorm.G[models.Membership](t.g).Create(t.ctx, &m); err != nil {
		return fault(err, "member")
	}
	t.tx.record(models.ProjectCreated, project(*p), models.Details{After: map[string]any{"name": p.Name}})
	return nil
}

// Project is the project of this door.
func (v *ProjectView) Project() (models.Project, error) {
	p, err := gorm.G[models.Project](v.g).Where("id = ?", v.ID).First(v.ctx)
	return p, fault(err, "project")
}

// Rename gives the project another name.
func (t *ProjectTx) Rename(name string) error {
	p, err := t.Project()
	if err != nil || p.Name == name {
		return err
	}
	if _, err := t.tx.exec(`UPDATE projects SET name = ?, name_key = ?, updated_at = ? WHERE id = ?`, name, models.Fold(name), t.Now, t.ID); err != nil {
		return err
	}
	before := p.Name
	p.Name = name
	t.tx.record(models.ProjectRenamed, project(p), models.Details{Before: map[string]any{"name": before}, After: map[string]any{"name": name}})
	return nil
}

// Members is a page of the project's members, by name.
func (v *ProjectView) Members(after string) ([]models.Member, string, error) {
	w := where{}
	w.add(true, `m.project_id = ?`, v.ID)
	if name, id, ok := cutText(after); ok {
		w.add(true, `(u.email_key, u.id) > (?, ?)`, name, number(id))
	}
	rows, err := v.rows(`SELECT u.id, u.name, u.email, m.role, u.email_key FROM memberships m JOIN users u ON u.id = m.user_id`+w.String()+
		` ORDER BY u.email_key, u.id LIMIT ?`, append(w.args, models.PageSize+1)...)
	var keys []string
	list, err := collect(rows, err, func(r *sql.Rows, m *models.Member) error {
		var key string
		err := r.Scan(&m.UserID, &m.Name, &m.Email, &m.Role, &key)
		keys = append(keys, key)
		return err
	})
	if err != nil || len(list) <= models.PageSize {
		return list, "", err
	}
	last := models.PageSize - 1
	return list[:models.PageSize], joinText(keys[last], decimal(list[last].UserID)), nil
}

// Member finds one of the project's members.
func (v *ProjectView) Member(user int64) (models.Member, error) {
	m := models.Member{UserID: user}
	err := v.row(`SELECT u.name, u.email, m.role FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.project_id = ? AND m.user_id = ?`,
		v.ID, user).Scan(&m.Name, &m.Email, &m.Role)
	return m, fault(err, "member")
}

// AddMember seats the user with that e-mail. Who the console does not know, who
// may not be known and who may not enter are the same answer.
func (t *ProjectTx) AddMember(email string, role models.Role) (models.Member, error) {
	m := models.Member{Role: role}
	err := t.row(`SELECT u.id, u.name, u.email FROM users u WHERE u.email_key = ? AND `+entersUser, models.Fold(email)).Scan(&m.UserID, &m.Name, &m.Email)
	if err == sql.ErrNoRows {
		return m, models.Fail(models.NotFound, "Nobody has this address.")
	}
	if err != nil {
		return m, err
	}
	seat := models.Membership{ProjectID: t.ID, UserID: m.UserID, Role: role, CreatedAt: t.Now}
	if err := gorm.G[models.Membership](t.g).Create(t.ctx, &seat); err != nil {
		if duplicate(err) {
			return m, models.Wrong("email", "%s is a member of this project already.", m.Name)
		}
		return m, err
	}
	return m, t.note(models.MemberAdded, m, nil, map[string]any{"role": role})
}

// SetRole gives a member another role.
func (t *ProjectTx) SetRole(m models.Member, role models.Role) error {
	if m.Role == role {
		return nil
	}
	if _, err := t.tx.exec(`UPDATE memberships SET role = ? WHERE project_id = ? AND user_id = ?`, role, t.ID, m.UserID); err != nil {
		return err
	}
	return t.note(models.MemberChanged, m, map[string]any{"role": m.Role}, map[string]any{"role": role})
}

// PassOwnership makes m the owner and the former owner an admin.
func (t *ProjectTx) PassOwnership(m models.Member) error {
	if err := t.mayEnter(m); err != nil {
		return err
	}
	if _, err := t.tx.exec(`UPDATE memberships SET role = 'admin' WHERE project_id = ? AND role = 'owner'`, t.ID); err != nil {
		return err
	}
	if _, err := t.tx.exec(`UPDATE memberships SET role = 'owner' WHERE project_id = ? AND user_id = ?`, t.ID, m.UserID); err != nil {
		return err
	}
	return t.note(models.OwnershipPassed, m, map[string]any{"owner": t.Who.Email}, map[string]any{"owner": m.Email})
}

// mayEnter reports why m can't own the project: nobody could take it back from
// somebody who may not enter.
func (t *ProjectTx) mayEnter(m models.Member) error {
	_, err := t.rankOf(m.UserID)
	if err != nil && models.KindOf(err) == models.SignedOut {
		return models.Fail(models.Conflict, "%s can't sign in any more. Choose another member.", m.Name)
	}
	return err
}

// RemoveMember takes m out of the project, and with m the credentials that m
// shared with it.
func (t *ProjectTx) RemoveMember(m models.Member) error {
	// The seat goes first: who takes over a credential holds on to theirs, so
	// that what is theirs by then is found below.
	if _, err := t.tx.exec(`DELETE FROM memberships WHERE project_id = ? AND user_id = ?`, t.ID, m.UserID); err != nil {
		return err
	}
	gone, err := t.sharedBy(m.UserID)
	if err != nil {
		return err
	}
	p, err := t.Project()
	if err != nil {
		return err
	}
	_, err = t.tx.exec(`DELETE FROM shares WHERE project_id = ? AND credential_id IN (SELECT id FROM credentials WHERE owner_id = ?)`, t.ID, m.UserID)
	if err != nil {
		return err
	}
	for _, c := range gone {
		t.tx.record(models.CredentialUnshared, credential(c), sharing(c, models.SharedWith{ID: p.ID, Name: p.Name}))
	}
	return t.note(models.MemberRemoved, m, map[string]any{"role": m.Role}, nil)
}

func (t *ProjectTx) sharedBy(owner int64) ([]models.Credential, error) {
	rows, err := t.rows(`SELECT c.id, c.name FROM shares s JOIN credentials c ON c.id = s.credential_id WHERE s.project_id = ? AND c.owner_id = ?`, t.ID, owner)
	return collect(rows, err, func(r *sql.Rows, c *models.Credential) error { return r.Scan(&c.ID, &c.Name) })
}

// note records what happened to a member.
func (t *ProjectTx) note(event string, m models.Member, before, after map[string]any) error {
	p, err := t.Project()
	if err != nil {
		return err
	}
	t.tx.record(event, project(p), models.Details{Before: before, After: after, Note: m.Email})
	return nil
}
