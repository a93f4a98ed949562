"""The second factor of staff: six digits from an authenticator, by the time (RFC 6238)."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from lite.numbers import digits

_STEP = 30  # seconds
# A clock may be half a minute off (RFC 6238, 5.2); more would be guesses for nothing.
_DRIFT = (0, -1, 1)
_NOBODY = bytes(20)


def new_secret() -> bytes:
    """160 random bits."""
    return secrets.token_bytes(20)


def address(secret: bytes, name: str) -> str:
    """What an authenticator reads: `otpauth://totp/…`."""
    return _totp(secret).get_provisioning_uri(name, "Lite")


def spelled(secret: bytes) -> str:
    """The secret to be typed by hand: base 32, in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def code(secret: bytes, now: datetime) -> str:
    """The six digits of this moment."""
    return _totp(secret).generate(int(now.timestamp())).decode()


def step(secret: bytes | None, typed: str, now: datetime) -> int | None:
    """The step of time that these digits are of, so that it can be used up; None if of none."""
    bare = "".join(digits(typed).split()).encode("utf-8", "replace")
    at = int(now.timestamp()) // _STEP
    generate = _totp(secret or _NOBODY).generate
    found = [
        at + drift for drift in _DRIFT if hmac.compare_digest(generate((at + drift) * _STEP), bare)
    ]
    return found[0] if found and secret else None


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what every authenticator can do; HMAC does not need its collision resistance.
    return TOTP(secret, 6, SHA1(), _STEP)
