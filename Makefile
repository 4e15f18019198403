# `make report` answers the main question, `make test` tests, `make help` lists the rest.
# Everything is installed into .venv beside this file; nothing else is touched.

PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python -m
PIP    := $(RUN) pip -qq --disable-pip-version-check install --only-binary :all:

.PHONY: help report test check docs bench test-oldest clean
.DEFAULT_GOAL := help

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

report: $(VENV)/runs ## who is served worst, why, what to fix first: report.html and bottlenecks.png
	@$(RUN) valuechain report enterprise --output report.html --picture bottlenecks.png

test: $(VENV)/develops ## the whole test suite
	@$(RUN) pytest --numprocesses auto --dist worksteal

check: $(VENV)/develops ## lint, format, types, documentation
	@$(RUN) ruff check
	@$(RUN) ruff format --check --quiet
	@$(RUN) mypy
	@$(MAKE) --no-print-directory docs

docs: $(VENV)/develops ## the documentation, as pages in build/docs
	@$(RUN) sphinx --quiet --fail-on-warning --keep-going -d build/doctrees docs build/docs

bench: $(VENV)/develops ## how fast the kernels are, as ratios
	@for file in tests/benchmarks/bench_*.py; do $(VENV)/bin/python $$file || exit 1; done

test-oldest: ## the test suite on the lowest versions in pyproject.toml (Python 3.11 or 3.12)
	@$(PYTHON) -m venv --clear .venv-oldest
	@sed -n 's/^    "\(.*\)>=\(.*\)",$$/\1==\2/p' pyproject.toml > .venv-oldest/lowest.txt
	@.venv-oldest/bin/python -m pip -qq install --constraint .venv-oldest/lowest.txt --editable ".[all,test]"
	@.venv-oldest/bin/python -m pytest --numprocesses auto -W ignore::DeprecationWarning

clean: ## remove everything that was made
	@rm -rf $(VENV) .venv-oldest build docs/notebooks report.html bottlenecks.png

# Two stamps: what running needs, and what developing needs beside it.

$(VENV)/develops: $(VENV)/runs
	@echo "Installing what tests and checks need, once ..."
	@$(PIP) --editable ".[dev]"
	@touch $@

$(VENV)/runs: pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2> /dev/null || { echo \
	  "valuechain needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2> /dev/null || { echo \
	  "$(PYTHON) cannot make virtual environments. On Debian or Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@echo "Installing valuechain into $(VENV), once ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) --editable ".[all]" 2> $(VENV)/errors \
	  || { grep -q "No matching distribution found for pygraphviz" $(VENV)/errors \
	  && echo "Without the extra 'diagrams': pygraphviz has no wheel for this machine." \
	  && $(PIP) --editable ".[excel,progress]"; } \
	  || { cat $(VENV)/errors >&2; exit 1; }
	@touch $@
