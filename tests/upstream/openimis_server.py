"""An openIMIS on a real socket, of the rows that release 26.04 gives of its public demo data.

    with OpenImis() as server:
        server.quirks.largest = 20        # a page is never larger
        server.rows["Claim"][3] = None    # a row that breaks its page
        server.url("openimis")            # openimis+http://admin:secret@127.0.0.1:…/api/api_fhir_r4/

Licence of the rows: those of openIMIS's demo data (AGPL-3.0 project, fictitious people).
"""

from __future__ import annotations

import copy
import gzip
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tests.upstream.listening import Listening

DATA = Path(__file__).parent / "data" / "openimis.json.gz"
ROOT = "/api/api_fhir_r4/"
USER, PASSWORD = "admin", "s3cret-word"
Rows = dict[str, list[Any]]


def recorded() -> Rows:
    """The rows by kind; None is the claim that the release itself could not write."""
    rows: Rows = json.loads(gzip.decompress(DATA.read_bytes()))
    return rows


def clean() -> Rows:
    """The recorded rows without those that are wrong: each has all it needs."""
    rows = recorded()
    rows["Claim"] = [row for row in rows["Claim"] if row]
    whole = {row["id"] for row in rows["Claim"]}
    rows["ClaimResponse"] = [row for row in rows["ClaimResponse"] if row["id"] in whole]
    return rows


def code_of(row: dict[str, Any]) -> str:
    """The typed `Code` of a row."""
    held = row.get("identifier", [])
    return next((one["value"] for one in held if one["type"]["coding"][0]["code"] == "Code"), "")


@dataclass
class Quirks:
    """What releases and days differ in."""

    largest: int = 10_000
    links: bool = True
    encoded: bool = False  # links are percent-encoded whole
    total: Callable[[int], object] = field(default=lambda count: count)
    by_code: bool = True  # a person is found by number
    page_status: int = 500  # of a page that a row breaks
    page_html: bool = False
    slashless: bool = False  # a path without its slash is answered too
    past_end: int = 404
    today: str = "2026-11-22"
    tokens: int = 1_000_000  # questions that one token answers
    change: Callable[[dict[str, Any]], dict[str, Any]] | None = None  # of every row sent


