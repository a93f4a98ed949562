"""A detached Ed25519 signature of a manifest: `datapackage.json.sig`, its 64 bytes as they are.

    openssl pkeyutl -sign -rawin -inkey fund.pem -in datapackage.json -out datapackage.json.sig

The manifest holds the sha256 of every file, so this signs the whole batch. A hash in the same
folder proves transport; only this proves who sent it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lite.upstream.answers import BatchRefused
from lite.upstream.filedrop import files

ENDING, SIZE = ".sig", 64


def public_key(path: Path) -> Ed25519PublicKey:
    """The fund's key from a PEM file; ValueError with the remedy."""
    remedy = "ask the fund for it: openssl pkey -in fund.pem -pubout -out fund.pub.pem"
    key = _loaded(path, serialization.load_pem_public_key, remedy)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"{path} is not an Ed25519 public key; {remedy}")
    return key


def private_key(path: Path) -> Ed25519PrivateKey:
    """Lite's own key from a PEM file without a password; ValueError with the remedy."""
    remedy = f"make one: openssl genpkey -algorithm ed25519 -out {path}"
    key = _loaded(path, lambda body: serialization.load_pem_private_key(body, None), remedy)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} is not an Ed25519 private key; {remedy}")
    return key


def _loaded(path: Path, load: Callable[[bytes], object], remedy: str) -> object:
    try:
        return load(path.read_bytes())
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}); {remedy}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{path} is not a key in PEM; {remedy}") from error


def verifier(key: Ed25519PublicKey | None) -> Callable[[Path, str, bytes], None]:
    """What looks at a manifest before it is believed; without a key, everything passes."""
    return (lambda folder, name, body: None) if key is None else _Verifier(key)


class _Verifier:
    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    def __call__(self, folder: Path, name: str, body: bytes) -> None:
        try:
            signature = files.whole(folder, name + ENDING, SIZE)
        except BatchRefused as error:
            raise BatchRefused(f"is not signed as it must be ({error.reason})") from error
        try:
            self._key.verify(signature, body)
        except InvalidSignature as error:
            raise BatchRefused(f"{name}{ENDING} is not the fund's signature of it") from error
