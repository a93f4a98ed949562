"""Sealed records, blind indexes, keyed hashes: a stolen store is worth nothing without the keys.

Keys live in a file of their own (`LITE_KEY_FILE`), never in the database. Each use derives its
own key with HKDF, so that a value hashed for one column says nothing about another.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class KeyFileError(ValueError):
    """The key file is missing or cannot be used; the message says what to do."""


class Tampered(ValueError):
    """A sealed value was changed, moved to another row, or sealed with a lost key."""


class Vault:
    """Seals and hashes with one set of versioned master keys (32 random bytes each)."""

    def __init__(self, keys: dict[str, bytes], current: str) -> None:
        self._keys = keys
        self._current = current
        self._ciphers = {name: AESGCM(_derive(key, "seal")) for name, key in keys.items()}
        self._first = keys[min(keys, key=lambda name: int(name.lstrip("v")))]
        self._column = lru_cache(maxsize=64)(self._column_key)

    def seal(self, place: str, data: bytes) -> str:
        """`data` sealed (AES-256-GCM) for one place only, `table.column:row`."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._ciphers[self._current].encrypt(nonce, data, place.encode())
        return f"{self._current}:{base64.b64encode(sealed).decode()}"

    def open(self, place: str, sealed: str) -> bytes:
        """What `seal` sealed. Raises `Tampered` if the value or its place is not the same."""
        version, _, packed = sealed.partition(":")
        raw = base64.b64decode(packed)
        try:
            return self._ciphers[version].decrypt(raw[:_NONCE], raw[_NONCE:], place.encode())
        except (KeyError, InvalidTag) as error:
            raise Tampered(f"{place} cannot be opened with the keys at hand") from error

    def hash(self, column: str, value: str) -> str:
        """Blind index of an already normalised value: equal values meet, nothing else shows."""
        data = value.encode("utf-8", "surrogatepass")
        return hmac.digest(self._column(column), data, "sha256")[:20].hex()

    def _column_key(self, column: str) -> bytes:
        # The index key never rotates with the sealing key: old rows must still be found.
        return _derive(self._first, f"index:{column}")


def _derive(master: bytes, purpose: str) -> bytes:
    """One 32-byte key for one purpose (HKDF, RFC 5869)."""
    return HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(master)


def create(path: Path) -> None:
    """Write a new key file, mode 0600, unless one is there. Raises `KeyFileError`."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise KeyFileError(
            f"The key file {path} cannot be written ({error.strerror}). "
            "Set LITE_KEY_FILE to a place that is yours."
        ) from error
    with os.fdopen(handle, "w") as file:
        json.dump({"current": "v1", "keys": {"v1": key}}, file)


def load(path: Path) -> Vault:
    """The vault of a key file. Raises `KeyFileError` with the remedy."""
    try:
        content = json.loads(path.read_text())
        keys = {name: base64.b64decode(key) for name, key in content["keys"].items()}
        if any(len(key) != 32 for key in keys.values()) or content["current"] not in keys:
            raise KeyError("keys")
    except FileNotFoundError:
        raise KeyFileError(f"No key file at {path}. Run `lite migrate` to create it.") from None
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise KeyFileError(
            f"The key file {path} cannot be read ({type(error).__name__}). "
            "Put back the file from your safe copy: without it the store stays sealed."
        ) from error
    return Vault(keys, content["current"])
