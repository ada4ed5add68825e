# make run    sets up everything, indexes the sample letters and serves them
# make test   sets up everything and passes the tests
# make check  lint, format and types        make browser  the pages in a real Chromium
# make samples  the sample letters from their sources
# make quality  the 150 questions on the samples beside the run that is kept of them: fails where
#               answers got worse            make quality-kept  keeps a new one

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   ?= .venv
CORPUS ?= documents/samples
DATA   ?= .paperknife
HOST   ?= 127.0.0.1
PORT   ?= 8000

BIN := $(VENV)/bin

QUALITY := build/quality
KEPT    := eval/gate/samples.json
ASKED   := $(BIN)/paperknife evaluate --no-baselines --corpus documents/samples --data $(QUALITY)/data \
           --report $(QUALITY) $(patsubst %,--questions %,$(sort $(wildcard eval/questions/samples-*.jsonl)))

.PHONY: run test check browser samples quality quality-kept clean

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

# A snapshot of its own, made anew: one of other weights would be refused.
quality: $(VENV)/.dev-ready
	rm -rf $(QUALITY)
	$(ASKED) --gate $(KEPT)

quality-kept: $(VENV)/.dev-ready
	rm -rf $(QUALITY)
	$(ASKED)
	mkdir -p $(dir $(KEPT))
	cp $(QUALITY)/run.json $(KEPT)

$(VENV)/.run-ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.dev-ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,ocr]'
	touch $@ $(VENV)/.run-ready

clean:
	rm -rf $(VENV) build .paperknife .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage htmlcov
