package modelstest

import (
	"testing"

	"holdfast/models/modelstest/pgtest"
)

// Postgres makes a fresh Postgres database for the test, as lay has laid it,
// and returns its URL. Without Postgres the test is skipped.
func Postgres(t testing.TB, lay pgtest.Lay) string {
	t.Helper()
	return pgtest.Database(t, lay)
}
