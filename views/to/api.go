package to

// APILogins is where programs find the logins of a user, and set them.
func APILogins(user int64) string { return "/api/v1/users/" + number(user) + "/logins" }

// APILoginsOld is a method of older versions, which was given up.
func APILoginsOld(user int64, method string) string { return APILogins(user) + "/" + method }
