"""The key file: versioned master keys, 32 random bytes each, kept apart from the store."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path


class KeyFileError(ValueError):
    """The key file is missing or cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Keys:
    """Sealing keys by version; `current` seals, the others only open what is old. `index` is of
    blind indexes and keyed hashes: it never changes, or no row would be found again."""

    sealing: Mapping[str, bytes]
    current: str
    index: bytes

    @classmethod
    def fresh(cls) -> Keys:
        """Keys that nobody has had before."""
        return cls({"v1": secrets.token_bytes(32)}, "v1", secrets.token_bytes(32))

    @property
    def newest(self) -> str:
        """The sealing key that was made last."""
        return max(self.sealing, key=_number)

    def prepared(self) -> Keys:
        """With one more sealing key, which seals nothing yet."""
        name = f"v{_number(self.newest) + 1}"
        return replace(self, sealing={**self.sealing, name: secrets.token_bytes(32)})

    def turned(self) -> Keys:
        """The newest key seals from now on."""
        return replace(self, current=self.newest)

    def grown(self) -> Keys:
        """With one more sealing key, which seals from now on."""
        return self.prepared().turned()

    def pruned(self) -> Keys:
        """With the current sealing key alone: what others sealed cannot be opened any more."""
        return replace(self, sealing={self.current: self.sealing[self.current]})


def _number(name: str) -> int:
    return int(name.removeprefix("v"))


def create(path: Path) -> None:
    """Write a new key file, mode 0600, unless one is there. Raises `KeyFileError`."""
    if not path.exists():
        write(path, Keys.fresh())


def write(path: Path, keys: Keys) -> None:
    """Put keys in the file, mode 0600: a reader sees the old ones or these. `KeyFileError`."""
    packed = {name: base64.b64encode(key).decode() for name, key in keys.sealing.items()}
    index = base64.b64encode(keys.index).decode()
    beside = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            json.dump({"current": keys.current, "keys": packed, "index": index}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise KeyFileError(
            f"The key file {path} cannot be written ({error.strerror}). "
            "Set LITE_KEY_FILE to a place that is yours."
        ) from error


def read(path: Path) -> Keys:
    """The keys of a file. Raises `KeyFileError` with the remedy."""
    try:
        return _parsed(json.loads(path.read_text()))
    except FileNotFoundError:
        raise KeyFileError(
            f"No key file at {path}. Put it back from your safe copy, or set LITE_KEY_FILE to "
            "where it is; only a new store is given one by `lite migrate`."
        ) from None
    except PermissionError:
        raise KeyFileError(
            f"The key file {path} is not for this user to read. Run this as its owner."
        ) from None
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise KeyFileError(
            f"The key file {path} cannot be read ({type(error).__name__}). "
            "Put back the file from your safe copy: without it the store stays sealed."
        ) from error


def _parsed(content: dict[str, object]) -> Keys:
    packed, current = content["keys"], str(content["current"])
    sealing = {name: base64.b64decode(key) for name, key in packed.items()}  # type: ignore[attr-defined]
    oldest = sealing[min(sealing, key=_number)]
    # The first files had no key of their own for indexes: their oldest key does it.
    index = base64.b64decode(str(content["index"])) if "index" in content else oldest
    if any(len(key) != 32 for key in (*sealing.values(), index)) or current not in sealing:
        raise KeyError("keys")
    return Keys(sealing, current, index)
