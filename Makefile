# Onedoor 一扇门. Everything shares `make setup`; a second call finds its stamps in .setup/ and needs no network.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# Without compiled files each of a house's processes would compile some 270 modules anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup browser run test check bench lock clean

PORT ?= 8000
HOME_DIR ?= .onedoor
TESTS ?= tests
# Twice two cores: tests of whole houses wait half of their time, and a process that runs tests is a fork.
WORKERS ?= 4
SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -type f -print 2>/dev/null)

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: ## make .venv with the locked packages and `onedoor`, build the scripts of the pages
	@$(MAKE) --silent --no-print-directory -j2 .setup/python .setup/built

.setup/python: requirements/dev.txt pyproject.toml scripts/setup.sh
	@bash scripts/setup.sh python

.setup/npm: frontend/package-lock.json scripts/setup.sh
	@bash scripts/setup.sh npm

.setup/built: .setup/npm $(SOURCES)
	@bash scripts/setup.sh build

browser: setup
	@bash scripts/browser.sh

run: setup ## the demo city at http://127.0.0.1:8000, with a list of who to log in as (PORT=…, HOME_DIR=…)
	@exec .venv/bin/onedoor demo --home $(HOME_DIR) --port $(PORT)

test: setup browser ## every test: first those without a browser, then the browser's (TESTS=tests/cases narrows)
	.venv/bin/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not browser" $(TESTS)
	@bash scripts/browser_tests.sh $(TESTS)

check: setup ## ruff, the laws of imports, strict types, types of the page scripts
	.venv/bin/ruff check .
	.venv/bin/lint-imports --no-cache
	.venv/bin/pyrefly check
	npm --prefix frontend run --silent check

bench: setup ## CPU per operation against this machine's own limits (WORK=…, QUICK=1; WORK=all is an hour)
	.venv/bin/onedoor bench $(if $(QUICK),--quick) $(WORK)

lock: .setup/python ## write requirements/*.txt anew from pyproject.toml
	@bash scripts/lock.sh

clean: ## remove what setup made (never your data)
	rm -rf .venv .setup frontend/node_modules
