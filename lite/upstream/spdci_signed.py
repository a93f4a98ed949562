"""Who we are to a registry of the SPDCI standard: a bearer token, and a signed message.

The token stands in a file that another program keeps fresh (`token=`), or is had by the client
credentials of RFC 6749, section 4.4 (`login=`, with user and password in the address): the
standard asks for a bearer token and leaves to each registry where it is given out.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from lite.upstream.wire import Reply, Wire

_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_LASTING = 300  # seconds that a signature may be believed


def canonical(value: object) -> bytes:
    """JSON as both sides write it the same: sorted names, no spaces, UTF-8."""
    told = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return told.encode()


class Signer:
    """Signs messages with an Ed25519 key; ValueError when its file holds none."""

    def __init__(self, path: str, sender: str, name: str) -> None:
        try:
            key = load_pem_private_key(Path(path).read_bytes(), password=None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ValueError(f"key= cannot be read ({type(error).__name__})") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("key= is no Ed25519 key")
        self._key, self._who = key, f"{sender}|{name}|ed25519"

    def __call__(self, header: object, message: object, now: datetime) -> str:
        """The signature of a header and its message, in the standard's form."""
        begins = int(now.timestamp())
        ends = begins + _LASTING
        signed = self._key.sign(signed_text(header, message, begins, ends))
        return (
            f'Signature: namespace="spdci", kidId="{self._who}", algorithm="ed25519", '
            f'created="{begins}", expires="{ends}", headers="(created) (expires) digest", '
            f'signature="{b64encode(signed).decode()}"'
        )


def signed_text(header: object, message: object, begins: int, ends: int) -> bytes:
    """What is signed: the two moments and the digest of header and message, one after the other."""
    digest = b64encode(sha256(canonical(header) + canonical(message)).digest()).decode()
    return f"(created): {begins}\n(expires): {ends}\ndigest: SHA-256={digest}".encode()


class Bearer:
    """A wire whose every question bears the token. It stays in memory, and in no message."""

    def __init__(self, wire: Wire) -> None:
        self._wire, self._token = wire, ""
        options = wire.where.options
        self._login, self._file = options.get("login", ""), options.get("token", "")
        if wire.where.user and not self._login:
            raise ValueError("login= is missing: the path below the address that gives a token")

    def post(self, path: str, body: Mapping[str, object]) -> Reply:
        """The answer; FundDown when we are not known there. A 401 says that the token is too old,
        and is believed once."""
        told = canonical(body)
        fresh = not self._token
        reply = self._wire.post(path, told, _JSON | self._signature())
        if reply.status == 401 and (self._file or (self._login and not fresh)):
            self._token = ""
            reply = self._wire.post(path, told, _JSON | self._signature())
        if reply.status == 401:
            raise self._wire.down("it does not know who we are (401)")
        return reply

    def _signature(self) -> dict[str, str]:
        ask: Callable[[], str] = self._read if self._file else self._logged_in
        if not self._token and (self._file or self._login):
            self._token = ask()
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def _read(self) -> str:
        try:
            token = Path(self._file).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise self._wire.down(f"token= cannot be read ({type(error).__name__})") from None
        return self._sound(token, "token= holds no token")

    def _logged_in(self) -> str:
        where = self._wire.where
        pair = b64encode(f"{where.user}:{where.password}".encode()).decode()
        form = urlencode({"grant_type": "client_credentials"}).encode()
        reply = self._wire.post(self._login, form, _FORM | {"Authorization": f"Basic {pair}"})
        if reply.status != 200:
            raise self._wire.down(f"it refuses our login ({reply.status})")
        return self._sound(reply.body.get("access_token"), "its login gives no token")

    def _sound(self, token: object, why: str) -> str:
        if isinstance(token, str) and token and token.isascii() and token.isprintable():
            return token
        raise self._wire.down(why)
