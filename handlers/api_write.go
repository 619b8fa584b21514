package handlers

import (
	"time"

	"holdfast/models"
	ops "holdfast/models/logins"
)

// loginJSON is a login with the attributes of the user-credentials service, in
// its order. There is no secret among them.
type loginJSON struct {
	ID           int64      `json:"id"`
	Key          string     `json:"key"`
	TrustedIDPID *int64     `json:"trustedIdPId"`
	LastLogin    *int64     `json:"lastLogin,omitempty"`
	Expired      bool       `json:"expired"`
	ExpireAt     *int64     `json:"expireAt,omitempty"`
	MFA          bool       `json:"mfa"`
	Blocked      *blockJSON `json:"blocked,omitempty"`
}

// blockJSON is since when a login is blocked, and by whom: a lock-out is by nobody.
type blockJSON struct {
	Date   int64  `json:"date"`
	UserID *int64 `json:"userId,omitempty"`
}

func loginsJSON(logins []models.Login, now time.Time) []loginJSON {
	list := make([]loginJSON, len(logins))
	for i, l := range logins {
		list[i] = loginJSON{
			ID: l.ID, Key: l.Key, TrustedIDPID: l.TrustedIDPID, LastLogin: millis(l.LastLoginAt),
			Expired: l.Expired(now), ExpireAt: millis(l.ExpireAt), MFA: l.MFA, Blocked: blockOf(l, now),
		}
	}
	return list
}

func blockOf(l models.Login, now time.Time) *blockJSON {
	switch {
	case l.BlockedAt != nil:
		return &blockJSON{models.Millis(*l.BlockedAt), l.BlockedBy}
	case l.Locked(now) && l.LockedAt != nil:
		return &blockJSON{Date: models.Millis(*l.LockedAt)}
	}
	return nil
}

func millis(at *time.Time) *int64 {
	if at == nil {
		return nil
	}
	ms := models.Millis(*at)
	return &ms
}

// setJSON is what setting logins did, or would do.
type setJSON struct {
	DryRun    bool                 `json:"dryRun"`
	Revision  int64                `json:"revision"`
	Created   []changeJSON         `json:"created"`
	Updated   []changeJSON         `json:"updated"`
	Removed   []changeJSON         `json:"removed"`
	Unchanged []int64              `json:"unchanged"`
	Ignored   []models.LoginNotice `json:"ignored"`
	Warnings  []models.LoginNotice `json:"warnings"`
	Links     []linkJSON           `json:"links"`
	Revoked   int                  `json:"linksRevoked"`
	Sessions  int                  `json:"sessionsEnded"`
	Letters   int                  `json:"letters"`
	Logins    []loginJSON          `json:"logins,omitempty"`
}

// changeJSON is a login that was created, updated or removed; in a dry run a
// created one has no id.
type changeJSON struct {
	ID      int64        `json:"id,omitempty"`
	Key     string       `json:"key"`
	Changes []alteration `json:"changes"`
}

type alteration struct {
	Event     string `json:"event"`
	Attribute string `json:"attribute"`
	Before    any    `json:"before,omitempty"`
	After     any    `json:"after,omitempty"`
}

// linkJSON is an access link that goes to the user by mail, without what opens it.
type linkJSON struct {
	LoginID   int64  `json:"loginId"`
	Key       string `json:"key"`
	Purpose   string `json:"purpose"`
	ExpiresAt int64  `json:"expiresAt"`
}

func resultJSON(r ops.Result, dryRun bool, now time.Time) setJSON {
	j := setJSON{
		DryRun: dryRun, Revision: r.Revision, Revoked: r.Revoked, Sessions: r.Sessions, Letters: r.Letters, Unchanged: []int64{},
		Created: changesJSON(r.Plan.Of(models.LoginCreates)), Updated: changesJSON(r.Plan.Of(models.LoginUpdates)), Removed: changesJSON(r.Plan.Of(models.LoginRemoves)),
		Ignored: append([]models.LoginNotice{}, r.Plan.Ignored...), Warnings: append([]models.LoginNotice{}, r.Plan.Warnings...), Links: []linkJSON{},
	}
	for _, l := range r.Plan.Of(models.LoginKeeps) {
		j.Unchanged = append(j.Unchanged, l.Was.ID)
	}
	for _, k := range r.Links {
		j.Links = append(j.Links, linkJSON{k.LoginID, k.Key, string(k.Purpose), models.Millis(k.ExpiresAt)})
	}
	if !dryRun {
		j.Logins = loginsJSON(r.Logins, now)
	}
	return j
}

func changesJSON(list []models.PlannedLogin) []changeJSON {
	all := make([]changeJSON, len(list))
	for i, l := range list {
		all[i] = changeJSON{ID: l.Will.ID, Key: l.Will.Key, Changes: []alteration{}}
		for _, c := range l.Changes {
			all[i].Changes = append(all[i].Changes, alteration{c.Event, c.Attribute, told(c.Before), told(c.After)})
		}
	}
	return all
}

// told is a value as the service tells it: a time in milliseconds.
func told(value any) any {
	if at, ok := value.(time.Time); ok {
		return models.Millis(at)
	}
	return value
}
