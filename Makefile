# The commands of README.md. A fresh machine needs python3 (3.11 or newer), make and git.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# 1: serve after the demo's table until Ctrl-C; 0: end after it.
SERVE ?= 1
# More words for pytest: make test ARGS="-k forecasts".
ARGS ?=
# Tests run in a process for each processor; ARGS=-n0 runs them in one.
PROCESSES := -n logical --maxprocesses 8
NAME ?=
# How long `make fuzz` stays with each reader.
SECONDS ?= 60
# Which tests are to take every branch; those of crashes and crowds take none that others do not, and take long.
COVERING := api database domain jobs notifications web workflows
SLOW_ONES := back_up orders_at_once orders_crash deeds_crash repairs_crash code_at_once random_weeks interleavings \
	interleaved_corrections interleaved_repairs

# Always called by its relative path, so that the project may lie in a folder with spaces.
VENV := .venv
RUN := $(VENV)/bin/python -m
# Tests start some hundred processes: each would compile the whole program anew where this is set.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(RUN) pip --disable-pip-version-check --quiet
# Python compiles what it imports; to compile all that the packages hold takes a third of their time.
INSTALL := $(PIP) install --no-compile
PYTHON ?=

# $(call timed,name,command): run a step and print how long it took.
timed = started=$$(date +%s); $(2); printf '%s: %d s\n' '$(1)' $$(( $$(date +%s) - started ))

.PHONY: help setup demo test coverage mutants fuzz check types quick-checks advisories sbom bench screenshots format migration lock clean

help: ## list these commands
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/dev.stamp $(VENV)/search.stamp ## create .venv with everything that developing needs

demo: $(VENV)/runtime.stamp $(VENV)/search.stamp ## the real week of Kota Bogor, then serve it (SERVE=0 ends after the table)
	@$(VENV)/bin/pasok demo $(if $(filter 0,$(SERVE)),--no-serve,--serve)

test: $(VENV)/dev.stamp $(VENV)/search.stamp $(VENV)/browser.stamp ## every test (ARGS="-k word" for some)
	@$(call timed,tests,.ci/in-memory $(RUN) pytest $(PROCESSES) $(ARGS))

coverage: $(VENV)/dev.stamp $(VENV)/search.stamp ## whether tests take every branch of the code of orders, rights and money
	@rm -f .coverage .coverage.*
	@$(call timed,tests,.ci/in-memory $(RUN) coverage run -m pytest $(PROCESSES) -q $(SLOW_ONES:%=--ignore=tests/workflows/test_%.py) $(COVERING:%=tests/%))
	@$(RUN) coverage combine --quiet
	@$(RUN) coverage report

mutants: $(VENV)/dev.stamp ## how many small faults in the code of rights and locks the tests notice
	@$(RUN) tests.mutants

fuzz: $(VENV)/dev.stamp ## hand each reader of files what nobody would write, for a minute (SECONDS=600: ten)
	@for reader in list workbook problem plan backup; do printf '\n== %s\n' "$$reader"; $(RUN) tests.fuzz "$$reader" --seconds $(SECONDS); done

# Types take one processor for half a minute: the other compiles meanwhile what tests need.
check: $(VENV)/dev.stamp ## formatting, lint, types, layers, migrations, locks, advisories
	@$(MAKE) --jobs=2 --output-sync=target types $(VENV)/search.stamp quick-checks

types: $(VENV)/dev.stamp
	@$(call timed,types,$(RUN) mypy)

quick-checks: $(VENV)/dev.stamp
	@$(call timed,format,$(RUN) ruff format --check)
	@$(call timed,lint,$(RUN) ruff check)
	@$(call timed,layers,$(VENV)/bin/lint-imports --no-cache)
	@$(call timed,migrations,$(VENV)/bin/pasok migrate --check)
	@$(call timed,locks,$(PIP) check)
	@$(call timed,advisories,.ci/advisories)

advisories: $(VENV)/dev.stamp ## compare the pinned packages with the known faults at osv.dev
	@.ci/advisories

sbom: $(VENV)/runtime.stamp ## the list of what the service is made of, as CycloneDX JSON
	@$(VENV)/bin/pasok sbom

bench: $(VENV)/dev.stamp $(VENV)/search.stamp ## speed and quality tables; benchmarks/README.md explains them
	@failed=; export PYTHONPATH=.; \
	run() { printf '\n== %s\n' "$$*"; $(call timed,all of it,$(VENV)/bin/python "$$@" || failed+=" $$*;"); }; \
	for script in benchmarks/[a-z]*.py; do run "$$script"; done; \
	run benchmarks/quality.py --kitchens 76 --scenarios oneday; run -m benchmarks.peers; \
	test -z "$$failed" || { echo "these ended with a fault:$$failed" >&2; exit 1; }

screenshots: $(VENV)/dev.stamp $(VENV)/browser.stamp ## pictures of every page of the served demo, into var/screenshots
	@$(RUN) tests.browser.screenshots

format: $(VENV)/dev.stamp ## format and mend what can be mended
	@$(RUN) ruff format
	@$(RUN) ruff check --fix

migration: $(VENV)/dev.stamp ## write a migration from what changed in the entities: make migration NAME=add_lots
	@test -n '$(NAME)' || { echo 'give it a name: make migration NAME=add_lots' >&2; exit 2; }
	@$(VENV)/bin/pasok migrate --new '$(NAME)'

lock: ## pin every package again after a change of pyproject.toml (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--extra build pyproject.toml -o requirements.lock
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--extra build --extra dev pyproject.toml -o requirements-dev.lock

clean: ## remove everything that make created, the demo's database too
	@if [ -x $(VENV)/bin/pasok ]; then $(VENV)/bin/pasok stop || true; fi
	@rm -rf $(VENV) var build ./*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage*
	@find . -name __pycache__ -prune -exec rm -rf {} +

# ---- set-up: each stamp is newer than what it was made from, so that a second run is instant

$(VENV)/bin/python:
	@$(call timed,python,PYTHON='$(PYTHON)' .ci/make-venv $(VENV))

$(VENV)/runtime.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(call timed,packages,$(INSTALL) --require-hashes -r requirements.lock; $(PIP) install --no-deps --no-build-isolation -e .)
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@$(call timed,packages,$(INSTALL) --require-hashes -r requirements-dev.lock; $(PIP) install --no-deps --no-build-isolation -e .)
	@touch $@ $(VENV)/runtime.stamp

# The optimiser's inner loops, compiled for this machine.
$(VENV)/search.stamp: $(wildcard service/matching/local_search/*.py) $(VENV)/runtime.stamp
	@$(RUN) service.matching.local_search
	@touch $@

$(VENV)/browser.stamp: $(VENV)/dev.stamp
	@$(call timed,browser,{ .ci/get-browser $(VENV) && touch $@; } || true)
