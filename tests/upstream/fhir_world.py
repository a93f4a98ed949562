"""A FHIR R4 server that nobody here wrote, with people that nobody here made up, and its moods.

The engine runs in Node (`fhir_server/`); a front on a socket of its own passes questions on, or
fails as it is told; an officer of the fund looks at what was asked and answers it.
"""

from __future__ import annotations

import atexit
import base64
import fcntl
import json
import subprocess
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.upstream.listening import Listening

ROWS = Path(__file__).parent / "data" / "synthea.json.gz"
FOLDER = Path(__file__).parent / "fhir_server"
CACHE = Path(".npm/fhir_server")
KEYS = "urn:lite:request"


@cache
def engine() -> str:
    """The address of the engine, started once a process; skips, loudly, where it cannot be had."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["tools/npm", FOLDER, CACHE, "the tests on a FHIR server"], check=True)
    if not (CACHE / ".installed").exists():
        pytest.skip("NOT TESTED: npm could not install the FHIR server (make fhir says why)")
    script = CACHE / "server.mjs"
    script.write_text((FOLDER / "server.mjs").read_text())
    node = subprocess.Popen(
        ["node", script, ROWS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(node.kill)
    assert node.stdout is not None
    port = node.stdout.readline().strip()
    assert port.isdecimal(), "the FHIR server did not start: its words are above"
    return f"http://127.0.0.1:{port}/"


def forget(*kinds: str) -> None:
    """Delete every resource of these kinds."""
    for kind in kinds:
        found = requests.get(f"{engine()}{kind}", {"_count": "1000"}, timeout=30).json()
        for entry in found.get("entry", []):
            requests.delete(f"{engine()}{kind}/{entry['resource']['id']}", timeout=30)


class Front(Listening):
    """What the fund shows of its engine. `mood`: ok, down, wrong, partial; `fault` comes first."""

    def __init__(self) -> None:
        self.mood = "ok"
        self.paths: list[str] = []
        self.fault: Callable[[BaseHTTPRequestHandler], bool] | None = None

    def url(self, options: str = "") -> str:
        return f"fhir+http://127.0.0.1:{self.port}/{options}"

    def answer(self, http: BaseHTTPRequestHandler) -> None:
        self.paths.append(http.path)
        body = http.rfile.read(int(http.headers.get("Content-Length") or 0))
        if self.mood == "down":
            http.close_connection = True
            return
        if self.fault and self.fault(http):
            return
        kept = {name: http.headers[name] for name in ("If-None-Exist", "Host")
                if http.headers[name]}  # fmt: skip
        kept["Content-Type"] = "application/fhir+json"
        told = requests.request(
            http.command, engine() + http.path.lstrip("/"), data=body or None, headers=kept,
            timeout=30,
        )  # fmt: skip
        status, found = told.status_code, told.json()
        if self.mood == "wrong":
            found = nonsense(found)
        second = http.path.startswith("/ExplanationOfBenefit") and "_offset" in http.path
        if self.mood == "partial" and second:
            status, found = 500, {"resourceType": "OperationOutcome"}
        data = json.dumps(found).encode()
        http.send_response(status)
        http.send_header("Content-Type", "application/fhir+json")
        http.send_header("Content-Length", str(len(data)))
        http.end_headers()
        http.wfile.write(data)


def nonsense(found: dict[str, Any]) -> dict[str, Any]:
    """One row in five without what makes it one; what is no bundle, without its kind."""
    if found.get("resourceType") != "Bundle":
        return {"resourceType": "Nonsense"}
    for entry in found.get("entry", [])[::5]:
        kind = entry["resource"]["resourceType"]
        if kind == "Task":
            entry["resource"]["status"] = entry["resource"]["identifier"] = "??"
        if kind != "Claim":
            for name in ("name", "patient", "beneficiary"):
                entry["resource"].pop(name, None)
    return found


def officer(issued_on: str, until: str) -> None:
    """Do what was asked: a call-back is accepted; everything else becomes a paper."""
    found = requests.get(f"{engine()}Task", {"_count": "1000"}, timeout=30).json()
    for task in (entry["resource"] for entry in found.get("entry", [])):
        kind = task["input"][0]["valueCodeableConcept"]["coding"][0]["code"]
        if task["status"] != "requested":
            continue
        if kind == "callback":
            task["status"] = "accepted"
        else:
            task["status"] = "completed"
            paper = _paper(task, kind, issued_on, until)
            made = requests.post(f"{engine()}DocumentReference", json=paper, timeout=30).json()
            task["output"] = [{
                "type": {"coding": [{"code": "data-value"}]},
                "valueReference": {"reference": f"DocumentReference/{made['id']}"},
            }]  # fmt: skip
        requests.put(f"{engine()}Task/{task['id']}", json=task, timeout=30)


def _paper(task: dict[str, Any], kind: str, issued_on: str, until: str) -> dict[str, Any]:
    facts = {"name_ar": "", "total": None, "currency": "MAD", "facts": {"kind": kind}}
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": task["for"]["reference"]},
        "date": f"{issued_on}T08:00:00Z",
        "context": {"period": {"end": until}},
        "content": [
            _content("application/json", json.dumps(facts).encode()),
            _content("application/pdf", b"%PDF-1.7 a paper"),
        ],
    }


def _content(kind: str, data: bytes) -> dict[str, Any]:
    return {"attachment": {"contentType": kind, "data": base64.b64encode(data).decode()}}
