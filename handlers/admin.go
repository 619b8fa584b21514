package handlers

import (
	"time"

	"holdfast/models"
	"holdfast/models/audit"
	credops "holdfast/models/credentials"
	view "holdfast/views/admin"
	"holdfast/views/to"
	"holdfast/views/ui"
	"holdfast/web"
)

type admin struct {
	ops        audit.Ops
	creds      credops.Ops
	schemasDir string
}

func (h admin) audit(r *web.Request) (web.Reply, error) {
	f := to.AuditFilter{
		Actor: r.Query("actor"), Event: r.Query("event"), Thing: r.Query("thing"),
		From: r.Query("from"), To: r.Query("to"), Before: r.Query("before"),
	}
	page, err := h.ops.List(r.Ctx(), r.Who, models.EventFilter{
		Actor: f.Actor, Name: f.Event, Thing: f.Thing, From: day(f.From), To: dayAfter(f.To), After: f.Before,
	})
	v := view.Audit{Now: r.Now(), Filter: f, Next: page.Next}
	for _, name := range models.EventNames() {
		v.Events = append(v.Events, ui.Option{Value: name, Label: eventWord(name)})
	}
	for _, e := range page.Rows {
		v.Rows = append(v.Rows, auditLine(e))
	}
	return web.Page("Audit", view.AuditPage(v)), err
}

// day is the first moment of a date in UTC, or no moment.
func day(date string) time.Time {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Time{}
	}
	return t
}

// dayAfter is the first moment after a date. Nothing happens after the year
// 9999, and SQLite could not compare it: that is no moment either.
func dayAfter(date string) time.Time {
	next := day(date).AddDate(0, 0, 1)
	if day(date).IsZero() || next.Year() > 9999 {
		return time.Time{}
	}
	return next
}

func auditLine(e models.Event) view.Event {
	line := view.Event{At: e.At, Who: actor(e.ActorName), What: eventWord(e.Name), Thing: e.ThingName, Changes: details(e, nil), From: e.IP}
	if line.Who == "" {
		line.Who = "Nobody signed in"
	}
	if line.Thing == "" {
		line.Thing = e.ThingID
	}
	if e.ThingType == "user" {
		line.ThingURL = to.Users() + "/" + e.ThingID
	}
	return line
}

func (h admin) kinds(*web.Request) (web.Reply, error) {
	v := view.Kinds{Dir: h.schemasDir}
	for _, group := range byGroup(h.creds.Kinds()) {
		g := view.KindGroup{Title: group[0].Group}
		for _, k := range group {
			g.Kinds = append(g.Kinds, view.Kind{Name: k.Name, Title: k.Title, Icon: k.Icon, Custom: k.Custom})
		}
		v.Groups = append(v.Groups, g)
	}
	for _, b := range h.creds.BrokenKinds() {
		v.Broken = append(v.Broken, view.BrokenKind{File: b.File, Reason: b.Reason})
	}
	return web.Page("Kinds", view.KindsPage(v)), nil
}
