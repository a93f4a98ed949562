"""Phones, references with check digits, amounts: what people type and gateways post, made plain."""

import re
import secrets
import unicodedata

PLAIN_LENGTH = 1_000
REFERENCE_KINDS = {
    "dossier": "1", "attestation": "2", "callback": "3", "complaint": "4", "life": "5",
    "address": "6", "post": "7",
}  # fmt: skip
AMOUNT_LIMIT = 10**12

# Arabic-Indic, Persian, full-width. Python knows hundreds more; nobody here types them.
_DIGITS = {zero + n: str(n) for zero in (0x660, 0x6F0, 0xFF10) for n in range(10)}
# Circled digits of a phone's signs, 1 to 9; those in a circle of air are NFKC's.
_CIRCLED = {one + n: str(n + 1) for one in (0x2776, 0x2780, 0x278A) for n in range(9)}
_KEYCAP = 0x20E3  # drawn around the character before it

# Morocco's closed plan: nine digits after +212, of which the first is 5 (fixed) to 8 (ANRT).
_MSISDN = re.compile(r"[+ ](212[5-8][0-9]{8}|(?!212)[1-9][0-9]{6,14})")
# Some gateways post no plus at all; eleven digits are more than any short code has.
_BARE = re.compile(r"212[5-8][0-9]{8}|(?!212)[1-9][0-9]{10,14}")
_TYPED = re.compile(r"[+0-9 ()./\u2010-\u2015-]{1,40}")
_PREFIX = re.compile(r"(?:r[eé]f(?:[eé]rence)?|n[°ºo]|رقم|مرجع)?[\s.:#]*", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s.#/\u2010-\u2015-]+")
_REFERENCE = re.compile(r"[0-9]{8,14}")
_CURRENCY = r"(?:dhs?|mad|dirhams?|دراهم|درهما|درهم|د\.م\.?)"
_AMOUNT = re.compile(
    rf"(?:{_CURRENCY} ?)?"
    r"(?P<whole>0|[1-9][0-9]{0,12}"
    r"|[1-9][0-9]{0,2}(?P<group>[ .,٬'])[0-9]{3}(?:(?P=group)[0-9]{3})*)"
    r"(?:(?P<point>[.,٫])(?P<cents>[0-9]{1,2}))?"
    rf"(?: ?{_CURRENCY})?"
)


class _Visible(dict[int, str | None]):
    """A table for `str.translate` that decides a character the first time it is met."""

    def __missing__(self, code: int) -> str | None:
        if code > 0xFFFF:  # not kept in the table: a stranger must not be able to make it grow
            return None
        char = chr(code)
        hidden = unicodedata.category(char) in ("Cc", "Cf", "Cs") or 0xFE00 <= code <= 0xFE0F
        self[code] = " " if char.isspace() and char != "\n" else None if hidden else char
        return self[code]


_VISIBLE = _Visible({0x0A: "\n", _KEYCAP: None, **_CIRCLED})


def digits(text: str) -> str:
    """Fold Arabic-Indic, Persian and full-width digits to 0-9; leave every other character."""
    return text if text.isascii() else text.translate(_DIGITS)


def visible(text: str) -> str:
    """Drop what no phone shows: control characters, direction marks and other invisible ones,
    variation selectors, keycaps around a digit, lone surrogates, all above U+FFFF. Every white
    space but the newline becomes a space, one for one."""
    return text if text.isascii() and text.isprintable() else text.translate(_VISIBLE)


def plain(text: str) -> str:
    """Say what a person meant: NFKC, `digits`, `visible`, single spaces, no ends. Never raises.

    Reads the first 1,000 characters only, and gives 1,000 at most: one character such as
    U+FDFA grows to 18 under NFKC.
    """
    text = text[:PLAIN_LENGTH]
    if not (text.isascii() and text.isprintable()):
        shown = visible(digits(unicodedata.normalize("NFKC", text)))
        text = unicodedata.normalize("NFC", shown)  # an accent that a mark held off its letter
    return " ".join(text.split())[:PLAIN_LENGTH].rstrip()


def msisdn(text: str) -> str | None:
    """Read the number that a gateway posts as E.164: `+` and ASCII digits.

    Accepts a `+` that form decoding made a space, and no `+` before a number of eleven digits or
    more. None for a short code, a named sender, a number no Moroccan line has, anything else.
    """
    found = _MSISDN.fullmatch(text)
    if found:
        return "+" + found[1]
    return "+" + text if _BARE.fullmatch(text) else None


def typed_phone(text: str) -> str | None:
    """Read a phone as a person in Morocco types it, mobile or fixed, foreign with `+` or `00`.

    E.164 when a line could have this number (right length, for Morocco the right first digit),
    else None. Letters are refused: they would be read as keypad digits.
    """
    text = plain(text)
    if not _TYPED.fullmatch(text):
        return None
    import phonenumbers  # several megabytes that most processes never need

    try:
        number = phonenumbers.parse(text, "MA")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return msisdn(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def with_check(number: str) -> str:
    """Append two check digits, ISO 7064 mod 97-10. ValueError unless ASCII digits only."""
    if not (number.isascii() and number.isdecimal()):
        raise ValueError("check digits go after ASCII digits only")
    return f"{number}{98 - int(number) * 100 % 97:02d}"


def has_check(reference: str) -> bool:
    """Tell whether 8 to 14 ASCII digits end in their two check digits (ISO 7064 mod 97-10):
    false after any one wrong digit and after any two neighbours exchanged."""
    return bool(_REFERENCE.fullmatch(reference)) and int(reference) % 97 == 1


def with_digit(number: str) -> str:
    """Append one check digit, ISO 7064 mod 11,10, to ASCII digits: short numbers that are typed
    from a screen and live for minutes."""
    return f"{number}{(11 - _carry(number)) % 10}"


def has_digit(number: str) -> bool:
    """Tell whether ASCII digits end in their check digit (ISO 7064 mod 11,10): false after any one
    wrong digit, and after nearly any two neighbours exchanged."""
    return number.isascii() and number.isdecimal() and with_digit(number[:-1]) == number


def _carry(number: str) -> int:
    product = 10
    for digit in number:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return product


def new_reference(kind: str) -> str:
    """Make a reference of 12 digits: its kind, nine random digits, two check digits.

    KeyError for a kind that is not in `REFERENCE_KINDS`. Whoever stores it answers for unicity.
    """
    return with_check(f"{REFERENCE_KINDS[kind]}{secrets.randbelow(10**9):09d}")


def reference(text: str) -> str | None:
    """Read a typed reference: 8 to 14 ASCII digits without spaces, dashes, dots, slashes, `#`
    or a leading `ref`; None when what is left is no reference at all.

    The check digits are not judged here, so that a slip can be told from something else.
    """
    bare = visible(digits(text[:PLAIN_LENGTH])).strip()
    bare = _SEPARATORS.sub("", _PREFIX.sub("", bare, count=1))
    return bare if _REFERENCE.fullmatch(bare) else None


def amount(text: str) -> int | None:
    """Read an amount in dirhams as centimes: `4 500,50`, `4.500,50`, `4,500.50`, `٤٥٠٠ درهم`.

    One separator before three digits groups thousands, since a dirham has but two decimals.
    None for a sign, a leading zero, groups that do not agree, more than 10^12 centimes.
    """
    typed = " ".join(visible(digits(text[:100])).split()).casefold().replace("،", ",")
    found = _AMOUNT.fullmatch(typed)
    if not found or (found["point"] and found["point"] == found["group"]):
        return None
    whole = int("".join(re.findall("[0-9]", found["whole"])))
    centimes = whole * 100 + int((found["cents"] or "").ljust(2, "0"))
    return centimes if centimes <= AMOUNT_LIMIT else None


def mask_phone(e164: str) -> str:
    """Show a phone to someone who may only recognise it: `06******78`, `+254*****00`."""
    if not msisdn(e164):
        return "*" * 6
    if e164.startswith("+212"):
        return f"0{e164[4]}{'*' * 6}{e164[-2:]}"
    return f"{e164[:4]}{'*' * 5}{e164[-2:]}"


def mask_name(name: str) -> str:
    """Show a name to someone who may only recognise it: `F*** Z*** A***`, whatever the lengths."""
    initials = (next(filter(str.isalnum, word), "") for word in plain(name).split())
    return " ".join(f"{initial}***" for initial in initials)
