"""Network namespaces: hosts that this machine plays. Nothing of its own network is touched."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


class Refused(Exception):
    """This machine lets nobody make namespaces or devices; the message says what is missing."""


@contextmanager
def namespaces(*names: str) -> Iterator[None]:
    """These, each with a loopback of its own, and gone at the end. Raises `Refused`."""
    try:
        for name in names:
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        yield
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


def inside(name: str) -> tuple[str, ...]:
    """What stands before a command that runs in a namespace."""
    return ("ip", "netns", "exec", name)


def ip(*words: str) -> None:
    """One command of `ip`. Raises `Refused` with what it says, or with how to have it."""
    try:
        done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Refused('ip is missing: tools/debian iproute2 /usr/sbin/ip "namespaces"') from None
    if done.returncode:
        raise Refused(f"{done.stderr.strip()}; run as root")
