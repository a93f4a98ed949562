"""Whatever a row of a registry holds, it gives records that can be kept, or cannot be read."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lite.upstream.fhir_values import Unreadable
from lite.upstream.port import canonical, key_of
from lite.upstream.spdci_records import Reading
from tests.upstream.spdci_server import people
from tests.upstream.test_fhir_fuzz import MANY, _junk, places
from tests.upstream.test_spdci import FLAT

READING = Reading("x", "UIN", "MAD", "2026-11-22", deposited=True)


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A good row with one to three of its values replaced."""
    row = copy.deepcopy(draw(st.sampled_from([*people(), FLAT])))
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from(places(row)[1:]))
        inner: Any = row
        for name in path:
            inner = inner[name]
        inner[last] = copy.deepcopy(draw(_junk))
    return row


@settings(max_examples=MANY, deadline=None)
@given(spoilt())
def test_rows_of_a_registry(row: dict[str, Any]) -> None:
    try:
        found = list(READING.records(row))
    except Unreadable as error:
        assert len(str(error)) < 80
        return
    for record in found:
        assert canonical(record) and key_of(record)
