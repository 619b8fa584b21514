// Package models is the vocabulary of Holdfast: its entities, its rules, its
// errors and who may do what. Rules are pure functions; nothing here knows a
// database, a page or a clock.
//
//	user        a person with an e-mail, a name, a rank and one or more logins
//	login       one way in for a user
//	project     where credentials are put to use; its members have roles
//	credential  what a program needs to reach another system; it has one owner
//	kind        the JSON Schema that a credential's body follows, or raw
//	share       the row that lets a project use a credential
//	step        one use of a credential by a program
//	event       who did what to which thing; never a secret
//
// The operations stand in the rooms beside this package (credentials, people,
// projects, ...), the database behind its doors in internal/db.
package models
