package authserver

import "time"

// Hurry has the client wait no longer than so.
func (c *Client) Hurry(d time.Duration) *Client {
	c.patience = d
	return c
}
