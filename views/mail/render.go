package mail

import (
	"context"
	"strings"
)

// Render is the HTML of the letter as text, for who sends it.
func Render(ctx context.Context, l Letter) (string, error) {
	var b strings.Builder
	err := HTML(l).Render(ctx, &b)
	return b.String(), err
}
