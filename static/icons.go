package static

import (
	"maps"
	"regexp"
	"sync"
)

// anyIcon stands in for an icon that the sprite has not.
const anyIcon = "key-round"

var symbolID = regexp.MustCompile(`<symbol id="([a-z0-9-]+)"`)

// icons are the names in the sprite.
var icons = sync.OnceValue(func() map[string]string {
	sprite := assets().byName["icons.svg"]
	named := map[string]string{}
	for _, m := range symbolID.FindAllSubmatch(sprite.plain, -1) {
		named[string(m[1])] = sprite.url() + "#" + string(m[1])
	}
	return named
})

// Icon is the URL of one icon of the sprite, for <use href>. A name that the
// sprite has not becomes a key: a new kind of credential may be shown before
// anyone has drawn for it.
func Icon(name string) string {
	if url, ok := icons()[name]; ok {
		return url
	}
	return icons()[anyIcon]
}

// HasIcon reports whether the sprite has an icon of that name.
func HasIcon(name string) bool {
	_, ok := icons()[name]
	return ok
}

// Icons are the URLs of all icons of the sprite, by name.
func Icons() map[string]string { return maps.Clone(icons()) }
