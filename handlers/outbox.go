package handlers

import (
	"holdfast/models"
	ops "holdfast/models/outbox"
	"holdfast/views/mail"
	view "holdfast/views/outbox"
	"holdfast/views/to"
	"holdfast/web"
)

type letterbox struct {
	ops     ops.Ops
	letters Letters
}

func (h letterbox) list(r *web.Request) (web.Reply, error) {
	state, after := r.Query("state"), r.Query("after")
	list, next, err := h.ops.List(r.Ctx(), r.Who, models.LetterState(state), after)
	v := view.Page{Now: r.Now(), State: state, MailServer: h.ops.Carried(), None: len(list) == 0 && state == "" && after == ""}
	for _, l := range list {
		v.Rows = append(v.Rows, h.row(r, l))
	}
	if after != "" {
		v.First = to.OutboxWith(state, "")
	}
	if next != "" {
		v.Next = to.OutboxWith(state, next)
	}
	return web.Page("Outbox", view.OutboxPage(v)), err
}

func (h letterbox) row(r *web.Request, l ops.Readable) view.Letter {
	row := view.Letter{
		ID: l.ID.String(), To: l.Email, ToName: l.Name, Subject: l.Subject, State: string(l.State),
		Queued: l.CreatedAt, Ended: orZero(l.EndedAt), Tries: l.Tries, Outcome: l.Outcome,
		CanRetry: h.ops.Carried() && (l.State == models.LetterFailed || l.Tries > 0) && l.Retriable(r.Now()) == nil,
	}
	if l.Outcome == models.NotNeeded {
		row.State = "dropped"
	}
	switch {
	case l.OnItsWay(r.Now()):
		row.Tries--
	case l.State == models.LetterQueued && l.Tries > 0:
		row.NextTry = l.DueAt
	}
	if l.Open {
		row.Text = h.letters.Parts(mail.LongLines(h.letters.Write(l.Letter, l.Token)))
	}
	return row
}

func (h letterbox) retry(r *web.Request) (web.Reply, error) {
	_, err := h.ops.Retry(r.Ctx(), r.Who, r.UUID("id"))
	return web.Redirect(to.Outbox()).Flash("The letter is on its way again."), err
}
