"""Files that one machine alone can open: sealed for its public key, a piece at a time.

A fresh key for each file, wrapped for the reader by HPKE (RFC 9180: X25519, HKDF-SHA256,
AES-256-GCM), then pieces of 64 KiB under AES-256-GCM, numbered, the last one marked (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár): none can be cut off, moved or left out.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from lite.upstream.answers import BatchRefused

ENDING = ".sealed"
PIECE, _TAG = 64 * 1024, 16
_MAGIC = b"lite-sealed/1\n"
_HEAD = len(_MAGIC) + 32 + 32 + _TAG  # what HPKE makes of 32 bytes
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class _Out(Protocol):
    def write(self, data: bytes, /) -> Any: ...


class Sealer:
    """Seals what is written into `out`: whole after `close`, which leaves `out` open."""

    def __init__(self, out: _Out, reader: X25519PublicKey) -> None:
        key = secrets.token_bytes(32)
        self._out, self._cipher = out, AESGCM(key)
        self._held, self._number = bytearray(), 0
        out.write(_MAGIC + _SUITE.encrypt(key, reader, info=_MAGIC))

    def write(self, data: bytes) -> None:
        self._held += data
        while len(self._held) > PIECE:
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]

    def close(self) -> None:
        self._put(bytes(self._held), last=True)

    def _put(self, piece: bytes, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, last), piece, None))
        self._number += 1


def unsealed(chunks: Iterable[bytes], key: X25519PrivateKey, name: str) -> Iterator[bytes]:
    """What was sealed for this key, in pieces, none of which was changed; BatchRefused."""
    source, held = iter(chunks), bytearray()
    while len(held) < _HEAD and (chunk := next(source, b"")):
        held += chunk
    cipher, number = _cipher(bytes(held[:_HEAD]), key, name), 0
    del held[:_HEAD]
    for chunk in chain([b""], source):
        held += chunk
        while len(held) > PIECE + _TAG:
            yield _piece(cipher, number, bytes(held[: PIECE + _TAG]), False, name)
            del held[: PIECE + _TAG]
            number += 1
    yield _piece(cipher, number, bytes(held), True, name)


def _cipher(head: bytes, key: X25519PrivateKey, name: str) -> AESGCM:
    if not head.startswith(_MAGIC):
        raise BatchRefused(f"{name}: is not a sealed file")
    try:
        return AESGCM(_SUITE.decrypt(head[len(_MAGIC) :], key, info=_MAGIC))
    except (InvalidTag, ValueError) as error:
        raise BatchRefused(f"{name}: is sealed for another machine, or was changed") from error


def _piece(cipher: AESGCM, number: int, sealed: bytes, last: bool, name: str) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last), sealed, None)
    except (InvalidTag, ValueError) as error:
        raise BatchRefused(f"{name}: was changed or cut short") from error


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
