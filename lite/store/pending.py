"""Pages that wait for their digits to be sent from an enrolled phone."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql


class PageRow(NamedTuple):
    """A page that waits; `person` once somebody sent its digits, None before."""

    hash: str
    number: str
    sealed: str
    person: str | None
    created_at: str
    expires_at: str


_SELECT = f"select {', '.join(PageRow._fields)} from pending_pages"


class Pending:
    """Browsers and digits are keyed hashes. What is too old is as good as gone."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, row: PageRow, most: int) -> bool:
        """Keep a page, unless another living one has its number; those too old leave, and the
        oldest beyond so many. Whether it was kept."""
        self._sql.run("delete from pending_pages where expires_at <= ?", row.created_at)
        self._sql.run(
            "delete from pending_pages where hash in"
            " (select hash from pending_pages order by created_at desc limit ? offset ?)",
            *(most, most - 1),
        )
        return self._sql.run(
            "insert into pending_pages (hash, number, sealed, person, created_at, expires_at)"
            " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
            *row,
        ) == 1  # fmt: skip

    def of_browser(self, hash: str, now: str) -> PageRow | None:
        """The living page of a browser."""
        row = self._sql.one(f"{_SELECT} where hash = ? and expires_at > ?", hash, now)
        return PageRow(*row) if row else None

    def of_number(self, number: str, now: str) -> PageRow | None:
        """The living page that shows this number and waits for it still."""
        row = self._sql.one(
            f"{_SELECT} where number = ? and expires_at > ? and person is null", number, now
        )
        return PageRow(*row) if row else None

    def bind(self, number: str, person: str, sealed: str, now: str) -> bool:
        """The page opens for this person: once, while it waits."""
        return self._sql.run(
            "update pending_pages set person = ?, sealed = ?"
            " where number = ? and expires_at > ? and person is null",
            *(person, sealed, number, now),
        ) == 1  # fmt: skip

    def take(self, hash: str, now: str) -> PageRow | None:
        """The page of a browser, if somebody sent its digits: taken once, then gone."""
        found = self._sql.all(
            "delete from pending_pages where hash = ? and expires_at > ? and person is not null"
            f" returning {', '.join(PageRow._fields)}",
            *(hash, now),
        )
        return PageRow(*found[0]) if found else None

    def drop(self, hash: str) -> None:
        """This browser waits no more."""
        self._sql.run("delete from pending_pages where hash = ?", hash)

    def close(self, person: str) -> None:
        """Nothing on the web is open for this person, nor about to be."""
        self._sql.run("delete from pending_pages where person = ?", person)
        self._sql.run("delete from web_sessions where person = ?", person)
