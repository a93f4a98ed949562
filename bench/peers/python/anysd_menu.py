"""The four steps as the README of anysd builds them: a navigation, a form, one Flask handler."""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

from anysd import FormFlow, ListInput, NavigationController, NavigationMenu
from flask import Flask, request

KNOWN = json.loads(Path(os.environ["PEERS_PEOPLE"]).read_text())
LEAST, MOST = (float(wait) / 1000 for wait in os.environ.get("PEERS_PAUSE", "0 0").split())


def mine(msisdn=None, session_id=None, **more):
    if MOST:
        time.sleep(random.uniform(LEAST, MOST))
    return KNOWN.get(msisdn, [])


def valid(current_step, last_input, **more):
    return True, None


questions = {
    "1": {"name": "DOSSIER", "menu": ListInput(items=mine, title="Mes dossiers")},
    "2": {"name": "SHOWN", "menu": "CON Dossier {DOSSIER}\nRejeté le 5 novembre\n0 Retour"},
}
home = NavigationMenu(name="Home", title="Lite CNSS-CNOPS", show_title=True)
form = FormFlow(form_questions=questions, step_validator=valid)
NavigationMenu(name="dossiers", title="Mes dossiers", parent=home, next_form=form)

app = Flask(__name__)


@app.post("/")
def ussd():
    fields = request.form
    navigator = NavigationController(
        home, fields.get("phoneNumber"), fields.get("sessionId"), fields.get("text")
    )
    return navigator.navigate()