class OpenImis(Listening):
    """The server. `paths` are those asked for, in order; `logins` counts tokens given."""

    def __init__(self, rows: Rows | None = None) -> None:
        self.rows, self.quirks = rows or recorded(), Quirks()
        self.paths: list[str] = []
        self.logins = 0
        self._left = 0
        self.hidden: set[str] = set()
        self.fault: Callable[[BaseHTTPRequestHandler, str], bool] | None = None

    def be(self, mood: str) -> None:
        """ok; down: no answer; wrong: one row in three lacks what makes it one; partial: nobody
        may read the answers to claims."""
        counter = count()

        def spoil(row: dict[str, Any]) -> dict[str, Any]:
            spoilt = next(counter) % 3 == 0 and row["resourceType"] not in ("Claim", "Group")
            lost = ("name", "patient", "beneficiary", "policyHolder") if spoilt else ()
            return {key: value for key, value in row.items() if key not in lost}

        def gone(http: BaseHTTPRequestHandler, _: str) -> bool:
            http.close_connection = True
            return True

        self.fault = gone if mood == "down" else None
        self.quirks.change = spoil if mood == "wrong" else None
        self.hidden = {"ClaimResponse"} if mood == "partial" else set()

    def url(self, dialect: str = "openimis") -> str:
        return f"{dialect}+http://{USER}:{PASSWORD}@127.0.0.1:{self.port}{ROOT}"

    def sealed(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)

    def answer(self, http: BaseHTTPRequestHandler) -> None:
        self.paths.append(http.path)
        body = http.rfile.read(int(http.headers.get("Content-Length") or 0))
        if self.fault and self.fault(http, http.path):
            return
        status, told = self._answered(http, body)
        if isinstance(told, str):
            send(http, status, told.encode(), "text/html; charset=utf-8")
        else:
            send(http, status, json.dumps(told).encode())

    def _answered(self, http: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Any]:
        parts = urlsplit(http.path)
        if not parts.path.startswith(ROOT):
            return 404, "<!DOCTYPE html><title>Page not found</title>"
        path, query = parts.path[len(ROOT) :], parse_qs(parts.query)
        if path == "login/":
            return self._login(json.loads(body))
        self._left -= 1
        if http.headers.get("Authorization") != f"Bearer token-{self.logins}" or self._left < 0:
            return 401, outcome("Authentication credentials were not provided.", "fatal")
        kind, _, name = path.partition("/")
        if kind not in self.rows or not (path.endswith("/") or self.quirks.slashless):
            return 404, "<!DOCTYPE html><title>Page not found</title>"
        if kind in self.hidden:
            return 403, outcome("You do not have permission to perform this action.")
        if name.strip("/"):
            return self._one(kind, unquote(name.strip("/")))
        return self._page(kind, {key: values[-1] for key, values in query.items()}, http.path)

    def _login(self, who: dict[str, str]) -> tuple[int, Any]:
        if (who.get("username"), who.get("password")) != (USER, PASSWORD):
            return 401, outcome("No active account found", "fatal")
        self.logins, self._left = self.logins + 1, self.quirks.tokens
        return 200, {"token": f"token-{self.logins}", "exp": 1_800_000_000}

    def _one(self, kind: str, name: str) -> tuple[int, Any]:
        found = [row for row in self.rows[kind] if row and name in (row.get("id"), code_of(row))]
        if found and name == found[0].get("id"):
            return 200, self._told(found[0])
        if kind == "Claim":
            return 500, outcome("badly formed hexadecimal UUID string")
        if not found or not self.quirks.by_code:
            return 404, outcome("Not found.", "fatal")
        return 200, self._told(by_code(found[0]))

    def _page(self, kind: str, query: dict[str, str], path: str) -> tuple[int, Any]:
        rows = self.rows[kind]
        if "_lastUpdated" in query:
            try:
                datetime.strptime(query["_lastUpdated"], "ge%Y-%m-%dT%H:%M:%S")
            except ValueError:
                return 500, outcome("_lastUpdated value is not a valid datetime")
            rows = [row for row in rows if (row or {}).get("moved", "2000") >= "2020"]
        if kind == "Claim" and "patient" in query:
            rows = [row for row in rows if row and query["patient"] in row["patient"]["reference"]]
        size = min(int(query.get("_count", 10)), self.quirks.largest)
        number = int(query.get("page-offset", 1))
        past = number > 1 and (number - 1) * size >= len(rows)
        if past and self.quirks.past_end == 404:
            return 404, outcome("Invalid page.", "fatal")
        held = rows[(number - 1) * size : number * size]
        if None in held:
            html = "<html><title>Server Error (500)</title></html>"
            said = outcome(f"malformed entry http://127.0.0.1{ROOT}{kind}/051bf876")
            return self.quirks.page_status, html if self.quirks.page_html else said
        return 200, self._bundle(held, len(rows), number, size, path)

    def _bundle(
        self, rows: list[Any], count: int, number: int, size: int, path: str
    ) -> dict[str, Any]:
        here = f"http://127.0.0.1:{self.port}{path}"
        links = [{"relation": "self", "url": here}]
        if number * size < count and self.quirks.links:
            links.append({"relation": "next", "url": f"{here}&page-offset={number + 1}"})
        if self.quirks.encoded:
            links = [{**link, "url": quote(link["url"], safe=":")} for link in links]
        told: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
        told["entry"] = [{"resource": self._told(row)} for row in rows]
        return told | {"total": self.quirks.total(count)}

    def _told(self, row: dict[str, Any]) -> dict[str, Any]:
        told = copy.deepcopy(row)
        told.pop("moved", None)
        if told["resourceType"] == "ClaimResponse":
            told["created"] = self.quirks.today
        return self.quirks.change(told) if self.quirks.change else told


def by_code(row: dict[str, Any]) -> dict[str, Any]:
    """The same row as it is told when it is read by its code: another id."""
    return {**row, "id": code_of(row)}


def outcome(text: str, severity: str = "error") -> dict[str, Any]:
    issue = {"severity": severity, "code": "exception", "details": {"text": text}}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def send(
    http: BaseHTTPRequestHandler, status: int, body: bytes, kind: str = "application/json"
) -> None:
    http.send_response(status)
    http.send_header("Content-Type", kind)
    http.send_header("Content-Length", str(len(body)))
    http.end_headers()
    http.wfile.write(body)
