"""What the link carried, and the least time in which it can carry it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from speed.link import Profile


class Packet(NamedTuple):
    """One packet: when it entered the link and when it arrived whole (`time.monotonic`), to where,
    its bytes with the headers of IP and TCP, the bytes that TCP carries in it, whether it opens a
    connection, and which one it is of."""

    entered: float
    arrived: float
    way: str
    size: int
    payload: int
    opens: bool
    line: int = 0

    @property
    def says(self) -> bool:
        """Whether anybody waits for it: an acknowledgement alone travels beside the others."""
        return bool(self.payload) or self.opens


class Trace:
    """The file that the link writes; `mark` is where the next reading begins."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.mark()

    def mark(self) -> None:
        """What passed until now is none of ours."""
        self._at = self._file.stat().st_size

    def read(self) -> list[Packet]:
        """What passed since the mark and was not dropped, in order."""
        with self._file.open() as file:
            file.seek(self._at)
            lines = file.read().rpartition("\n")[0].splitlines()
        packets = [_packet(line.split()) for line in lines]
        return [one for one in packets if one.arrived > 0]


def _packet(fields: Sequence[str]) -> Packet:
    entered, arrived, way, *numbers = fields
    size, payload, opens, line = map(int, numbers)
    return Packet(float(entered), float(arrived), way, size, payload, bool(opens), line)


@dataclass(frozen=True)
class Limit:
    """The physical limit of an exchange: round trips that nothing but a round trip can give, and
    the bytes that had to pass one after the other in each direction."""

    trips: int
    up: int
    down: int

    def seconds(self, profile: Profile) -> float:
        """Round trips + bytes / rate."""
        return self.trips * profile.trip + (self.up / profile.up + self.down / profile.down) / 125

    def __add__(self, other: Limit) -> Limit:
        return Limit(self.trips + other.trips, self.up + other.up, self.down + other.down)


def limit(packets: Sequence[Packet], until: float, profile: Profile) -> Limit:
    """The limit for what had arrived at the phone by `until`, from the bytes that really passed.

    Read backwards, as a chain of question and answer: the last packet that came down with something
    in it, and those before it that kept the link busy without a gap; what the house had heard last
    when it sent the first of these. All that came down since is one answer. What the phone had
    heard last when it began to ask that: all that went up since is one question. Both together are
    one round trip; and so on back to the first question. Bytes that pass the other way meanwhile,
    acknowledgements, what comes later and what other connections carry cost nothing here.
    """
    told = _main([one for one in packets if one.says], until)
    chain, at, way = Limit(0, 0, 0), until, profile.trip / 2
    while answer := _before(told, "down", at):
        began = _begins(answer, way)
        question = _before(told, "up", began)
        if not question:
            break
        asked = _begins(question, way)
        heard = _before(told, "down", asked)
        since = heard[-1].arrived if heard else 0.0
        down = sum(one.size for one in answer if one.entered >= question[-1].arrived)
        up = sum(one.size for one in question if one.entered >= since)
        chain, at = chain + Limit(1, up, down), asked
    return chain


def _main(packets: Sequence[Packet], until: float) -> list[Packet]:
    """Those of the connection that had brought most by then: a browser opens another one beside it
    when the first is slow to come about."""
    brought: Counter[int] = Counter()
    for one in _before(packets, "down", until):
        brought[one.line] += one.size
    return [one for one in packets if [one.line] == [line for line, _ in brought.most_common(1)]]


def _before(packets: Sequence[Packet], way: str, moment: float) -> list[Packet]:
    """What had arrived that way by then."""
    return [one for one in packets if one.way == way and one.arrived <= moment]


def _begins(packets: Sequence[Packet], delay: float) -> float:
    """When the first of the last ones entered that left one behind the other without a gap."""
    began = packets[-1].entered
    for one in reversed(packets[:-1]):
        if one.arrived - delay < began:
            break
        began = one.entered
    return began


def carried(packets: Sequence[Packet]) -> int:
    """Every byte that passed, both ways, acknowledgements too."""
    return sum(one.size for one in packets)
