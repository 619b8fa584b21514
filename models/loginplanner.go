package models

import (
	"slices"
	"strconv"
	"time"
)

// PlanLogins says what setting the logins of a user to s does, or everything
// that is wrong with it. It matches logins by their ids only.
func PlanLogins(w LoginWorld, s LoginSet) (LoginPlan, error) {
	p := planner{world: w, set: s, faults: faults{list: slices.Clone(s.Wrong)}}
	if text := s.WrongReason(); text != "" {
		p.faults.add("/reason", CodeReasonInvalid, text)
	}
	if len(s.Items) > MostLogins {
		p.faults.add("", CodeLimit, "A user can have at most "+strconv.Itoa(MostLogins)+" logins.")
		return LoginPlan{}, p.faults.err()
	}
	for i := range s.Items {
		if d := p.draft(i); d != nil {
			d.read()
			p.drafts = append(p.drafts, d)
		}
	}
	p.keepApart()
	plan := p.plan()
	p.guard(plan)
	if err := p.faults.err(); err != nil {
		return LoginPlan{}, err
	}
	p.warn(&plan)
	return plan, nil
}

type planner struct {
	world   LoginWorld
	set     LoginSet
	drafts  []*draft
	faults  faults
	notices []LoginNotice
	ignored []LoginNotice
}

// draft is an item on its way to being a login.
type draft struct {
	*planner
	at        int
	item      LoginItem
	isNew     bool
	was, will Login
	link      bool
	secret    string
	changes   []LoginAlteration
}

func (d *draft) fault(attribute, code, text string) {
	d.faults.add(pointer(d.at, attribute), code, text)
}

func (d *draft) alter(event, attribute string, before, after any) {
	d.changes = append(d.changes, LoginAlteration{event, attribute, before, after})
}

// draft finds the login that item i is about; nil when there is none.
func (p *planner) draft(i int) *draft {
	d := &draft{planner: p, at: i, item: p.set.Items[i]}
	id := d.item.ID
	if slices.ContainsFunc(p.set.Wrong, func(f Fault) bool { return f.Pointer == pointer(i, "") || f.Pointer == pointer(i, "id") }) {
		return nil // nobody knows which login it is
	}
	if !id.There() {
		d.isNew = true
		d.will = Login{UserID: p.world.User.ID}
		return d
	}
	if id.Value <= 0 {
		d.fault("id", CodeInvalidType, "An id is a whole number above 0.")
		return nil
	}
	if slices.ContainsFunc(p.drafts, func(other *draft) bool { return other.was.ID == id.Value }) {
		d.fault("id", CodeDuplicateID, "Login "+strconv.FormatInt(id.Value, 10)+" is in the set twice.")
		return nil
	}
	at := slices.IndexFunc(p.world.Live, func(l Login) bool { return l.ID == id.Value })
	if at < 0 {
		d.fault("id", CodeLoginNotFound, "This user has no login "+strconv.FormatInt(id.Value, 10)+".")
		return nil
	}
	d.was = p.world.Live[at]
	d.will = d.was
	return d
}

// read works through the attributes of the item. The provider comes before the
// secret, which federated logins have none of, and the block before it, too.
func (d *draft) read() {
	d.readProvider()
	d.readKey()
	d.readExpiry()
	d.readMFA()
	d.readBlock()
	d.readSecret()
	d.readLastLogin()
}

// plan is what the drafts come to, and the removal of every login they leave out.
func (p *planner) plan() LoginPlan {
	plan := LoginPlan{Warnings: p.notices, Ignored: p.ignored}
	kept := map[int64]bool{}
	for _, d := range p.drafts {
		kept[d.was.ID] = true
		plan.Logins = append(plan.Logins, d.planned())
	}
	for _, l := range p.world.Live {
		if !kept[l.ID] {
			plan.Logins = append(plan.Logins, removal(l))
		}
	}
	return plan
}

func (d *draft) planned() PlannedLogin {
	l := PlannedLogin{Deed: LoginUpdates, Item: d.at, Was: d.was, Will: d.will, Link: d.link, Secret: d.secret, Changes: d.changes}
	switch {
	case d.isNew:
		l.Deed = LoginCreates
		l.Changes = append(d.beginnings(), d.changes...)
	case len(d.changes) == 0:
		l.Deed = LoginKeeps
	}
	return l
}

// beginnings are what there is to say of a new login.
func (d *draft) beginnings() []LoginAlteration {
	list := []LoginAlteration{{LoginCreated, "key", nil, d.will.Key}}
	if d.will.TrustedIDPID != nil {
		list = append(list, LoginAlteration{LoginLinked, "trustedIdPId", nil, *d.will.TrustedIDPID})
	}
	return list
}

func removal(l Login) PlannedLogin {
	p := PlannedLogin{Deed: LoginRemoves, Item: -1, Was: l, Will: l, Changes: []LoginAlteration{{LoginRemoved, "key", l.Key, nil}}}
	if l.TrustedIDPID != nil {
		p.Changes = append(p.Changes, LoginAlteration{LoginUnlinked, "trustedIdPId", *l.TrustedIDPID, nil})
	}
	return p
}

// now is the time of the plan, as precise as the service tells it.
func (p *planner) now() time.Time { return AtMillis(Millis(p.world.Now)) }
