"""Hosts that this machine plays: network namespaces, each with a loopback of its own and a pair of
virtual cards to the one that holds the database. Nothing of the machine's own network is touched.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Host:
    """A host by its namespace; `database`: the address of the other end of its card."""

    name: str
    database: str

    @property
    def inside(self) -> tuple[str, ...]:
        """What runs a command on it."""
        return ("ip", "netns", "exec", self.name)


class Refused(Exception):
    """This machine lets nobody make one; the message is its own."""


@contextmanager
def hosts(number: int) -> Iterator[tuple[Host, list[Host]]]:
    """The database's host and so many others, gone at the end. Raises `Refused`."""
    centre = Host(f"bench-{os.getpid()}-db", "")
    others = [
        Host(f"bench-{os.getpid()}-{one}", f"10.231.{10 + one}.2") for one in range(number)
    ]  # fmt: skip
    try:
        for host in (centre, *others):
            _ip("netns", "add", host.name)
            _ip("-n", host.name, "link", "set", "lo", "up")
        for one, host in enumerate(others):
            _wire(host, centre, f"10.231.{10 + one}", f"card{one}")
        yield centre, others
    finally:
        for host in (centre, *others):
            subprocess.run(["ip", "netns", "delete", host.name], capture_output=True, check=False)


def _wire(host: Host, centre: Host, network: str, card: str) -> None:
    _ip("-n", host.name, "link", "add", "card", "type", "veth",
        "peer", "name", card, "netns", centre.name)  # fmt: skip
    for name, end, address in ((host.name, "card", "1"), (centre.name, card, "2")):
        _ip("-n", name, "addr", "add", f"{network}.{address}/24", "dev", end)
        _ip("-n", name, "link", "set", end, "up")


def _ip(*words: str) -> None:
    try:
        done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Refused("ip is missing: tools/debian iproute2") from None
    if done.returncode:
        raise Refused(done.stderr.strip())
