"""What fits a screen or an SMS, and what a text costs.

The alphabets of 3GPP TS 23.038: GSM-7, counted in septets; UCS-2, counted in UTF-16 units, as
soon as one character is not in GSM-7 (ç and all of Arabic are not).
"""

import bisect
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from lite.numbers import digits, visible

# USSD carries 182 septets or 80 units; below that some networks add pages of their own.
SCREEN_SEPTETS = 160
SCREEN_UNITS = 70
SCREEN_LINES = 7

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"

_IN_BASIC = re.compile(f"[{re.escape(BASIC)}]*")
_IN_GSM7 = re.compile(f"[{re.escape(BASIC + EXTENSION)}]*")
_EXTENDED = re.compile(f"[{re.escape(EXTENSION)}]")

_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
# What NFKD does not take apart, after what stands in for it.
_SIGNS = {
    ord(sign): stand_in
    for stand_in, signs in (
        *(("oe", "œ"), ("OE", "Œ"), ("->", "→"), ("<-", "←"), ("(c)", "©"), ('"', "«»“”„")),
        *(("'", "’‘‚ʼ`´‹›"), ("-", "‐‑‒–—―−•"), ("/", "⁄"), ("x", "×"), (".", "·"), ("o", "°")),
        *((",", "،٫"), (";", "؛"), ("?", "؟"), ("%", "٪"), ("i", "ı"), ("d", "đ"), ("l", "ł")),
    )
    for sign in signs
}

# Spaces where no line is cut: after the key of a menu line, inside a date in words, between
# groups of digits, before the currency.
_GLUED = re.compile(
    r"^\d{1,2} |\d{1,2} [^\W\d_]{3,9}\.? \d{4}(?!\d)|(?<=\d) (?=\d|DH\b|MAD\b|درهم|%)"
)
_NUMBER = re.compile(r"[+*#]*\d(?:[\d/:.,*#+-]*[\d#])?")
# What a line of Arabic turns round, for no phone knows what to isolate: a code to dial, a masked or
# grouped number, hours with a dash, a sign; with the marks that stand right beside it.
_TURNED = re.compile(
    r" ?(?<!\S)((?=\S*\d)(?=\S*[-+*#])[(]?[-+*#:/.,\d]+[)،؛]?|\d{2,}(?: \d{2,})+[،؛:.]?)(?!\S) ?"
)
_ARABIC = re.compile("[\u0621-\u064a]")
_AHEAD = 24  # characters after the cut that the two patterns above may need to see


class _StandIns(dict[int, str]):
    """A table for `str.translate`: each character as GSM-7 would write it, or as it is when it
    belongs to a script that GSM-7 cannot carry."""

    def __missing__(self, code: int) -> str:
        char = stand_in = chr(code)
        if char not in BASIC + EXTENSION:
            bare = unicodedata.normalize("NFKD", char.translate(_SIGNS)).translate(_SIGNS)
            stand_in = "".join(sign for sign in bare if not unicodedata.combining(sign))
        if not is_gsm7(stand_in):
            stand_in = char if unicodedata.category(char)[0] in "LMN" else "?"
        self[code] = stand_in
        return stand_in


_STAND_INS = _StandIns()


@dataclass(frozen=True)
class Cost:
    """What an SMS costs."""

    alphabet: str  # gsm7 or ucs2
    size: int  # septets or UTF-16 units
    segments: int  # what is paid for


def is_gsm7(text: str) -> bool:
    """Tell whether GSM-7, with its extension table, holds every character of the text."""
    return _IN_GSM7.fullmatch(text) is not None


def septets(text: str) -> int:
    """Count septets: two in the extension table. ValueError names what GSM-7 does not have."""
    held = _IN_GSM7.match(text)
    if held and held.end() < len(text):
        raise ValueError(f"GSM-7 does not have {text[held.end()]!a}")
    return len(text) + len(_EXTENDED.findall(text))


