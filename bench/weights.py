"""Bytes of every page, and of its parts, in both languages (W1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bench.tables import table
from bench.town import callers, sign_in
from bench.wire import Ask, answer
from lite.app import House
from lite.config import Settings
from lite.services import SERVICES
from lite.text import LANGUAGES

_GOAL = 4096
_CODINGS = ("identity", "gzip", "br")
_HEAD = (
    "bytes of a page", "", "raw", "gzip", "brotli", "headers", "on the wire", "style", "script",
)  # fmt: skip


def run(settings: Settings, quick: bool) -> str:
    """Two tables: pages, with their goal; what is loaded after the first paint."""
    house = House(settings)
    ((_, cookie),) = sign_in(house, callers()[:1])
    rows = [
        _row(house.wsgi, name, language, path, cookie if own else "")
        for name, path, own in _pages(_first(house.wsgi, cookie))
        for language in LANGUAGES
    ]
    heaviest = max(int(row[6]) for row in rows)
    verdict = f"heaviest page on the wire: {heaviest} bytes (W1 goal: <= {_GOAL})"
    return "\n".join([table(_HEAD, rows), verdict, "", _later(house.wsgi, rows)])


def _first(application: Callable, cookie: str) -> str:
    """The address of the first dossier on the caller's list, below the language."""
    _, listed = _asked(application, "/fr/services/dossiers", "identity", cookie)
    found = re.search(rb'href="/fr(/services/dossiers\?dossier=\w+)"', listed)
    return found[1].decode() if found else "/services/dossiers"


def _pages(dossier: str) -> Iterator[tuple[str, str, bool]]:
    """(name, path below the language, whether somebody is signed in); one dossier's among them."""
    yield from (("menu", "/", False), ("menu, signed in", "/", True))
    yield from ((f"service: {one.key}", f"/services/{one.key}", True) for one in SERVICES)
    yield "a dossier", dossier, True
    yield from ((name, f"/{name}", False) for name in ("sign-in", "status", "privacy", "help"))
    yield from (("verify", "/verify/100000000033", False), ("no such page", "/nowhere", False))


def _row(
    application: Callable, name: str, language: str, path: str, cookie: str
) -> tuple[str, ...]:
    answers = [_asked(application, f"/{language}{path}", coding, cookie) for coding in _CODINGS]
    raw, packed, brotli = (len(body) for _, body in answers)
    headers, page = answers[2][0], answers[0][1]
    style, script = (
        len(b"".join(re.findall(rb"<%s>(.*?)</%s>" % (tag, tag), page, re.DOTALL)))
        for tag in (b"style", b"script")
    )
    sizes = (raw, packed, brotli, headers, headers + brotli, style, script)
    return name, language, *map(str, sizes)


def _asked(application: Callable, path: str, coding: str, cookie: str) -> tuple[int, bytes]:
    """The bytes of the headers, as HTTP/1.1 writes them, and the body."""
    path, _, query = path.partition("?")
    headers = {"Accept-Encoding": coding, "Cookie": f"s={cookie}" if cookie else ""}
    status, sent, body = answer(application, Ask("GET", path, b"", headers, query=query))
    return len(status) + 13 + sum(len(f"{name}: {value}\r\n") for name, value in sent), body


def _later(application: Callable, rows: list[tuple[str, ...]]) -> str:
    """The one script, which the page loads only where it pays for itself."""
    _, page = _asked(application, "/fr/", "identity", "")
    path = re.search(rb"/static/[\w.-]+\.js", page)
    if path is None:
        return "no page loads a script"
    sizes = [len(_asked(application, path[0].decode(), coding, "")[1]) for coding in _CODINGS]
    whole = max(int(row[2]) for row in rows) + sizes[0]
    head = ("bytes loaded after the first paint", "raw", "gzip", "brotli")
    verdict = f"heaviest page with all it ever loads, uncompressed: {whole} bytes (goal: < 50000)"
    return "\n".join([table(head, [(path[0].decode(), *map(str, sizes))]), verdict])
