# make run    sets up everything, indexes the sample letters and serves them
# make test   sets up everything and passes the tests
# make check  lint, format and types        make browser  the pages in a real Chromium
# make samples  the sample letters from their sources

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   ?= .venv
CORPUS ?= documents/samples
DATA   ?= .paperknife
HOST   ?= 127.0.0.1
PORT   ?= 8000

BIN := $(VENV)/bin

.PHONY: run test check browser samples clean

run: $(VENV)/.run-ready
	$(BIN)/paperknife serve --corpus "$(CORPUS)" --data "$(DATA)" --host $(HOST) --port $(PORT)

test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest -m "not browser" --cov --cov-report=term:skip-covered

check: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

browser: $(VENV)/.dev-ready
	$(BIN)/python -m pytest -m browser

samples: $(VENV)/.dev-ready
	$(BIN)/python documents/samples/make.py

$(VENV)/.run-ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.dev-ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,ocr]'
	touch $@ $(VENV)/.run-ready

clean:
	rm -rf $(VENV) .paperknife .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage htmlcov
