package authserver

// MayAsk reports why an address may not be asked at all, or nil.
func (c *Client) MayAsk(address string) error { return c.mayAsk(address) }
