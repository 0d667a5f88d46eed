# The one list of commands: people and continuous integration call the same ones.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
DATA ?= data/synthetic
OUT ?= _output

.DEFAULT_GOAL := help
.PHONY: help setup report test check verify archive fuzz notebooks bench truth scale dictionary clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## set up .venv from the lock file

$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 …"; exit 2; }
	@echo "Setting up $(VENV) from requirements.lock (about a minute, once) …"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $(LOCKED)

$(READY): $(LOCKED) pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $(READY)

report: $(READY) ## render the report (DATA=folder OUT=folder)
	@$(BIN)/study report "$(DATA)" --out "$(OUT)"

# By module: what the tests of a module share, a report for instance, is made once.
test: $(READY) ## run every test
	@$(BIN)/python -m pytest -n auto --dist loadscope

check: $(READY) ## lint and type-check
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

verify: $(READY) ## recompute the archived results, or those in BUNDLE=file.zip; write the certificate
	@$(BIN)/study verify $(if $(BUNDLE),"$(BUNDLE)") --out "$(OUT)"

archive: $(READY) ## make the archived results anew: data/archive/synthetic_results.json
	@$(BIN)/python -m helpers.verify.keep

fuzz: $(READY) ## read 10,000 folders that went wrong: docs/fuzzing.md (long)
	@$(BIN)/python -m tests.fuzz --out "$(OUT)/fuzz"

notebooks: $(READY) ## execute the notebooks into _output/notebooks/*.html
	@$(BIN)/python -m helpers.notebooks --out "$(OUT)/notebooks"

bench: $(READY) ## our speed beside our peers', after checking that they agree: docs/benchmarks.md
	@$(BIN)/python -m benchmarks --out docs/benchmarks.md

truth: $(READY) ## the estimators against a known truth: docs/known_truth.md (long)
	@$(BIN)/python -m benchmarks.known_truth --out docs/known_truth.md

scale: $(READY) ## time and memory from 1,000 to 100,000 patients: docs/scale.md (long)
	@$(BIN)/python -m benchmarks.scale --out docs/scale.md

dictionary: $(READY) ## print data/README.md and docs/what_each_number_means.md anew
	@$(BIN)/python -m helpers.ingest.data_dictionary > data/README.md
	@$(BIN)/python -m helpers.present.meanings > docs/what_each_number_means.md

clean: ## remove what was made
	rm -rf $(OUT) .study-cache $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .test-output
