"""`lite serve` starts its processes with nothing of a store open.

A process that inherits a connection of SQLite believes that it holds the locks of the one before
it, and holds none: whoever closes the file last may take its log away.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from deploy.front import free_port

from lite.app import House
from lite.cli.operate import serve
from lite.vault import people_file


def opened(*files: Path) -> set[str]:
    """What of these files, their logs and indexes, this process has open."""
    links = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.exists()]
    return {str(link) for link in links if str(link).startswith(tuple(map(str, files)))}


@pytest.mark.sqlite("a server's connections are no files")
def test_no_process_inherits_a_connection(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(house.settings.store, Path)
    files = (house.settings.store, people_file(Path(house.settings.key_file)))
    inherited: list[set[str]] = []

    class Server:
        def __init__(self, *_: Any, **__: Any) -> None:
            pass

        def serve(self) -> None:
            inherited.append(opened(*files))

    monkeypatch.setattr("granian.Granian", Server)
    assert house.vault.owners.erasures() == (0, "")
    assert opened(*files)
    told = CliRunner().invoke(serve, ["--port", str(free_port())], obj=house)
    assert (told.exit_code, inherited) == (0, [set()]), told.output
