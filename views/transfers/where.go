package transfers

// whereLink tells the receiver where the link is with which they answer.
func (o Offered) whereLink(m Mine) string {
	switch {
	case o.Letter.State == "failed":
		return "The letter to " + m.Me + " could not be delivered. Ask an administrator for it: it is in the outbox."
	case o.Letter.State == "queued" && m.NoMailServer:
		return "No mail server is set, so the letter with the link waits in the outbox. Ask an administrator for it."
	case o.Letter.State == "queued":
		return "The letter with the link is on its way to " + m.Me + "."
	}
	return "Open the letter sent to " + m.Me + " to accept or decline."
}
