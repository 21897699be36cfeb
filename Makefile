# make run: see the whole way work on the built-in sample. make test: set up and run every check.
PYTHON ?= python3
BIN := .venv/bin
SHARED ?= ../shared

.PHONY: setup run test check score bench-codes bench-dataset bench-discovery bench-extraction bench-map bench-review lock clean

setup: .venv/ready

# uv installs the locked packages some twenty times faster than pip; pip fetches it by its hash.
.venv/ready: requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tidiermap needs python3 3.11 or newer")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "setting up .venv (about 900 MB, a minute or less) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e .
	@$(BIN)/python -m compileall -q register crawlers extract classify review flows
	@touch $@

run: setup
	@$(BIN)/python sample/run.py

test: setup check
	@$(BIN)/python -m pytest

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy

# The scorer's table for gold/dev.jsonl, every page predicted by models that never saw its site.
score: setup
	@$(BIN)/python benchmarks/score.py --shared $(SHARED)

# Recall, focus, speed, memory, recheck and causes of failure on the saved sites, beside their peers; a quarter of an hour.
bench-discovery: setup
	@$(BIN)/python benchmarks/discovery.py --shared $(SHARED)

# Codes, verdicts, calibration, the queue and UK-CAT's charities, leave-one-site-out, beside their peers; some ten minutes.
bench-codes: setup
	@$(BIN)/python benchmarks/codes.py --shared $(SHARED)

# Replays of two states of a site, fault pages over weeks, matching, kill -9, formats, beside their peers.
bench-dataset: setup
	@$(BIN)/python benchmarks/dataset.py --shared $(SHARED)

# Accuracy leave-one-site-out, speed beside its peers, memory, mutated pages; half an hour.
bench-extraction: setup
	@$(BIN)/python benchmarks/extraction.py --shared $(SHARED)

# The report's tables beside plain SQL, capture-recapture on known truths, 100,000 records, the pages in Chromium; some minutes.
bench-map: setup
	@$(BIN)/python benchmarks/map.py --shared $(SHARED)

# The workbench: a million candidates beside Datasette, eight reviewers at once, hostile pages, every page's accessibility.
bench-review: setup
	@$(BIN)/python benchmarks/review.py --shared $(SHARED)

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv var
