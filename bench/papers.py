"""Papers as PDF: bytes and milliseconds of each kind, beside an empty page with the same fonts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import typst
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.tables import table
from lite.config import Settings
from lite.numbers import with_check
from lite.papers.attestation import Paths, attestation_pdf
from lite.papers.signature import Face, Signer
from lite.papers.statement import Entry, Statement, statement_pdf
from lite.text import raw

_BYTES, _MS = 50_000, 50.0  # the goal of an attestation, warm
_HEAD = ("a paper as PDF", "bytes", "goal", "ms warm", "goal", "CPU ms", "/ empty page")
_PATHS = Paths("https://lite.example.ma", "3939", "*384*3939#")
_COLD = "import bench.papers as b; print(b.cold())"
_run = count()  # no two papers of a run are alike: nothing that was typeset is used again


def run(settings: Settings, quick: bool) -> str:
    """A table of kinds and lengths, then what the first paper of a process costs."""
    turns = 5 if quick else 25
    anchor, least, size = _warm(_empty(), turns)
    rows = [
        ("an empty page (Typst alone)", f"{size}", "", f"{anchor:.1f}", "", f"{least:.1f}", "1.0")
    ]
    for name, make, judged in _papers():
        ms, cpu, size = _warm(make, turns)
        most, longest = (f"<= {_BYTES}", f"<= {_MS:.0f}") if judged else ("", "")
        of = f"{cpu / least:.1f}"
        rows.append((name, f"{size}", most, f"{ms:.1f}", longest, f"{cpu:.1f}", of))
    first = median(_first() for _ in range(1 if quick else 5))
    return f"{table(_HEAD, rows)}\nthe first paper of a process: {first:.0f} ms (imports included)"


def cold() -> float:
    """Milliseconds of the first paper in this process, once this module is there."""
    since = perf_counter()
    _attestation("salaries", _months(12))
    return (perf_counter() - since) * 1000


def _first() -> float:
    done = subprocess.run([sys.executable, "-c", _COLD], check=True, capture_output=True, text=True)
    return float(done.stdout)


def _warm(make: Callable[[], bytes], turns: int) -> tuple[float, float, int]:
    """The median milliseconds, by the wall and of CPU, after two turns that do not count; and the
    most bytes."""
    times, sizes = [], []
    for _ in range(turns + 2):
        since, spent = perf_counter(), process_time()
        sizes.append(len(make()))
        times.append((perf_counter() - since, process_time() - spent))
    wall, cpu = (median(one[at] for one in times[2:]) * 1000 for at in (0, 1))
    return wall, cpu, max(sizes)


def _empty() -> Callable[[], bytes]:
    """Typst alone, with the fonts of papers."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[Path("lite/papers/fonts")],
    )
    page = Path(__file__).parent.absolute() / "empty.typ"
    one = typst.Compiler(page, root=page.parent, font_paths=fonts)
    return lambda: one.compile(
        format="pdf", sys_inputs={"n": f"{next(_run)}"}, pdf_standards="ua-1"
    )


def _papers() -> Iterator[tuple[str, Callable[[], bytes], bool]]:
    """(name, what makes one, whether the goal is its own) of each kind and length."""
    for months in (3, 12, 24, 60, 120):
        yield (
            f"salaries, {months} months",
            _made("salaries", lambda n=months: _months(n)),
            months <= 60,
        )
    for kind, facts in _FACTS.items():
        name = kind.partition(", ")[0]
        yield kind, _made(name, lambda told=facts: told), True
    for dossiers in (0, 30, 300):
        for language in ("fr", "ar"):
            yield (f"statement ({language}), {dossiers} dossiers",
                   lambda n=dossiers, one=language: _statement(n, one), False)  # fmt: skip


def _made(kind: str, facts: Callable[[], Mapping[str, Any]]) -> Callable[[], bytes]:
    return lambda: _attestation(kind, facts())


def _attestation(kind: str, facts: Mapping[str, Any]) -> bytes:
    total = sum(row["amount"] for row in facts.get("months", ())) or None
    reference = with_check(f"2{next(_run):09}")
    face = replace(_FACE, kind=kind, reference=reference, total=total)
    return attestation_pdf(face, facts, _PATHS, _SIGNER)


_SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
_FACE = Face(
    "", "", "cnss", "2026-11-20", "2027-02-20",
    "Moulay Abdelmounaïm Ben Sidi Abdelouahed El Hadaïqi Aït Tafoukt",
    "مولاي عبد المنعم بن سيدي عبد الواحد الحدائقي أيت تافوكت", None, "MAD",
)  # fmt: skip


def _months(number: int) -> dict[str, Any]:
    rows = [
        {"month": f"{2010 + n // 12}-{n % 12 + 1:02}", "employer": "Conserveries Tafoukt SARL",
         "days": 26 - n % 3, "amount": 450_000 + 37 * n + next(_run)}
        for n in range(number)
    ]  # fmt: skip
    return {"from": rows[0]["month"], "to": rows[-1]["month"], "months": rows}


_MEMBER = {"name": "Ghita Ennajmaoui", "name_ar": "غيثة النجماوي", "to": "2027-06-30"}
_RIGHTS = {"scheme": "cnss", "from": "2014-03-01", "to": "2027-06-30"}
_YEAR = [{"month": f"2025-{n:02}", "amount": 390_000} for n in range(1, 13)]
_PERIOD = {"from": "2025-01", "to": "2025-12"}
_FACTS: dict[str, Mapping[str, Any]] = {
    "amo, alone": {**_RIGHTS, "dependants": []},
    "amo, family of 8": {**_RIGHTS, "dependants": [_MEMBER] * 7},
    "registration": {"scheme": "cnss", "number": "123456782", "registered_on": "2014-03-01"},
    "no_registration": {"number": None, "cin": "ZZ123456", "birth": "1999-05-01"},
    "family_allowances": {**_PERIOD, "children": 3, "months": _YEAR},
    "no_family_allowances": {"receiving": False},
    "pension": {**_PERIOD, "months": _YEAR},
}


def _statement(dossiers: int, language: str) -> bytes:
    entries = [
        Entry(with_check(f"1{n:07}"), raw("Soins"), date(2026, 1 + n % 12, 1 + n % 28),
              raw("payé"), None, 123_450 + next(_run), 86_415, 86_415)
        for n in range(dossiers)
    ]  # fmt: skip
    known = Statement("Ghita Ennajmaoui", date(2025, 11, 1), date(2026, 11, 22),
                      date(2026, 11, 21), entries)  # fmt: skip
    return statement_pdf(known, language)
