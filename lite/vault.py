"""Sealed records, blind indexes, keyed hashes: a stolen store is worth nothing without the keys.

Keys live in a file of their own (`LITE_KEY_FILE`), never in the database. Each use derives its
own key with HKDF, so that a value hashed for one column says nothing about another. What belongs
to one person is sealed with a key of that person's, made of the master key and of bytes kept
beside it (`<key file>.people`): to destroy those is to erase the person from every copy.
"""

from __future__ import annotations

import secrets
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lite import keys as key_file
from lite.keys import KeyFileError as KeyFileError
from lite.keys import Keys
from lite.store.owners import Owners

if TYPE_CHECKING:
    from hashlib import _Hash

_NONCE, _BLOCK = 12, 64
_INDEX = 40  # hexadecimal digits of a blind index
# A new key is taken up by every process within so many seconds (`lite rotate` waits longer).
LOOK_EVERY = 1.0
_PEOPLE = 512  # people whose keys are kept at hand: a cipher is 2.6 KB, and made anew in 10 µs


class Tampered(ValueError):
    """A sealed value was changed, moved to another row, or sealed with a key that is gone."""


class Vault:
    """Seals and hashes with one set of keys; `source` is the file they may change in."""

    def __init__(
        self, keys: Keys, owners: Owners | None = None, source: Path | None = None
    ) -> None:
        self._owners, self._source = owners, source
        self._written, self._look_at = _mark(source), 0.0
        self._index = keys.index
        self._column = lru_cache(maxsize=64)(self._column_hash)
        self._ahead: dict[str, bytes] = {}
        self._salt = lru_cache(maxsize=_PEOPLE)(self._salt_of)
        self._take(keys)

    def _take(self, keys: Keys) -> None:
        self._masters = {name: AESGCM(_derive(key, "seal")) for name, key in keys.sealing.items()}
        self._people = {
            name: _keyed(_derive(key, "people")) for name, key in keys.sealing.items()
        }
        self._person = lru_cache(maxsize=_PEOPLE)(self._person_cipher)
        self.keys = keys  # last: another thread may be sealing with the current one

    def look(self, now: bool = False) -> None:
        """Take up keys that another process added; at most once a second, unless `now`."""
        if self._source is None or (monotonic() < self._look_at and not now):
            return
        self._look_at = monotonic() + LOOK_EVERY
        if (mark := _mark(self._source)) != self._written:
            self._take(key_file.read(self._source))
            self._written = mark

    def seal(self, place: str, data: bytes, owner: str = "") -> str:
        """`data` sealed (AES-256-GCM) for one place only, `table.column:row`; for an `owner`, with
        the key of this person."""
        self.look()
        version, nonce = self.keys.current, secrets.token_bytes(_NONCE)
        try:
            cipher = self._cipher(version, owner)
        except KeyError:
            self.owners.make(owner)
            cipher = self._cipher(version, owner)
        sealed = nonce + cipher.encrypt(nonce, data, place.encode())
        return f"{version}{owner and '.'}{owner}:{b2a_base64(sealed, newline=False).decode()}"

    def seal_many(self, rows: Sequence[tuple[str, bytes, str]]) -> list[str]:
        """Many values, each (place, data, owner) as for `seal`: the keys of their people are read,
        and drawn, at once."""
        self.look()
        salts = self._salts({owner for _, _, owner in rows if owner})
        version, nonces = self.keys.current, secrets.token_bytes(_NONCE * len(rows))
        people, ciphers = self._people[version], {"": self._masters[version]}
        done = []
        for at, (place, data, owner) in enumerate(rows):
            cipher = ciphers.get(owner)
            if cipher is None:
                cipher = ciphers[owner] = AESGCM(people(salts[owner]))
            nonce = nonces[at * _NONCE : (at + 1) * _NONCE]
            packed = b2a_base64(nonce + cipher.encrypt(nonce, data, place.encode()), newline=False)
            done.append(f"{version}{owner and '.'}{owner}:{packed.decode('ascii')}")
        return done

    def _salts(self, owners: set[str]) -> dict[str, bytes]:
        found = self.owners.many(owners)
        if len(found) < len(owners):
            found |= self.owners.make_many(owners - found.keys())
        return found

    def open(self, place: str, sealed: str) -> bytes:
        """What `seal` sealed. Raises `Tampered` if the value or its place is not the same, or if
        its key is gone."""
        head, _, packed = sealed.partition(":")
        version, _, owner = head.partition(".")
        if version not in self._masters:
            self.look(now=True)
        try:
            raw = a2b_base64(packed)
            return self._cipher(version, owner).decrypt(raw[:_NONCE], raw[_NONCE:], place.encode())
        except (KeyError, InvalidTag, ValueError) as error:
            raise Tampered(f"{place} cannot be opened with the keys at hand") from error

    def read_ahead(self, values: Iterable[str]) -> None:
        """Many sealed values are to be opened: their people's keys are read at once."""
        heads = (value.partition(":")[0].partition(".") for value in values)
        self._ahead = self.owners.many({owner for _, _, owner in heads if owner})

    def renew(self, place: str, sealed: str) -> str:
        """The same value, sealed with the current key, for the same owner."""
        _, _, owner = sealed.partition(":")[0].partition(".")
        return self.seal(place, self.open(place, sealed), owner)

    def _cipher(self, version: str, owner: str) -> AESGCM:
        return self._person(version, owner) if owner else self._masters[version]

    def _person_cipher(self, version: str, owner: str) -> AESGCM:
        return AESGCM(self._people[version](self._salt(owner)))

    def _salt_of(self, owner: str) -> bytes:
        salt = self._ahead.get(owner) or self.owners.get(owner)
        if salt is None:
            raise KeyError(owner)
        return salt

    @property
    def owners(self) -> Owners:
        """The people's own keys."""
        if self._owners is None:
            raise KeyFileError("This vault keeps no keys of people.")
        return self._owners

    def hash(self, column: str, value: str) -> str:
        """Blind index of an already normalised value: equal values meet, nothing else shows."""
        return self._column(column)(value)

    def hasher(self, column: str) -> Callable[[str], str]:
        """`hash` of one column, for many values."""
        return self._column(column)

    def _column_hash(self, column: str) -> Callable[[str], str]:
        inner, outer = _begun(_derive(self._index, f"index:{column}"))

        def digest(value: str) -> str:
            first, second = inner.copy(), outer.copy()
            first.update(value.encode("utf-8", "surrogatepass"))
            second.update(first.digest())
            return second.hexdigest()[:_INDEX]

        return digest


