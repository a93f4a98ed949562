"""S11: a thousand people behind one address, and somebody among them who attacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attack.figures import Figure
from lite.app import House
from lite.clock import stamp
from lite.identity import codes
from lite.identity.throttle import DAY, MOST

# One address of an operator (RFC 6598: behind carrier-grade translation).
_ADDRESS = {"REMOTE_ADDR": "100.64.0.1"}


@dataclass(frozen=True)
class Crowd:
    """How many could not enter with their right code, and how many guesses were looked at."""

    blocked: int
    guesses: int


def crowd(house: House, people: Sequence[str], victim: str) -> Crowd:
    """Everybody signs in once; before each of them the attacker guesses at one account."""
    blocked, attacker = 0, house.web.test_client()
    for phone in people:
        attacker.post("/fr/sign-in", data={"phone": victim, "code": "000000"},
                      environ_base=_ADDRESS)  # fmt: skip
        visitor = house.web.test_client()
        data = {"phone": phone, "code": _code(house, phone)}
        entered = visitor.post("/fr/sign-in", data=data, environ_base=_ADDRESS)
        blocked += entered.status_code != 303
    since = stamp(house.clock.now() - DAY)
    index = house.office.index(victim)
    return Crowd(blocked, house.store.access.count(f"day:{index}", since))


def _code(house: House, phone: str) -> str:
    """A code that the phone shows on its screen."""
    index = house.office.index(phone)
    person = house.store.people.of_phone(index)[0]
    return codes.issue(house.store, house.vault, index, person, house.clock.now())


def run(house: House, people: Sequence[str], victim: str) -> list[Figure]:
    """As many people as are given."""
    found = crowd(house, people, victim)
    return [
        Figure("S11", f"innocents blocked, of {len(people)} behind one address",
               str(found.blocked), "0", found.blocked == 0),
        Figure("S11", "guesses of the attacker among them", str(found.guesses), f"<= {MOST}",
               found.guesses <= MOST),
    ]  # fmt: skip
