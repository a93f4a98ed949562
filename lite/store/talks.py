"""Conversations: who calls, what they were doing, what was already answered."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql


class Caller(NamedTuple):
    """What a phone asked of us for itself. `blocked`: it opted out at the gateway."""

    language: str | None
    quiet: bool
    blocked: bool


class Talk(NamedTuple):
    """One dialogue of one phone; `state` is the door's own, sealed."""

    session: str
    state: str
    changed_at: str


class Talks:
    """Keyed by the blind index of the phone; what was said is never kept in clear."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def caller(self, phone: str) -> Caller:
        """The phone's own wishes; silence means none."""
        row = self._sql.one("select language, quiet, blocked from callers where phone = ?", phone)
        return Caller(row[0], bool(row[1]), bool(row[2])) if row else Caller(None, False, False)

    def set_language(self, phone: str, language: str, now: str) -> None:
        self._sql.run(
            "insert into callers (phone, language, changed_at) values (?, ?, ?) on conflict (phone)"
            " do update set language = excluded.language, changed_at = excluded.changed_at",
            *(phone, language, now),
        )

    def set_quiet(self, phone: str, quiet: bool, now: str) -> None:
        """Optional messages wanted or not. Wanting them again also lifts the gateway's opt-out
        here: the next message tells whether the gateway still holds it."""
        self._sql.run(
            "insert into callers (phone, quiet, changed_at) values (?, ?, ?) on conflict (phone)"
            " do update set quiet = excluded.quiet, changed_at = excluded.changed_at,"
            " blocked = case when excluded.quiet = 0 then 0 else callers.blocked end",
            *(phone, int(quiet), now),
        )

    def set_blocked(self, phone: str, blocked: bool, now: str) -> None:
        """The gateway says that this phone refuses all our messages, or takes them again."""
        self._sql.run(
            "insert into callers (phone, blocked, changed_at) values (?, ?, ?) on conflict (phone)"
            " do update set blocked = excluded.blocked, changed_at = excluded.changed_at",
            *(phone, int(blocked), now),
        )

    def talk(self, door: str, session: str, phone: str) -> Talk | None:
        """The dialogue of one session of one phone."""
        row = self._sql.one(
            "select session, state, changed_at from talks"
            " where door = ? and session = ? and phone = ?",
            *(door, session, phone),
        )
        return Talk(*row) if row else None

    def unfinished(self, door: str, phone: str, since: str) -> Talk | None:
        """The last dialogue that this phone left open, if not older than `since`."""
        row = self._sql.one(
            "select session, state, changed_at from talks where phone = ? and door = ?"
            " and open = 1 and changed_at >= ? order by changed_at desc limit 1",
            *(phone, door, since),
        )
        return Talk(*row) if row else None

    def keep(self, door: str, talk: Talk, phone: str, open: bool) -> None:
        """Keep a dialogue as it stands after a turn."""
        self._sql.run(
            "insert into talks (door, session, phone, state, open, changed_at)"
            " values (?, ?, ?, ?, ?, ?) on conflict (door, session, phone) do update set"
            " state = excluded.state, open = excluded.open, changed_at = excluded.changed_at",
            *(door, talk.session, phone, talk.state, int(open), talk.changed_at),
        )

    def close(self, door: str, phone: str) -> None:
        """None of this phone's dialogues is to be continued."""
        self._sql.run(
            "update talks set open = 0 where phone = ? and door = ? and open = 1", phone, door
        )

    def answered(self, session: str, turn: str) -> str | None:
        """What was answered to exactly this turn before, sealed."""
        row = self._sql.one(
            "select answer from turns where session = ? and turn = ?", session, turn
        )
        return str(row[0]) if row else None

    def remember(self, session: str, turn: str, answer: str, now: str) -> None:
        """Keep the answer of a turn for its repeats."""
        self._sql.run(
            "insert into turns (session, turn, answer, at) values (?, ?, ?, ?)"
            " on conflict do nothing",
            *(session, turn, answer, now),
        )

    def receive(self, id: str, phone: str, now: str) -> bool:
        """True the first time a message with this id comes in; false for ever after."""
        return self._sql.run(
            "insert into inbox (id, phone, at) values (?, ?, ?) on conflict do nothing",
            *(id, phone, now),
        ) == 1

    def ended(self, session: str, status: str, hops: int, millis: int, now: str) -> None:
        """The gateway's end event: for statistics only."""
        self._sql.run(
            "insert into session_ends (session, status, hops, millis, at) values (?, ?, ?, ?, ?)"
            " on conflict do nothing",
            *(session, status, hops, millis, now),
        )