def units(text: str) -> int:
    """Count UTF-16 code units: two for a character above U+FFFF."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fold(text: str) -> str:
    """Write a text as it leaves on USSD and SMS. What no phone shows is gone, white space is
    spaces and newlines.

    It is GSM-7 if it can be after ç -> c, œ -> oe, « -> " and the like (é è à ù É Ç stay; a
    symbol without a stand-in becomes `?`). Else, as for all Arabic, its letters are left as they
    are, presentation forms made logical, and what such a line would turn round, `*384#`, is put
    on a line of its own. Folding twice changes nothing more.
    """
    if _IN_BASIC.fullmatch(text) and "\r" not in text:
        return text
    text = visible(unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = _PRESENTATION.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    text = unicodedata.normalize("NFC", text)
    narrow = digits(text).replace("« ", "«").replace(" »", "»").translate(_STAND_INS)
    return narrow if is_gsm7(narrow) else "\n".join(map(_apart, text.split("\n")))


def _apart(line: str) -> str:
    if not _ARABIC.search(line):
        return line
    return re.sub("\n+", "\n", _TURNED.sub(r"\n\1\n", line)).strip("\n")


def cost(text: str) -> Cost:
    """Say what an SMS costs: 160 septets or 70 units in one segment, 153 or 67 in each of several.
    An empty one is one segment."""
    alphabet, size = ("gsm7", septets(text)) if is_gsm7(text) else ("ucs2", units(text))
    return Cost(alphabet, size, len(segments_text(text)))


def segments_text(text: str) -> list[str]:
    """Cut an SMS into its segments: never inside an extension pair or a surrogate pair, so that
    one may be short of full."""
    measure, single, room = (septets, 160, 153) if is_gsm7(text) else (units, 70, 67)
    if measure(text) <= single:
        return [text]
    parts, used = [""], 0
    for char in text:
        used += measure(char)
        if used > room:
            parts.append("")
            used = measure(char)
        parts[-1] += char
    return parts


def fits_screen(text: str) -> bool:
    """Tell whether one USSD screen holds the text: 7 lines, 160 septets or else 70 units."""
    if len(text) > SCREEN_SEPTETS or text.count("\n") >= SCREEN_LINES:
        return False
    return septets(text) <= SCREEN_SEPTETS if is_gsm7(text) else units(text) <= SCREEN_UNITS


def pages(lines: Sequence[str], foot: Callable[[int, bool], str], head: str = "") -> list[str]:
    """Lay folded lines on as few USSD screens as hold them, each of which `fits_screen`.

    The first begins with `head`, if any. Each ends with `foot(index, more)`, where `more` says
    that another follows; an empty foot takes no line. A line is kept whole if a screen can hold
    it with its foot; a longer one is cut between words, never inside a number, an amount, a date
    or a phone, and inside a word only when no screen holds it. ValueError: a foot without room.
    """
    whole = [head, *lines] if head else list(lines)
    screen = _screen(whole, foot(0, False))
    return [screen] if fits_screen(screen) else list(_laid(whole, foot))


def _screen(lines: Iterable[str], foot: str) -> str:
    return "\n".join([*lines, foot]) if foot else "\n".join(lines)


def _laid(lines: list[str], foot: Callable[[int, bool], str]) -> Iterator[str]:
    rest = deque(line.strip() for line in lines or [""])
    for index in count():
        short = len(rest) <= SCREEN_LINES and sum(map(len, rest)) <= SCREEN_SEPTETS
        if short and fits_screen(last := _screen(rest, foot(index, False))):
            yield last
            return
        yield _screen(_taken(rest, foot, index), foot(index, True))


def _taken(rest: deque[str], foot: Callable[[int, bool], str], index: int) -> list[str]:
    """Take from `rest` what the next screen holds; at least one character stays for another."""
    more, taken = foot(index, True), list[str]()
    while len(rest) > 1 and fits_screen(_screen([*taken, rest[0]], more)):
        taken.append(rest.popleft())
    if taken and fits_screen(_screen([rest[0]], foot(index + 1, len(rest) > 1))):
        return taken
    at = _cut(rest[0], taken, more)
    if at:
        taken.append(rest[0][:at].rstrip())
        rest[0] = rest[0][at:].lstrip()
    if not taken:
        raise ValueError("the foot leaves no room on the screen")
    return taken


def _cut(line: str, taken: list[str], foot: str) -> int:
    """Find how much of a line goes below the lines already taken; 0 for nothing."""
    top = range(1, min(len(line), SCREEN_SEPTETS + 1))
    room = bisect.bisect_left(
        top, True, key=lambda at: not fits_screen(_screen([*taken, line[:at].rstrip()], foot))
    )
    window = line[: room + _AHEAD]
    glued = _GLUED.sub(lambda found: found[0].replace(" ", "_"), window)
    breaks = [found.start() for found in re.finditer(r"\s+", glued) if found.start() <= room]
    if breaks or taken:
        return breaks[-1] if breaks else 0
    for number in _NUMBER.finditer(window):
        if number.start() < room < number.end():
            return number.start() or room
    return room
