//go:build !linux

package pgtest

import (
	"context"
	"errors"
)

var errNotInstalled = errors.New("a throw-away server needs Linux; HOLDFAST_TEST_DATABASE_URL may name another")

func start(context.Context) (string, error) { return "", errNotInstalled }
