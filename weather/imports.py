"""R6: spoilt batches through a whole import: what people see is the old batch, or the new one."""

from __future__ import annotations

import logging
import shutil
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from attack.figures import Figure
from lite.clock import set_clock
from lite.intake import Pulled
from lite.intake.rows import Blinder
from lite.upstream.filedrop import Filedrop, export
from weather import batch, folk
from weather.progress import Progress
from weather.spoil import spoil_bytes

# isort: split
from fundside import told_again

from tools.hasty import hasty

_FRESH = 500  # imports in one house
_SEEN = (
    "select kind, key, fingerprint, sealed, as_of from current_records where fund = 'cnss'"
    " order by kind, key"
)


def run(quick: bool, imports: int = 0, minutes: float = 60.0) -> list[Figure]:
    """Split over two processes; no longer than so many minutes."""
    imports = imports or (300 if quick else 100_000)
    until = monotonic() + 60 * minutes
    if quick:
        return _figures(imports, [part("one", imports, until)], 0)
    with ProcessPoolExecutor(2) as pool:
        since = monotonic()
        parts = list(pool.map(part, ("one", "two"), [imports // 2] * 2, [until] * 2))
        return _figures(imports, parts, monotonic() - since)


def _figures(imports: int, parts: list[Counter[str]], seconds: float) -> list[Figure]:
    found: Counter[str] = sum(parts, Counter())
    done = found["refused"] + found["taken"] + found["crashed"]
    pace = f", {done / seconds:.0f}/s" if seconds else ""
    what = f"{done:,} of {imports:,} whole imports{pace}: taken {found['taken']:,},"
    crashes = "".join(f" {one}" for one in found if one.startswith("crash: "))
    whole = done >= imports
    return [
        Figure("R6", f"{what} refused {found['refused']:,}: crashes", f"{found['crashed']}{crashes}"
               + ("" if whole else f" (of {done:,})"), f"0 of {imports:,}",
               not found["crashed"] and whole),
        Figure("R6", "imports of which a part was seen", f"{found['partial']}"
               + ("" if whole else f" (of {done:,})"), f"0 of {imports:,}",
               not found["partial"] and whole and found["refused"] > 0),
    ]  # fmt: skip


def part(name: str, imports: int, until: float) -> Counter[str]:
    """What became of so many spoilt batches, both forms by halves."""
    logging.disable(logging.CRITICAL)
    chance, found = Random(f"imports {name}"), Counter[str]()
    with Progress(f"R6 imports {name}", imports) as progress:
        for start in range(0, imports, _FRESH):
            if monotonic() > until:
                break
            with folk.folder(memory=True) as folder:
                form = batch.FORMS[start // _FRESH % 2]
                found += _Drop(folder, form).lives(min(_FRESH, imports - start), chance)
            progress.to(start + _FRESH)
    logging.disable(logging.NOTSET)
    return found


class _Drop:
    """A house that learns from one folder, where batch after batch comes spoilt."""

    def __init__(self, folder: Path, form: export.Form) -> None:
        self.folder, self.form, self.sequence = folder, form, 0
        self.root = folder / "drop"
        self.root.mkdir()
        self.house = hasty(folk.house(folder, f"cnss=filedrop://{self.root}"))
        self.fund = Filedrop("cnss", self.root, self.house.clock.now)
        self.found = Counter[str]()

    def lives(self, times: int, chance: Random) -> Counter[str]:
        """Pull so many spoilt batches."""
        self._come()
        assert self.house.intake.pull(self.fund) is Pulled.DONE
        self._come()
        before = self._seen()
        for _ in range(times):
            self._spoil(chance)
            if self._pulled(before):
                before = self._seen()
                shutil.rmtree(self.batch)
                self._come()
        self.house.store.sql.close()
        return self.found

    def _come(self) -> None:
        """The batch of the next hour."""
        self.sequence += 1
        now = self.house.clock.now() + timedelta(hours=1)
        set_clock(Path(self.house.settings.clock), now + timedelta(seconds=1))
        self.batch = batch.write(self.root, self.form, self.sequence, now)
        self.good = batch.contents(self.batch)

    def _spoil(self, chance: Random) -> None:
        """One of its files; half of the time under a manifest that agrees with it."""
        for name, body in self.good.items():
            (self.batch / name).write_bytes(body)
        path = self.batch / chance.choice(list(self.good))
        path.write_bytes(spoil_bytes(self.good[path.name], chance))
        if path.suffix != ".json" and chance.random() < 0.5:
            told_again(self.batch)

    def _pulled(self, before: Mapping[Any, Any]) -> bool:
        """One import; whether it was taken."""
        try:
            outcome = self.house.intake.pull(self.fund)
        except Exception as error:
            self.found["crashed"] += 1
            self.found[f"crash: {type(error).__name__} {str(error)[:80]!r}"] += 1
            return False
        after = self._seen()
        if outcome is Pulled.FAILED:
            self.found["refused"] += 1
            self.found["partial"] += after != before
            return False
        self.found["taken"] += 1
        self.found["partial"] += not self._whole(before, after)
        return True

    def _seen(self) -> dict[tuple[str, str], tuple[Any, ...]]:
        rows = [tuple(row) for row in self.house.store.sql.all(_SEEN)]
        return {row[:2]: row[2:] for row in rows}

    def _whole(self, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> bool:
        """Whether all that the batch tells is seen, and nothing else is gone than what a full batch
        without a bad row does not tell. What it tells is read anew, by the parser alone; a row
        that was set aside leaves what was there."""
        shown = {row[0] for row in after.values()}
        blind = Blinder("cnss", self.house.vault)
        unseen = [one for one in self._told() if blind.row(one).mark not in shown]
        asides = self._asides()
        return len(unseen) <= asides and (not asides or before.keys() <= after.keys())

    def _told(self) -> list[Any]:
        pull = Filedrop("cnss", self.root, self.house.clock.now, quiet=True).pull(None, "full")
        seen = {(one.kind, one.key): one for page in pull for one in page.changes}
        return [one for one in seen.values() if one.op == "upsert"]

    def _asides(self) -> int:
        """Rows of the last pull that were set aside."""
        row = self.house.store.funds.get("cnss")
        assert row
        return int(row.bad_count or 0)
