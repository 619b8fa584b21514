package web

import "github.com/labstack/echo/v4"

// policy lets a page load, send and run only what comes from here. Nothing
// inline runs; data: images are daisyUI's backgrounds.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; form-action 'self'; manifest-src 'self'; " +
	"object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

const permissions = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), " +
	"magnetometer=(), microphone=(), midi=(), payment=(), usb=()"

const (
	referrerPolicy = "Referrer-Policy"
	cacheControl   = "Cache-Control"
)

type header struct {
	name   string
	values []string // ready to be put into the map, so that no request pays for them
}

// fixedHeaders are on every answer. HSTS makes sense over HTTPS only.
func fixedHeaders(https bool) []header {
	list := []header{
		{"Content-Security-Policy", []string{policy}},
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
		{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
		{"Permissions-Policy", []string{permissions}},
		{cacheControl, []string{"no-store"}}, // the static files say otherwise
		{referrerPolicy, []string{"same-origin"}},
	}
	if https {
		list = append(list, header{"Strict-Transport-Security", []string{"max-age=63072000"}})
	}
	return list
}

// harden sets the headers before anything can answer. The address of a
// one-time link is a secret, so its page sends no referrer at all.
func (s *Server) harden(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		for _, fixed := range s.fixed {
			h[fixed.name] = fixed.values[:1:1]
		}
		if s.request(c).link {
			h.Set(referrerPolicy, "no-referrer")
		}
		return next(c)
	}
}
