# Regulars: everything one does here, by name. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
COMPILED := build/compiled
HOUSE_RULES := tests/test_house*.py tests/test_statements.py
# Each process has a PostgreSQL of its own; the tests of a file share what they set up. What is killed takes longest and
# begins, so that no process is left waiting for it.
AT_ONCE := --numprocesses auto --dist loadfile --no-loadscope-reorder
SOURCES := $(shell find regulars -type f -not -path '*/__pycache__/*')

.DEFAULT_GOAL := help
.PHONY: help run test test-deep test-compiled test-oldest check compiled wheel bench bench-large lock clean messages schema pages

help: ## list what can be done
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(READY) ## load the demo shop (once) and serve console and portal; PORT=8080 names a port, PORT=0 finds a free one
	@$(BIN)/regulars demo $(if $(PORT),--port $(PORT))

test: $(READY) ## everything that must hold: lint, types, house rules, unit, property, database and browser tests
	@sh tests/browser.sh
	@$(MAKE) --no-print-directory check
	@$(BIN)/pytest $(AT_ONCE) $(addprefix --ignore=,$(wildcard $(HOUSE_RULES)))

test-deep: $(READY) ## thousands of random cases and kills where `make test` runs hundreds
	@sh tests/browser.sh
	@REGULARS_DEEP=1 $(BIN)/pytest
	@$(MAKE) --no-print-directory test-compiled

test-compiled: compiled ## the tests of the hot path on the compiled program; wants a C compiler
	@cd $(COMPILED) && ../../$(BIN)/python -m tests.compiled

test-oldest: $(READY) ## the tests of the database on PostgreSQL 15, where its programs are on this machine
	@$(BIN)/python -m tests.older_postgres -q regulars/ground regulars/exchange regulars/insight regulars/doors tests

check: $(READY) ## the fast part: lint, types, imports, house rules, the programmes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy regulars
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest -q $(HOUSE_RULES)
	@$(BIN)/regulars check programmes/*.yaml tests/programmes/*.yaml

compiled: $(COMPILED)/ready ## the same program with its hot path compiled, in build/compiled; the sources stay as they are

# Without a C compiler it is a plain copy, which is made anew the next time: there may be one then.
$(COMPILED)/ready: $(READY) setup.py requirements-build.lock $(SOURCES)
	@rm -rf $(COMPILED) && mkdir -p build
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-build.lock
	@echo "Compiling the hot path into $(COMPILED) (about a minute)"
	@REGULARS_COMPILED=1 $(BIN)/python -W ignore setup.py -q build --build-lib $(COMPILED) > build/compiled.log 2>&1 \
		|| { cat build/compiled.log; exit 1; }
	@grep "^Nothing is compiled" build/compiled.log || true
	@for name in bench conftest.py docs programmes pyproject.toml tests; do ln -s ../../$$name $(COMPILED)/$$name; done
	@! ls $(COMPILED)/*.so > /dev/null 2>&1 || touch $@

wheel: $(READY) ## what a server installs, in build/wheel, its hot path compiled where there is a C compiler
	@rm -rf build/wheel && mkdir -p build
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-build.lock
	@REGULARS_COMPILED=1 $(BIN)/pip wheel -v --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir build/wheel . \
		> build/wheel.log 2>&1 || { cat build/wheel.log; exit 1; }
	@grep "Nothing is compiled" build/wheel.log || true
	@ls build/wheel/*.whl

bench: compiled ## measure the compiled program, beside a reference in the same run; writes bench/RESULTS.md
	@cd $(COMPILED) && ../../$(BIN)/python -m bench

bench-large: compiled ## the same with ten years of backtest and a ledger of 50 million entries (50 GB of disk)
	@cd $(COMPILED) && ../../$(BIN)/python -m bench --ten-years --large

lock: $(READY) ## work out requirements.lock anew from pyproject.toml, of it what running needs, and what builds it
	@$(BIN)/pip install -q uv
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --extra dev --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes -c requirements.lock --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" pyproject.toml -o requirements-run.lock
	@printf '%s\n' "setuptools>=77" mypy "django-stubs[compatible-mypy]" types-PyYAML \
		| $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes -c requirements.lock --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" - -o requirements-build.lock

messages: $(READY) ## collect the texts of pages for translation and compile the catalogues
	@cd regulars && ../$(BIN)/django-admin makemessages --settings regulars.settings -l de -l es -l da --no-obsolete --no-location \
		&& ../$(BIN)/django-admin compilemessages --settings regulars.settings

schema: $(READY) ## write docs/programme.schema.json, which editors read, anew from the shapes of the sections
	@$(BIN)/python -m regulars.programme.schema > docs/programme.schema.json

pages: $(READY) ## write docs/checks anew: a page for every check
	@$(BIN)/python -m regulars.programme.checks.pages

clean: ## remove the environment and caches (the data in .regulars stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info

$(READY): requirements.lock requirements-demo.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Regulars needs Python 3.11 or newer; name one with make PYTHON=python3.12 ...")'
	@echo "Making the environment in $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-demo.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null \
		|| $(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $(READY)
