# Two commands do everything on a fresh machine: make chat, make test.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: chat test check corpus-check format bench bench-start bench-library bench-guardrail bench-scale bench-load screens evals index install detector constraints clean

chat: index  ## set up, index the articles and open the chat
	$(BIN)/pmr-assistant chat

index: $(STAMP)
	$(BIN)/pmr-assistant index

test: $(STAMP)  ## set up and run every test
	$(BIN)/python -m pytest

check: $(STAMP)  ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP)  ## start time, warm answers by stage, indexing rate, memory
	$(BIN)/python -m benchmarks.answers

bench-start: $(STAMP)  ## first answer and query embedding, beside a LangChain script and PyTorch
	$(BIN)/python -m benchmarks.start

bench-library: $(STAMP)  ## adding and withdrawing one article among 100, 1,000 and 5,000
	$(BIN)/python -m benchmarks.library

bench-guardrail: $(STAMP)  ## what the guardrail costs a message, idle and beside busy neighbours
	$(BIN)/python -m benchmarks.guardrail

bench-scale: $(STAMP)  ## ingest, disk, memory, start and retrieval from 1,000 passages on (SIZES="1000 10000")
	$(BIN)/python -m benchmarks.scale $(SIZES)

bench-load: $(STAMP)  ## twenty people at once beside one, and how soon the page is there
	$(BIN)/python -m benchmarks.load

screens: $(STAMP)  ## take the README's pictures anew
	$(BIN)/python -m browsing.screens

evals: $(STAMP)  ## run the evaluation cases and print the figures
	$(BIN)/python -m evals

corpus-check: $(STAMP)  ## what to mend in the articles before they are published
	$(BIN)/pmr-assistant check

detector: $(STAMP)  ## train the guardrail's second detector again (an hour)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,train]'
	$(BIN)/python -m training.detector

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; run: make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt "torch==2.13.0"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $(STAMP)

constraints: $(STAMP)
	( sed -n '/^#/p' constraints.txt; $(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu//' ) > constraints.new
	mv constraints.new constraints.txt

clean:
	rm -rf .venv data build *.egg-info assistant/guardrail/compiled
