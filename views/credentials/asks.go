package credentials

import "holdfast/views/ui"

// problems are the faults of the typed confirmation.
func (d DeleteNow) problems() []ui.Problem {
	if d.Error == "" {
		return nil
	}
	return []ui.Problem{{ID: "confirm", Label: "Name of the credential", Text: d.Error}}
}
