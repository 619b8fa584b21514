// Holdfast is a self-hosted web console in which a team keeps the credentials
// that its integrations run on.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"holdfast/handlers/command"
)

// version is set by the build: -ldflags "-X main.version=1.2.3".
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command.Run(ctx, command.Outside{
		Args: os.Args[1:], Getenv: os.Getenv, Environ: os.Environ(), ReadFile: os.ReadFile, IsDir: isDir,
		Stdout: os.Stdout, Stderr: os.Stderr, Now: time.Now, Version: version,
	})
	stop()
	os.Exit(code)
}

func isDir(path string) bool {
	i, err := os.Stat(path)
	return err == nil && i.IsDir()
}
