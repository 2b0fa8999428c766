# Hatata's commands. `make` alone lists them. Everything is phony: what is up to date is known by stamps inside .venv,
# static/vendor and var, because make cannot depend on files in a folder whose name has spaces.

PORT ?= 8000
PYTHON ?= python3
PY := .venv/bin/python
STACK := $(PY) -m conference.stack.testing
ARGS ?=
EVERYTHING := -n 2 --dist loadgroup --cov --cov-report=term:skip-covered --cov-fail-under=95 --durations=15

.DEFAULT_GOAL := help
.PHONY: help run test screenshots check lint types fmt assets requirements audit bench venv venv-work

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: assets ## Run Hatata on this machine: http://127.0.0.1:8000 (PORT=9000 changes it)
	@# It dies with make: whatever ends this command ends all of it.
	@exec $(PY) conference/stack/launch.py $$PPID 15 same $(PY) manage.py up --port $(PORT)

test: venv-work assets $(if $(ARGS),,check audit) ## Run all checks and tests (ARGS="tests/chat -k nonce" runs only those tests)
	@HATATA_CHROMIUM="$$($(PY) tools/system.py)" $(STACK) pytest $(or $(ARGS),$(EVERYTHING))

bench: venv-work ## Measure speed and load, beside the last run (ARGS=imports measures only that; bench/README.md)
	@$(STACK) python -m bench.run $(ARGS)

check: lint types ## Linters, formatters, import contracts and types

lint: venv-work ## Linters, formatters and import contracts
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/djangofmt --quiet --check templates
	@.venv/bin/lint-imports --no-cache

types: venv-work ## Types of services, queries and pure modules
	@DEBUG=1 .venv/bin/mypy

fmt: venv-work ## Let the formatters decide the layout
	@.venv/bin/ruff check --quiet --fix --exit-zero .
	@.venv/bin/ruff format --quiet .
	@.venv/bin/djangofmt --quiet templates

audit: venv-work ## Look up known vulnerabilities of the packages (prints, never fails)
	@$(PY) tools/audit.py

screenshots: venv-work assets ## Take the pictures of README.md on the demo conference
	@HATATA_CHROMIUM="$$($(PY) tools/system.py)" $(STACK) python tools/screenshots.py

assets: venv ## Fetch the browser files (htmx, KaTeX, icons) into static/vendor
	@$(PY) tools/assets.py

venv:
	@"$(PYTHON)" tools/bootstrap.py run

venv-work:
	@"$(PYTHON)" tools/bootstrap.py work

COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-markers \
	--custom-compile-command "make requirements" $(UPGRADE)

requirements: venv-work ## Compile requirements/*.txt from pyproject.toml (UPGRADE=--upgrade takes newer versions)
	@$(COMPILE) requirements/bootstrap.in -o requirements/bootstrap.txt
	@$(COMPILE) requirements/node.in -o requirements/node.txt
	@$(COMPILE) pyproject.toml -o requirements/base.txt
	@$(COMPILE) pyproject.toml --extra embedded -c requirements/base.txt -o requirements/run.txt
	@$(COMPILE) pyproject.toml --extra embedded --extra work -c requirements/run.txt -o requirements/work.txt
