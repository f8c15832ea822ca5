# Everything a person types. `make up` on a fresh machine installs what is missing, then runs a centre.

SHELL := /bin/bash
# Where this is set every process compiles all it imports anew, which takes longer than most tests.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
MARKS := .venv/marks
# Processes of pytest, each with a database of its own: one more than cores, for they often wait.
SIDE_BY_SIDE := --numprocesses=$(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --maxprocesses=6 --dist=loadfile \
    --no-loadscope-reorder

.PHONY: setup up test lint types unit bench messages extract shots lock clean

setup: $(MARKS)/python $(MARKS)/node messages

up: setup
	$(BIN)/canton up --demo

# The types are checked while the tests run, which often wait for something.
test: setup lint
	scripts/beside "make --no-print-directory types" "$(BIN)/python -m pytest $(SIDE_BY_SIDE)"

unit: setup
	$(BIN)/python -m pytest tests/unit

lint: $(MARKS)/python
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: $(MARKS)/python
	$(BIN)/mypy

bench: setup $(MARKS)/bench
	$(BIN)/canton bench processing
	$(BIN)/canton bench traffic

shots: setup
	$(BIN)/python scripts/shots.py

# Compiled messages are not committed; a changed catalogue compiles again.
messages: $(MARKS)/python
	$(BIN)/python scripts/compile-messages

# Collects the messages of every room anew (needs gettext).
extract: $(MARKS)/python
	scripts/extract-messages

# Requirements with hashes and without addresses, for every Python from 3.11 on.
lock: $(MARKS)/python
	for name in base dev bench; do $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url \
	    --universal --python-version 3.11 requirements/$$name.in -o requirements/$$name.txt; done
	scripts/npm install --package-lock-only --ignore-scripts

$(MARKS)/system:
	scripts/setup-system
	scripts/setup-venv
	mkdir -p $(MARKS) && touch $@

$(MARKS)/python: requirements/dev.txt pyproject.toml | $(MARKS)/system
	scripts/setup-python dev
	touch $@

$(MARKS)/bench: requirements/bench.txt | $(MARKS)/python
	scripts/setup-python bench
	touch $@

$(MARKS)/node: package-lock.json package.json | $(MARKS)/python
	scripts/npm ci --ignore-scripts --silent
	touch $@

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache canton/*/locale/*/LC_MESSAGES/*.mo
