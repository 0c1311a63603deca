# Thin aliases of site/bootstrap.py: on a machine without make, `python3 site/bootstrap.py run` does the same.
PYTHON ?= python3
BOOTSTRAP = @$(PYTHON) site/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help run test check lock

help:  ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

run:  ## set up what is missing and serve http://127.0.0.1:8000 (HOST, PORT, DATA_DIR)
	$(BOOTSTRAP) run

test:  ## the whole proof: rules, unit tests, PostgreSQL and Redis, Chromium (ARGS="tests/live -k vote" for a part)
	$(BOOTSTRAP) test $(ARGS)

check:  ## format, lint, types, import walls, unit tests: under a minute
	$(BOOTSTRAP) check $(ARGS)

lock:  ## compile pyproject.toml into requirements.txt and requirements-dev.txt
	$(BOOTSTRAP) lock
