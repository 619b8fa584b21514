package db

import "holdfast/models"

// adminsAlone makes everybody who could take the last administrator's way in
// wait until the door closes. It comes before anything else is held.
func (t tx) adminsAlone() error { return t.alone("admins") }

// keepAnAdmin reports a Conflict unless an administrator is left who may come in
// by a login that opens, neither by a temporary password nor by one that waits for
// somebody to be linked; with lasting, one that has no end. It is asked when the
// change is made and nothing is committed yet, under adminsAlone.
func (t tx) keepAnAdmin(lasting bool) error {
	var left bool
	err := t.row(`SELECT EXISTS (SELECT 1 FROM users u WHERE u.rank = 'admin' AND `+entersUser+`
		AND EXISTS (SELECT 1 FROM logins l WHERE l.user_id = u.id AND `+opens+` AND l.secret_until IS NULL AND (l.expire_at IS NULL OR NOT ?)
			AND (l.trusted_idp_id IS NULL OR l.subject <> '' OR EXISTS (SELECT 1 FROM providers i WHERE i.id = l.trusted_idp_id AND i.authoritative))))`,
		t.Now, lasting).Scan(&left)
	if err != nil || left {
		return err
	}
	lost := models.Fail(models.Conflict, "This would leave nobody who can administer the console for long. Give another administrator a way in first, without an end and without a temporary password.")
	lost.Code = "last_admin_login"
	return lost
}

// AdminsAlone makes everybody who could take the last administrator's way in
// wait until the door closes. It comes before anything else is held.
func (t *ConsoleTx) AdminsAlone() error { return t.tx.adminsAlone() }

// KeepAnAdmin reports a Conflict unless an administrator is left who may come in.
func (t *ConsoleTx) KeepAnAdmin() error { return t.tx.keepAnAdmin(false) }

// KeepALastingAdmin reports a Conflict unless an administrator is left who may
// come in by a login that has no end.
func (t *ConsoleTx) KeepALastingAdmin() error { return t.tx.keepAnAdmin(true) }

// AdminsAlone makes everybody who could take the last administrator's way in
// wait until the door closes. It comes before anything else is held.
func (t *SelfTx) AdminsAlone() error { return t.tx.adminsAlone() }

// KeepAnAdmin reports a Conflict unless an administrator is left who may come in.
func (t *SelfTx) KeepAnAdmin() error { return t.tx.keepAnAdmin(false) }
