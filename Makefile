# Opsdeck. `make run` and `make test` need nothing but Python 3.12 or newer; everything else is brought along.
.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-all lint rules check bench soak clean
PYTHON := .venv/bin/python
ARGS ?=

help:       ## Show these targets
	@sed -n 's/^\([a-z-]*\): *## */  make \1|/p' Makefile | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

setup:      ## Virtual environment and every locked package
	@sh ops/dev/setup.sh dev

run:        ## Start everything in this terminal; Ctrl-C stops it
	@sh ops/dev/setup.sh embedded
	@$(PYTHON) -m ops.dev run $(ARGS)

demo:       ## Fill an empty shop (SIZE=small, usual, large), print who can sign in
	@sh ops/dev/setup.sh embedded
	@$(PYTHON) -m ops.dev manage migrate --no-input -v 0
	@$(PYTHON) -m ops.dev manage demo $(if $(SIZE),--size $(SIZE)) $(ARGS)
	@$(PYTHON) -m ops.dev manage demo --sign-ins

test:       ## The suite, from nothing to green, browser included
	@sh ops/dev/setup.sh dev
	@$(PYTHON) -m ops.dev test -n 2 --dist loadgroup $(ARGS)

test-all:   ## The suite with every width, theme and repetition
	@sh ops/dev/setup.sh dev
	@OPS_TEST_ALL=1 $(PYTHON) -m ops.dev test -n 2 --dist loadgroup $(ARGS)

lint:       ## Style, types, templates and the order of the apps
	@sh ops/dev/setup.sh dev
	@$(PYTHON) -m ops.dev lint

rules:      ## Print every rule the database holds
	@sh ops/dev/setup.sh embedded
	@$(PYTHON) -m ops.dev manage rules $(ARGS)

check:      ## lint, deployment checks, migrations, then the suite
	@$(MAKE) --no-print-directory lint
	@OPS_ORIGIN=https://ops.example.com EMAIL_URL=smtp://mail.example.com:25 $(PYTHON) -m ops.dev manage check --deploy --fail-level WARNING
	@$(PYTHON) -m ops.dev manage makemigrations --check --dry-run
	@$(MAKE) --no-print-directory test

bench:      ## Measure (N=200000 orders)
	@sh ops/dev/setup.sh dev
	@$(PYTHON) -m ops.dev module bench $(ARGS)

soak:       ## Thirty minutes of ten browsers while servers restart
	@sh ops/dev/setup.sh dev
	@$(PYTHON) -m ops.dev module bench.soak $(ARGS)

clean:      ## Stop the servers and remove everything made here, data included
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m ops.dev stop --remove; fi
	rm -rf .venv .data node_modules static/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
