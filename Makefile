# tonghop. `make help` says what there is.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
STAGE ?= dev


.PHONY: help setup setup-dev demo pictures serve test test-fast lint format types e2e infra-check deploy remove docs infra-lint clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.local: requirements/local.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/local.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.develop: .venv/.local requirements/develop.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/develop.txt
	@touch $@

setup: .venv/.local ## What running needs: .venv with bin/tonghop
setup-dev: .venv/.develop ## What tests, lint and types need

demo: setup ## The whole way of a report, once, on this machine: results under out/
	$(BIN)/python -m infra.demo

serve: setup ## The embedded stack with its pages, kept between runs under var/
	$(BIN)/python -m infra.local serve

pictures: ## Every page and sheet of the demo's edition as PNG under out/pictures (LibreOffice, pdftoppm)
	$(BIN)/python -m infra.demo.pictures

test: setup-dev ## Lint, types, all tests but the browser's; every AWS call held against its function's rights
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 $(if $(PYTEST),,-p tests.infra.rights) -m "not browser and not tools" $(PYTEST)

e2e: setup-dev build/e2e/node_modules ## The browser suite: screenshots and the axe report under out/
	$(BIN)/pytest -m browser tests/e2e $(PYTEST)

build/e2e/node_modules: ## axe-core, which looks for barriers in the pages
	npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix build/e2e axe-core@4.14.1

test-fast: setup-dev ## Tests that need neither LibreOffice, nor a browser, nor the embedded stack
	$(BIN)/pytest -n 2 -m "not stack and not office and not browser and not tools" $(PYTEST)

lint: setup-dev ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

format: setup-dev ## Formats the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup ## Writes the generated pages of docs/ anew
	$(BIN)/python -m docs.generate

clean: ## Takes away what was built and run; .venv stays
	rm -rf build out var .pytest_cache .mypy_cache .ruff_cache .hypothesis

-include infra/targets.mk
