"""The tables: what was measured, beside its limit and its price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.tables import table
from speed.dialled import ENDS
from speed.journeys import Journey
from speed.link import Profile
from speed.pages import GOALS, Views, middle

_PAGES = ("seconds to the first text", "", "heading", "text", "range", "limit", "ratio",
          "trips", "bytes up", "down", "all", "goal")  # fmt: skip
_WAYS = ("whole journeys", "pages", "seconds", "limit", "ratio", "trips", "KB", "SMS segments",
         "turns", "DH")  # fmt: skip
_STEPS = ("steps of a journey", "seconds", "limit", "trips", "bytes")
Walks = dict[str, list[Journey]]


@dataclass(frozen=True)
class Prices:
    """In dirhams: a segment, a megabyte, a turn."""

    sms: float
    megabyte: float
    turn: float

    def of(self, segments: int, total: int, turns: int = 0) -> str:
        cost = segments * self.sms + total / 1e6 * self.megabyte + turns * self.turn
        return f"{cost:.2f}"


def pages(views: Views, timed: bool = True) -> str:
    """A line for each page: medians of the seconds and of the ratio; the round trips and the bytes
    of the view in the middle: those that had to pass before the text, then all of the page's. Goals
    in seconds are those of one kind of link: only there are they `timed`."""
    rows = []
    for (what, whose), seen in views.items():
        one, goals = middle(seen), GOALS[what, whose]
        texts = [view.text for view in seen]
        rows.append((
            what, whose, f"{median(view.heading for view in seen):.2f}" if one.heading else "-",
            f"{median(texts):.2f}", f"{min(texts):.2f}-{max(texts):.2f}",
            f"{median(view.seconds for view in seen):.2f}",
            f"{median(view.ratio for view in seen):.2f}", str(one.limit.trips),
            str(one.limit.up), str(one.limit.down), str(one.total),
            (f"{goals[0]:g} s, " if timed else "") + f"{goals[1]:g}x" if goals else "",
        ))  # fmt: skip
    return table(_PAGES, rows) + "\n"


def add(walks: Walks, found: Iterable[Journey]) -> None:
    """Put these journeys to the others of their name."""
    for one in found:
        walks.setdefault(one.name, []).append(one)


def journeys(
    walks: Walks, dialled: Mapping[str, tuple[int, int]], prices: Prices, profile: Profile
) -> str:
    """A line for each journey, on the web and by USSD; then the steps of those in the middle."""
    rows: list[Sequence[str]] = []
    steps: list[Sequence[str]] = []
    for name, seen in walks.items():
        one = sorted(seen, key=lambda walk: walk.seconds)[len(seen) // 2]
        least = one.limit.seconds(profile)
        rows.append((
            name, str(len(one.steps)), f"{one.seconds:.1f}", f"{least:.1f}",
            f"{one.seconds / least:.2f}", str(one.limit.trips), f"{one.total / 1000:.1f}",
            str(one.segments), "", prices.of(one.segments, one.total),
        ))  # fmt: skip
        if name in dialled:
            turns, segments = dialled[name]
            rows.append((ENDS[name], "", "", "", "", "", "", str(segments), str(turns),
                         prices.of(segments, 0, turns)))  # fmt: skip
        steps += [
            (f"{name}: {step.name}", f"{step.seconds:.2f}", f"{step.limit.seconds(profile):.2f}",
             str(step.limit.trips), str(step.total))
            for step in one.steps
        ]  # fmt: skip
    return f"{table(_WAYS, rows)}\n\n{table(_STEPS, steps)}\n"
