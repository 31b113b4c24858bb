# `make check` is what CI does. `make` alone says what there is.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export SAM_CLI_TELEMETRY := 0

.PHONY: help check test fmt lint types imports audit docs member data demo storm bench build deploy redrive lock clean

help:
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## / — /'

$(READY): requirements-dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

check: lint types imports audit ## all that CI does
	$(BIN)/python -m pytest -n 2 --dist loadgroup
	$(BIN)/python -m ringfence.cli.pages --check

test: $(READY) ## the quick tests
	$(BIN)/python -m pytest -m "not slow"

fmt: $(READY) ## format, and mend what the linter can
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lint: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

audit: $(READY) ## look for known vulnerabilities in what is locked
	$(BIN)/python -m local.audit

docs: $(READY) ## write the generated pages
	$(BIN)/python -m ringfence.cli.pages

member: $(READY) ## write member.yaml, for the accounts that are watched
	$(BIN)/python -m local.member

data: $(READY) ## renew the release data that is shipped, from its sources
	$(BIN)/python -m ringfence.cli.data

demo: $(READY) ## the whole path on an embedded AWS
	$(BIN)/python -m local.demo

storm: $(READY) ## changes without a pause on an embedded AWS, and what bounds them
	$(BIN)/python -m local.storm

bench: $(READY) ## figures: imports, sweeps, changes, probes, evaluation
	$(BIN)/python -m bench

# Without the byte code that tests leave behind, the same source packs the same.
build: $(READY) ## pack the functions and layers
	find functions -name __pycache__ -prune -exec rm -rf {} +
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/sam build

deploy: build ## build, then `sam deploy --guided`
	$(BIN)/sam deploy --guided

redrive: $(READY) ## try dead letters again: make redrive STACK=name [REGION=eu-west-1]
	$(BIN)/ringfence redrive --stack "$(STACK)" $(if $(REGION),--region "$(REGION)")

# The layer holds what the dev lock holds, but for what Lambda's runtime brings.
RUNTIME_BRINGS := boto3 botocore s3transfer python-dateutil six
COMPILE := $(BIN)/uv pip compile --quiet --no-annotate --generate-hashes \
	--custom-compile-command "make lock"

lock: $(READY) ## pin every dependency anew, with hashes
	$(COMPILE) --universal --python-version 3.11 --extra dev \
		--output-file requirements-dev.txt pyproject.toml
	$(COMPILE) --python-version 3.13 --python-platform aarch64-manylinux2014 \
		--only-binary :all: --constraints requirements-dev.txt \
		$(addprefix --no-emit-package ,$(RUNTIME_BRINGS)) \
		--output-file layers/deps/requirements.txt pyproject.toml

clean: ## remove what was made
	rm -rf $(VENV) .aws-sam build
