"""A town to measure in: a house that a fund has filled, and callers who know their own dossiers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
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


def callers() -> list[Caller]:
    """Everybody in town; the same people each time."""
    return [
        Caller(
            f"cnss:{100_000_000 + one}", f"+2126{10_000_000 + one}",
            tuple(f"{4_000_000_000 + 10 * one + of}" for of in range(DOSSIERS)),
        )
        for one in range(PEOPLE)
    ]  # fmt: skip


def unsealed(settings: Settings) -> House:
    """A house whose vault lets everything through, to see what sealing costs; for a bench alone."""
    house = House(settings)

    def seal(place: str, data: bytes, owner: str = "") -> str:
        return f":{data.decode()}"

    house.vault.seal = seal  # type: ignore[method-assign]
    house.vault.seal_many = lambda rows: [seal(*row) for row in rows]  # type: ignore[method-assign]
    house.vault.open = lambda place, sealed: sealed[1:].encode()  # type: ignore[method-assign]
    return house


@contextmanager
def town(build: Callable[[Settings], House] = House) -> Iterator[Settings]:
    """The settings of a filled house in a real file (`synchronous=FULL`), gone at the end."""
    Path("build").mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="bench-", dir="build") as folder:
        settings = Settings(
            database=f"sqlite:///{Path(folder).absolute()}/lite.db",
            key_file=f"{Path(folder).absolute()}/keys/lite.keys",
            webhook_secrets=(SECRET,),
        )
        vault.create(Path(settings.key_file))
        house = build(settings)
        house.store.migrate()
        house.intake.pull(_Fund())
        yield settings


def sign_in(house: House, people: Sequence[Caller]) -> list[tuple[Caller, str]]:
    """People with the cookies of their web sessions."""
    return [(caller, _cookie(house, caller)) for caller in people]


def _cookie(house: House, caller: Caller) -> str:
    (person,) = house.store.people.of_phone(house.office.index(caller.phone))
    now = house.clock.now()
    with house.store.transaction():
        return sessions.begin(house.store, house.vault, person, caller.phone, 1, now)


class _Fund:
    """As much of a fund as a pull needs."""

    name = "town"

    def capabilities(self) -> port.Capabilities:
        return port.Capabilities("town", "1", "none", False, False, False, cadence=60)

    def pull(self, since: str | None, mode: port.Mode) -> port.Pull:
        return port.Pull(_pages())


def _pages() -> Generator[port.Page, None, port.Batch]:
    changes = [port.upsert(record) for caller in callers() for record in _records(caller)]
    yield port.Page(tuple(changes))
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
