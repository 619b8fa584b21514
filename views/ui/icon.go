package ui

import (
	"sync"

	"github.com/a-h/templ"

	"holdfast/static"
)

// Icon draws one icon of the sprite; it is decoration, the text beside it
// speaks. A list draws a hundred and they never differ, so each is made once.
func Icon(name string) templ.Component {
	if i, ok := icons()[name]; ok {
		return i
	}
	return icon(static.Icon(name))
}

var icons = sync.OnceValue(func() map[string]templ.Component {
	drawn := map[string]templ.Component{}
	for name, url := range static.Icons() {
		drawn[name] = icon(url)
	}
	return drawn
})

func icon(url string) templ.Component {
	return templ.Raw(`<svg class="i" aria-hidden="true"><use href="` + templ.EscapeString(url) + `"></use></svg>`)
}
