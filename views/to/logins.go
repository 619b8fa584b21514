package to

// UserLogins is the editor of a user's logins; a POST saves them.
func UserLogins(user int64) string { return User(user) + "/logins" }

// UserLoginsRow takes the POST that adds, removes or keeps a row of the editor
// and saves nothing.
func UserLoginsRow(user int64) string { return UserLogins(user) + "/row" }

// ReviewUserLogins takes the POST that shows what saving would bring about.
func ReviewUserLogins(user int64) string { return UserLogins(user) + "/review" }

// UnlockLogin takes the POST that ends a lock-out.
func UnlockLogin(user, login int64) string { return UserLogins(user) + "/" + number(login) + "/unlock" }

// RestoreLogin takes the POST that brings a removed login back.
func RestoreLogin(user, login int64) string {
	return UserLogins(user) + "/" + number(login) + "/restore"
}
