"""Whatever a row holds, a reader gives a record that can be kept, or says it cannot be read."""

from __future__ import annotations

import copy
import gzip
import json
import os
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lite.upstream import fhir_claims, fhir_people
from lite.upstream.fhir_census import Census
from lite.upstream.fhir_dialect import Dialect
from lite.upstream.fhir_standard import STANDARD
from lite.upstream.fhir_values import Unreadable
from lite.upstream.openimis import OPENIMIS
from lite.upstream.port import Record, canonical, key_of
from tests.upstream.fhir_world import ROWS
from tests.upstream.openimis_server import clean

TODAY = "2026-11-22"
MANY = 20_000 if os.environ.get("LITE_SLOW") else 400

_ROWS = {
    "openimis": [row for kind in clean().values() for row in kind],
    "standard": json.loads(gzip.decompress(ROWS.read_bytes()))[:400],
}
_junk = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40), st.just({}),
    st.just([]), st.just([None]), st.just({"reference": 7}), st.just("\ud800"), st.just("9" * 5000),
    st.sampled_from(["2026-13-45", "2026-02", "1e999999999", "-5", "NaN", "Patient/", "\x00"]),
    st.sampled_from([Decimal(each) for each in
                     ("1e99999999", "1e-99999999", "NaN", "sNaN", "Infinity", "-0.005")]),
    st.just(10**400),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into a resource."""
    inner = value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, list) else ())  # fmt: skip
    return [path, *(each for name, one in inner for each in places(one, (*path, name)))]


@st.composite
def spoilt(draw: st.DrawFn, source: str) -> dict[str, Any]:
    """A real row, with one to four of its values replaced, removed or doubled."""
    row = copy.deepcopy(draw(st.sampled_from(_ROWS[source])))
    for _ in range(draw(st.integers(1, 4))):
        *path, last = draw(st.sampled_from(places(row)[1:] or [("id",)]))
        inner: Any = row
        for name in path:
            inner = inner[name]
        if draw(st.booleans()):
            inner[last] = copy.deepcopy(draw(_junk))
        elif isinstance(inner, dict):
            del inner[last]
        else:
            inner.append(copy.deepcopy(inner[last]))
    return row


def records(row: dict[str, Any], dialect: Dialect) -> list[Record]:
    """All that one row makes, in a world of its own."""
    census = Census("x", dialect.family_covered)
    kind = row.get("resourceType")
    if kind == "Group":
        census.group(fhir_people.group(row, dialect))
        return []
    if kind == "Patient":
        found = census.patient(fhir_people.patient(row, dialect, {"phones": "deposited"}))
        return [found] if found else []
    key = census.key("1")
    if kind == "Coverage":
        return [fhir_people.coverage(row, dialect).right(key, TODAY)]
    if kind == "Claim":
        asked = fhir_claims.claim(row, dialect, "MAD")
        return list(filter(None, fhir_claims.dossier(key, asked, None, TODAY, dialect, "MAD")))
    told = fhir_claims.answer(row, dialect, "MAD")
    return list(filter(None, fhir_claims.dossier(key, None, told, TODAY, dialect, "MAD")))


def kept(row: dict[str, Any], dialect: Dialect) -> None:
    try:
        found = records(row, dialect)
    except Unreadable as error:
        assert len(str(error)) < 80
        return
    for record in found:
        assert canonical(record) and key_of(record)


@settings(max_examples=MANY, deadline=None)
@given(spoilt("openimis"))
def test_openimis_rows(row: dict[str, Any]) -> None:
    kept(row, OPENIMIS)


@settings(max_examples=MANY, deadline=None)
@given(spoilt("standard"))
def test_standard_rows(row: dict[str, Any]) -> None:
    kept(row, STANDARD)


@pytest.mark.parametrize("kind", ["Patient", "Coverage", "Claim", "ClaimResponse"])
@pytest.mark.parametrize("dialect", [OPENIMIS, STANDARD], ids=lambda one: one.kind)
def test_a_row_of_nothing_is_unreadable(kind: str, dialect: Dialect) -> None:
    with pytest.raises(Unreadable):
        records({"resourceType": kind}, dialect)
