# Thin aliases of site/bootstrap.py: on a machine without make, `python3 site/bootstrap.py run` does the same.
PYTHON ?= python3
BOOTSTRAP = @$(PYTHON) site/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help run test check faults bench bench-live lock

help:  ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

run:  ## set up what is missing and serve http://127.0.0.1:8000 (HOST, PORT, DATA_DIR)
	$(BOOTSTRAP) run

test:  ## the whole proof: rules, unit tests, PostgreSQL and Redis, Chromium (ARGS="tests/live -k vote" for a part)
	$(BOOTSTRAP) test $(ARGS)

check:  ## format, lint, types, import walls, unit tests: under a minute
	$(BOOTSTRAP) check $(ARGS)

faults:  ## kill the server in the middle of 300 submissions and count what was lost (ROUNDS=20 for fewer)
	$(BOOTSTRAP) faults $(ROUNDS)

bench:  ## measure drafts, the screening board and the deadline hour (ARGS="board" for one; docs/benchmarks.md)
	$(BOOTSTRAP) bench $(ARGS)

bench-live:  ## measure the live room beside the floor and the documented pattern (ARGS="fanout", "acks", "visible", "small")
	$(BOOTSTRAP) bench live $(ARGS)

lock:  ## compile pyproject.toml into requirements.txt and requirements-dev.txt
	$(BOOTSTRAP) lock
