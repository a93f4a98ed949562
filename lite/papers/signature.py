"""What makes a paper worth something with no network: an Ed25519 signature with the fund's key.

Two are made with the same key. The *token* is in the QR: the facts of the paper's face and their
signature, small enough to be read by any scanner. The *trailer* is behind the PDF's last line: a
signature over every byte before it, so that a file can be told from an altered copy.

A signature proves who vouched for the facts and on which day. It cannot show that a paper was
cancelled since: only the public check can.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

# Each use of a key signs under a name of its own: no signature can be taken for another.
TOKEN_DOMAIN, _FILE = b"lite attestation token 1\n", b"lite attestation file 1\n"
_MARK = b"\n%lite-signature "
_LONGEST_TRAILER = 200
_LONGEST_TOKEN = 2_000
_PLAIN = 9  # values of a face that a token of the first days held


@dataclass(frozen=True, slots=True)
class Trusted:
    """A public key and the fund it vouches for; an empty fund, for a key given by hand, is any."""

    fund: str
    key: Ed25519PublicKey


PublicKeys: TypeAlias = Mapping[str, Trusted]


class BadKey(ValueError):
    """A key file cannot be used; the message says which and what to do."""


# The facts of a paper, besides its face, that are signed in its code: each is printed on it.
TOLD = ("from", "to", "scheme", "number", "registered_on", "birth", "cin", "children")


@dataclass(frozen=True, slots=True)
class Face:
    """What a checker compares with the paper. Days are ISO dates; `total` is in minor units, None
    on a paper without one; `told` is (name, value) of the `TOLD` facts that it states."""

    reference: str
    kind: str
    fund: str
    issued_on: str
    valid_until: str
    name: str
    name_ar: str
    total: int | None
    currency: str
    told: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, paper: Any) -> Face:
        """The face of anything that has these names, and `facts`."""
        names = [field.name for field in fields(cls)[:-1]]
        return cls(*(getattr(paper, name) for name in names)).telling(paper.facts)

    def telling(self, facts: Mapping[str, Any]) -> Face:
        """The same with what these facts state."""
        told = ((name, facts[name]) for name in TOLD if facts.get(name) is not None)
        kept = tuple((name, str(value)) for name, value in told if isinstance(value, str | int))
        return replace(self, told=kept)

    @classmethod
    def read(cls, values: list[Any]) -> Face:
        """The face that a token held; one of before `told` was signed has none of it."""
        pairs = values[_PLAIN] if len(values) > _PLAIN else ()
        told = tuple((str(name), str(value)) for name, value in pairs)
        return replace(cls(*values[:_PLAIN]), told=told)


@dataclass(frozen=True, slots=True)
class Signer:
    """A fund's key for its papers."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> Ed25519PublicKey:
        return self.key.public_key()

    def token(self, face: Face) -> str:
        """The face and its signature, as unreserved characters of an address."""
        told = [key_id(self.public), *(getattr(face, field.name) for field in fields(Face))]
        payload = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        return f"{_coded(payload)}.{_coded(self.key.sign(TOKEN_DOMAIN + payload))}"

    def signed(self, pdf: bytes) -> bytes:
        """The file and, behind it, the signature of all its bytes: a comment to every reader."""
        signature = _coded(self.key.sign(_FILE + sha256(pdf).digest())).encode()
        return pdf + _MARK + key_id(self.public).encode() + b" " + signature + b"\n"


def read_token(token: str, keys: PublicKeys) -> Face | None:
    """The face that one of these keys signed (by key id) for its own fund; None for anything
    else."""
    payload, _, signature = token.strip().partition(".")
    try:
        if len(token) > _LONGEST_TOKEN:
            return None
        told = _decoded(payload)
        id, *values = json.loads(told)
        trusted, face = keys[id], Face.read(values)
        trusted.key.verify(_decoded(signature), TOKEN_DOMAIN + told)
        return face if trusted.fund in ("", face.fund) else None
    except (ValueError, KeyError, TypeError, InvalidSignature, RecursionError):
        return None


def read_file(data: bytes, keys: PublicKeys) -> bytes | None:
    """The PDF that one of these keys signed, without its trailer; None when a byte was changed,
    added or cut, or when nobody we know signed it."""
    at = data.rfind(_MARK, max(0, len(data) - _LONGEST_TRAILER))
    if at < 0:
        return None
    pdf, trailer = data[:at], data[at + len(_MARK) :]
    id, _, signature = trailer.removesuffix(b"\n").partition(b" ")
    try:
        keys[id.decode()].key.verify(_decoded(signature.decode()), _FILE + sha256(pdf).digest())
    except (ValueError, KeyError, InvalidSignature):
        return None
    return pdf


def key_id(key: Ed25519PublicKey) -> str:
    """Eight characters that tell one public key from another."""
    return sha256(key.public_bytes_raw()).hexdigest()[:8]


def new_key(file: Path) -> Signer:
    """Make a key and keep it in a new file that its owner alone may read."""
    key = Ed25519PrivateKey.generate()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600, exist_ok=False)
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Signer(key)


def public_pem(key: Ed25519PublicKey) -> str:
    """The public half, to be given to whoever checks."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def load(file: Path) -> Signer | Ed25519PublicKey:
    """A key from a PEM file: one that signs, or one that only checks. Raises `BadKey`."""
    try:
        pem = file.read_bytes()
        key = load_pem_private_key(pem, None) if b"PRIVATE" in pem else load_pem_public_key(pem)
    except OSError as error:
        raise BadKey(f"The key {file} cannot be read ({error.strerror}).") from error
    except (ValueError, TypeError) as error:
        raise BadKey(f"The key {file} is no PEM file without a password.") from error
    if isinstance(key, Ed25519PrivateKey):
        return Signer(key)
    if isinstance(key, Ed25519PublicKey):
        return key
    raise BadKey(f"The key {file} is no Ed25519 key. `lite papers key FILE` makes one.")


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _coded(raw) != text:
        raise ValueError("not the one way to write these bytes")
    return raw
