# Everything a fresh machine needs is made here: Python 3.11+, make and the package registry are enough.
PYTHON ?= python3
UV := .tools/bin/uv
RUN := $(UV) run --locked --no-sync
ROOT ?= data
PORT ?= 4200
PERSONS ?= 1000000
export PREFECT_HOME ?= $(CURDIR)/.prefect

.PHONY: demo quick notebook recipes cluster-check serve serve-check wheelhouse wheelhouse-check postgresql browser office paper test nights faults soak growth mutants check types lint properties format docs sbom audit bench bench-peers bench-growth profile truth clean
.DEFAULT_GOAL := help

help:  ## the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

$(UV):
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv==0.13.9

COMPILE ?= --compile-bytecode
.venv/.ready: $(UV) pyproject.toml uv.lock
	$(UV) sync --locked $(COMPILE) --quiet
	touch $@

demo: .venv/.ready  ## a synthetic district, one nightly run, the statistics table
	$(RUN) huimin demo --root $(ROOT)/demo

serve: .venv/.ready postgresql  ## Prefect with a login, its database, the deployments and a worker; ctrl-C stops all
	@exec .venv/bin/huimin serve --root $(ROOT) --port $(PORT)

NOTEBOOK_PORT ?= 2718
notebook: .venv/.ready  ## the published side as a page of charts and questions, read-only, for this machine: the address is printed
	$(RUN) marimo run notebooks/published.py --headless --host 127.0.0.1 --port $(NOTEBOOK_PORT) --token -- --root $(ROOT)

recipes: .venv/.ready  ## the shells of docs/analysts.md, opened on a published run
	UV_PROJECT_ENVIRONMENT=.tools/recipes $(UV) run --locked --group recipes pytest tests/conventions/test_recipes.py --long

cluster-check: PERSONS := 20000
cluster-check: .venv/.ready  ## the same hits on a real Spark master and two workers, one of which dies, where there is a Java 17 (PERSONS=20000)
	if command -v java >/dev/null; then UV_PROJECT_ENVIRONMENT=.tools/cluster $(UV) sync --locked --no-default-groups --group spark; fi
	PERSONS=$(PERSONS) $(RUN) pytest --long -rs --timeout 1800 tests/acceptance/test_cluster.py

serve-check: .venv/.ready postgresql  ## serving tried in earnest: logins, kills, losses, a night of each kind (some minutes)
	$(RUN) pytest tests/flows --long --timeout 900 --ignore tests/flows/test_wheel.py --ignore tests/flows/test_wheelhouse.py

WHEELHOUSE := dist/wheelhouse
wheelhouse: .venv/.ready  ## every locked package and Huimin as wheels, for a machine without a registry: dist/wheelhouse
	rm -rf $(WHEELHOUSE) && mkdir -p $(WHEELHOUSE)
	$(UV) export --locked --no-default-groups --no-emit-project --quiet --output-file $(WHEELHOUSE)/requirements.txt >/dev/null
	.tools/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --require-hashes \
		--requirement $(WHEELHOUSE)/requirements.txt --wheel-dir $(WHEELHOUSE)
	$(UV) build --quiet --wheel --out-dir $(WHEELHOUSE)

wheelhouse-check: .venv/.ready  ## installs from a wheelhouse with no index into an empty environment, and runs the demo
	$(RUN) pytest tests/flows/test_wheelhouse.py tests/flows/test_wheel.py --long --timeout 1800

postgresql:  ## Debian's PostgreSQL, without a cluster of its own (needs root); `huimin serve` takes SQLite without it
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		mkdir -p /etc/postgresql-common; \
		[ -e /etc/postgresql-common/createcluster.conf ] \
			|| echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf; \
		apt-get update -qq -o Acquire::Retries=3; \
		DEBIAN_FRONTEND=noninteractive apt-get install -qq -y -o Acquire::Retries=3 --no-install-recommends postgresql \
			|| echo "postgresql: could not be installed; SQLite is taken" >&2; \
	else echo "postgresql: none here, and it needs root to install; SQLite is taken" >&2; fi

browser:  ## Chromium and a Chinese font, for the tests that look at pages (Debian; needs root)
	@if command -v chromium >/dev/null && find /usr/share/fonts -iname '*cjk*' 2>/dev/null | grep -q .; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq -o Acquire::Retries=3; \
		DEBIAN_FRONTEND=noninteractive apt-get install -qq -y -o Acquire::Retries=3 --no-install-recommends chromium fonts-noto-cjk \
			|| echo "browser: could not be installed; the tests that look at pages are skipped" >&2; \
	else echo "browser: none here, and it needs root to install; the tests that look at pages are skipped" >&2; fi

