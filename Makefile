# Needs Python 3.11 or newer, make and a C library. Nothing here asks a question.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
VENV := .venv
BIN := $(VENV)/bin
XUEFEN_ENVIRONMENT ?= development
TEST_WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help install run test check requirements openapi lock bench torture

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

install: $(VENV)/dev.stamp ## Install the product and the tools of its tests into .venv

run: export XUEFEN_ENVIRONMENT := $(XUEFEN_ENVIRONMENT)
run: $(VENV)/runtime.stamp ## Install, migrate, load the demo city when empty, serve API and page
	@$(BIN)/xuefen migrate
	@$(BIN)/xuefen demo --if-empty
	@exec $(BIN)/xuefen serve

test: $(VENV)/dev.stamp ## Install and run every test
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --maxprocesses 8 --dist worksteal $(ARGS)

check: $(VENV)/dev.stamp ## Style, types, floors, dependencies, drift of the contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry backend
	$(BIN)/python -m tools.requirements --check
	$(BIN)/python -m tools.sizes
	XUEFEN_ENVIRONMENT=test $(BIN)/xuefen openapi --check

requirements: $(VENV)/dev.stamp ## Which lines of the sources are proven by which tests
	@$(BIN)/python -m tools.requirements

openapi: $(VENV)/runtime.stamp ## Export the contract to openapi/openapi.json
	XUEFEN_ENVIRONMENT=test $(BIN)/xuefen openapi

lock: $(VENV)/dev.stamp ## Renew the hashed locks in requirements/
	sh tools/lock.sh $(ARGS)

bench: $(VENV)/dev.stamp ## Print the figures of the hot paths
	$(BIN)/python -m tests.bench $(ARGS)

torture: $(VENV)/dev.stamp ## Run the long checks: races, crashes, restarts
	$(BIN)/python -m pytest -m torture $(ARGS)

$(VENV)/runtime.stamp: requirements/build.txt requirements/runtime.txt pyproject.toml tools/install.sh
	@PYTHON="$(PYTHON)" sh tools/install.sh $(VENV) requirements/runtime.txt
	@touch $@

$(VENV)/dev.stamp: requirements/build.txt requirements/dev.txt pyproject.toml tools/install.sh
	@PYTHON="$(PYTHON)" sh tools/install.sh $(VENV) requirements/dev.txt
	@touch $@ $(VENV)/runtime.stamp
