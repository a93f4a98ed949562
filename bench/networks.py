"""Hosts that this machine plays: network namespaces, each with a loopback of its own and a pair of
virtual cards to the one that holds the database. Nothing of the machine's own network is touched.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tools import namespaces
from tools.namespaces import ip


@dataclass(frozen=True)
class Host:
    """A host by its namespace; `database`: the address of the other end of its card."""

    name: str
    database: str

    @property
    def inside(self) -> tuple[str, ...]:
        """What runs a command on it."""
        return namespaces.inside(self.name)


@contextmanager
def hosts(number: int) -> Iterator[tuple[Host, list[Host]]]:
    """The database's host and so many others, gone at the end. Raises `Refused`."""
    centre = Host(f"bench-{os.getpid()}-db", "")
    others = [
        Host(f"bench-{os.getpid()}-{one}", f"10.231.{10 + one}.2") for one in range(number)
    ]  # fmt: skip
    with namespaces.namespaces(*(host.name for host in (centre, *others))):
        for one, host in enumerate(others):
            _wire(host, centre, f"10.231.{10 + one}", f"card{one}")
        yield centre, others


def _wire(host: Host, centre: Host, network: str, card: str) -> None:
    ip("-n", host.name, "link", "add", "card", "type", "veth",
       "peer", "name", card, "netns", centre.name)  # fmt: skip
    for name, end, address in ((host.name, "card", "1"), (centre.name, card, "2")):
        ip("-n", name, "addr", "add", f"{network}.{address}/24", "dev", end)
        ip("-n", name, "link", "set", end, "up")
