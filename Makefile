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

.PHONY: setup
setup: .venv/dev static/built/app.css

.PHONY: check
check: setup ## The fast part: lint, types, import contracts, unit tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest tests/unit

.PHONY: format
format: .venv/dev ## Put the code in its form
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format .
