# What is done to the template and to stages on AWS; the Makefile includes this file.
# The rooms whose tests call AWS; those of domain and workbook cannot.
CALLING := $(addprefix tests/,infra operate intake store report web)
SETTINGS ?= infra/aws/stages.toml

.venv-infra/.done: requirements/infra.txt | machine-setup
	@echo "Installing cfn-lint and checkov into .venv-infra: a minute"
	@$(BIN)/python -m venv --clear .venv-infra
	@.venv-infra/bin/pip install --quiet --disable-pip-version-check --root-user-action=ignore --require-hashes -r requirements/infra.txt
	@touch $@

.venv-supply/.done: requirements/supply.txt | machine-setup
	@echo "Installing cyclonedx-bom and pip-audit into .venv-supply: half a minute"
	@$(BIN)/python -m venv --clear .venv-supply
	@.venv-supply/bin/pip install --quiet --disable-pip-version-check --root-user-action=ignore --require-hashes -r requirements/supply.txt
	@touch $@

sbom: setup-dev .venv-infra/.done .venv-supply/.done ## The bill of all parts under out/sbom; fails on a licence that is not allowed
	$(BIN)/python -m infra.supply.bill

licences: setup-dev .venv-infra/.done .venv-supply/.done ## Writes docs/licences.md anew
	$(BIN)/python -m infra.supply.bill --write

scripts: setup ## Fetches the scripts of others in the pages anew from npm, each checked by its hash
	$(BIN)/python -m infra.supply.scripts

audit: setup-dev .venv-supply/.done ## Known faults of the locked packages, on a machine that reaches PyPI
	$(BIN)/python -m infra.supply.audit

infra-lint: setup-dev .venv-infra/.done ## Package, list the zip, cfn-lint and checkov on the final template
	$(BIN)/python -m infra.check
	$(BIN)/pytest -m tools $(PYTEST)

infra-check: setup-dev .venv-infra/.done ## Package, lint, checkov; deploy with IAM enforced, update, run end to end, remove
	$(BIN)/python -m infra.check
	$(BIN)/pytest -n 2 -p tests.infra.rights -m "not browser and not office" $(CALLING) $(PYTEST)
	$(BIN)/pytest tests/e2e $(PYTEST)

deploy: setup ## Deploys STAGE=dev (infra/aws/stages.toml) into the account of your AWS credentials; an update is shown first, YES=1 makes it
	$(BIN)/python -m infra.deploy up --stage $(STAGE) --settings $(SETTINGS) $(if $(YES),--yes)

aws-check: setup ## What holds of STAGE=dev in its account, and what to do where something does not; reads only
	$(BIN)/python -m infra.aws_check --stage $(STAGE) --settings $(SETTINGS)

remove: setup ## Removes STAGE=dev and keeps its data: CONFIRM=<name of the stack>
	$(BIN)/python -m infra.deploy down --stage $(STAGE) --settings $(SETTINGS) --confirm "$(CONFIRM)"
