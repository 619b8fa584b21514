# Holdfast: `make` lists what there is.
GO       ?= go
TEMPL    := $(GO) tool -modfile=tools.mod templ
GOFUMPT  := $(GO) tool -modfile=tools.mod gofumpt
STATIC   := $(GO) tool -modfile=tools.mod staticcheck
# The race detector watches everything but SQLite itself, which is C turned into
# Go: it shares no memory with ours, and watched it takes three times as long.
RACE     := -race -gcflags=modernc.org/...=-race=false
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
SOURCES  := $(shell git ls-files '*.go' | grep -v '_templ\.go$$')

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

.PHONY: run
run: ## run the console on http://127.0.0.1:8080
	$(GO) run .

.PHONY: dev
dev: node_modules ## run it and rebuild pages and CSS while you edit
	@trap 'kill 0' EXIT; \
	npx tailwindcss --input views/app.css --output static/app.css --watch=always & \
	$(TEMPL) generate --watch --proxy=http://127.0.0.1:8080 --cmd="$(GO) run ."

.PHONY: test
test: install ## install what is missing, then run everything under the race detector
	$(GO) test $(RACE) -timeout 20m ./...

.PHONY: install
install: ## install Postgres, Chromium and Node for the tests, where apt may
	@sh .ci/install
	@if command -v npm >/dev/null 2>&1; then $(MAKE) --no-print-directory node_modules; fi

.PHONY: check
check: generated ## what CI checks besides the tests
	@test -z "$$($(GOFUMPT) -l $(SOURCES))" || { $(GOFUMPT) -l $(SOURCES); echo "run make format"; exit 1; }
	$(GO) vet ./...
	$(STATIC) ./...
	$(TEMPL) fmt -fail views
	$(GO) mod verify

.PHONY: generated
generated: generate ## generate again and fail when something differs from what is committed
	@git diff --exit-code --stat -- views static || { echo "generated files are out of date: commit what make generate wrote"; exit 1; }

.PHONY: generate
generate: node_modules ## templ and CSS
	$(TEMPL) generate -path views
	npm run --silent build

.PHONY: format
format: ## format Go and templ
	$(GOFUMPT) -w $(SOURCES)
	$(TEMPL) fmt views

node_modules: package-lock.json
	npm install --no-save --no-audit --no-fund --silent # not ci: it insists on every platform's optional build
	@touch node_modules

.PHONY: build
build: ## a static binary in dist/
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o dist/holdfast .

.PHONY: bench
bench: ## measure beside the floors and write docs/performance.md
	HOLDFAST_BENCH_TO=docs/performance.md $(GO) test -run '^$$' -bench . -benchtime 1x -timeout 20m ./handlers/benchmarks

.PHONY: fuzz
fuzz: ## each fuzz test for 10 seconds
	$(GO) test -run '^$$' -fuzz FuzzRead -fuzztime 10s ./models/internal/kinds
	$(GO) test -run '^$$' -fuzz FuzzLoad -fuzztime 10s -fuzzminimizetime 1x ./models/internal/kinds
	$(GO) test -run '^$$' -fuzz FuzzOpen -fuzztime 10s ./models/internal/seal
