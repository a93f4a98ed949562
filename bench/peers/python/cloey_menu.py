"""The four steps in cloey, a function a step; who calls stands in the session's name alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

from cloey import Cloey

KNOWN = json.loads(Path(os.environ["PEERS_PEOPLE"]).read_text())

app = Cloey()


@app.route("start")
def start(session):
    app.next_step(session, "menu")
    return "CON Lite CNSS-CNOPS\n1 Mes dossiers\n2 Aide"


def listed(session):
    mine = KNOWN[session.partition("/")[0]]
    app.next_step(session, "list")
    return "CON Mes dossiers\n" + "\n".join(f"{at} {n}" for at, n in enumerate(mine, 1))


@app.route("menu")
def menu(session, text):
    return listed(session)


@app.route("list")
def chosen(session, text):
    number = KNOWN[session.partition("/")[0]][int(text.split("*")[-1]) - 1]
    app.next_step(session, "dossier")
    return f"CON Dossier {number}\nRejeté le 5 novembre\n0 Retour"


@app.route("dossier")
def dossier(session, text):
    return listed(session)


application = app()
