package benchmarks

import (
	"fmt"
	"testing"

	"holdfast/models"
)

// few is a little more than a page, so that both lists fill one.
const few = 60

// benchList is the first page by name of one who owns 60 credentials and of
// one who owns 10,000, in turn.
func benchList(b *testing.B, t *table, p *place) {
	small := p.Person(b, "keeper", models.PlainMember)
	p.Seat(b, p.owner, p.project, small, models.Viewer)
	p.add(b, small.UserID, few, nil)
	reading := func(name string, who models.Actor) side {
		return side{name, func(testing.TB) func() error {
			return func() error {
				page, err := p.Credentials.List(b.Context(), who, models.CredentialFilter{})
				if err == nil && len(page.Rows) != models.PageSize {
					err = fmt.Errorf("%s: %d rows on the page", name, len(page.Rows))
				}
				return err
			}
		}, p.here}
	}
	got := compare(b, 1, reading("few", small), reading("many", p.owner))
	t.alone(job("list, 60 rows owned", p, 1), got["few"])
	t.rates(job("list, 10,000 rows owned, beside 60", p, 1), got["many"], got["few"], 0, 0)
}
