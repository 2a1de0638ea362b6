# The commands of this project. `make` alone lists them.
#
# Every target sets up what it needs: a Python environment in .venv, from requirements.lock, and this project in it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help venv demo serve test trust quality lint lock audit sbom egg clients clients-document clients-python \
	clients-typescript clean

# The first of these that is 3.11 or newer; `make PYTHON=/path/to/python …` chooses another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

# Where the clients are made, beside what they are made with.
CLIENTS := clients
GENERATOR := $(CLIENTS)/.generator

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 14

venv: $(INSTALLED) ## make .venv: the locked packages, and this project in it, editable

demo: $(INSTALLED) ## crawl our recordings, build the catalog, print what is on; no network
	@$(BIN)/python -m tests.demo

serve: $(INSTALLED) ## serve the demo's catalog to browsers and programs, at http://127.0.0.1:8000
	@$(BIN)/python -m tests.demo serve

test: $(INSTALLED) ## run the tests on all cores; `make test TESTS=tests/crawlers` runs some
	@$(BIN)/pytest -n auto $(TESTS)

trust: $(INSTALLED) ## run the tests that show a promise of tests/trust.toml, and print each promise with its tests
	@$(BIN)/pytest -n auto -m trust --trust

quality: $(INSTALLED) ## how right the catalog is, beside what it was; `make quality OPTIONS=--quick` takes 3 minutes
	@$(BIN)/python -m bench.quality $(OPTIONS)

lint: $(INSTALLED) ## check style, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock: $(INSTALLED) ## write requirements.lock anew from pyproject.toml (needs uv)
	uv export --quiet --upgrade --format requirements-txt --no-emit-project --all-groups --all-extras \
		--output-file requirements.lock
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --output-file clients/generator.lock clients/generator.in

audit: $(INSTALLED) ## look for known vulnerabilities of the locked packages, where advisories are within reach
	@$(BIN)/python deploy/audit.py

sbom: $(INSTALLED) ## write dist/sbom.json: every locked package and the bundled PostgreSQL, as CycloneDX
	@$(BIN)/python deploy/sbom.py dist/sbom.json

egg: $(INSTALLED) ## build the egg for scrapyd: dist/calendar.egg
	@rm -rf dist && $(BIN)/python -W ignore deploy/scrapyd/setup.py --quiet bdist_egg --dist-dir "$(CURDIR)/dist"
	@mv dist/*.egg dist/calendar.egg
	@echo dist/calendar.egg

clients: clients-python clients-typescript ## make clients of /v1: clients/python, and by Node.js clients/typescript

clients-python: clients-document $(GENERATOR)/installed
	@rm -rf $(CLIENTS)/python
	@PATH="$(abspath $(GENERATOR))/bin:$$PATH" openapi-python-client generate --fail-on-warning --meta uv \
		--path $(CLIENTS)/openapi.json --config $(CLIENTS)/python.yaml --output-path $(CLIENTS)/python

ifeq ($(shell command -v npm),)
clients-typescript:
	@echo "No TypeScript client: npm, which comes with Node.js 20 or newer, was not found"
else
clients-typescript: clients-document $(CLIENTS)/typescript/node_modules/.package-lock.json
	@cd $(CLIENTS)/typescript && rm -rf dist && npm run --silent build
	@echo $(CLIENTS)/typescript
endif

clients-document: $(INSTALLED)
	@$(BIN)/python -m sms_api openapi >$(CLIENTS)/openapi.json

clean: ## remove .venv, caches and built files; .sms, where the data are, stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis $(GENERATOR) $(CLIENTS)/openapi.json \
		$(CLIENTS)/python $(addprefix $(CLIENTS)/typescript/, node_modules dist src/schema.ts)

# An interrupted set-up leaves no stamp, so the next command does it again. A uv that cannot reach its package index
# (it knows nothing of pip's configuration) leaves the work to pip.
$(INSTALLED): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found: install one, or name it: make PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is no Python 3.11 or newer: name another: make PYTHON=/path/to/python" >&2; exit 1; }
	@rm -f $@
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@echo "Installing the packages of requirements.lock into $(VENV); the first time this takes a minute."
	@install() { "$$@" --require-hashes --no-deps -r requirements.lock && "$$@" --no-deps -e .; }; \
		if command -v uv >/dev/null && install uv pip install --quiet --python $(BIN)/python; then :; else \
			echo "Installing with pip."; install $(BIN)/python -m pip install -qq --disable-pip-version-check; fi
	@touch $@

$(GENERATOR)/installed: $(CLIENTS)/generator.lock | $(INSTALLED)
	@rm -f $@
	@$(BIN)/python -m venv --without-pip $(GENERATOR)
	@$(BIN)/python -m pip --python $(GENERATOR)/bin/python install -qq --disable-pip-version-check --no-compile \
		--require-hashes --no-deps -r $(CLIENTS)/generator.lock
	@touch $@

# npm writes this file last.
$(CLIENTS)/typescript/node_modules/.package-lock.json: $(CLIENTS)/typescript/package-lock.json
	@cd $(CLIENTS)/typescript && npm ci --loglevel=error --no-audit --no-fund
