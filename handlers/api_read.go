package handlers

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"holdfast/models"
)

// readLogins reads a set of logins. What has the wrong form is told by its place
// and left out; only what is no JSON at all is an error.
func readLogins(body []byte) ([]models.LoginItem, []models.Fault, error) {
	var f formed
	if len(bytes.TrimSpace(body)) == 0 {
		f.wrong("", models.CodeInvalidType, notASet)
		return nil, f, nil
	}
	if err := soundJSON(body, &f); err != nil {
		return nil, nil, err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(body, &list); err != nil || list == nil {
		f.wrong("", models.CodeInvalidType, notASet)
		return nil, f, nil
	}
	items := make([]models.LoginItem, len(list))
	for i, text := range list {
		items[i] = f.item("/"+strconv.Itoa(i), text)
	}
	return items, f, nil
}

const notASet = "Send an array of all logins of the user."

// formed gathers what has the wrong form.
type formed []models.Fault

func (f *formed) wrong(pointer, code, text string) {
	*f = append(*f, models.Fault{Pointer: pointer, Code: code, Text: text})
}

// soundJSON reports what is no JSON, and notes the members that are there twice:
// which one counts, nobody can say.
func soundJSON(body []byte, f *formed) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := f.walk(d, ""); err != nil {
		return notJSON(err, d.InputOffset())
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return notJSON(err, d.InputOffset())
	}
	return nil
}

func notJSON(_ error, at int64) error {
	return models.Fail(models.Unreadable, "The body is no JSON: it breaks near byte %d.", at)
}

func (f *formed) walk(d *json.Decoder, at string) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for i := 0; t == json.Delim('[') && d.More(); i++ {
		if err := f.walk(d, at+"/"+strconv.Itoa(i)); err != nil {
			return err
		}
	}
	for t == json.Delim('{') && d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		member := at + "/" + escaped(name.(string))
		if seen[name.(string)] {
			f.wrong(member, models.CodeInvalidType, "This attribute is there twice.")
		}
		seen[name.(string)] = true
		if err := f.walk(d, member); err != nil {
			return err
		}
	}
	if t == json.Delim('[') || t == json.Delim('{') {
		_, err = d.Token() // its end
	}
	return err
}

// escaped is a name as a JSON pointer spells it, and not longer than is told back.
func escaped(name string) string {
	if runes := []rune(name); len(runes) > 60 {
		name = string(runes[:60]) + "…"
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
