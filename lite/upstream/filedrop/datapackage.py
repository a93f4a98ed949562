"""The Data Package manifest (datapackage.org, version 2), as a fund writes it for Lite.

Each resource is one CSV or NDJSON file. Names of our own stand as the standard asks, `lite:…`:

    {"created": "2026-11-22T03:00:00Z", "lite:sequence": 7, "lite:mode": "delta",
     "resources": [{"name": "dossier", "path": "dossier.csv", "bytes": 5120,
                    "hash": "sha256:…", "rows": 42, "schema": {"fields": [{"name": "number"}, …]}}]}

`rows` is what the frictionless tools call a count of rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from lite.upstream.answers import BatchRefused
from lite.upstream.filedrop.manifest import Part, Said, count, digest, instant, maybe, mode, need

_UTF8 = ("utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii")
_DELIMITERS = (",", ";", "\t", "|")
_PLAIN = {"header": True, "headerRows": [1], "quoteChar": '"', "doubleQuote": True}


def read(told: Mapping[str, Any]) -> Said:
    """What the descriptor says; BatchRefused."""
    parts = tuple(_part(resource) for resource in need(told, "resources", list))
    if not parts:
        raise BatchRefused("'resources' must name one file at least")
    if len({_dict(one)["name"] for one in told["resources"]}) != len(parts):
        raise BatchRefused("two resources have the same name")
    return Said(
        count(told, "lite:sequence", least=1),
        mode(need(told, "lite:mode", str), "lite:mode"),
        instant(told, "created"),
        maybe(told, "lite:fund", str),
        parts,
    )


def _dict(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BatchRefused("each of 'resources' must be an object")
    return value


def _part(told: Any) -> Part:
    resource = _dict(told)
    name = need(resource, "name", str, "a resource")
    if isinstance(resource.get("path"), list):
        raise BatchRefused(f"resource {name}: one file a resource; the kind goes into 'lite:kind'")
    path = need(resource, "path", str, f"resource {name}")
    return Part(
        path=path,
        kind=maybe(resource, "lite:kind", str, name) or name,
        form=_form(resource, path, name),
        rows=count(resource, "rows", name),
        bytes=count(resource, "bytes", name),
        sha256=digest(resource, "hash", name),
        columns=_columns(resource, name),
        delimiter=_delimiter(maybe(resource, "dialect", dict, name) or {}, name),
    )


def _form(resource: Mapping[str, Any], path: str, name: str) -> Literal["csv", "ndjson"]:
    encoding = maybe(resource, "encoding", str, name) or "utf-8"
    if encoding.lower().replace("_", "-") not in _UTF8:
        raise BatchRefused(f"resource {name}: write the file in UTF-8, not in {encoding}")
    ending = path.removesuffix(".gz").rpartition(".")[2]
    form = maybe(resource, "format", str, name) or ending
    if form not in ("csv", "ndjson"):
        raise BatchRefused(f"resource {name}: Lite reads csv and ndjson, not {form!r}")
    return "csv" if form == "csv" else "ndjson"


def _columns(resource: Mapping[str, Any], name: str) -> tuple[str, ...]:
    schema = need(resource, "schema", dict, name)
    fields = need(schema, "fields", list, f"the schema of {name}")
    if not all(isinstance(field, dict) for field in fields):
        raise BatchRefused(f"each of the fields of {name} must be an object")
    return tuple(need(field, "name", str, f"a field of {name}") for field in fields)


def _delimiter(dialect: Mapping[str, Any], name: str) -> str:
    odd = [key for key, value in dialect.items() if key != "delimiter" and value != _PLAIN.get(key)]
    if odd:
        raise BatchRefused(f"the dialect of {name}: Lite reads plain CSV, without {odd[0]!r}")
    found: str = maybe(dialect, "delimiter", str, name) or ","
    if found not in _DELIMITERS:
        raise BatchRefused(f"the dialect of {name}: no delimiter {found!r}; write , ; | or a tab")
    return found
