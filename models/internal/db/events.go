package db

import (
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"holdfast/models"
)

// Thing is what an event is about.
type Thing struct{ Type, ID, Name string }

// record notes that the actor did something to thing. It is written with the
// work, in the same transaction, or not at all.
func (t tx) record(name string, thing Thing, d models.Details) {
	*t.events = append(*t.events, t.d.event(t.Now, t.who, name, thing, d))
}

// recordEach notes that the actor did the same to each of things.
func (t tx) recordEach(name string, things []Thing, d models.Details) {
	if len(things) == 0 {
		return
	}
	e := t.d.event(t.Now, t.who, name, Thing{}, d)
	*t.events = slices.Grow(*t.events, len(things))
	for _, thing := range things {
		e.ID, e.ThingType, e.ThingID, e.ThingName = models.NewID(), thing.Type, thing.ID, thing.Name
		*t.events = append(*t.events, e)
	}
}

// Record notes what the work did besides changing rows of its own.
func (t *SystemTx) Record(name string, thing Thing, d models.Details) { t.tx.record(name, thing, d) }

func (d *DB) event(now time.Time, who models.Actor, name string, thing Thing, details models.Details) models.Event {
	if who.Program() {
		details.Token = who.TokenID.String()
	}
	text, err := json.Marshal(details)
	if err != nil { // only names, numbers and text go in
		text = []byte(`{}`)
	}
	e := models.Event{
		ID: models.NewID(), At: now, Name: name, ActorID: who.UserID, ActorName: strings.ToLower(who.Email),
		ThingType: thing.Type, ThingID: thing.ID, ThingName: thing.Name,
		Details: string(text), IP: who.IP, RequestID: who.RequestID,
	}
	if who.Job != "" {
		e.ActorName = who.Job
	}
	return e
}

const eventColumns = `id, at, name, actor_id, actor_name, thing_type, thing_id, thing_name, details, ip, request_id`

func eventArgs(e models.Event) []any {
	return []any{e.ID, e.At, e.Name, e.ActorID, e.ActorName, e.ThingType, e.ThingID, e.ThingName, e.Details, e.IP, e.RequestID}
}

func (t tx) keepEvents() error {
	for some := range slices.Chunk(*t.events, mostEvents) {
		query, args := t.d.insertEvents(some)
		if _, err := t.exec(query, args...); err != nil {
			return err
		}
	}
	return nil
}

// mostEvents go in one statement: SQLite binds 32,766 values, Postgres twice that.
const mostEvents = 1000

// Events is a page of the whole audit, the newest first.
func (v *ConsoleView) Events(f models.EventFilter) (models.EventPage, error) { return v.events(f) }

// History is a page of what happened to one of the person's credentials.
func (v *SelfView) History(id models.ID, after string) (models.EventPage, error) {
	return v.events(models.EventFilter{ThingType: "credential", ThingID: id.String(), After: after})
}

func (v view) events(f models.EventFilter) (models.EventPage, error) {
	q := where{}
	q.add(f.Actor != "", `actor_name = ?`, strings.ToLower(strings.TrimSpace(f.Actor)))
	q.add(f.Name != "", `name = ?`, f.Name)
	q.add(f.ThingType != "", `thing_type = ?`, f.ThingType)
	q.add(f.ThingID != "", `thing_id = ?`, f.ThingID)
	if thing := strings.TrimSpace(f.Thing); isID(thing) {
		q.add(true, `thing_id = ?`, thing)
	} else {
		q.add(thing != "", `thing_name = ?`, thing)
	}
	q.add(!f.From.IsZero(), `at >= ?`, f.From.UTC())
	q.add(!f.To.IsZero(), `at < ?`, f.To.UTC())
	if at, id, ok := cutTime(f.After); ok {
		q.add(true, `(at, id) < (?, ?)`, at, id)
	}
	rows, err := v.rows(`SELECT `+eventColumns+` FROM events`+q.String()+` ORDER BY at DESC, id DESC LIMIT `+pageAndOne, q.args...)
	list, err := collect(rows, err, scanEvent)
	p := models.EventPage{Rows: list}
	if len(list) > models.PageSize {
		p.Rows = list[:models.PageSize]
		last := p.Rows[models.PageSize-1]
		p.Next = joinTime(last.At, last.ID)
	}
	return p, err
}

func scanEvent(r *sql.Rows, e *models.Event) error {
	return r.Scan(&e.ID, &e.At, &e.Name, &e.ActorID, &e.ActorName, &e.ThingType, &e.ThingID, &e.ThingName, &e.Details, &e.IP, &e.RequestID)
}
