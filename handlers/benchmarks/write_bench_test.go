package benchmarks

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"holdfast/models"
	"holdfast/models/credentials"
)

// program's body of about 1 KB.
func bodyOf() map[string]any {
	return map[string]any{
		"host": "db.example.org", "port": 5432, "database": "records", "user": "app", "password": strings.Repeat("s3cret", 150),
	}
}

// benchCreate keeps one new credential: seal, insert, audit, one commit.
func benchCreate(b *testing.B, t *table, p *place) {
	writer := p.Person(b, "writer", models.PlainMember)
	var n atomic.Int64
	name := func(who string) string { return fmt.Sprintf("%s %09d", who, n.Add(1)) }
	ours := side{"ours", func(testing.TB) func() error {
		return func() error {
			_, err := p.Credentials.CreateFromJSON(b.Context(), writer, "postgresql", credentials.Draft{Name: name("ours")}, bodyOf())
			return err
		}
	}, p.here}
	floor := side{"floor", p.floorCreate(b, writer, name), p.here}
	least := 0.65
	if p.pg {
		least = 0.60
	}
	for _, conns := range []int{1, 16} {
		got := compare(b, conns, ours, floor)
		t.rates(job("create", p, conns), got["ours"], got["floor"], least, 0)
	}
}

func (p *place) floorCreate(b *testing.B, writer models.Actor, name func(string) string) func(testing.TB) func() error {
	box := floorBox(b)
	if p.pg {
		pool := p.pool(b)
		return func(testing.TB) func() error {
			return func() error {
				n, err := newFloor(box, writer, name("floor"), bodyOf())
				if err != nil {
					return err
				}
				return n.pg(b.Context(), pool)
			}
		}
	}
	w := openFloorWriter(b, p.bare(b))
	return func(testing.TB) func() error {
		return func() error {
			n, err := newFloor(box, writer, name("floor"), bodyOf())
			if err != nil {
				return err
			}
			return n.sqlite(b.Context(), w)
		}
	}
}

func (p *place) pool(b *testing.B) *pgxpool.Pool {
	b.Helper()
	pool, err := pgxpool.New(b.Context(), p.URL+"&pool_max_conns=20")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return pool
}
