"""What accidents do to data: bytes, and values."""

from __future__ import annotations

import json
from random import Random
from typing import Any

JUNK: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, float("inf"), "", " ", "\x00", "\ud800", "9" * 4000, "NaN",
    "2026-13-45", "2026-02", "-5", "1e999", "٣", "‮abc", [], {}, [None], {"reference": 7}, [[[[]]]],
)  # fmt: skip
_BYTES = (b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"\x00", b'"', b",", b"<html>", b"{", b"\\u0000")


def spoil_bytes(good: bytes, chance: Random) -> bytes:
    """One to five cuts: bytes lost, doubled, changed or put in between."""
    body = bytearray(good)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(body) + 1)
        match chance.randrange(5):
            case 0:
                del body[at : at + chance.randint(1, 30)]
            case 1:
                body[at : at + 1] = chance.randbytes(chance.randint(1, 4))
            case 2:
                body[at:at] = body[at : at + chance.randint(1, 60)]
            case 3:
                body[at:at] = chance.choice(_BYTES)
            case _:
                del body[at + chance.randint(0, 200) :]
    return bytes(body)


def spoil_value(good: Any, chance: Random) -> Any:
    """A copy with one to four of its values replaced, removed or doubled."""
    held = json.loads(json.dumps(good, default=str))
    for _ in range(chance.randint(1, 4)):
        holder = _somewhere(held, chance)
        if holder is None:
            return held
        _spoil(holder, chance)
    return held


def _spoil(holder: Any, chance: Random) -> None:
    last = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    match chance.randrange(3):
        case 0:
            holder[last] = chance.choice(JUNK)
        case 1:
            del holder[last]
        case _ if isinstance(holder, list):
            holder.append(holder[last])
        case _:
            holder[f"{last}x"] = holder.pop(last)


def _somewhere(held: Any, chance: Random) -> Any:
    """A holder that is not empty, at any depth."""
    found = None
    while isinstance(held, (dict, list)) and held:
        found = held
        if chance.random() < 0.3:
            break
        held = chance.choice(list(held.values() if isinstance(held, dict) else held))
    return found
