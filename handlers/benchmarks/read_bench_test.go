package benchmarks

import (
	"encoding/json"
	"os"
	"testing"

	"holdfast/models"
	"holdfast/models/credentials"
)

const floorRead = `SELECT c.name, c.kind, c.version, b.id, b.sealed FROM credentials c JOIN bodies b ON b.credential_id = c.id
	WHERE c.id = $1 AND c.owner_id = $2 AND b.environment = 'main'`

// benchRead opens one credential for its owner. Ours reads what its page shows
// as well: the projects and the history.
func benchRead(b *testing.B, t *table, p *place) {
	reader := p.Person(b, "reader", models.PlainMember)
	id := p.kept(b, reader)
	ours := side{"ours", func(testing.TB) func() error {
		return func() error {
			_, err := p.Credentials.Get(b.Context(), reader, id)
			return err
		}
	}, p.here}
	floor := side{"floor", p.floorRead(b, reader), p.here}
	for _, conns := range []int{1, 16} {
		got := compare(b, conns, ours, floor)
		t.rates(job("open one for its page", p, conns), got["ours"], got["floor"], 0, 0)
	}
}

// kept is a plain credential of reader's.
func (p *place) kept(b *testing.B, reader models.Actor) models.ID {
	b.Helper()
	id, err := p.Credentials.CreateFromJSON(b.Context(), reader, "postgresql", credentials.Draft{Name: "read again and again"}, bodyOf())
	if err != nil {
		b.Fatal(err)
	}
	return id
}

// floorRead is one prepared query and one decryption.
func (p *place) floorRead(b *testing.B, reader models.Actor) func(testing.TB) func() error {
	box := floorBox(b)
	n, err := newFloor(box, reader, "read at the floor", bodyOf())
	if err != nil {
		b.Fatal(err)
	}
	ask := func(to ...any) error { return nil }
	if p.pg {
		pool := p.pool(b)
		if err := n.pg(b.Context(), pool); err != nil {
			b.Fatal(err)
		}
		ask = func(to ...any) error { return pool.QueryRow(b.Context(), floorRead, n.id, reader.UserID).Scan(to...) }
	} else {
		w := openFloorWriter(b, p.bare(b))
		if err := n.sqlite(b.Context(), w); err != nil {
			b.Fatal(err)
		}
		db := p.bare(b)
		db.SetMaxOpenConns(4)
		db.SetMaxIdleConns(4)
		kept, err := db.Prepare(floorRead)
		if err != nil {
			b.Fatal(err)
		}
		ask = func(to ...any) error { return kept.QueryRowContext(b.Context(), n.id, reader.UserID).Scan(to...) }
	}
	return func(testing.TB) func() error {
		return func() error {
			var name, kind string
			var version int64
			var id models.ID
			var sealed []byte
			if err := ask(&name, &kind, &version, &id, &sealed); err != nil {
				return err
			}
			plain, err := box.Open(nil, nil, sealed, id[:])
			if err != nil {
				return err
			}
			body := map[string]any{}
			return json.Unmarshal(plain, &body)
		}
	}
}

func megabytes(tb testing.TB, path string) float64 {
	tb.Helper()
	i, err := os.Stat(path)
	if err != nil {
		tb.Fatal(err)
	}
	return float64(i.Size()) / 1e6
}
