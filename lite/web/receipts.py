"""What was done, kept under the key of the page that asked for it: sent twice, it is done once."""

from __future__ import annotations

import json
import re
import secrets

from lite.clock import instant, stamp
from lite.services.form import Form, Reply, Service
from lite.text import pack, unpack
from lite.web.site import Site

_ONCE = re.compile(r"[\w-]{16}", re.ASCII)


def new_once() -> str:
    """An idempotency key for a page: 96 random bits."""
    return secrets.token_urlsafe(12)


def is_once(text: str) -> bool:
    """Whether this could be a key of ours."""
    return bool(_ONCE.fullmatch(text))


def form(site: Site, language: str, service: Service, once: str) -> Form:
    """The form whose answer is given once for this key and this person."""
    return Form(service, site.desk(language, f"web:{site.whose()}:{service.key}:{once}"))


def keep(site: Site, service: Service, once: str, reply: Reply) -> None:
    """Keep a reply, sealed, for whoever asked."""
    text = json.dumps({
        "lines": [pack(line) for line in reply.lines],
        "outcome": reply.outcome,
        "as_of": stamp(reply.as_of) if reply.as_of else None,
        "reference": reply.reference,
        "then": reply.then,
    })  # fmt: skip
    site.door.remember("web", _turn(site, service, once), text, site.whose())


def find(site: Site, service: Service, once: str) -> Reply | None:
    """The reply that this person already had under this key."""
    kept = site.door.replay("web", _turn(site, service, once))
    if kept is None:
        return None
    told = json.loads(kept)
    as_of = instant(told["as_of"]) if told["as_of"] else None
    return Reply(
        [unpack(line) for line in told["lines"]], told["outcome"], as_of, told["reference"],
        then=told.get("then", ""),
    )  # fmt: skip


def address(language: str, service: Service, once: str) -> str:
    """Where the receipt can be read again; it opens to whoever asked, nobody else."""
    return f"/{language}/services/{service.key}/done/{once}"


def _turn(site: Site, service: Service, once: str) -> str:
    return site.door.turn("web", site.whose(), f"{service.key}:{once}")
