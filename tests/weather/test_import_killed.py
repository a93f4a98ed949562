"""A pull killed at any point: nothing is half-visible, and the next one ends the work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from bookfund import BookFund, town

from lite.app import House
from lite.intake import Pulled

PEOPLE = 1_000
_PULL = """
import os, signal, sys
from conftest import furnish
from bookfund import BookFund, town
from pathlib import Path
house = furnish(Path(sys.argv[1]))
fund = BookFund(house.clock.now, told=town(1_000, sys.argv[2]))
last = int(sys.argv[3])
fund.before_page = lambda page: page == last and os.kill(os.getpid(), signal.SIGKILL)
house.intake.pull(fund)
"""


def killed(folder: Path, status: str, page: int) -> None:
    paths = os.pathsep.join(["tests", os.environ.get("PYTHONPATH", "."), "."])
    ran = subprocess.run(
        [sys.executable, "-c", _PULL, str(folder), status, str(page)],
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert ran.returncode == -signal.SIGKILL


def seen(house: House) -> set[str]:
    person = house.store.people.of_key(house.vault.hash("key", "cnss:000000005"))
    return {
        house.office.open(f"records.sealed:{row.fund}/{row.kind}/{row.key}", row.sealed)["status"]
        for row in house.store.people.records(person or "", "dossier")
    }


@pytest.mark.parametrize("page", [11, 29])
def test_a_pull_that_was_killed_is_done_again(house: House, tmp_path: Path, page: int) -> None:
    killed(tmp_path, "received", page)
    assert seen(house) == set()
    fund = BookFund(house.clock.now, told=town(PEOPLE), files=False)
    assert house.intake.pull(fund) is Pulled.DONE, "a dead process holds nothing"
    assert seen(house) == {"received"}
    killed(tmp_path, "paid", page)
    assert seen(house) == {"received"}
    assert house.intake.pull(fund) is Pulled.DONE
    assert seen(house) == {"received"}
    assert house.store.moves.fresh() == []
    assert house.store.sql.one("select count(*) from records where fund = 'book'") == (3_000,)
