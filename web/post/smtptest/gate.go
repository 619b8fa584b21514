package smtptest

import (
	"net"
	"sync"
)

// gate is a listener that lets a guard see each connection first, each in a
// goroutine of its own, and that cuts all of them when it closes.
type gate struct {
	net.Listener
	guard  func(net.Conn) net.Conn // nil turns the connection away
	passed chan net.Conn
	closed chan struct{}
	guards sync.WaitGroup

	mu   sync.Mutex
	open []net.Conn
	shut bool
}

func newGate(l net.Listener, guard func(net.Conn) net.Conn) *gate {
	g := &gate{Listener: l, guard: guard, passed: make(chan net.Conn), closed: make(chan struct{})}
	g.guards.Go(g.watch)
	return g
}

func (g *gate) watch() {
	for {
		conn, err := g.Listener.Accept()
		if err != nil {
			return
		}
		if !g.admit(conn) {
			_ = conn.Close()
			return
		}
		g.guards.Go(func() { g.lead(conn) })
	}
}

// admit notes the connection, unless the gate is closed.
func (g *gate) admit(conn net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.shut {
		g.open = append(g.open, conn)
	}
	return !g.shut
}

func (g *gate) lead(conn net.Conn) {
	through := g.guard(conn)
	if through == nil {
		_ = conn.Close()
		return
	}
	select {
	case g.passed <- through:
	case <-g.closed:
		_ = conn.Close()
	}
}

// Accept is the next connection that the guard let through.
func (g *gate) Accept() (net.Conn, error) {
	select {
	case conn := <-g.passed:
		return conn, nil
	case <-g.closed:
		return nil, net.ErrClosed
	}
}

// Close cuts every connection and waits for the guards. It may be called twice.
func (g *gate) Close() error {
	g.mu.Lock()
	first := !g.shut
	g.shut = true
	open := g.open
	g.open = nil
	g.mu.Unlock()
	if !first {
		return nil
	}
	close(g.closed)
	err := g.Listener.Close()
	for _, conn := range open {
		_ = conn.Close()
	}
	g.guards.Wait()
	return err
}
