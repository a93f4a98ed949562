"""R6: what a fund may send after an accident, to every parser. A row is read, set aside or refused
with a reason; anything else is a crash."""

from __future__ import annotations

import gzip
import json
import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from attack.figures import Figure
from lite.upstream import pretend
from lite.upstream.answers import BatchRefused, Quarantined, Refused, Unreachable
from lite.upstream.fhir_dialect import Dialect
from lite.upstream.fhir_standard import STANDARD
from lite.upstream.fhir_values import Unreadable
from lite.upstream.filedrop import bulk, datapackage, export, files, kinds, manifest, table
from lite.upstream.openimis import OPENIMIS
from lite.upstream.port import canonical, key_of
from lite.upstream.spdci_records import Reading
from weather import batch, folk
from weather.progress import Progress
from weather.spoil import spoil_bytes, spoil_value

# isort: split
from tests.upstream.fhir_world import ROWS
from tests.upstream.openimis_server import clean
from tests.upstream.spdci_server import people
from tests.upstream.test_fhir_fuzz import records

TODAY = date(2026, 11, 22)
# Reads one mutant; anything it raises is a crash.
Reader = Callable[[Random], object]
_AT_A_TIME = 5_000


def run(quick: bool, mutants: int = 0) -> list[Figure]:
    """Split over two processes."""
    mutants = mutants or (20_000 if quick else 1_000_000)
    if quick:
        return _figures(mutants, [part("one", mutants)])
    with ProcessPoolExecutor(2) as pool:
        return _figures(mutants, list(pool.map(part, ("one", "two"), [mutants // 2] * 2)))


def _figures(mutants: int, parts: list[Counter[str]]) -> list[Figure]:
    found: Counter[str] = sum(parts, Counter())
    crashes = {name: times for name, times in found.items() if name.startswith("crash")}
    told = ", ".join(f"{name} {found[name]:,}" for name in ("read", "set aside", "refused"))
    return [
        Figure("R6", f"mutated inputs that crash a parser ({mutants:,} mutants: {told})",
               f"{sum(crashes.values())}" + "".join(f" {one}" for one in list(crashes)[:3]),
               "0", not crashes and found["read"] > 0 and found["refused"] > 0)
    ]  # fmt: skip


def part(name: str, mutants: int) -> Counter[str]:
    """What became of so many mutants, the same ones for each name."""
    logging.disable(logging.CRITICAL)
    chance, found, readers = Random(f"mutants {name}"), Counter[str](), list(_readers().items())
    with Progress(f"R6 parsers {name}", mutants) as progress:
        for number in range(mutants):
            reader, read = chance.choice(readers)
            found[_outcome(reader, read, chance)] += 1
            if number % _AT_A_TIME == 0:
                progress.to(number)
    logging.disable(logging.NOTSET)
    return found


def _outcome(reader: str, read: Reader, chance: Random) -> str:
    try:
        return "set aside" if read(chance) else "read"
    except Unreadable:
        return "set aside"
    except BatchRefused as error:
        return "refused" if error.reason else f"crash: {reader}, without a reason"
    except Exception as error:
        return f"crash: {reader} {type(error).__name__} {str(error)[:60]!r}"


def _readers() -> dict[str, Reader]:
    """Every parser, with something good to begin from."""
    standard = json.loads(gzip.decompress(ROWS.read_bytes()))[:300]
    imis, registry = [row for kind in clean().values() for row in kind], people()
    return {
        "openimis": lambda chance: _fhir(spoil_value(chance.choice(imis), chance), OPENIMIS),
        "fhir": lambda chance: _fhir(spoil_value(chance.choice(standard), chance), STANDARD),
        "spdci": lambda chance: _spdci(spoil_value(chance.choice(registry), chance)),
        "csv": _rows("csv"),
        "ndjson": _rows("ndjson"),
        "data package": _manifest("csv"),
        "bulk publish": _manifest("ndjson"),
        "pretend": _asked,
    }


def _fhir(row: Any, dialect: Dialect) -> bool:
    if not isinstance(row, dict):
        return True
    return not [canonical(record) + key_of(record).encode() for record in records(row, dialect)]


def _spdci(row: Any) -> bool:
    """Messages tell of a row that is no object as an empty one."""
    read = Reading("x", "UIN", "MAD", TODAY.isoformat(), deposited=True)
    found = read.records(row if isinstance(row, dict) else {})
    return not [canonical(record) + key_of(record).encode() for record in found]


def _rows(form: export.Form) -> Reader:
    """A file of real rows, a few bytes of it other."""
    known, good = kinds.known(TODAY), _batch(form)
    parts = _said(form, good).parts
    reader = table._csv if form == "csv" else table._ndjson

    def read(chance: Random) -> bool:
        piece = chance.choice(parts)
        told = files.lines(iter([spoil_bytes(good[piece.path], chance)]), piece.path)
        found = list(reader(told, piece, known[piece.kind]))
        for changes in found:
            if not isinstance(changes, Quarantined):
                [canonical(one.record) for one in changes if one.record is not None]
        return any(isinstance(one, Quarantined) for one in found)

    return read


def _batch(form: export.Form) -> dict[str, bytes]:
    with folk.folder(memory=True) as root:
        return batch.contents(batch.write(root, form, 3, _DAY))


def _said(form: export.Form, good: dict[str, bytes]) -> manifest.Said:
    read, name = _MANIFESTS[form]
    return read(manifest._object(good[name]))


def _manifest(form: export.Form) -> Reader:
    """A manifest with bytes, or values, of it other."""
    read, name = _MANIFESTS[form]
    good = _batch(form)[name]
    held = json.loads(good)

    def reader(chance: Random) -> bool:
        if chance.random() < 0.5:
            body = spoil_bytes(good, chance)
        else:
            body = json.dumps(spoil_value(held, chance)).encode()
        read(manifest._object(body))
        return False

    return reader


_MANIFESTS = {
    "csv": (datapackage.read, manifest.DATAPACKAGE),
    "ndjson": (bulk.read, manifest.BULK),
}
_DAY = datetime(2026, 11, 22, tzinfo=UTC)
_HEAD = next(iter(pretend._holders()))


def _asked(chance: Random) -> bool:
    """A request as the pretend fund judges it, its papers included."""
    details = {"from": "2026-01", "to": "2026-03", "months": "3", "kind": "x"}
    told = spoil_value({"type": "salaries", "details": details}, chance)
    if not isinstance(told, dict) or not isinstance(told.get("details"), dict):
        return True
    asked = {str(name): str(value) for name, value in told["details"].items()}
    request = pretend.Request("k", str(told.get("type")), _HEAD, asked)
    reason = pretend._objection(request, _DAY.date())
    assert not isinstance(reason, (Refused, Unreachable))
    return reason is not None
