package db

import (
	"database/sql"
	"errors"
	"time"
)

// Attempts says how often name was noted within the last window, and when that
// window ends.
func (v view) Attempts(name string, window time.Duration) (n int, until time.Time, err error) {
	var since time.Time
	err = v.row(`SELECT count, since FROM attempts WHERE name = ? AND since > ?`, name, v.Now.Add(-window)).Scan(&n, &since)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, time.Time{}, nil
	}
	return n, since.UTC().Add(window), err
}

// Alone makes everybody who asks for the same name wait until the door closes.
func (t *SelfTx) Alone(name string) error { return t.tx.alone(name) }

// Alone makes everybody who asks for the same name wait until the door closes.
func (t *ProjectTx) Alone(name string) error { return t.tx.alone(name) }

// Attempt notes one more try of name; the first after window begins a new count.
func (t *SelfTx) Attempt(name string, window time.Duration) error { return t.tx.attempt(name, window) }

// Attempt notes one more try of name; the first after window begins a new count.
func (t *ProjectTx) Attempt(name string, window time.Duration) error {
	return t.tx.attempt(name, window)
}

// Attempt notes one more try of name; the first after window begins a new count.
func (t *SystemTx) Attempt(name string, window time.Duration) error {
	return t.tx.attempt(name, window)
}

func (t tx) attempt(name string, window time.Duration) error {
	ago := t.Now.Add(-window)
	_, err := t.exec(`INSERT INTO attempts (name, since, count) VALUES (?, ?, 1) ON CONFLICT (name) DO UPDATE SET
		count = CASE WHEN attempts.since <= ? THEN 1 ELSE attempts.count + 1 END,
		since = CASE WHEN attempts.since <= ? THEN excluded.since ELSE attempts.since END`, name, t.Now, ago, ago)
	return err
}

// attempt is a row of the table that counts tries.
type attempt struct {
	Name  string
	Since time.Time
	Count int64
}

// SweepAttempts forgets at most limit counts that began before old.
func (t *SystemTx) SweepAttempts(old time.Time, limit int) (int, error) {
	n, err := t.tx.exec(`DELETE FROM attempts WHERE name IN (SELECT name FROM attempts WHERE since <= ? LIMIT ?)`, old, limit)
	return int(n), err
}
