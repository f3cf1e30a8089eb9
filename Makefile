# Sounding: `make run` is the whole product, `make test` is all tests.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
PYTHON ?= $(shell for p in python3.11 python3.12; do \
	if $$p -c 'import venv, ensurepip' >/dev/null 2>&1; then echo $$p; break; fi; done)
UV := $(shell uv --version >/dev/null 2>&1 && command -v uv)
LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

.PHONY: help run test check install install-dev lock clean

help:
	@echo "make run      install, fetch the models, hold interviews at the printed address"
	@echo "make test     install, check, then all tests with branch coverage; what failed is tried once more, alone"
	@echo "make check    format, lint, types, layers, templates, docs and schemas; no models needed"
	@echo "make install  the environment in $(VENV) alone"
	@echo "make lock     resolve the pinned requirements anew"
	@echo "make clean    remove what was made here; models and interviews stay"

run: install
	$(BIN)/sounding models fetch
	$(BIN)/sounding serve

test: install-dev
	$(MAKE) check
	$(BIN)/sounding models fetch
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder \
		--cov --cov-report=term:skip-covered --durations=25 \
	|| { test $$? -eq 1 && echo "Those that failed, once more and alone (docs/decisions/0023):" && \
		$(BIN)/python -m pytest --last-failed --last-failed-no-failures=none; }

check: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --check --lint --quiet
	$(BIN)/python -m app.cli.checks

install: $(STAMP)

install-dev: $(STAMP) $(DEV_STAMP)

$(STAMP): requirements.txt pyproject.toml | $(BIN)/python
	$(call requirements,requirements.txt)
	$(call package)
	@touch $@

$(DEV_STAMP): requirements-dev.txt pyproject.toml $(STAMP) | $(BIN)/python
	$(call requirements,requirements-dev.txt)
	@touch $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Sounding needs Python 3.11 or 3.12 with its venv module" \
		"(Debian: apt-get install python3.11 python3.11-venv)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
ifeq ($(UV),)
	$(BIN)/python -m pip install --quiet --upgrade pip
endif

ifeq ($(UV),)
requirements = $(BIN)/python -m pip install --quiet --require-hashes -r $(1)
package = $(BIN)/python -m pip install --quiet --no-deps --editable .
else
requirements = uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1)
package = uv pip install --quiet --python $(BIN)/python --no-deps --editable .
endif

lock:
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra dev --output-file requirements-dev.txt

clean:
	rm -rf $(VENV) build dist htmlcov .coverage .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis sounding.egg-info
	find app tests alembic -name __pycache__ -type d -prune -exec rm -rf {} +
