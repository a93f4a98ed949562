"""The people of the pretend fund: invented names, reserved-looking numbers, always the same.

Nothing here depends on the day. Phones are +21260000…: a block where no subscriber is expected;
family names are made up, so that no line of the demo reads like somebody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Literal

from lite.upstream.pretend_names import FAMILY_NAMES, LONG_NAMES, MEN, WOMEN
from lite.upstream.records import Insured, PersonKey

HEADS = 53
SHARED, TWO_PHONES, NO_PHONE = 11, 12, 13  # ranks; rank 10 and SHARED answer one telephone
MIGRATING = (7, 22, 37)  # numbered by both funds: law 54-23 moves CNOPS to CNSS
UNREGISTERED = 52  # numbered by no fund: known by an identity card, as who asks for proof of that

Job = Literal["worker", "civil", "retired", "tadamon", "none"]
_JOBS: tuple[Job, ...] = ("worker", "retired", "civil", "worker", "tadamon", "worker", "civil")
_BORN: dict[Job, tuple[int, int]] = {
    "worker": (1972, 1998),
    "civil": (1970, 1995),
    "retired": (1944, 1960),
    "tadamon": (1955, 1999),
    "none": (1990, 2005),
}
_FAMILY = (2, 0, 3, 1, 0, 4, 0, 1, 6)  # children of the head of rank % 9
_YOUNGEST, _ELDEST = 2023, 2000  # years of birth: the demo's children stay children for long


@dataclass(frozen=True, slots=True)
class Person:
    """One head of family: the record the fund gives, what they live on, and who depends on them."""

    rank: int
    woman: bool
    job: Job
    insured: Insured
    dependants: tuple[Insured, ...] = field(default=())

    @property
    def key(self) -> PersonKey:
        return self.insured.key


@cache
def heads() -> tuple[Person, ...]:
    """Everybody who asks for themselves, in the order of their rank."""
    return tuple(_head(rank) for rank in range(HEADS))


def _head(rank: int) -> Person:
    rng = Random(f"lite head {rank}")
    job = "none" if rank == UNREGISTERED else _JOBS[rank % len(_JOBS)]
    woman = rank % 2 == 0
    keys = _keys(rank, job, rng)
    scheme, number = next(iter(keys.items()))
    name, name_ar = LONG_NAMES.get(rank) or _named(rank, woman)
    insured = Insured(
        keys=keys,
        family=f"{scheme}:{number}",
        role="head",
        name=name,
        name_ar=name_ar,
        birth=_day(rng.randint(*_BORN[job]), rng),
        phones=_phones(rank),
        language=None if rank == NO_PHONE else ("ar", "fr")[rank // 2 % 2],
    )
    return Person(rank, woman, job, insured, tuple(_dependants(rank, woman, insured, rng)))


def _keys(rank: int, job: Job, rng: Random) -> dict[str, str]:
    cnss, cnops = _cnss_number(rank, rng), f"{20460000 + 137 * rank}"
    public = job == "civil" or (job == "retired" and rank % 4 == 0)
    own = {"cnops": cnops} if public else {"cnss": cnss}
    if rank in MIGRATING:
        own = {"cnss": cnss, "cnops": cnops}
    return {**({} if job == "none" else own), "cin": _cin(rng)}


def _cnss_number(rank: int, rng: Random) -> str:
    """9 digits, the first is 1, with the published key (s = 2(c2+c4+c6+c8) + c3+c5+c7)."""
    body = f"1{rng.randint(10, 89)}{4000 + rank:04d}{rng.randint(0, 9)}"
    digits = [int(digit) for digit in body]
    total = 2 * sum(digits[1::2]) + sum(digits[2::2])
    return f"{body}{-total % 10}"


def _cin(rng: Random) -> str:
    return "".join(rng.choices("ABCDEFGHJK", k=2)) + f"{rng.randint(100000, 999999)}"


def _phones(rank: int) -> tuple[str, ...]:
    block = "+2126000000" if rank % 2 == 0 else "+2127000000"
    own = f"{block}{rank + 1:02d}"
    odd = {
        SHARED: (_phones(SHARED - 1) if rank == SHARED else ()),
        TWO_PHONES: (own, f"+2127000001{rank + 1:02d}"),
        NO_PHONE: (),
    }
    return odd.get(rank, (own,))


def _named(rank: int, woman: bool) -> tuple[str, str]:
    first = (WOMEN if woman else MEN)[rank // 2 % len(MEN)]
    return _joined(first, _family_name(rank))


def _family_name(rank: int) -> tuple[str, str]:
    return FAMILY_NAMES[(rank * 7 + rank // 19) % len(FAMILY_NAMES)]


def _joined(first: tuple[str, str], last: tuple[str, str]) -> tuple[str, str]:
    return f"{first[0]} {last[0]}", f"{first[1]} {last[1]}"


def _dependants(rank: int, woman: bool, head: Insured, rng: Random) -> list[Insured]:
    """A spouse, then the children from the youngest: known by their place in the family."""
    children = _FAMILY[rank % len(_FAMILY)]
    if not children or rank == UNREGISTERED:
        return []
    born = int(head.birth[:4])
    spouse = _dependant(
        head, 1, _named(rank + 29, not woman), _day(born + rng.randint(-3, 6), rng), _cin(rng)
    )
    firsts = rng.sample([first for first in MEN + WOMEN if first[0] not in head.name], children)
    years = _children_born(born, children, rank % 3)
    return [spouse] + [
        _dependant(head, place, _joined(first, _family_name(rank)), _day(year, rng))
        for place, (first, year) in enumerate(zip(firsts, years, strict=False), start=2)
    ]


def _children_born(parent: int, children: int, shift: int) -> list[int]:
    """Years of birth from the youngest, none before the parent is 20; the grown-up have left."""
    youngest = min(_YOUNGEST - shift, parent + 36)
    years = [youngest - 3 * place for place in range(children)]
    return [year for year in years if year >= max(parent + 20, _ELDEST)]


def _dependant(
    head: Insured, place: int, called: tuple[str, str], birth: str, cin: str | None = None
) -> Insured:
    keys = {"beneficiary": f"{head.key.value}-{place:02d}"} | ({"cin": cin} if cin else {})
    return Insured(keys, head.family, "dependant", called[0], birth, (), called[1])


def _day(year: int, rng: Random) -> str:
    return f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
