package transfers

// Title is the title of the link's page.
func (l Link) Title() string { return l.title() }
