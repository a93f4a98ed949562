# Run `make` to see what there is. Each line below that carries `##` is in that list.

PORT ?= 8000
PYTHON ?= python3
ARGS ?=

python := .venv/bin/python
compile = $(python) tools/messages.py compile
export PYTHON

.PHONY: help demo test check check-all bench grown weights attack chaos speed messages language venv venv-dev browser server fhir faults peers pages pictures
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: venv ## set up and run everything on 127.0.0.1 with a pretend fund (PORT=8000)
	@$(compile)
	@exec .venv/bin/lite demo --port $(PORT)

test: venv-dev browser server fhir faults pages ## set up and run the tests (ARGS="-k ussd" runs some)
	@$(compile)
	@$(python) -m pytest -n 2 --dist loadfile $(ARGS)

check: venv-dev ## ruff and mypy
	@$(python) -m ruff check .
	@$(python) -m mypy

check-all: check browser server fhir faults peers pages ## check, then every test, the slow ones too
	@$(compile)
	@LITE_SLOW=1 $(python) -m pytest -m '' -n 2 --dist loadfile $(ARGS)
	@LITE_TEST_ENGINE=postgresql $(python) -m pytest -m 'not browser' -n 2 --dist loadfile $(ARGS)

bench: venv-dev server peers ## requests per second, bytes, memory; beside the peers (ARGS=peers)
	@$(compile)
	@$(python) -m bench $(ARGS)

grown: venv-dev server ## the same requests to a store of 10,000 people and of 4 million (an hour, 45 GB)
	@$(compile)
	@$(python) -m bench.grown $(ARGS)

weights: venv-dev ## bytes of every page in both languages; fails above budget
	@$(compile)
	@$(python) -m bench.weights

pictures: venv-dev browser ## what each browser draws, into docs/pictures
	@$(compile)
	@LITE_PICTURES=docs/pictures $(python) -m pytest tests/web/test_pictures.py $(ARGS)

attack: venv-dev ## play the attacks and print the figures S2 to S7, S11, S13, S14
	@$(compile)
	@$(python) -m attack $(ARGS)

weather: venv-dev server ## funds down, slow, lying: the figures R4 to R6, R21, R22 and of the import
	@$(compile)
	@tools/debian sqlite3 /usr/bin/sqlite3 "the import beside sqlite3 .import"
	@$(python) -m weather $(ARGS)

chaos: venv-dev server faults ## break a running house: kills, full disks, partitions (ARGS="kill --quick")
	@$(compile)
	@$(python) -m chaos $(ARGS)

speed: venv-dev browser faults pages ## seconds on GPRS in a real browser, beside the limit and GOV.UK Frontend (as root)
	@$(compile)
	@$(python) -m speed $(ARGS)

messages: venv-dev ## bring translations/ up to date with the sources, and say what is missing
	@$(python) tools/messages.py update
	@$(python) tools/messages.py check

language: venv-dev ## a new language: make language CODE=es
	@test -n "$(CODE)" || { echo "Say which: make language CODE=es"; exit 2; }
	@mkdir -p translations/$(CODE)/LC_MESSAGES
	@touch translations/$(CODE)/LC_MESSAGES/messages.po
	@$(python) tools/messages.py update
	@echo "Translate translations/$(CODE)/LC_MESSAGES/messages.po, then: make messages"

venv:
	@tools/venv

venv-dev:
	@tools/venv dev

server:
	@tools/debian postgresql /usr/bin/pg_lsclusters "the tests on a PostgreSQL server of their own"

fhir:
	@tools/npm tests/upstream/fhir_server .npm/fhir_server "the tests on a FHIR server"

peers:
	@tools/npm bench/peers/node .npm/peers "the bench beside npm's ussd-menu-builder"
	@tools/aside bench/peers/python .npm/peers-python "the bench beside anysd, cardisk and cloey"
	@tools/debian redis-server /usr/bin/redis-server "the peers that keep things in Redis"
	@tools/debian strace /usr/bin/strace "the bench of an idle house"
	@tools/debian iproute2 /usr/sbin/ip "the bench of two hosts"

faults:
	@tools/debian strace /usr/bin/strace "the faults of disks"
	@tools/debian iproute2 /usr/sbin/ip "the faults of networks"
	@tools/debian nginx-light /usr/sbin/nginx "the faults behind the shipped nginx file"

browser:
	@tools/debian nginx-light /usr/sbin/nginx "the tests of the shipped nginx file"
	@tools/debian systemd /usr/bin/systemd-analyze "the tests of the shipped units"
	@tools/debian prometheus /usr/bin/promtool "the tests of the shipped alerts"
	@tools/debian zbar-tools /usr/bin/zbarimg "the tests that scan a printed code"
	@tools/debian poppler-utils /usr/bin/pdftoppm "the tests that look at a printed page"
	@tools/debian chromium /usr/bin/chromium "the tests in a real browser"
	@tools/debian firefox-esr /usr/bin/firefox-esr "the journeys in Firefox"
	@tools/debian w3m /usr/bin/w3m "the journeys in w3m"
	@tools/debian lynx /usr/bin/lynx "the journeys in lynx"
	@tools/debian links2 /usr/bin/links2 "the journeys in links2"
	@tools/debian tmux /usr/bin/tmux "the journeys in browsers of text"
	@tools/debian dillo /usr/bin/dillo "the pictures of dillo"
	@tools/debian netsurf-gtk /usr/bin/netsurf-gtk "the pictures of netsurf"
	@tools/debian xvfb /usr/bin/Xvfb "the pictures of browsers with a window"
	@tools/debian imagemagick /usr/bin/import "the pictures of browsers with a window"

pages:
	@tools/npm tests/web/npm .npm/web "the checks of pages"
	@tools/npm speed/npm .npm/speed "the page of GOV.UK Frontend"
