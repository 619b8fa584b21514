// Package directory owns the OAuth providers that Holdfast knows: where each one
// is asked, what is strange about it, and from where and when each of these facts
// is known. It refuses to know clients and tokens, the database and the network.
package directory
