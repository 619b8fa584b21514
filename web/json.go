package web

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"holdfast/models"
)

// JSON answers a program with data.
func JSON(data any) Reply { return Reply{status: http.StatusOK, data: data} }

// Header adds a header to an answer to a program.
func (r Reply) Header(name, value string) Reply {
	r.head = append(r.head[:len(r.head):len(r.head)], header{name, []string{value}})
	return r
}

// json sends data, written to memory first.
func (r *Request) json(a Reply) error {
	body, err := json.Marshal(a.data)
	if err != nil {
		return err
	}
	for _, h := range a.head {
		r.Response().Header()[http.CanonicalHeaderKey(h.name)] = h.values
	}
	return r.send(a.status, echo.MIMEApplicationJSON, body)
}

// JSON is what a program sent, as it stands: application/json of at most so many
// bytes, in UTF-8. What it says is the handler's to read.
func (r *Request) JSON(most int64) ([]byte, error) {
	req := r.Request()
	kind, _, err := mime.ParseMediaType(req.Header.Get(echo.HeaderContentType))
	if err != nil || kind != echo.MIMEApplicationJSON {
		return nil, echo.ErrUnsupportedMediaType
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, most+1))
	if err != nil {
		return nil, badForm(err)
	}
	if int64(len(body)) > most {
		return nil, models.Fail(models.TooLarge, "That is too large. Send at most %d KiB.", most>>10)
	}
	if !utf8.Valid(body) {
		return nil, models.Fail(models.Unreadable, "The body is not in UTF-8.")
	}
	return body, nil
}
