# Every target sets up what it needs and nothing more; a repeated call costs nothing (stamps in .venv and web/dist).
# Plain make and a POSIX shell. Options: T=path (a part of the tests), A="…" (more words for the tool), PYTHON=… (which Python).

T = tests
A =
PY = .venv/bin/python
# Nothing is built in an environment of its own: that would fetch what builds it without a hash (see .venv/.build).
PIP = $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes --no-build-isolation --requirement

# Use the machine's Node when Vite can (20.19+ or 22.12+), else the one PyPI packages; prints nothing when all is well.
WITH_NODE = node_ok() { node -e 'const [a, b] = process.versions.node.split(".").map(Number); \
	process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' >/dev/null 2>&1; }; \
	node_ok || { PATH="$$PWD/.venv/bin:$$PATH"; export PATH; node_ok && command -v npm >/dev/null \
	|| { echo "no Node >= 20.19 here: taking the one from PyPI into .venv"; $(PIP) requirements/node.txt; }; }

.PHONY: .check-web help setup run test check format lock bench evaluate journeys browser faults mutants coverage pages hooks changelog

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: .venv/.run pages hooks ## the environment, the pages and the git hook; then .venv/bin/python server.py starts

run: .venv/.run pages ## the server with demonstration data and simulators on http://127.0.0.1:8000
	QD_SERVER__DEMO=true exec $(PY) server.py

test: .venv/.dev pages ## every test whose servers are found; T=path for a part; CI=true: a missing server fails
	$(PY) -m pytest $(T) $(A)

check: .venv/.dev ## format, lint, types, import contracts, dependencies; no tests
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy .
	$(PY) -m pyright
	.venv/bin/lint-imports --no-logo
	.venv/bin/deptry .
	@$(PY) -m pip --disable-pip-version-check check
	@if [ -f web/package.json ]; then $(MAKE) -s .check-web; fi

.check-web: pages
	@$(WITH_NODE); cd web && npm run --silent check

format: .venv/.dev ## ruff's formatting and safe fixes
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

coverage: .venv/.dev ## branch coverage of the whole suite, missing lines named
	$(PY) -m coverage erase
	$(PY) -m coverage run -m pytest $(T) $(A)
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report

journeys: .venv/.dev pages ## a citizen's whole paths through simulators and a real server
	$(PY) -m pytest tests/journeys $(A)

browser: .venv/.dev pages ## the pages in Chromium (Debian: chromium fonts-noto-cjk)
	$(PY) -m pytest tests/browser $(A)

faults: .venv/.dev ## kill -9, slow and broken neighbours
	$(PY) -m pytest tests/faults $(A)

mutants: .venv/.dev ## mutation score of the cores (calendar, transitions, ownership, signatures, relay); below 80 % fails
	.venv/bin/mutmut run $(A)
	@.venv/bin/mutmut results
	@.venv/bin/mutmut export-cicd-stats >/dev/null
	@$(PY) -c 'import json; s = json.load(open("mutants/mutmut-cicd-stats.json")); \
		seen = s["killed"] + s["timeout"]; tried = s["total"] - s["skipped"]; score = seen / max(1, tried); \
		print(f"mutation score: {seen} of {tried} noticed, {score:.0%}"); raise SystemExit(score < 0.8)'

evaluate: .venv/.run ## scores of bot, deadlines and places against examples, each above its floor; A="--examples FOLDER"
	$(PY) -m evaluation.floors $(A)

bench: .venv/.bench ## speed side by side with peers, as a table and benchmarks/results.json (Debian: wrk)
	@command -v wrk >/dev/null || { echo "make bench needs wrk. Debian: apt-get install wrk" >&2; exit 1; }
	$(PY) -m benchmarks $(A)

lock: .venv/.dev ## choose versions anew and lock them with hashes; A="--upgrade-package NAME" or A=--upgrade
	@for group in run dev bench build node; do \
		(cd requirements && UV_NO_CONFIG=1 ../.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(A) $$group.in --output-file $$group.txt) || exit 1; \
	done

changelog: .venv/.dev ## turn changes/ into a section of CHANGELOG.md; A="--version 1.2.0"
	.venv/bin/towncrier build $(A)

# --- what the targets stand on ---------------------------------------------------------------------------------------

.venv/bin/python:
	@for candidate in $(PYTHON) python3.11 python3 python3.12 python3.13 python3.14; do \
		if $$candidate -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			echo "environment: .venv from $$(command -v $$candidate)"; exec $$candidate -m venv .venv; fi; done; \
	echo "Python 3.11 or newer with its venv module is needed, and none was found." >&2; \
	echo "Debian: apt-get install python3.11 python3.11-venv; or name one: make PYTHON=/path/to/python3.12" >&2; exit 1

.venv/.build: .venv/bin/python requirements/build.txt
	@$(PIP) requirements/build.txt
	@touch $@

.venv/.run: .venv/.build requirements/run.txt
	@echo "installing what the server needs"
	@$(PIP) requirements/run.txt
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@echo "installing what tests and checks need"
	@$(PIP) requirements/dev.txt
	@touch $@

.venv/.bench: .venv/.run requirements/bench.txt
	@echo "installing the peers we measure against"
	@$(PIP) requirements/bench.txt
	@touch $@

# Rebuilt only when a source of web/ is newer than the last build.
pages: .venv/bin/python
	@if [ ! -f web/package.json ]; then exit 0; fi; \
	if [ -f web/dist/.built ] && [ -z "$$(find web \( -name node_modules -o -name dist \) -prune -o -type f -newer web/dist/.built -print)" ]; \
	then exit 0; fi; \
	$(MAKE) -s web/node_modules/.installed && echo "building the pages" && { $(WITH_NODE); } \
	&& (cd web && npm run --loglevel=error build) && touch web/dist/.built

web/node_modules/.installed: web/package-lock.json .venv/bin/python
	@echo "installing what the pages are built from"
	@$(WITH_NODE); cd web && npm ci --loglevel=error --no-audit --no-fund
	@touch $@

# Only in a clone of one's own that has no hooks yet; CI commits nothing.
hooks:
	@if [ -d .git ] && [ "$$CI" != true ] && [ -z "$$(git config core.hooksPath)" ]; then git config core.hooksPath .githooks; fi
