package models_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

func TestAUserStandsAsTheirLoginsAndTheirAdministratorsSay(t *testing.T) {
	t.Parallel()
	at := time.Unix(0, 0)
	one := models.WayCount{All: 1, Open: 1}
	for _, c := range []struct {
		user models.User
		ways models.WayCount
		want models.Standing
	}{
		{models.User{}, one, models.StandsActive},
		{models.User{}, models.WayCount{All: 2, Open: 2, Locked: 1}, models.StandsActive},
		{models.User{}, models.WayCount{All: 2, Open: 1, Blocked: 1}, models.StandsActive},
		{models.User{}, models.WayCount{All: 2, Open: 1, Locked: 1, Pending: 1}, models.StandsLocked},
		{models.User{}, models.WayCount{All: 2, Pending: 1, Blocked: 1}, models.StandsInvited},
		{models.User{}, models.WayCount{All: 2, Blocked: 1, Expired: 1}, models.StandsBlocked},
		{models.User{}, models.WayCount{All: 1, Expired: 1}, models.StandsExpired},
		{models.User{}, models.WayCount{All: 1}, models.StandsWayless},
		{models.User{}, models.WayCount{}, models.StandsWayless},
		{models.User{DisabledAt: &at}, one, models.StandsDisabled},
		{models.User{DisabledAt: &at, DeletionAt: &at}, one, models.StandsLeaving},
		{models.User{DisabledAt: &at, DeletionAt: &at, DeletedAt: &at}, one, models.StandsDeleted},
	} {
		if got := c.user.Standing(c.ways); got != c.want {
			t.Errorf("%+v: %q, want %q", c.ways, got, c.want)
		}
	}
}

func TestWhatMayBeDoneToAUser(t *testing.T) {
	t.Parallel()
	at, root := time.Unix(0, 0), models.Actor{UserID: 1}
	plain, self := models.User{ID: 2}, models.User{ID: 1}
	off, going := models.User{ID: 2, DisabledAt: &at}, models.User{ID: 2, DeletionAt: &at}
	for name, c := range map[string]struct {
		err error
		may bool
	}{
		"disable": {plain.Disableable(root), true}, "disable oneself": {self.Disableable(root), false},
		"disable twice": {off.Disableable(root), false}, "disable who goes": {going.Disableable(root), false},
		"enable": {off.Enableable(), true}, "enable who is not off": {plain.Enableable(), false},
		"delete": {plain.Schedulable(root), true}, "delete who is off": {off.Schedulable(root), true},
		"delete oneself": {self.Schedulable(root), false}, "delete twice": {going.Schedulable(root), false},
		"restore": {going.Restorable(), true}, "restore who stays": {plain.Restorable(), false},
		"go": {models.UserImpact{Seats: 3, OffersIn: 1, Sessions: 2}.Deletable(), true}, "go with a credential": {models.UserImpact{Credentials: 1}.Deletable(), false},
		"go with a project": {models.UserImpact{Projects: []models.MyProject{{Name: "P"}}}.Deletable(), false},
	} {
		if (c.err == nil) != c.may || !c.may && models.KindOf(c.err) != models.Conflict {
			t.Errorf("%s: %v", name, c.err)
		}
	}
}

func TestAReasonIsOneShortLine(t *testing.T) {
	t.Parallel()
	for reason, good := range map[string]bool{"": false, " ": false, " left in May ": true, strings.Repeat("é", 300): true, strings.Repeat("e", 301): false, "a\nb": false, "a\u202eb": false, "a\x00b": false} {
		got, err := models.CleanReason(reason)
		if (err == nil) != good || good && got != strings.TrimSpace(reason) {
			t.Errorf("%q: %q, %v", reason, got, err)
		}
		if !good {
			modelstest.WantWrong(t, err, "reason")
		}
	}
}
