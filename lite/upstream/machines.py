"""The keys of a machine that exchanges sealed sticks with another: one to sign, one to open.

The public ones are one line of text, which may be read over the telephone by its fingerprint.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

_PREFIX = "lite-box-1-"


class BadKeys(ValueError):
    """Keys that cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Public:
    """What others may know of a machine."""

    sign: Ed25519PublicKey
    seal: X25519PublicKey

    @classmethod
    def read(cls, text: str) -> Public:
        """The keys that `str()` wrote. Raises `BadKeys`."""
        packed = text.strip().removeprefix(_PREFIX)
        try:
            raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
            sign = Ed25519PublicKey.from_public_bytes(raw[:32])
            found = cls(sign, X25519PublicKey.from_public_bytes(raw[32:64]))
            if str(found) != text.strip():
                raise ValueError("a letter is wrong or missing")
            return found
        except ValueError as error:
            raise BadKeys(
                f"These are no keys of a machine ({error}). Copy the whole line, {_PREFIX}…, that "
                "`lite box key` prints there."
            ) from error

    def __str__(self) -> str:
        body = self._body()
        packed = base64.urlsafe_b64encode(body + sha256(body).digest()[:4]).decode()
        return _PREFIX + packed.rstrip("=")

    @property
    def fingerprint(self) -> str:
        """Names the machine: 32 hexadecimal digits."""
        return sha256(self._body()).hexdigest()[:32]

    def _body(self) -> bytes:
        return self.sign.public_bytes_raw() + self.seal.public_bytes_raw()


@dataclass(frozen=True)
class Pair:
    """A machine's own keys."""

    sign: Ed25519PrivateKey
    seal: X25519PrivateKey

    @property
    def public(self) -> Public:
        return Public(self.sign.public_key(), self.seal.public_key())


def make(path: Path) -> Pair:
    """The keys of a file, drawn and written (mode 0600) if it is not there. Raises `BadKeys`."""
    if not path.exists():
        pair = Pair(Ed25519PrivateKey.generate(), X25519PrivateKey.generate())
        told = {"sign": _packed(pair.sign), "seal": _packed(pair.seal)}
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                json.dump(told, file)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise BadKeys(f"{path} cannot be written ({error.strerror}).") from error
    return load(path)


def load(path: Path) -> Pair:
    """The keys of a file. Raises `BadKeys` with the remedy."""
    try:
        told = json.loads(path.read_text())
        return Pair(
            Ed25519PrivateKey.from_private_bytes(base64.b64decode(told["sign"])),
            X25519PrivateKey.from_private_bytes(base64.b64decode(told["seal"])),
        )
    except FileNotFoundError:
        raise BadKeys(f"This machine has no keys at {path}. Run `lite box key` here.") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadKeys(f"{path} cannot be read ({type(error).__name__}).") from error


def _packed(key: Ed25519PrivateKey | X25519PrivateKey) -> str:
    return base64.b64encode(key.private_bytes_raw()).decode()
