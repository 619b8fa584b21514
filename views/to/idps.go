package to

// IDPs lists the trusted identity providers, and takes the POST that adds one.
func IDPs() string { return "/admin/idps" }

// ConfirmByProvider takes the POST that has one's identity provider confirm who one is.
func ConfirmByProvider() string { return "/confirm/provider" }
