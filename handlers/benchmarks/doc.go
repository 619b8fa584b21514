// Package benchmarks measures the program beside its floor: the same work in
// bare pgx or database/sql, AES, argon2id and templ, with nothing else. Both
// sides run in turn in one run, because a machine's mood changes within minutes.
//
//	go test -run '^$' -bench . -benchtime 1x ./handlers/benchmarks
//
// prints a Markdown table; HOLDFAST_BENCH_TO names a file, seen from the root
// of the module, between whose two marks the table goes. A figure is never
// pass or fail here: a busy machine breaks no build.
//
// It owns what is measured and how. It refuses to know how the work is done:
// it uses the binary over HTTP and the operations of the domain.
package benchmarks
