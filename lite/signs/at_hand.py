"""What a process finds on its own machine: settings, keys, room on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lite.config import SettingError
from lite.vault import people_file

if TYPE_CHECKING:
    from lite.app import House

# (well, what it is and what to do)
Said = tuple[bool, str]

_LOW_DISK = 200 * 1024 * 1024
# Settings that only some processes read: they are told before one of those ends over them.
_READ: tuple[Callable[[House], object], ...] = (
    lambda house: house.funds,
    lambda house: house.settings.keep,
    lambda house: house.settings.asks_sims,
    lambda house: house.paper_keys,
)


def settings(house: House) -> Iterator[Said]:
    """Those that cannot be read."""
    for read in _READ:
        try:
            read(house)
        except SettingError as error:
            yield False, str(error)


def keys(house: House) -> Iterator[Said]:
    """Whether the key files lie where they should and are nobody else's. Raises `KeyFileError` for
    one that is missing or spoilt."""
    path = Path(house.settings.key_file)
    for file in (path, *([] if house.settings.people else [people_file(path)])):
        if file.exists():
            mode = file.stat().st_mode & 0o777
            remedy = "" if mode == 0o600 else f": chmod 600 {file}"
            yield mode == 0o600, f"key file {file}, mode {mode:o} (wanted: 600){remedy}"
    store = house.settings.store
    apart = isinstance(store, str) or path.absolute().parent != store.absolute().parent
    yield apart, "the key file is kept apart from the store's folder" if apart else (
        "the key file lies in the store's folder, so in its backups: move it, with what begins "
        "with its name, and set LITE_KEY_FILE"
    )
    house.vault  # noqa: B018 - it is read


def disk(house: House) -> Iterator[Said]:
    """Room where this house keeps files."""
    folder = house.settings.folder
    if not folder.exists():
        yield False, f"no folder {folder}: make it, or mount it"
        return
    free = shutil.disk_usage(folder).free
    room = free > _LOW_DISK
    remedy = "" if room else ": make room, or nothing can be written (lite purge)"
    yield room, f"disk: {free // 2**20} MB free{remedy}"