def _keyed(key: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA-256 with one key (RFC 2104), read once: a third of the cost of `hmac.digest`."""
    inner, outer = _begun(key)

    def digest(data: bytes) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update(data)
        second.update(first.digest())
        return second.digest()

    return digest


def _begun(key: bytes) -> tuple[_Hash, _Hash]:
    """The two hashes of HMAC, the key read."""
    padded = key.ljust(_BLOCK, b"\0")
    inner, outer = (sha256(bytes(byte ^ pad for byte in padded)) for pad in (0x36, 0x5C))
    return inner, outer


def _derive(master: bytes, purpose: str) -> bytes:
    """One 32-byte key for one purpose (HKDF, RFC 5869)."""
    return HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(master)


def _mark(path: Path | None) -> tuple[int, int]:
    """What changes when the file does."""
    if path is None or not path.exists():
        return (0, 0)
    status = path.stat()
    return (status.st_mtime_ns, status.st_ino)


def people_file(path: Path) -> Path:
    """Where the people's keys of a key file lie."""
    return path.with_name(f"{path.name}.people")


def create(path: Path, people: str | Path | None = None) -> None:
    """Write a new key file and an empty place of people's keys, mode 0600, where there is none:
    beside it, unless `people` says where. Raises `KeyFileError`."""
    key_file.create(path)
    Owners(people or people_file(path), make=True)


def load(path: Path, people: str | Path | None = None) -> Vault:
    """The vault of a key file; its people's keys beside it, unless `people` says where. Raises
    `KeyFileError` with the remedy."""
    keys, people = key_file.read(path), people or people_file(path)
    if isinstance(people, Path) and not people.exists():
        raise KeyFileError(
            f"The people's keys {people} are missing. Put back the file from your safe copy; if "
            "the store is new, or older than this release, run `lite migrate`."
        )
    return Vault(keys, Owners(people), path)
