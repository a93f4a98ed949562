"""Staging: what a pull writes ahead, a few hundred rows at a time, before anybody sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lite.store.engine import Row, Sql
from lite.store.plan import Aside, Doubt, Lies, Plan, Version

_AT_ONCE = 500  # values of one `in (…)`


class Staging:
    """Reads and writes of a pull, of many rows at once."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def lie(self, fund: str, generation: int, kind: str, keys: Sequence[str]) -> Iterator[Lies]:
        """The versions of records that are told, or staged."""
        rows = self._among(
            "select key, born, died, person, fingerprint from records where fund = ? and kind = ?"
            " and (died is null or died > ?) and key in ({})",
            (fund, kind, generation), keys,
        )  # fmt: skip
        return (Lies(*row) for row in rows)

    def sealed(self, fund: str, kind: str, key: str, born: int) -> str:
        """What a version says, sealed."""
        row = self._sql.one(
            "select sealed from records where fund = ? and kind = ? and key = ? and born = ?",
            *(fund, kind, key, born),
        )
        assert row is not None
        return str(row[0])

    def people(self, keys: Sequence[str]) -> dict[str, str]:
        """The persons behind numbers (blind indexes)."""
        return dict(self._among("select key, person from person_keys where key in ({})", (), keys))

    def told(self, fund: str, people: Sequence[str]) -> set[str]:
        """Those of these people of whom the fund already tells who they are."""
        sql = (
            "select person from current_records where fund = ? and kind = 'insured'"
            " and person in ({})"
        )
        return {row[0] for row in self._among(sql, (fund,), people)}

    def phones(self, fund: str, people: Sequence[str]) -> dict[str, set[str]]:
        """The phones that the fund will have deposited for these people if the pull is used."""
        sql = (
            "select person, phone from phones where fund = ? and died is null and person in ({})"
        )
        held: dict[str, set[str]] = {}
        for person, phone in self._among(sql, (fund,), people):
            held.setdefault(person, set()).add(phone)
        return held

    def asides(self, fund: str, after: str, most: int) -> list[Aside]:
        """Some of the rows set aside, by key."""
        rows = self._sql.all(
            f"select {', '.join(Aside._fields)} from set_aside where fund = ? and key > ?"
            " order by key limit ?",
            *(fund, after, most),
        )
        return [Aside(*row) for row in rows]

    def walk(self, fund: str, kind: str, low: str, high: str, most: int) -> Iterator[list[Row]]:
        """(key, born) of every version of a kind between two keys, so many at a time."""
        key, born = low, -1
        while True:
            page = self._sql.all(
                "select key, born from records where fund = ? and kind = ? and (key, born) > (?, ?)"
                " and key < ? order by key, born limit ?",
                *(fund, kind, key, born, high, most),
            )
            if page:
                yield page
            if len(page) < most:
                return
            key, born = page[-1]

    def known(self, fund: str, kind: str, keys: Sequence[str]) -> Iterator[Doubt]:
        """Of these keys, those that readers see, with their dates."""
        sql = (
            "select kind, key, as_of from current_records where fund = ? and kind = ?"
            " and key in ({})"
        )
        return (Doubt(*row) for row in self._among(sql, (fund, kind), keys))

    def doubted(self, fund: str, reason: str) -> set[str]:
        """Keys of what the last full pull did not name, and left as old as it was; none if a row
        of the last batch was set aside for another reason than this one."""
        return {row[0] for row in self._sql.all(_DOUBTED, fund, fund, reason)}

    def told_of(self, fund: str, generation: int, people: Sequence[str]) -> set[str]:
        """Those of these people of whom this generation tells more than who they are."""
        return {row[0] for row in self._among(_TELLS, (fund, generation, generation), people)}

    def named(self, fund: str, generation: int, people: Sequence[str]) -> list[tuple[str, str]]:
        """(key, person) of every record of this generation that says who one of them is."""
        found = self._among(_NAMES, (fund, generation, generation), people)
        return [(key, person) for key, person in found]

    def set_aside_before(self, fund: str, tag: str, places: Sequence[str]) -> set[str]:
        """Those of these places that a batch before this one, which was used, had as well."""
        sql = (
            "select distinct place from quarantine where fund = ? and batch not in ('', ?)"
            " and place in ({})"
        )
        return {row[0] for row in self._among(sql, (fund, tag), places)}

    def _among(self, sql: str, first: Sequence[object], keys: Iterable[str]) -> Iterator[Row]:
        asked = list(keys)
        for start in range(0, len(asked), _AT_ONCE):
            some = asked[start : start + _AT_ONCE]
            yield from self._sql.all(sql.format(",".join("?" * len(some))), *first, *some)

    # Writing, in the transaction of the caller

    def write(self, fund: str, generation: int, plan: Plan, tag: str, now: str) -> None:
        """Stage a plan for this generation."""
        for sql, rows in _statements(fund, generation, plan, tag, now):
            if rows:
                self._sql.each(sql, rows)
        if plan.versions:  # in the order of the key: neighbours share a page
            self._sql.pour("records", _VERSIONS, sorted(plan.versions), _TWICE)

    def grown(self) -> None:
        """Much was written."""
        self._sql.grown("people", "person_keys", "phones", "records")


