# Two commands are all a newcomer needs: `make run` and `make test`. `make help` lists the others.
PYTHON ?= $(firstword $(foreach p,python3.13 python3 python,$(shell \
  $(p) -c 'import sys; sys.version_info[:2] == (3, 13) and print("$(p)")' 2>/dev/null)))
BIN := .venv/bin
UV = PATH="$(CURDIR)/$(BIN):$$PATH" VIRTUAL_ENV="$(CURDIR)/.venv" uv
ARGS ?=
export PYTHONPATH := $(CURDIR)/src
# The city is a dozen programs, and its tests start hundreds: without kept bytecode each compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test soak lint format bench client screenshots tour install translations messages lock

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: install messages ## start the whole city on http://127.0.0.1:8000 (ARGS="--port 9000" passes options on)
	@$(BIN)/python -m haihe up $(ARGS)

test: install messages ## the whole suite (ARGS="src/haihe/city -n 0" picks a part)
	$(BIN)/python -m pytest -n auto $(ARGS)

soak: install messages ## break nodes' lines, programs, disks and database for ten minutes (root; needs iproute2)
	HAIHE_SOAK_SECONDS=$${HAIHE_SOAK_SECONDS:-600} $(BIN)/python -m pytest -n 0 tests/faults/test_nodes_on_broken_lines.py $(ARGS)

lint: install ## style, types, contracts, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint src --check --quiet
	$(BIN)/djlint src --lint --quiet

format: install ## put code and templates in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIN)/djlint src --reformat --quiet

bench: install ## the gateway's speed on this machine (needs wrk and nginx)
	$(BIN)/python -m haihe bench gateway $(ARGS)

client: install ## the gateway's client alone, as a wheel in dist/ (clients/python)
	cd clients/python && ../../$(BIN)/python -m hatchling build --target wheel --directory ../../dist

screenshots: install messages ## a picture of every page, wide and narrow, in screenshots/ (needs Chromium)
	$(BIN)/python -m tests.journeys.screenshots $(ARGS)

tour: install messages ## the pictures of the README's tour, from a fresh `make run` (needs Chromium)
	$(BIN)/python -m tests.journeys.tour $(ARGS)

translations: install ## renew the English catalogue from the code; it names what lacks English
	@$(BIN)/python -m haihe.web.renew_messages

messages: install ## compile the English catalogues
	@$(BIN)/python -m haihe.web.compile_messages

install: $(BIN)/.installed node_modules/.package-lock.json ## packages as locked, into .venv and node_modules

$(BIN)/.installed: requirements.lock
	@test -n "$(PYTHON)" || { echo "Haihe needs Python 3.13, and neither python3.13 nor python3 here is one." \
	  "Install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.13" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@command -v uv >/dev/null || test -x $(BIN)/uv || { echo "fetching uv ..."; \
	  awk '/^uv==/ {on=1} on {print} on && !/\\$$/ {exit}' requirements.lock > .venv/uv.txt; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.txt; }
	$(UV) pip sync --python $(BIN)/python --require-hashes requirements.lock
	@printf '%s\n' '#!$(CURDIR)/$(BIN)/python' 'from haihe.cli import main' 'main(prog_name="haihe")' > $(BIN)/haihe
	@chmod +x $(BIN)/haihe
	@echo "$(CURDIR)/src" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/haihe.pth"
	@touch $@

node_modules/.package-lock.json: package-lock.json $(BIN)/.installed
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --no-update-notifier
	@touch $@

lock: install ## renew requirements.lock from pyproject.toml
	$(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --group dev pyproject.toml -o requirements.lock
