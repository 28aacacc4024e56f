# Two commands are all a newcomer needs: `make run` and `make test`.
PYTHON ?= python3.13
BIN := .venv/bin
export PYTHONPATH := src

.PHONY: run test lint install lock

run: install ## start the whole city on this machine
	$(BIN)/python -m haihe up

test: install ## the whole suite
	$(BIN)/python -m pytest -n auto

lint: install ## style, types, contracts, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint src --check --quiet
	$(BIN)/djlint src --lint --quiet

install: $(BIN)/.installed node_modules/.package-lock.json ## packages, as locked

$(BIN)/.installed: requirements.lock
	$(PYTHON) -m venv .venv
	command -v uv >/dev/null || $(BIN)/pip install --quiet uv
	PATH="$(CURDIR)/$(BIN):$$PATH" uv pip sync --python $(BIN)/python --require-hashes requirements.lock
	touch $@

node_modules/.package-lock.json: package-lock.json
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts

lock: ## renew requirements.lock from pyproject.toml
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --group dev pyproject.toml -o requirements.lock
