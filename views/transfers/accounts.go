package transfers

// borrowed tells, of a credential that connects an account, whose account that is
// and what becomes of it; empty for others.
func borrowed(provider, account, what, who, own string) string {
	if provider == "" {
		return ""
	}
	whose := "an account at " + provider
	if account != "" {
		whose = "the " + provider + " account " + account
	}
	return what + " works with " + whose + ". The account itself does not change hands. " +
		who + " can keep using it or reconnect with an account of " + own + "; the present connection stays until that one works. Then it is given up at " + provider + ", where " + provider + " can be told."
}

// borrowed is told to who offers.
func (o Offer) borrowed() string {
	return borrowed(o.Provider, o.Account, "It", "The new owner", "their own")
}

// borrowed are told to the receiver: one sentence an account.
func (l Link) borrowed() (told []string) {
	for _, i := range l.Items {
		what := "It"
		if len(l.Items) > 1 {
			what = "“" + i.Name + "”"
		}
		if text := borrowed(i.Provider, i.Account, what, "As the new owner you", "your own"); text != "" && i.State == Pending {
			told = append(told, text)
		}
	}
	return told
}
