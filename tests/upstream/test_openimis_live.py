"""A real openIMIS, where one is at hand: LITE_OPENIMIS_URL=openimis+http://user:password@host/…/"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from lite.upstream import fund as open_fund
from lite.upstream.port import Dossier, Found, Insured, Payment, Right, person_of

URL = os.environ.get("LITE_OPENIMIS_URL", "")


@pytest.mark.skipif(not URL, reason="LITE_OPENIMIS_URL names no server")
def test_a_real_server_tells_people_rights_and_dossiers() -> None:
    fund = open_fund("live", URL, lambda: datetime.now(UTC))
    pull = fund.pull(None, "full")
    records = [change.record for page in pull for change in page.changes if change.record]
    people = {one.key: one for one in records if isinstance(one, Insured)}
    assert people and {person_of(one) for one in records} <= set(people)
    assert any(isinstance(one, Right) for one in records)
    assert not any(isinstance(one, Payment) for one in records)
    asked = next((one.insured for one in records if isinstance(one, Dossier)), min(people))
    told = fund.lookup(asked)
    assert isinstance(told, Found) and {person_of(one) for one in told.records} == {asked}
