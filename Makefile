# One command each, on a bare machine with Python 3.11 or newer and make.
PYTHON ?= python3
START := $(PYTHON) deploy/start.py

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## Start the portal: environment, database, sample province, web and worker; Ctrl-C ends it
	@$(START) serve

code: ## The six digits that the officers of the sample sign in with now
	@$(START) code

test: ## Everything: lint, types, floor plan, tests on SQLite and PostgreSQL, browser journeys
	@$(START) test tests/all.py

check: ## Only what needs no database: lint, format, types, floor plan
	@$(START) test tests/all.py --quick

bench: ## Speed as ratios, in one run (docs/speed.md says how to read it)
	@$(START) test -m bench.speed

bench-loop: ## Campaigns among 10,000 and 200,000 comments: quality of grouping, time, memory
	@$(START) test -m bench.loop

audit: ## Bill of materials (sbom.json), and known holes in what is pinned; asks the network
	@$(START) audit -m deploy.audit

lock: ## Pin again what pyproject.toml asks for, with hashes
	@sh deploy/lock.sh

languages: ## Ask every catalogue for the words that code and templates use; show how much is written
	@$(START) test -m deploy.languages

clean: ## Remove the environment and everything a run made
	rm -rf .venv instance .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: help audit run code test check bench bench-loop lock languages clean
