"""A house whose only fund is at an address, and what its commands answer."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from lite.cli import main
from tests import engines
from tests.conftest import furnish


class Commands:
    """`lite` in a folder of its own, with one fund."""

    def __init__(self, folder: Path, upstream: str) -> None:
        self.house = furnish(folder)
        self.environ = {
            "LITE_DATABASE": engines.address(folder),
            "LITE_KEY_FILE": str(folder / "lite.keys"),
            "LITE_CLOCK": str(folder / "clock"),
            "LITE_UPSTREAM": upstream,
        }

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, words, env={**os.environ, **self.environ})

    def pull(self, *words: str) -> int:
        return self.run("pull", *words).exit_code

    def export(self, scheme: str, number: str) -> dict[str, Any]:
        told = self.run("export", scheme, number)
        assert told.exit_code == 0, told.output
        found: dict[str, Any] = json.loads(told.stdout)
        return found

    def doctor(self) -> str:
        return self.run("doctor").output
