"""The keys that a full pull sent, in bounded memory: whatever is kept and was not sent is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import NamedTuple

# Keys are blind indexes of 40 hexadecimal digits: spread evenly over their first two.
_WIDTH = 20
_PARTS = [f"{one:02x}" for one in range(256)]
_SPILL = 8 << 20  # bytes held before they go to a file
_END = "g"  # sorts after every hexadecimal digit


class Part(NamedTuple):
    """The keys seen from `low` to before `high`."""

    low: str
    high: str
    keys: set[bytes]


class Seen:
    """Holds 8 MB at most; beyond, an unnamed file that is gone with the process."""

    def __init__(self, spill: int = _SPILL) -> None:
        self._held = {part: bytearray() for part in _PARTS}
        self._size, self._spill = 0, spill
        self._file = TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._places: dict[str, list[tuple[int, int]]] = {part: [] for part in _PARTS}
        self._spilt = False
        self.doubles = 0

    def add(self, keys: Iterable[str]) -> None:
        """These were sent."""
        held, number = self._held, 0
        for key in keys:
            held[key[:2]] += bytes.fromhex(key)
            number += 1
        self._size += number * _WIDTH
        if self._size > self._spill:
            self._spill_out()

    def _spill_out(self) -> None:
        for part, held in self._held.items():
            self._places[part].append((self._file.tell(), len(held)))
            self._file.write(held)
            held.clear()
        self._size, self._spilt = 0, True

    def parts(self) -> Iterator[Part]:
        """Every key once, in order of parts; `doubles` counts those that came more than once."""
        self.doubles = 0
        if not self._spilt:
            yield Part("", _END, set().union(*(self._read(part) for part in _PARTS)))
            return
        for part, following in zip(_PARTS, [*_PARTS[1:], _END], strict=True):
            yield Part(part, following, self._read(part))

    def _read(self, part: str) -> set[bytes]:
        packed = bytearray()
        for place, length in self._places[part]:
            self._file.seek(place)
            packed += self._file.read(length)
        packed += self._held[part]
        keys = {bytes(packed[at : at + _WIDTH]) for at in range(0, len(packed), _WIDTH)}
        self.doubles += len(packed) // _WIDTH - len(keys)
        return keys

    def close(self) -> None:
        """Let the file go."""
        self._file.close()
