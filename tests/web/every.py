"""Every page there is, for whatever must be true of each of them."""

from __future__ import annotations

import fcntl
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from lite.services import SERVICES
from lite.services.form import Level

PASSING = [
    "", "services/", "services/10", "services/19", "sign-in", "sign-in/sms", "status", "privacy",
    "help", "left", "verify/12", "verify/100000000033", "nowhere", "leave", "sign-in?lost=1",
    "services/agencies?town=sa", "services/agencies?town=Sal%C3%A9",
    "services/agencies?town=Sal%C3%A9&place=1", "services/agencies?town=xyzzy",
    *(f"services/{one.key}" for one in SERVICES if one.level == Level.T0),
]  # fmt: skip
OWN = [
    "", "services/", "services/10", "services/19", "status", "sign-in", "services/dossiers",
    "services/attestation?kind=1&period=4", "services/attestation?kind=2",
    "services/attestation?kind=1&period=4&from=012026&to=062026", "services/dossiers?dossier=x",
    *(f"services/{one.key}" for one in SERVICES),
]  # fmt: skip
# What a form answers that was filled wrong, or left empty.
WRONG: dict[str, dict[str, str]] = {
    "sign-in": {"phone": "12"},
    "services/callback": {"phone": "12", "reason": "", "time": ""},
    "services/complaint": {"phone": "0612345678", "subject": "1", "words": ""},
    "services/lost_phone": {},
}
FOLDER, CACHE = Path("tests/web/npm"), Path(".npm/web")


def walked(client: FlaskClient, paths: list[str], language: str) -> Iterator[tuple[str, str]]:
    """(address, page) of each path that does not lead elsewhere, and of what answers a wrong
    form."""
    for path in paths:
        response = client.get(f"/{language}/{path}")
        if response.mimetype == "text/html":
            yield f"/{language}/{path}", response.text
    for path, data in WRONG.items():
        response = client.post(f"/{language}/{path}", data=data)
        if response.mimetype == "text/html":
            yield f"/{language}/{path} POST", response.text


def dossiers(client: FlaskClient) -> list[str]:
    """The path of the first dossier of whoever is signed in."""
    listed = client.get("/fr/services/dossiers").text
    found = re.search(r'href="/fr/(services/dossiers\?dossier=\w+)"', listed)
    return [found[1]] if found else []


@cache
def checkers() -> Path:
    """The folder of what checks pages: axe-core, the HTML checker, a parser of ES5. Skips, loudly,
    where it cannot be had."""
    if not shutil.which("npm"):
        pytest.skip("NOT TESTED: there is no npm to install the checks of pages with")
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["tools/npm", FOLDER, CACHE, "the checks of pages"], check=True)
    if not (CACHE / ".installed").exists():
        pytest.skip("NOT TESTED: npm could not install the checks of pages")
    return (CACHE / "node_modules").absolute()


def es5(script: str) -> Any:
    """What a parser of ECMAScript 5 says of a script; nothing if it can read it."""
    program = (
        "const acorn = require(process.argv[1]);"
        "let s = ''; process.stdin.on('data', d => s += d).on('end', () => {"
        "try { acorn.parse(s, {ecmaVersion: 5}) } catch (e) { console.log(e.message) } })"
    )
    return subprocess.run(
        ["node", "-e", program, checkers() / "acorn"],
        input=script, capture_output=True, text=True, check=True, timeout=60,
    ).stdout.strip()  # fmt: skip
