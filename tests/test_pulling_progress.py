"""What an operator sees on a terminal while a pull reads a folder of files."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from bookfund import dossier, town

from lite.app import House
from lite.upstream import port
from lite.upstream.filedrop import export
from lite.upstream.filedrop.write import Head


@pytest.fixture
def drop(house: House, tmp_path: Path) -> Path:
    """A full batch of 3,600 rows, and one after it that replaces 900 of them and ends one."""
    root = tmp_path / "drop"
    root.mkdir()
    told, at = town(1_200), house.clock.now() - timedelta(hours=2)
    later = [dossier(one * 10, one, "paid") for one in range(900)]
    for sequence, mode, rows in ((1, "full", told), (2, "delta", later)):
        changes = list(map(port.upsert, rows))
        if mode == "delta":
            changes.append(port.Change("delete", "dossier", "0000011990", None, ""))
        head = Head(sequence, mode, at + timedelta(hours=sequence - 1), "cnss")  # type: ignore[arg-type]
        export.write(export.folder_of(root, sequence, head.as_of), head, changes, "csv")
    return root


def pulled(house: House, drop: Path, stderr: int) -> None:
    settings = house.settings
    environment = {
        **os.environ, "LITE_DATABASE": settings.database, "LITE_KEY_FILE": settings.key_file,
        "LITE_UPSTREAM": f"cnss=filedrop://{drop}", "LITE_CLOCK": str(settings.clock),
        "LITE_DEMO": "1", "LITE_WEBHOOK_SECRETS": "secret",
    }  # fmt: skip
    command = [sys.executable, "-m", "lite", "pull", "--full"]
    assert subprocess.run(command, env=environment, stderr=stderr, timeout=120).returncode == 0


def on_a_terminal(house: House, drop: Path) -> str:
    ours, theirs = pty.openpty()
    try:
        pulled(house, drop, theirs)
    finally:
        os.close(theirs)
    said = b""
    while True:
        try:
            part = os.read(ours, 4_096)
        except OSError:  # the other end is closed and all is read
            part = b""
        if not part:
            break
        said += part
    os.close(ours)
    return said.decode()


def test_a_bar_grows_to_the_whole_on_one_line(house: House, drop: Path) -> None:
    said = on_a_terminal(house, drop)
    bar = re.compile(
        r"\rcnss: \[(#*)\.*\] (\d+) %, ([\d,]+) rows, [\d,]+/s, \d+ (?:s|min) left\x1b\[K"
    )
    found = bar.findall(said)
    shares = [int(share) for _, share, _ in found]
    assert len(found) >= 3 and shares == sorted(shares)
    assert 0 < shares[0] < 50, "a part is told as a part"
    assert found[-1] == ("#" * 20, "100", "4,501"), "what a later batch replaces was read too"
    assert all(len(done) == int(share) // 5 for done, share, _ in found)
    assert bar.sub("", said).strip() == "", "nothing else is said"
    assert said.endswith("\n")


def test_a_log_gets_no_bar(house: House, drop: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as file:
        pulled(house, drop, file.fileno())
    assert "%" not in log.read_text() and "\r" not in log.read_text()
