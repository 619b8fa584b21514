package web

import (
	"cmp"
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"holdfast/models"
	"holdfast/views/layout"
	"holdfast/views/to"
)

// clientGone is the status in the log when nobody waits for the answer any more.
const clientGone = 499

// answer is how one kind of error looks from outside. The code is for
// programs and never changes.
type answer struct {
	status      int
	title, code string
}

// answers is the one table from what went wrong to what is answered.
var answers = map[models.ErrorKind]answer{
	models.Internal:    {http.StatusInternalServerError, "Something broke", "internal"},
	models.Invalid:     {http.StatusUnprocessableEntity, "Not accepted", "invalid"},
	models.SignedOut:   {http.StatusUnauthorized, "Please sign in", "signed_out"},
	models.Forbidden:   {http.StatusForbidden, "Not allowed", "forbidden"},
	models.NotFound:    {http.StatusNotFound, "Not found", "not_found"},
	models.Conflict:    {http.StatusConflict, "Not possible now", "conflict"},
	models.Expired:     {http.StatusGone, "This link doesn't work", "expired"},
	models.RateLimited: {http.StatusTooManyRequests, "Too many tries", "rate_limited"},
	models.Unavailable: {http.StatusServiceUnavailable, "Not available right now", "unavailable"},
	models.Unproven:    {http.StatusUnauthorized, "Confirm that it is you", "reauth_required"},
	models.Missing:     {http.StatusPreconditionRequired, "Revision missing", "precondition_required"},
	models.Outdated:    {http.StatusPreconditionFailed, "Changed meanwhile", "conflict"},
	models.Gone:        {http.StatusGone, "Given up", "deprecated_method"},
	models.Unreadable:  {http.StatusBadRequest, "Not understood", "bad_request"},
	models.TooLarge:    {http.StatusRequestEntityTooLarge, "Too large", "limit_exceeded"},
}

// problem is an error, ready to be shown.
type problem struct {
	answer
	text   string
	fields models.Fields
	faults []models.Fault
	asks   bool // who it is, once more
	retry  time.Duration
	log    error // what the log tells; nil when it is no fault of ours
}

// wire is what the frame of the web itself refuses, by status.
var wire = map[int]problem{
	http.StatusBadRequest: {
		text:   "The request could not be read. Go back, load the page again and send it once more.",
		answer: answer{http.StatusBadRequest, "Not understood", "bad_request"},
	},
	http.StatusNotFound: {
		text:   "There is nothing at this address. It may have been removed, or the link may be incomplete.",
		answer: answers[models.NotFound],
	},
	http.StatusMethodNotAllowed: {
		text:   "This address does not take such a request. On a page, go back and use its buttons.",
		answer: answer{http.StatusMethodNotAllowed, "Not possible here", "method_not_allowed"},
	},
	http.StatusRequestEntityTooLarge: {
		text:   "That is too large. Send at most 1 MiB.",
		answer: answer{http.StatusRequestEntityTooLarge, "Too large", "too_large"},
	},
	http.StatusUnsupportedMediaType: {
		text:   "This address takes forms as web pages send them, or below /api/ application/json, and nothing else.",
		answer: answer{http.StatusUnsupportedMediaType, "Not understood", "unsupported_media_type"},
	},
}

// describe reports what may be said of err. Only a models.Error's own words
// are ever shown; everything else is a line in the log.
func describe(err error) problem {
	if e, ok := errors.AsType[*models.Error](err); ok && e.Kind != models.Internal {
		p := problem{answer: answers[e.Kind], text: e.Text, fields: e.Fields, faults: e.Faults, retry: e.RetryAfter, asks: e.Kind == models.Unproven}
		p.code = cmp.Or(e.Code, p.code)
		if p.status >= http.StatusInternalServerError {
			p.log = err
		}
		return p
	}
	if e, ok := errors.AsType[*echo.HTTPError](err); ok {
		if p, known := wire[e.Code]; known {
			return p
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return problem{answer: answers[models.Unavailable], text: "That took too long. Try again in a moment.", log: err}
	}
	if errors.Is(err, context.Canceled) {
		return problem{answer: answer{clientGone, "Cancelled", "cancelled"}, text: "The request was cancelled.", log: err}
	}
	return problem{
		answer: answers[models.Internal], log: err,
		text: "This is a fault of the console, not of what you did. Try again; if it happens again, pass the reference on.",
	}
}

// badForm tells a form that is too large from one that is broken.
func badForm(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return echo.ErrStatusRequestEntityTooLarge
	}
	return echo.ErrBadRequest
}

// fail is echo's error handler: every error ends here, and only here.
func (s *Server) fail(err error, c echo.Context) {
	r, p := s.request(c), describe(err)
	r.fault = p.log
	if c.Response().Committed {
		return
	}
	// The time for the work may be over; there is still some to say so.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Ctx()), 5*time.Second)
	defer cancel()
	c.SetRequest(c.Request().WithContext(ctx))
	if p.retry > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(p.retry.Seconds()))))
	}
	if broken := s.tell(r, p); broken != nil && !c.Response().Committed {
		r.fault = errors.Join(err, broken)
		_ = c.String(http.StatusInternalServerError, "Something broke. Reference: "+r.Who.RequestID)
	}
}

// tell answers in the shape that the caller reads.
func (s *Server) tell(r *Request, p problem) error {
	if r.api() {
		return r.problemJSON(p)
	}
	if err := r.identify(); err != nil && r.fault == nil {
		r.fault = err // whoever it is, the page says what went wrong before
	}
	r.vary()
	part := partial(r.Request())
	switch {
	case (p.asks || r.proving) && r.Who.SignedIn():
		return s.askProof(r, p)
	case p.status == http.StatusUnauthorized && part:
		r.Response().Header().Set("HX-Redirect", r.signIn())
		return r.send(p.status, echo.MIMETextHTMLCharsetUTF8, nil)
	case p.status == http.StatusUnauthorized:
		return r.Redirect(http.StatusSeeOther, r.signIn())
	case part:
		h := r.Response().Header()
		h.Set("HX-Retarget", "#flash")
		h.Set("HX-Reswap", "innerHTML")
		h.Set("HX-Reselect", "unset")
		h.Set("HX-Push-Url", "false")
		return s.html(r, p.status, layout.ProblemToast(r.page(p)))
	}
	return s.write(r, Page(p.title, layout.Problem(r.page(p))).Status(p.status))
}

// signIn is where a signed-out visitor goes. Who had sent something has to know
// that it was not taken.
func (r *Request) signIn() string {
	if r.Request().Method == http.MethodPost {
		return to.SignInAgain(r.wanted())
	}
	return to.SignInThen(r.wanted())
}

func (r *Request) page(p problem) layout.ProblemPage {
	page := layout.ProblemPage{
		Status: p.status, Title: p.title, Text: p.text,
		BackURL: to.SignIn, BackLabel: "Go to sign-in",
	}
	if r.Who.SignedIn() {
		page.BackURL, page.BackLabel = to.Home, "Back to your credentials"
	}
	if above := r.server.pageAbove(r.Request().URL.Path); p.status == http.StatusConflict && strings.Count(above, "/") > 1 {
		page.BackURL, page.BackLabel = above, "Go to its page"
	}
	if p.status == http.StatusInternalServerError {
		page.Reference = r.Who.RequestID
	}
	return page
}
