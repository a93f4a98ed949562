"""A town to measure in: a house that a fund has filled, and callers who know their own dossiers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from lite import vault
from lite.app import House
from lite.config import Settings
from lite.identity import sessions
from lite.upstream import port

SECRET = "bench"
PEOPLE = 2000
DOSSIERS = 3


@dataclass(frozen=True)
class Caller:
    """One enrolled person: their key at the fund, their phone (E.164), their dossiers."""

    key: str
    phone: str
    dossiers: tuple[str, ...]


def resident(one: int, dossiers: int = DOSSIERS) -> Caller:
    """The person of this number, the same each time, with so many dossiers, the latest first."""
    return Caller(
        f"cnss:{100_000_000 + one}", f"+2126{10_000_000 + one}",
        tuple(f"{4_000_000_000 + 10 * one + of}" for of in reversed(range(dossiers))),
    )  # fmt: skip


def callers() -> list[Caller]:
    """Everybody in town; the same people each time."""
    return [resident(one) for one in range(PEOPLE)]


def unsealed(settings: Settings) -> House:
    """A house whose vault lets everything through, to see what sealing costs; for a bench alone."""
    house = House(settings)

    def seal(place: str, data: bytes, owner: str = "") -> str:
        return f":{data.decode()}"

    house.vault.seal = seal  # type: ignore[method-assign]
    house.vault.seal_many = lambda rows: [seal(*row) for row in rows]  # type: ignore[method-assign]
    house.vault.open = lambda place, sealed: sealed[1:].encode()  # type: ignore[method-assign]
    return house


def settled(folder: Path, keys: Path) -> Settings:
    """The settings of a house in a folder, with the keys of this file."""
    return Settings(
        database=f"sqlite:///{folder}/lite.db", key_file=str(keys), webhook_secrets=(SECRET,)
    )


@contextmanager
def town(build: Callable[[Settings], House] = House) -> Iterator[Settings]:
    """The settings of a filled house in a real file (`synchronous=FULL`), gone at the end."""
    Path("build").mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="bench-", dir="build") as folder:
        place = Path(folder).absolute()
        settings = settled(place, place / "keys" / "lite.keys")
        vault.create(Path(settings.key_file))
        house = build(settings)
        house.store.migrate()
        house.intake.pull(Fund(callers()))
        yield settings


def sign_in(house: House, people: Sequence[Caller]) -> list[tuple[Caller, str]]:
    """People with the cookies of their web sessions."""
    return [(caller, _cookie(house, caller)) for caller in people]


def _cookie(house: House, caller: Caller) -> str:
    (person,) = house.store.people.of_phone(house.office.index(caller.phone))
    now = house.clock.now()
    with house.store.transaction():
        return sessions.begin(house.store, house.vault, person, caller.phone, 1, now)


class Fund:
    """As much of a fund as a pull needs: it tells of these people."""

    name = "town"

    def __init__(self, people: Iterable[Caller]) -> None:
        self._people = people

    def capabilities(self) -> port.Capabilities:
        return port.Capabilities("town", "1", "none", False, False, False, cadence=60)

    def pull(self, since: str | None, mode: port.Mode) -> port.Pull:
        return port.Pull(self._pages())

    def _pages(self) -> Generator[port.Page, None, port.Batch]:
        for caller in self._people:
            yield port.Page(tuple(port.upsert(record) for record in _records(caller)))
        return port.Batch("town", datetime.now(UTC), None, complete=True)


def _records(caller: Caller) -> Iterator[port.Record]:
    key = port.PersonKey.read(caller.key)
    yield port.Insured(
        {key.scheme: key.value}, family=caller.key, role="head", name="Fatima-Zahra Ait Benhaddou",
        birth="1984-03-12", phones=(caller.phone,), language="fr",
    )  # fmt: skip
    yield port.Right(key, "amo", port.RightStatus.OPEN, "2026-01-01", "2027-12-31")
    for number in caller.dossiers:
        yield port.Dossier(
            number, key, "reimbursement", "2026-10-02", port.DossierStatus.REJECTED, "2026-11-05",
            reasons=(port.Reason("missing_document"),), claimed=123450,
        )  # fmt: skip
