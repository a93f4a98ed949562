"""Delivery reports: kept however often they come, and matched with the letters they are about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lite.store.engine import Sql


class Report(NamedTuple):
    """A delivery report, as the gateway told it."""

    message_id: str
    status: str
    reason: str
    address: str


class Told(NamedTuple):
    """A letter, and what the gateway told of it last."""

    id: str
    state: str
    status: str
    reason: str


class Delivery:
    """What the gateway told of messages; a letter may be known by the message's id, or not yet."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def hold(self, letters: Iterable[tuple[str, str | None]]) -> None:
        """Until the transaction ends, alone with these letters, (address, message id): what is
        written of a letter and what is told of it cannot miss each other."""
        names = [(f"letter:{address}", f"message:{message or ''}") for address, message in letters]
        self._sql.alone(*(name for pair in names for name in pair if name != "message:"))

    def note(self, report: Report, now: str) -> bool:
        """Keep a delivery report, known letter or not, however often it comes; its message is
        held (`hold`). True the first time."""
        again = self._sql.run(
            "update reports set times = times + 1"
            " where message_id = ? and status = ? and reason = ?",
            *report[:3],
        )
        if not again:
            self._sql.run(
                "insert into reports (message_id, status, reason, address, at)"
                " values (?, ?, ?, ?, ?) on conflict do nothing",
                *(*report, now),
            )
        return not again

    def reports(self, message_id: str) -> list[Report]:
        """What the gateway has told of a message."""
        rows = self._sql.all(
            "select message_id, status, reason, address from reports where message_id = ?",
            message_id,
        )
        return [Report(*row) for row in rows]

    def by_message(self, message_id: str) -> Told | None:
        """The letter that the gateway knows by this id."""
        row = self._sql.one(
            "select id, state, status, reason from letters where message_id = ?", message_id
        )
        return Told(*row) if row else None

    def turn(self, id: str) -> str:
        """The word of the turn that a letter was written in."""
        row = self._sql.one("select turn from letters where id = ?", id)
        return str(row[0]) if row else ""

    def lost_to(self, address: str) -> str | None:
        """The oldest letter to an address whose outcome is unknown; none while another one is on
        its way there, for a report may be about that one."""
        row = self._sql.one(
            "select id from letters where kind = 'sms' and address = ? and state = 'unknown'"
            " and not exists (select 1 from letters other where other.kind = 'sms'"
            " and other.address = letters.address and other.state = 'sending')"
            " order by changed_at limit 1",
            address,
        )
        return str(row[0]) if row else None

    def unclaimed(self, address: str, since: str) -> str | None:
        """A message to an address that the gateway has reported on since then, and that no letter
        is known to be: that of `lost_to`, if there is one."""
        row = self._sql.one(
            "select message_id from reports where address = ? and at >= ? and not exists"
            " (select 1 from letters where letters.message_id = reports.message_id)"
            " order by at limit 1",
            address,
            since,
        )
        return str(row[0]) if row else None

    def tell(self, id: str, state: str, status: str, reason: str, now: str) -> None:
        """What a delivery report makes of a letter."""
        self._sql.run(
            "update letters set state = ?, status = ?, reason = ?, changed_at = ? where id = ?",
            *(state, status, reason, now, id),
        )

    def named(self, id: str, message_id: str, now: str) -> None:
        """The gateway's own id of a letter, learned from a report."""
        self._sql.run(
            "update letters set message_id = ?, changed_at = ? where id = ?", message_id, now, id
        )

