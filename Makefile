# Two commands for people: `make demo` and `make test`. Each does all its own set-up on a fresh machine with Python 3.11+.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo test check lint types imports audit bench nightly lock clean

# One marker per lock: the runtime set is enough for the demo, so that a newcomer waits less.
$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the service needs (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python tools/link.py
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing what the tests need (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python tools/link.py
	@touch $@

demo: $(VENV)/.runtime
	@$(BIN)/linli demo $(ARGS)

test: $(VENV)/.dev
	@sh tools/browser.sh
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not nightly" $(ARGS)

nightly: $(VENV)/.dev
	@sh tools/browser.sh
	@$(BIN)/python -m pytest -m nightly --timeout 3600 $(ARGS)

check: $(VENV)/.dev lint types imports audit test

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || echo "(formatting differs in places; not an error)"

types: $(VENV)/.dev
	@$(BIN)/mypy

imports: $(VENV)/.dev
	@$(BIN)/lint-imports --no-cache

audit: $(VENV)/.dev
	@$(BIN)/python tools/audit.py

bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks $(ARGS)

lock: $(VENV)/.dev
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-header --universal --python-version 3.11 pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-header --universal --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.lock -c requirements.lock

clean:
	rm -rf $(VENV) var