office:  ## LibreOffice Calc and a Chinese font, for the tests that print workbooks (Debian; needs root)
	@if command -v soffice >/dev/null && find /usr/share/fonts -iname '*cjk*' 2>/dev/null | grep -q .; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq -o Acquire::Retries=3; \
		DEBIAN_FRONTEND=noninteractive apt-get install -qq -y -o Acquire::Retries=3 --no-install-recommends libreoffice-calc fonts-noto-cjk \
			|| echo "office: could not be installed; the tests that print workbooks are skipped" >&2; \
	else echo "office: none here, and it needs root to install; the tests that print workbooks are skipped" >&2; fi

paper: .venv/.ready office  ## every kind of workbook printed and measured; its pages as pictures in dist/paper
	$(RUN) pytest --long tests/acceptance/test_paper.py

test: .venv/.ready browser  ## every test
	POLARS_MAX_THREADS=1 $(RUN) pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations 25

QUICK ?= @tests/quick.txt
quick: .venv/.ready  ## the parts' own tests, without server, browser or whole night: under a minute (the files of tests/quick.txt)
	POLARS_MAX_THREADS=1 $(RUN) pytest --numprocesses 2 --dist worksteal $(QUICK)

properties: .venv/.ready  ## every property of cells, rules and masking, drawn at length (about half an hour); sixty worlds of all rules
	HUIMIN_PROPERTIES=long $(RUN) pytest --numprocesses 2 --timeout 3600 tests/properties
	$(RUN) pytest --numprocesses 2 --timeout 3600 tests/acceptance/test_rules.py --long

nights: .venv/.ready  ## more nights of the ordinary tests: corrections, leftovers, replays, keys, planted districts, no network (ten minutes)
	$(RUN) pytest tests/unit tests/acceptance --long -m long --numprocesses 2 --timeout 1800 \
		$(foreach file,cluster paper rules,--ignore tests/acceptance/test_$(file).py)

faults: .venv/.ready  ## kills, full disks, damage and disorder at length: most of an hour
	$(RUN) pytest tests/faults --long --timeout 7200

soak: .venv/.ready  ## sixty nights over a changing district, with a kill, a full disk, a clock's jump and retention (needs root)
	$(RUN) pytest tests/faults/test_soak.py --long -s

growth: .venv/.ready  ## a roster, a rule and a table added in a copy of the tree, and the suite run there (half an hour)
	$(RUN) pytest tests/conventions/test_growth.py --long --timeout 7200

mutants: .venv/.ready  ## single changes of rules and core, and how many the tests of their part see (half an hour)
	$(RUN) python -m tools.mutants rules
	$(UV) run --locked --isolated --group mutants python -m tools.mutants core

check: .venv/.ready  ## format, lint, types, import contracts, declared dependencies, SQL
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target types lint

types: .venv/.ready
	$(RUN) mypy

lint: .venv/.ready
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) lint-imports
	$(RUN) deptry .
	$(RUN) sqlfluff lint --disable-progress-bar rules
	$(RUN) python -m tools.reference check

format: .venv/.ready  ## write the format
	$(RUN) ruff format .
	$(RUN) ruff check --fix .
	$(RUN) sqlfluff fix --disable-progress-bar -q rules

docs: .venv/.ready  ## write the generated reference pages
	$(RUN) python -m tools.reference write

sbom: .venv/.ready  ## the bill of materials (CycloneDX) of what Huimin runs on: dist/sbom.json
	$(UV) export --format cyclonedx1.5 --locked --no-default-groups --offline --quiet \
		| $(RUN) python -m tools.supply dist/sbom.json

audit: .venv/.ready  ## known vulnerabilities of the locked packages; needs pypi.org, and says so when it is out of reach
	$(UV) export --locked --no-default-groups --no-emit-project --offline --quiet --output-file .tools/locked.txt >/dev/null
	$(UV) run --locked --isolated --only-group audit pip-audit --strict --requirement .tools/locked.txt --disable-pip \
		|| { echo "audit: not clean, or not made (see above); an audit without pypi.org proves nothing" >&2; exit 1; }

truth: .venv/.ready  ## precision and recall of every rule against planted truth
	$(RUN) python -m benchmarks.truth

bench: .venv/.ready  ## a whole night against its floors, one interleaved run; writes docs/speed.md (PERSONS=1000000)
	$(RUN) python -m benchmarks.bench --persons $(PERSONS)

bench-peers: .venv/.ready  ## the same job by DuckDB, Polars, dbt, pandas with GX and PySpark, one interleaved run; into docs/speed.md
	UV_PROJECT_ENVIRONMENT=.tools/peers $(UV) run --locked --no-default-groups --group peers python -m benchmarks.peers.run --persons $(PERSONS)

bench-growth: .venv/.ready  ## a whole night over 0.3, 1, 3 and 10 M persons, and the fitted exponent; into docs/speed.md
	$(RUN) python -m benchmarks.growth $(if $(SIZES),--sizes $(SIZES))

profile: .venv/.ready  ## where a night's time goes, as a page with bars: dist/profile.html (or: python -m benchmarks.profile --root DIR)
	$(RUN) python -m benchmarks.profile

clean:
	rm -rf .venv .tools
