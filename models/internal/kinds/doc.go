// Package kinds owns the kinds of credentials: the built-in JSON Schemas, those
// an operator adds in a folder, the form that each one asks for, and the reading
// and checking of what comes back. It refuses to know databases, pages and who
// is asking, and never puts a value into a complaint.
package kinds
