"""The funds: one port, and one file for each way a fund can be spoken to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module

from lite.upstream.port import Fund

Factory = Callable[[str, str, Callable[[], datetime]], Fund]
# Scheme -> (module, function). Imported when a fund is opened: the pages need none of them.
_FACTORIES = {
    "fhir+http": ("fhir", "standard"),
    "fhir+https": ("fhir", "standard"),
    "filedrop": ("filedrop", "fund"),
    "openimis+http": ("fhir", "openimis"),
    "openimis+https": ("fhir", "openimis"),
    "pretend": ("pretend", "fund"),
    "spdci+http": ("spdci", "fund"),
    "spdci+https": ("spdci", "fund"),
    "stick": ("stick", "fund"),
}


def fund(name: str, url: str, now: Callable[[], datetime]) -> Fund:
    """The fund called `name` at this address; ValueError when no adapter speaks its scheme."""
    scheme = url.partition(":")[0]
    if scheme not in _FACTORIES:
        known = ", ".join(sorted(_FACTORIES))
        raise ValueError(f"no adapter for '{scheme}:' ({name}); known: {known}")
    module, function = _FACTORIES[scheme]
    made: Factory = getattr(import_module(f"lite.upstream.{module}"), function)
    return made(name, url, now)
