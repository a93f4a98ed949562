"""Writes that fail, and a disk without room: nothing told is lost, it serves again by itself."""

from __future__ import annotations

import os

import pytest

from chaos import disk
from chaos.disk import Asking
from chaos.history import History

WRITES = 300 if os.environ.get("LITE_SLOW") else 1


@pytest.mark.sqlite("the disk that fails is that of its own file")
def test_a_broken_disk_loses_nothing() -> None:
    figures = disk.run(WRITES)
    if unable := [one.what for one in figures if one.measured == "not tried"]:
        pytest.skip("; ".join(unable))
    assert [one for one in figures if not one.met and "again" not in one.what] == []


def test_another_sentence_is_not_an_honest_one(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    said = iter([(200, "END Bonjour"), (500, "")])
    monkeypatch.setattr(disk, "post", lambda *_: next(said))
    asking = Asking(1, History(tmp_path / "history"))
    assert not asking.once()
    assert not asking.once()
    assert (len(asking.odd), asking.sorry, asking.told) == (2, 0, 0)
