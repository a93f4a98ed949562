"""S5: the store and its backups are stolen, with the people's keys even, but not the key file."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha1, sha256
from time import monotonic

from attack import canaries, flock
from attack.figures import Figure
from lite.app import House
from lite.keys import Keys
from lite.vault import Vault

# How a thief who has read this program would hash, without the key.
Guess = Callable[[bytes], bytes]
_EMPTY = Vault(Keys({"v1": bytes(32)}, "v1", bytes(32)))
_GUESSES: tuple[Guess, ...] = (
    lambda text: sha256(text).digest(),
    lambda text: sha1(text, usedforsecurity=False).digest(),
    lambda text: hmac.digest(b"", text, "sha256"),
    lambda text: hmac.digest(bytes(32), text, "sha256"),
    lambda text: bytes.fromhex(_EMPTY.hash("card", text.decode())),
)
_CODES = 10**6


def recovered(hash: str, before: str, guess: Guess) -> str | None:
    """The code whose hash this is, all six digits tried."""
    wanted = bytes.fromhex(hash)
    for code in range(_CODES):
        if guess(f"{before}{code:06d}".encode())[: len(wanted)] == wanted:
            return f"{code:06d}"
    return None


def stolen(house: House) -> dict[str, bytes]:
    """What lies about, but for the key file."""
    return {
        name: content
        for name, content in canaries.left_behind(house).items()
        if name != house.settings.key_file.rpartition("/")[2]
    }


def run(house: House, guesses: tuple[Guess, ...] = _GUESSES) -> list[Figure]:
    """In an empty house."""
    with canaries.logged():
        seen = flock.live(house)
    facts = tuple(fact for bird in flock.birds() for fact in bird.facts)
    leaks = canaries.found(facts, stolen(house))
    card, number, hash = house.store.sql.all(
        "select card, number, hash from card_codes where used_at is not null limit 1"
    )[0]
    before, since = f"{card}:{number}:", monotonic()
    found = [code for guess in guesses if (code := recovered(hash, before, guess))]
    spent = monotonic() - since
    # The thief's method is sound: with the key, the code is found.
    known = recovered(hash, before, lambda text: bytes.fromhex(
        house.vault.hash("card", text.decode())))  # fmt: skip
    control = known in {code for _, code in seen.typed}
    return [
        Figure("S5", f"facts read without the key file, of {len(facts)}", str(len(leaks)), "0",
               not leaks),
        Figure("S5", f"codes of a card found, {len(guesses)} x 10^6 hashes in {spent:.0f} s "
               "(with the key: found)", str(len(found)), "0", not found and control),
    ]  # fmt: skip
