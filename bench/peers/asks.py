"""The same four steps in the words of each peer: dial, my dossiers, the second one, back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from bench.town import Caller
from bench.wire import Ask, ussd

Asks = Callable[[Sequence[Caller]], Iterator[Ask]]


def form(people: Sequence[Caller]) -> Iterator[Ask]:
    """Africa's Talking's own form, as Lite gets it, to the root of a peer."""
    for ask in ussd(people):
        yield replace(ask, path="/")


def as_json(people: Sequence[Caller]) -> Iterator[Ask]:
    """The fields as JSON; the session's name begins with the phone."""
    for ask in ussd(people):
        fields = dict(parse_qsl(ask.body.decode(), keep_blank_values=True))
        fields["sessionId"] = f"{fields['phoneNumber']}/{fields['sessionId']}"
        body = json.dumps(fields).encode()
        yield replace(ask, path="/", body=body, headers={"Content-Type": "application/json"})


def xml(people: Sequence[Caller]) -> Iterator[Ask]:
    """One reply at a time, in an envelope: 1 opens a session, 2 goes on with it."""
    for caller in cycle(people):
        latest, second, _ = caller.dossiers
        for kind, typed, holds in (("1", "", "dossiers"), ("2", "1", second), ("2", "2", second),
                                   ("2", "1", latest)):  # fmt: skip
            fields = {"type": kind, "msisdn": caller.phone, "sessionid": "x", "msg": typed}
            inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
            body = f"<ussd>{inside}</ussd>".encode()
            yield Ask("POST", "/", body, {"Content-Type": "application/xml"}, holds)


DIALECTS: dict[str, Asks] = {"lite": ussd, "form": form, "json": as_json, "xml": xml}
