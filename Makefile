# Every command sets up what it needs: Python 3.11 or newer and make are enough.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
DIST := src/onegoal/apps/shell/static/shell/dist/app.js
PO := $(wildcard src/onegoal/locale/*/LC_MESSAGES/django.po)
# The bundle holds the icons that templates and code name, so these are its sources too.
FRONTEND := package.json $(shell find frontend -type f) $(shell find src/onegoal -name '*.html' -o -name '*.py')
export ONEGOAL_HOME ?= $(CURDIR)/var
# Tests never touch the data of the product that runs beside them.
test test-axe test-postgres test-spark: export ONEGOAL_HOME = $(CURDIR)/.venv/test-home

.PHONY: setup run test test-axe test-postgres test-spark check bench demo clean

setup: .venv/.ready .venv/.static .venv/.translations

run: setup  ## start the product with the demo company at http://127.0.0.1:8000
	$(BIN)/onegoal run --demo --port $(PORT)

test: setup .venv/.ready-dev  ## pass all tests on SQLite but those of Spark
	$(BIN)/pytest -n 2 --dist worksteal -m "not spark and not axe" $(ARGS)

test-axe: setup .venv/.ready-dev  ## hold every page against axe, in light and dark
	$(BIN)/pytest -n 2 --dist worksteal -m axe tests/browser $(ARGS)

test-postgres: setup .venv/.ready-dev  ## pass the same tests on a temporary PostgreSQL
	$(BIN)/python tests/with_postgres.py $(BIN)/pytest -n 2 --dist worksteal -m "not spark and not axe" $(ARGS)

test-spark: setup .venv/.ready-dev .venv/.ready-spark  ## hold Spark on a small cluster against DuckDB; needs Java
	$(BIN)/python -m onegoal.warehouse.cluster -- $(BIN)/pytest -m spark tests/warehouse tests/attribution $(ARGS)

check: setup .venv/.ready-dev  ## style, types, import order, templates, translations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djade --target-version 5.2 --check $$(git ls-files '*.html')
	$(BIN)/python -m onegoal.config.translations check

bench: setup .venv/.ready-dev  ## measure, and write docs/benchmarks.md
	$(BIN)/python -m bench

demo: setup  ## make the demo company in an empty home
	$(BIN)/onegoal demo

clean:  ## remove what setup made; var/ with its data stays
	rm -rf .venv node_modules src/onegoal/apps/shell/static/shell/dist

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("onegoal needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check uv

.venv/.ready: pyproject.toml | .venv/bin/python
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --editable . || $(BIN)/pip install --quiet --editable .
	touch $@

.venv/.ready-dev: pyproject.toml | .venv/bin/python
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --editable '.[dev]' || $(BIN)/pip install --quiet --editable '.[dev]'
	touch $@

.venv/.ready-spark: pyproject.toml | .venv/bin/python
	$(BIN)/uv pip install --quiet --python $(BIN)/python --editable '.[spark]' || $(BIN)/pip install --quiet --editable '.[spark]'
	touch $@

$(DIST): $(FRONTEND) | .venv/.ready
	$(BIN)/python frontend/build.py
	touch $@

.venv/.static: $(DIST)
	$(BIN)/python -m compileall -q src/onegoal
	$(BIN)/python -m django collectstatic --settings onegoal.config.settings --noinput --clear --ignore "redoc*" --ignore django_htmx --verbosity 0
	touch $@

.venv/.translations: $(PO) | .venv/.ready
	$(BIN)/python -m onegoal.config.translations compile
	touch $@
