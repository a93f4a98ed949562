"""Bytes of every page in both languages, each within its budget (W1): `make weights`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.rich import REFERENCE, settle_in
from bench.tables import table
from bench.town import callers, sign_in, town
from bench.wire import Ask, answer
from lite.app import House
from lite.config import Settings
from lite.services import SERVICES
from lite.services.form import Level
from lite.text import LANGUAGES

_WIRE = 4096  # bytes of any page with its headers
_SEGMENT, _HEADERS = 900, 480  # of a menu, the state and the sign-in: together one TCP segment
_FRAGMENT = 500  # of what htmx swaps
# Four questions on one page: a second page would spare 50 bytes and cost a round trip.
_ROOMIER = {"card: helper": 560}
_ALL = 50_000  # of a page and everything it ever loads, uncompressed
_FIRST = ("menu", "others", "others, 10", "others, 19", "sign-in", "state")
_CODINGS = ("identity", "gzip", "br")
_HEAD = (
    "bytes of a page", "", "raw", "gzip", "brotli", "headers", "first view", "all, raw", "fragment",
)  # fmt: skip


class Weight(NamedTuple):
    """One page in one language: its body in three codings, its headers, all it ever loads."""

    name: str
    language: str
    raw: int
    gzip: int
    brotli: int
    headers: int
    everything: int
    fragment: int

    @property
    def first_view(self) -> int:
        return self.headers + self.brotli

    def over(self) -> list[str]:
        """Which of its budgets it breaks."""
        first = self.name.removesuffix(", signed in") in _FIRST
        limits = [("first view", self.first_view, _WIRE), ("all", self.everything, _ALL)]
        limits += [("fragment", self.fragment, _ROOMIER.get(self.name, _FRAGMENT))]
        if first:
            limits += [("brotli", self.brotli, _SEGMENT), ("headers", self.headers, _HEADERS)]
        return [
            f"{self.name} ({self.language}): {what} {found} > {most}"
            for what, found, most in limits
            if found > most
        ]


def run(settings: Settings, quick: bool) -> str:
    """The table of pages, and what is over its budget."""
    return _told(_weighed(settings))


def _told(weights: list[Weight]) -> str:
    rows = [
        (one.name, one.language, *map(str, (one.raw, one.gzip, one.brotli, one.headers,
                                            one.first_view, one.everything, one.fragment)))
        for one in weights
    ]  # fmt: skip
    wrong = [line for one in weights for line in one.over()]
    return "\n".join([table(_HEAD, rows), *(wrong or ["every page is within its budget"])])


def _weighed(settings: Settings) -> list[Weight]:
    house = House(settings)
    before, after = settle_in(house, Path(settings.key_file).parent)
    ((_, cookie),) = sign_in(house, callers()[:1])
    pages = [
        (name, path, cookie if own else "")
        for name, path, own in _pages(_first(house.wsgi, cookie))
    ]
    return [
        _weight(house.wsgi, name, language, path, whose)
        for name, path, whose in [*pages, *_rich(before, after)]
        for language in LANGUAGES
    ]


def _rich(before: str, after: str) -> Iterator[tuple[str, str, str]]:
    """The heaviest pages there are: (name, path, cookie) before and after a code of the card."""
    for part in (1, 2, 4):
        yield f"31 dossiers, part {part}", f"/services/dossiers?part={part}", before
    for key in ("paper", "statement", "helper", "delivery", "address"):
        yield f"card: {key}", f"/services/{key}", before
    yield "an attestation of 24 months", f"/papers/{REFERENCE}", after
    yield "a statement", "/papers/statement?months=12", after


def _first(application: Callable, cookie: str) -> str:
    """The address of the first dossier on the caller's list, below the language."""
    _, listed = _asked(application, "/fr/services/dossiers", "identity", cookie)
    found = re.search(rb'href="/fr(/services/dossiers\?dossier=\w+)"', listed)
    return found[1].decode() if found else "/services/dossiers"


def _pages(dossier: str) -> Iterator[tuple[str, str, bool]]:
    """(name, path below the language, whether somebody is signed in); one dossier's among them."""
    paths = ("/", "/services/", "/services/10", "/services/19", "/sign-in", "/status")
    for name, path in zip(_FIRST, paths, strict=True):
        yield from ((name, path, False), (f"{name}, signed in", path, True))
    for service in SERVICES:
        path = f"/services/{service.key}"
        if service.level == Level.T0:
            yield f"service: {service.key}", path, False
        yield f"service: {service.key}, signed in", path, True
    yield "a dossier", dossier, True
    yield from ((name, f"/{name}", False) for name in ("sign-in/sms", "privacy", "help", "left"))
    yield from (("verify", "/verify/100000000033", False), ("no such page", "/nowhere", False))


def _weight(application: Callable, name: str, language: str, path: str, cookie: str) -> Weight:
    path = f"/{language}{path}"
    answers = [_asked(application, path, coding, cookie) for coding in _CODINGS]
    raw, packed, brotli = (len(body) for _, body in answers)
    _, part = _asked(application, path, "br", cookie, fragment=True)
    loads = len(_script(application, answers[0][1]))
    swapped = len(part) if loads else 0  # htmx is not sent there
    return Weight(name, language, raw, packed, brotli, answers[2][0], raw + loads, swapped)


def _script(application: Callable, page: bytes) -> bytes:
    """Every script that a page ever loads, and that these load; the worker too."""
    found, text = b"", page
    if b"/static/" in page:
        _, found = _asked(application, "/worker.js", "identity", "")
    while path := re.search(rb"/static/[\w.-]+\.js", text):
        _, text = _asked(application, path[0].decode(), "identity", "")
        found += text
    return found


def _asked(
    application: Callable, path: str, coding: str, cookie: str, *, fragment: bool = False
) -> tuple[int, bytes]:
    """The bytes of the headers, as HTTP/1.1 writes them, and the body."""
    path, _, query = path.partition("?")
    headers = {"Accept-Encoding": coding, "Cookie": f"s={cookie}" if cookie else ""}
    ask = Ask("GET", path, b"", headers, query=query)
    status, sent, body = answer(application, ask, {"HTTP_HX_REQUEST": "true"} if fragment else {})
    return len(status) + 13 + sum(len(f"{name}: {value}\r\n") for name, value in sent), body


if __name__ == "__main__":
    with town() as one:
        found = _weighed(one)
    print(_told(found))
    sys.exit(any(weight.over() for weight in found))
