"""How far the copies of an SQLite store, made by Litestream into a folder, are behind it."""

from __future__ import annotations

from pathlib import Path


def last(folder: Path) -> float | None:
    """When the newest copy was made, in seconds since 1970; None without any. Copies are named in
    the order of their making, so one of each level is looked at, of thousands."""
    newest = [max(level.glob("*.ltx"), default=None) for level in folder.glob("ltx/*")]
    return max((one.stat().st_mtime for one in newest if one), default=None)


def written(store: Path) -> float:
    """When the store was written last; 0 where there is none."""
    file = store.resolve()
    log = file.with_name(f"{file.name}-wal")
    return max((one.stat().st_mtime for one in (file, log) if one.exists()), default=0.0)


def behind(store: Path, folder: Path) -> float:
    """Seconds that were written since the newest copy; infinite without any."""
    made = last(folder)
    return float("inf") if made is None else max(0.0, written(store) - made)
