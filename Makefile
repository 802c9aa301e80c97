# Needs Python 3.11 or newer, its own pip, and make. `make` alone says what there is.
PYTHON ?= python3
DEV    := .venv/bin
ARGS   ?=

.PHONY: help install assets texts servers demo test check lint format types layers docs bench soak lock dist clean

help:     ## this list
	@sed -n 's/^\([a-z]*\): *[a-z ]*## */\1\t/p' $(MAKEFILE_LIST) | expand -t 10

install:  ## the environment .venv: the core, every plugin here, and all tools
	@$(PYTHON) bootstrap.py dev

assets: install   ## the design system that the pages are dressed in, from npm: the environment brings it, this is for when it is gone
	@$(DEV)/python plugins/esdh-connect-web/assets.py --tests

texts: install    ## gather what the pages say into both catalogues, and tell what is not translated yet
	@$(DEV)/python plugins/esdh-connect-web/gather.py

servers:  ## RabbitMQ, PostgreSQL, Chromium, LibreOffice, qpdf and PDFBox, where they are missing and you are root: some tests start them
	@bash .ci/servers

demo:     ## try it: install what the demo needs into .venv-demo and run it (ARGS="…" are its options)
	@$(PYTHON) bootstrap.py demo
	@.venv-demo/bin/esdh-connect demo $(ARGS)

test: install     ## the tests, and the examples of the documentation (ARGS="…" are pytest's)
	@$(DEV)/python -m pytest $(ARGS)

check:    ## everything CI runs, with a table of how long each part took
	@bash .ci/parts install lint types layers docs test

lint: install     ## ruff
	@$(DEV)/ruff check --quiet
	@$(DEV)/ruff format --quiet --check

format: install   ## let ruff write the layout
	@$(DEV)/ruff format

types: install    ## mypy, strict where it ships
	@$(DEV)/mypy
	@for home in . plugins/*; do (cd $$home && "$(CURDIR)/$(DEV)/mypy" --config-file "$(CURDIR)/pyproject.toml" tests) || exit 1; done

layers: install   ## who may import whom
	@$(DEV)/lint-imports --no-logo

docs: install     ## the documentation, into docs/_build
	@$(DEV)/sphinx-build -q -n -W --keep-going -b html docs docs/_build

bench:    ## figures for this machine against named peers, in about five minutes; never in CI (ARGS="--help" tells more)
	@$(PYTHON) bootstrap.py bench
	@.venv-bench/bin/python benchmarks $(ARGS)

soak: install     ## real kills: 10 000 letters, 1 000 SIGKILLs (ARGS="--postgres --letters 500 --kills 50 --seed 2")
	@$(DEV)/python -m tests.e2e.soak $(ARGS)

PLUGINS := $(wildcard plugins/*/pyproject.toml)
DEMO    := $(patsubst %,plugins/esdh-connect-%/pyproject.toml,serviceplatformen sandbox bilag forbrug rollout web demo)
# Versions and hashes only: no address of an index, and nothing of this repository itself.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" \
	--no-emit-package esdh-connect $(patsubst plugins/%/pyproject.toml,--no-emit-package %,$(PLUGINS))

lock: install     ## requirements/*.txt anew, newest versions allowed (ARGS="--upgrade")
	@$(DEV)/$(COMPILE) $(ARGS) --extra cli pyproject.toml $(DEMO) requirements/demo.in -o requirements/demo.txt
	@$(DEV)/$(COMPILE) $(ARGS) -c requirements/demo.txt --extra cli --extra test --extra amqp --extra serve --extra all pyproject.toml $(PLUGINS) requirements/dev.in \
		-o requirements/dev.txt
	@$(DEV)/$(COMPILE) $(ARGS) --extra cli --extra test --extra all pyproject.toml $(PLUGINS) requirements/bench.in \
		-o requirements/bench.txt
	@$(DEV)/$(COMPILE) $(ARGS) requirements/npm.in -o requirements/npm.txt

dist: install     ## wheels and source archives of every distribution, into dist/
	@for folder in . plugins/*; do $(DEV)/python -m build --no-isolation --outdir dist $$folder || exit 1; done

clean:    ## remove environments, caches and build output
	@rm -rf .venv .venv-demo .venv-bench dist docs/_build .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@rm -rf plugins/esdh-connect-web/src/esdh_connect_web/static/fds plugins/esdh-connect-web/tests/browser/axe.min.* plugins/esdh-connect-web/tests/browser/screenshots
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
