"""What a text costs on the air: GSM 7-bit septets or UCS-2 units, and segments.

Source: 3GPP TS 23.038 (alphabets) and TS 23.040 (concatenation, a header of six octets).
"""

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True)
class Room:
    """How many units one screen, one lone SMS and one part of a long SMS may hold."""

    alphabet: str
    screen: int
    single: int
    part: int


GSM7 = Room("GSM-7", screen=160, single=160, part=153)
UCS2 = Room("UCS-2", screen=70, single=70, part=67)


@dataclass(frozen=True)
class Measure:
    """A text as the network counts it; `limit` is that of one USSD screen, in the same units."""

    alphabet: str
    units: int
    limit: int
    lines: int
    columns: int
    segments: int


def measure(text: str) -> Measure:
    """Count a text in the smallest alphabet that holds all of it; the empty text has no line."""
    room = GSM7 if all(c in BASIC or c in EXTENSION for c in text) else UCS2
    costs = [_cost(c, room) for c in text]
    lines = text.split("\n") if text else []
    return Measure(
        room.alphabet,
        sum(costs),
        room.screen,
        len(lines),
        max(map(len, lines), default=0),
        _segments(costs, room),
    )


def _cost(character: str, room: Room) -> int:
    if room is GSM7:
        return 2 if character in EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _segments(costs: list[int], room: Room) -> int:
    """A character of two units is never cut, so a part may stay one unit short."""
    if sum(costs) <= room.single:
        return 1
    count, left = 1, room.part
    for cost in costs:
        if cost > left:
            count, left = count + 1, room.part
        left -= cost
    return count
