"""Batches from one machine to another: signed by the one, sealed for the other, and dated.

The manifest's extension says `from` and `to` (fingerprints), `written`, and for what is told of
people until when it may be kept: `expires`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from lite.upstream.answers import BatchRefused
from lite.upstream.filedrop import sealing, signature
from lite.upstream.filedrop.manifest import Drop, need
from lite.upstream.filedrop.values import strict_json
from lite.upstream.machines import Pair, Public


class Terms(NamedTuple):
    """When a batch was written, and until when what it tells may be kept."""

    written: datetime
    expires: datetime | None


def extension(sender: Public, reader: Public, terms: Terms) -> dict[str, Any]:
    """What a manifest says of it."""
    told = {"from": sender.fingerprint, "to": reader.fingerprint, "written": _text(terms.written)}
    return told | ({"expires": _text(terms.expires)} if terms.expires else {})


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


class Addressed:
    """Believes a manifest that `sender` signed for `reader`, and remembers its terms by its
    digest; a `filedrop.manifest.Verify`."""

    def __init__(self, sender: Public, reader: Pair) -> None:
        self._signed = signature.verifier(sender.sign)
        self._sender, self._reader = sender, reader
        self.terms: dict[str, Terms] = {}

    def __call__(self, folder: Path, name: str, body: bytes) -> None:
        ours = _extension(body)
        if ours.get("to") != self._reader.public.fingerprint:
            raise BatchRefused("is for another machine: this stick is not for here")
        self._signed(folder, name, body)
        if ours.get("from") != self._sender.fingerprint:
            raise BatchRefused("comes from a machine that is not known here")
        self.terms[sha256(body).hexdigest()] = Terms(_time(ours, "written"), _maybe(ours))

    def opened(self, drop: Drop) -> Drop:
        """The batch, its files to be read with the reader's key; BatchRefused if one is bare."""
        if bare := [part.path for part in drop.parts if not part.path.endswith(sealing.ENDING)]:
            raise BatchRefused(f"{drop.label}: {bare[0]} is not sealed")
        key = self._reader.seal
        parts = [
            replace(part, unseal=partial(sealing.unsealed, key=key, name=part.path))
            for part in drop.parts
        ]
        return replace(drop, parts=tuple(parts))


def _extension(body: bytes) -> dict[str, Any]:
    """Of a manifest that nobody vouches for yet: read for a better word than `not signed`."""
    try:
        told = strict_json(body.decode("utf-8-sig"))
    except ValueError:
        return {}
    ours = told.get("extension") if isinstance(told, dict) else None
    return ours if isinstance(ours, dict) else {}


def _maybe(ours: dict[str, Any]) -> datetime | None:
    return _time(ours, "expires") if "expires" in ours else None


def _time(ours: dict[str, Any], name: str) -> datetime:
    try:
        read = datetime.fromisoformat(need(ours, name, str, "the extension"))
    except ValueError as error:
        raise BatchRefused(f"'{name}' must be a time") from error
    if read.tzinfo is None:
        raise BatchRefused(f"'{name}' must be a time with its offset")
    return read.astimezone(UTC)
