"""Staff passwords: long, not obvious, kept as a peppered Argon2id hash."""

from __future__ import annotations

import secrets
import threading
import unicodedata

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from lite.vault import Vault

SHORTEST, LONGEST = 15, 200
# OWASP Password Storage Cheat Sheet: the least that it advises for Argon2id.
_MEMORY_KIB, _PASSES, _LANES = 19 * 1024, 2, 1
# Words that anybody here would try; what is left of a password without them must be something.
_TRIED = (
    "motdepasse", "password", "bonjour", "bienvenue", "welcome", "azerty", "qwerty", "admin",
    "maroc", "morocco", "cnss", "cnops", "agence", "lite", "soleil", "casablanca", "rabat",
)  # fmt: skip
_RUNS = ("0123456789", "1234567890", "abcdefghijklmnopqrstuvwxyz", "azertyuiopqsdfghjklmwxcvbn",
         "qwertyuiopasdfghjklzxcvbnm")  # fmt: skip
_DISTINCT = 5
# Of random bytes that nobody kept: an unknown name costs as long as a known one.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$cQ4U2YuPhswA+bf42e3zgg"
    "$58BMYXbF5UFAl0LPtZ4TkPWEZu5WyRUZ30ZS/robDBY"
)
# One at a time: a burst of sign-ins must not take the machine's memory and both its cores.
_turn = threading.Lock()


def fault(password: str, name: str) -> str:
    """Why a password cannot be taken, in one line; empty if it can. No rule of composition:
    NIST SP 800-63B-4 wants length and a blocklist."""
    if len(_plain(password)) < SHORTEST:
        return f"The password has fewer than {SHORTEST} characters: take a sentence you remember."
    if len(password) > LONGEST:
        return f"The password has more than {LONGEST} characters."
    if _obvious(_letters(password), _letters(name)):
        return "This password is among the first that anybody would try: take another."
    return ""


def _obvious(word: str, name: str) -> bool:
    if any(word in run * (len(word) // len(run) + 2) for run in _RUNS):
        return True
    for tried in (*_TRIED, *_RUNS, name):
        word = word.replace(tried, "") if tried else word
    return len(set(word)) < _DISTINCT


def kept(vault: Vault, password: str) -> str:
    """What is stored of a password: Argon2id, PHC format, over its keyed hash."""
    with _turn:
        return Argon2id(
            salt=secrets.token_bytes(16), length=32, iterations=_PASSES, lanes=_LANES,
            memory_cost=_MEMORY_KIB,
        ).derive_phc_encoded(_peppered(vault, password))  # fmt: skip


def matches(vault: Vault, password: str, stored: str | None) -> bool:
    """Whether this is the password; False, after the same work, where none is stored."""
    try:
        with _turn:
            Argon2id.verify_phc_encoded(_peppered(vault, password), stored or _NOBODY)
    except InvalidKey:
        return False
    return stored is not None


def _peppered(vault: Vault, password: str) -> bytes:
    return vault.hash("password", _plain(password)).encode()


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, _plain(text).casefold()))


def _plain(password: str) -> str:
    """The same password from every keyboard."""
    return unicodedata.normalize("NFKC", password)
