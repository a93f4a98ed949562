"""Two network namespaces, the phone's and the house's, and the slow link between them.

Nothing of the machine's own network is touched; both namespaces are gone at the end.
"""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from speed.link import Profile
from tools.namespaces import Refused, ip, namespaces

# A browser takes private addresses for its neighbours and does not judge a link by them. These two
# are public ones, known here to nobody but the two namespaces.
PHONE, HOUSE = "105.159.8.1", "105.159.8.2"
_TUNSETIFF, _TUN, _NO_INFO = 0x400454CA, 0x0001, 0x1000


@dataclass(frozen=True)
class Apart:
    """The names of both namespaces, what the link carries, and where that is written down."""

    phone: str
    house: str
    profile: Profile
    trace: Path


@contextmanager
def apart(profile: Profile, folder: Path) -> Iterator[Apart]:
    """Both namespaces and the link, at work. Raises `Refused`."""
    one, other = (f"speed-{os.getpid()}-{side}" for side in ("phone", "house"))
    made = Apart(one, other, profile, folder / f"trace-{profile.name}")
    devices: list[int] = []
    try:
        with namespaces(one, other):
            for name, own, peer in ((one, PHONE, HOUSE), (other, HOUSE, PHONE)):
                devices.append(_device(card := f"speed{len(devices)}-{os.getpid()}"))
                ip("link", "set", card, "netns", name)
                ip("-n", name, "addr", "add", own, "peer", peer, "dev", card)
                ip("-n", name, "link", "set", card, "up")
            with _link(devices, made):
                yield made
    finally:
        for device in devices:
            os.close(device)


@contextmanager
def _link(devices: list[int], made: Apart) -> Iterator[None]:
    told = made.profile
    command = [
        sys.executable, "-m", "speed.link", *map(str, devices),
        str(told.trip), str(told.down), str(told.up), str(made.trace),
    ]  # fmt: skip
    made.trace.touch()
    with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=devices) as process:
        try:
            yield
        finally:
            process.kill()


def _device(name: str) -> int:
    """A TUN device, as the file that its packets are read from and written to."""
    try:
        device = os.open("/dev/net/tun", os.O_RDWR)
    except OSError as error:
        raise Refused(f"/dev/net/tun: {error.strerror}") from error
    try:
        fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _TUN | _NO_INFO))
    except OSError as error:
        os.close(device)
        raise Refused(f"a TUN device: {error.strerror}; run as root") from error
    return device
