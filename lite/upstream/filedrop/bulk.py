"""The Bulk Publish manifest (HL7 Bulk Data Access), as a fund writes it for Lite.

    {"transactionTime": "2026-11-22T03:00:00Z", "requiresAccessToken": false,
     "extension": {"sequence": 7, "mode": "delta"},
     "output": [{"type": "dossier", "url": "dossier.ndjson", "count": 42, "fileSize": 5120,
                 "extension": {"hash": "sha256:…"}}],
     "deleted": [{"url": "deleted.ndjson", "count": 1, "extension": {"hash": "sha256:…"}}]}

What the standard has no name for stands under `extension`, the name it reserves: an object, or the
list of `{"url", "value…"}` of later versions. A `url` is a file name: the folder is the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lite.upstream.answers import BatchRefused, Mode
from lite.upstream.filedrop.manifest import (
    DELETED,
    Part,
    Said,
    count,
    digest,
    instant,
    maybe,
    mode,
    need,
)


def read(told: Mapping[str, Any]) -> Said:
    """What the manifest says; BatchRefused."""
    ours = _extension(told)
    if told.get("requiresAccessToken"):
        raise BatchRefused("'requiresAccessToken' must be false: the files lie beside it")
    if "output" not in told and "deleted" not in told:
        raise BatchRefused("'output' must be a list")
    output = tuple(_part(one, None) for one in maybe(told, "output", list) or ())
    gone = tuple(_part(one, DELETED) for one in maybe(told, "deleted", list) or ())
    return Said(
        count(ours, "sequence", "the extension", least=1),
        _mode(told, ours),
        instant(told, "transactionTime"),
        maybe(ours, "fund", str, "the extension"),
        (*output, *gone),
    )


def _mode(told: Mapping[str, Any], ours: Mapping[str, Any]) -> Mode:
    """As said, else by the standard: an epoch that begins with this very batch is a snapshot."""
    if "mode" in ours:
        return mode(need(ours, "mode", str, "the extension"), "mode")
    if told.get("epochStartTime") is None:
        return "full"
    fresh = instant(told, "epochStartTime") == instant(told, "transactionTime")
    return "full" if fresh else "delta"


def _extension(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    told = holder.get("extension") or {}
    if isinstance(told, list) and all(isinstance(one, dict) for one in told):
        return {
            str(one.get("url")).rpartition("/")[2]: value
            for one in told
            for name, value in one.items()
            if name.startswith("value")
        }
    if not isinstance(told, dict):
        raise BatchRefused("'extension' must be an object")
    return told


def _part(told: Any, kind: str | None) -> Part:
    if not isinstance(told, dict):
        raise BatchRefused("each file of 'output' and 'deleted' must be an object")
    url: str = need(told, "url", str, "a file")
    if ":" in url:
        raise BatchRefused(f"{url}: write the file's name as it lies beside the manifest")
    ours = _extension(told)
    if "hash" not in ours:
        raise BatchRefused(f'{url} has no hash: add "extension": {{"hash": "sha256:…"}}')
    return Part(
        path=url,
        kind=kind or need(told, "type", str, url),
        form="ndjson",
        rows=count(told, "count", url),
        bytes=None if told.get("fileSize") is None else count(told, "fileSize", url),
        sha256=digest(ours, "hash", url),
    )
