"""The four steps as the README of cardisk builds them: routes, menus, its own XML."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from cardisk import Cardisk, ussd
from cardisk.sessions import new_session

logging.disable(logging.INFO)  # a log line a request is no part of an answer
KNOWN = json.loads(Path(os.environ["PEERS_PEOPLE"]).read_text())

app = Cardisk()


@app.route("/")
def first():
    ussd.menu("Lite CNSS-CNOPS", [("Mes dossiers", "/dossiers"), ("Aide", "/help")])


@app.route("/dossiers")
def dossiers():
    ussd.menu("Mes dossiers", [(n, f"/{at}") for at, n in enumerate(KNOWN[ussd.msisdn])])


def shown(at):
    @app.route(f"/{at}")
    def dossier():
        number = KNOWN[ussd.msisdn][at]
        ussd.menu(f"Dossier {number}\nRejeté le 5 novembre", [("Retour", "/dossiers")])


for place in range(3):
    shown(place)


@app.route("/help")
def help():
    ussd.screen("Agences : tapez 3")
    ussd.end()


for one in range(int(os.environ.get("PEERS_OPEN", "0"))):  # dialogues of others, left open
    new_session(f"+2125{one:08}")

application = app.app
