"""A slow link: packets of one device leave by the other, later. A process of its own.

`tc netem` would do it in the kernel, where the kernel has that module; many have not (containers,
small machines). So the two ends are TUN devices, one in the network namespace of the phone and one
in that of the house, and every IP packet passes through here: TCP and TLS shake hands over the link
as they would over the air, and nothing else leads from one namespace to the other.

For each direction: a sender of so many bits a second that takes one packet after the other, a queue
before it that drops what is beyond `_ROOM`, and half of the round trip.
"""

from __future__ import annotations

import os
import selectors
import signal
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

_ROOM = 128_000  # bytes that wait before the sender: mobile networks rather wait than drop
_LONGEST = 65_536


@dataclass(frozen=True)
class Profile:
    """A kind of link: the round trip in seconds, kbit/s down to the phone and up from it."""

    name: str
    trip: float
    down: float
    up: float

    def __str__(self) -> str:
        return f"{self.name}: {self.trip * 1000:.0f} ms, {self.down:g} kbit/s down, {self.up:g} up"


# The second and the third are WebPageTest's.
PROFILES = {
    one.name: one
    for one in (
        Profile("gprs", 0.8, 40, 20),
        Profile("2g", 1.3, 35, 32),
        Profile("edge", 0.84, 240, 200),
        Profile("open", 0.0, 1_000_000, 1_000_000),
    )
}


@dataclass
class Way:
    """One direction. `rate` in bytes a second, `delay` in seconds."""

    rate: float
    delay: float
    free: float = 0.0
    waiting: deque[tuple[float, bytes]] = field(default_factory=deque)

    def take(self, packet: bytes, now: float) -> float | None:
        """A packet enters: when it will have arrived whole; None if there is no room for it."""
        begins = max(now, self.free)
        if (begins - now) * self.rate > _ROOM:
            return None
        self.free = begins + len(packet) / self.rate
        arrives = self.free + self.delay
        self.waiting.append((arrives, packet))
        return arrives

    def due(self, now: float) -> list[bytes]:
        """What has arrived by now."""
        arrived = []
        while self.waiting and self.waiting[0][0] <= now:
            arrived.append(self.waiting.popleft()[1])
        return arrived


def ways(profile: Profile) -> dict[str, Way]:
    """Both directions, by name."""
    return {
        "up": Way(profile.up * 125, profile.trip / 2),
        "down": Way(profile.down * 125, profile.trip / 2),
    }


def seen(packet: bytes) -> tuple[int, bool, int] | None:
    """(bytes that TCP carries, whether it opens a connection, the connection: the sum of both its
    ports) of an IPv4 packet; None for others: neighbours that look for each other are no part of a
    journey."""
    if packet[0] >> 4 != 4 or packet[9] != 6:
        return None
    size, head = int.from_bytes(packet[2:4], "big"), (packet[0] & 15) * 4
    ports = sum(int.from_bytes(packet[at : at + 2], "big") for at in (head, head + 2))
    return size - head - (packet[head + 12] >> 4) * 4, bool(packet[head + 13] & 2), ports


def run(phone: int, house: int, profile: Profile, trace: TextIO) -> None:
    """Carry packets between two devices until our input ends. A line of `trace` for each: when it
    entered, when it arrives (-1: dropped), where to, its bytes, those of TCP's payload, 1 if it
    opens a connection, and which one. Times are those of `time.monotonic`."""
    both = ways(profile)
    ends = {phone: (both["up"], "up", house), house: (both["down"], "down", phone)}
    with selectors.DefaultSelector() as reader:
        for end in (phone, house, sys.stdin.fileno()):
            reader.register(end, selectors.EVENT_READ)
        while True:
            for key, _ in reader.select(_patience(both)):
                if key.fd not in ends:
                    return
                way, name, _ = ends[key.fd]
                _enter(os.read(key.fd, _LONGEST), way, name, trace)
            for way, _, other in ends.values():
                for packet in way.due(time.monotonic()):
                    os.write(other, packet)


def _enter(packet: bytes, way: Way, name: str, trace: TextIO) -> None:
    if (what := seen(packet)) is None:
        return
    now = time.monotonic()
    arrives = way.take(packet, now)
    payload, opens, line = what
    arrived = -1 if arrives is None else arrives
    told = f"{now:.6f} {arrived:.6f} {name} {len(packet)} {payload} {int(opens)} {line}"
    trace.write(f"{told}\n")
    trace.flush()


def _patience(both: dict[str, Way]) -> float | None:
    """Seconds until the next packet arrives."""
    next_ones = [way.waiting[0][0] for way in both.values() if way.waiting]
    return max(0.0, min(next_ones) - time.monotonic()) if next_ones else None


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # our input ends when whoever started us does
    ends, numbers = [int(one) for one in sys.argv[1:3]], [float(one) for one in sys.argv[3:6]]
    with Path(sys.argv[6]).open("w") as file:
        run(*ends, Profile("", *numbers), file)
