package models

import (
	"reflect"
	"slices"
	"testing"
)

func TestWhatHasToBeDecided(t *testing.T) {
	t.Parallel()
	good := Grant{Refreshable: true, Subject: "1", ExpiresAt: in(1)}
	with := func(change func(*Grant)) Grant {
		g := good
		change(&g)
		return g
	}
	unknown, another := with(func(g *Grant) { g.Subject = "" }), with(func(g *Grant) { g.Subject = "2" })
	for name, c := range map[string]struct {
		wish   ConnectWish
		grant  Grant
		before *Grant
		want   []string
	}{
		"all is well":                       {ConnectWish{}, good, nil, nil},
		"all is well, again":                {ConnectWish{}, good, &good, nil},
		"scopes are missing":                {ConnectWish{}, with(func(g *Grant) { g.Missing = "write" }), nil, []string{ScopesMissing}},
		"151 no refresh token":              {ConnectWish{}, with(func(g *Grant) { g.Refreshable = false }), nil, []string{NoRefreshToken}},
		"no refresh token, and no end":      {ConnectWish{}, with(func(g *Grant) { g.Refreshable, g.ExpiresAt = false, nil }), nil, nil},
		"another account":                   {ConnectWish{}, another, &good, []string{WrongAccount}},
		"another account, as wished":        {ConnectWish{Switch: true}, another, &good, nil},
		"an account that can't be told":     {ConnectWish{}, unknown, &good, []string{AccountNotKnown}},
		"the account before was not known":  {ConnectWish{}, another, &unknown, nil},
		"neither is known":                  {ConnectWish{}, unknown, &unknown, nil},
		"everything at once, in this order": {ConnectWish{}, with(func(g *Grant) { g.Subject, g.Missing, g.Refreshable = "2", "write", false }), &good, []string{WrongAccount, ScopesMissing, NoRefreshToken}},
	} {
		if got := c.wish.ToDecide(c.grant, c.before); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestWishesAndOutcomesAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	w := ConnectWish{Name: "a", Projects: []ID{NewID()}, Scopes: []string{"Read", "read"}, Switch: true}
	o := ConnectOutcome{
		Code: "x", Status: 400, RetryAfter: 3, Account: "ana", Was: "ben", Scopes: []string{"a"}, SaysScopes: true, Missing: []string{"b"}, Refreshable: true,
		ExpiresAt: in(0), EndsAt: in(1), NoUserInfo: true, Problems: []string{ScopesMissing}, Wrong: Fields{"name": "taken"},
	}
	c := Connect{Wish: w.Text(), Outcome: o.Text()}
	if got := c.ReadWish(); !reflect.DeepEqual(got, w) {
		t.Errorf("%+v", got)
	}
	if got := c.ReadOutcome(); !reflect.DeepEqual(got, o) {
		t.Errorf("%+v", got)
	}
	if got := (Connect{}).ReadOutcome(); !reflect.DeepEqual(got, ConnectOutcome{}) {
		t.Errorf("%+v", got)
	}
}