def _statements(
    fund: str, generation: int, plan: Plan, tag: str, now: str
) -> Iterator[tuple[str, Sequence[Sequence[object]]]]:
    one = "where fund = ? and kind = ? and key = ? and born = ?"
    yield _PERSON, plan.people
    yield _KEY, sorted(plan.keys.items())
    yield f"delete from records {one}", [(fund, *row) for row in plan.dropped]
    yield f"update records set died = ? {one}", [(generation, fund, *row) for row in plan.ended]
    yield f"update records set died = null {one}", [(fund, *row) for row in plan.revived]
    yield from (
        (sql, [(*values, fund, phone, person) for phone, person in plan.silenced])
        for sql, values in ((_UNSTAGE, (generation,)), (_SILENCE, (generation,)))
    )
    yield _PHONE, [
        (phone, person, fund, generation, phone, person, now, phone, person, phone, person)
        for phone, person in plan.phones
    ]
    yield _UNMOVE, [(fund, generation, *row) for row in plan.unmoved]
    yield _MOVE, plan.moves
    yield _BAD, [(fund, tag, *row, now) for row in plan.bad]
    yield "delete from set_aside where fund = ? and key = ?", [(fund, key) for key in plan.settled]
    yield _ASIDE, [(fund, *row) for row in plan.asides]


_DOUBTED = (
    "select key from doubts where fund = ? and not exists (select 1 from quarantine q join funds f"
    " on f.fund = q.fund and f.batch = q.batch where q.fund = ? and q.reason <> ?)"
)
_LIVE = "born <= ? and (died is null or died > ?) and person in ({})"
_TELLS = f"select distinct person from records where fund = ? and kind <> 'insured' and {_LIVE}"
_NAMES = f"select key, person from records where fund = ? and kind = 'insured' and {_LIVE}"
_PERSON = "insert into people (person, since) values (?, ?) on conflict do nothing"
_KEY = "insert into person_keys (key, person) values (?, ?) on conflict do nothing"
_VERSIONS = ", ".join(Version._fields)
_TWICE = (
    "on conflict (fund, kind, key, born) do update set"
    " person = excluded.person, fingerprint = excluded.fingerprint, family = excluded.family,"
    " role = excluded.role, sealed = excluded.sealed, died = null"
)
_UNSTAGE = "delete from phones where born = ? and fund = ? and phone = ? and person = ?"
_SILENCE = "update phones set died = ? where fund = ? and phone = ? and person = ?"
# One that was declared lost comes back by a counter alone, and what a counter bound is the
# counter's. A phone that speaks for the person already has been heard when it was.
_PHONE = (
    "insert into phones (phone, person, fund, born, heard_at) select ?, ?, ?, ?, coalesce("
    "(select max(heard_at) from phones where phone = ? and person = ?), ?)"
    " where not exists (select 1 from lost_phones where phone = ? and person = ?)"
    " and not exists (select 1 from phones where phone = ? and person = ? and fund = 'counter')"
    " on conflict (phone, person, fund) do update set died = null"
)
_UNMOVE = "delete from moves where fund = ? and generation = ? and kind = ? and key = ?"
_MOVE = (
    "insert into moves (fund, generation, kind, key, person, before, after, at)"
    " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (fund, generation, kind, key) do update set"
    " person = excluded.person, before = excluded.before, after = excluded.after, at = excluded.at"
)
_BAD = "insert into quarantine (fund, batch, place, reason, at) values (?, ?, ?, ?, ?)"
_ASIDE = (
    "insert into set_aside (fund, key, kind, owner, fingerprint, sealed) values (?, ?, ?, ?, ?, ?)"
    " on conflict (fund, key) do update set kind = excluded.kind, owner = excluded.owner,"
    " fingerprint = excluded.fingerprint, sealed = excluded.sealed"
)
