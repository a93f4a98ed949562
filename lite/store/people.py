"""What the funds told us: people, their phones, their records."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql


def fund_of(source: str) -> str:
    """The fund that a source belongs to: `cnops` of `cnops` and of `cnops#2`."""
    return source.partition("#")[0]


class Kept(NamedTuple):
    """One record as it lies in the store: still sealed."""

    fund: str
    kind: str
    key: str
    as_of: str
    sealed: str

    @property
    def name(self) -> str:
        """The fund that told it, as people know it."""
        return fund_of(self.fund)


class FundRow(NamedTuple):
    """How fresh a source's word is, and whether it answered last time. `fund` names the source:
    the fund, or `fund#2` for its second adapter. Readers see its records of `generation`;
    `row_count` is that of the last full pull, `bad_count` of those that the last one set aside.
    `expires_at`: until when what a stick brought may be kept; `expired_at`: since when it is
    erased."""

    fund: str
    as_of: str | None
    fetched_at: str | None
    cursor: str | None
    state: str
    detail: str
    changed_at: str
    generation: int
    row_count: int | None
    bad_count: int
    full_at: str | None
    expires_at: str | None
    expired_at: str | None

    @property
    def name(self) -> str:
        """The fund as people know it."""
        return fund_of(self.fund)


class Voice(NamedTuple):
    """A person whom a phone was deposited for, and when it last spoke to us for them: before it
    ever did, when we were told of it. With a `scope`, one whom the phone's owner helps."""

    person: str
    heard_at: str
    scope: str | None = None


_KNOWN = (
    "exists (select 1 from current_records r where r.person = {}.person and r.kind = 'insured')"
)
_OWN = (
    "select p.person as person, p.heard_at, null, 1 as turn, people.since as since"
    f" from current_phones p join people using (person) where p.phone = ? and {_KNOWN.format('p')}"
)
_DEPENDANTS = (
    "select person from current_records where fund = ? and family = ? and family is not null"
    " and role = 'dependant'"
)
_HELPED = (
    "select m.person, m.begins_at, m.scope, 2, m.begins_at from mandates m where m.phone = ?"
    f" and m.ended_at is null and m.ends_at > ? and {_KNOWN.format('m')}"
)


class People:
    """Persons are found by the blind index of any of their keys, or of a phone."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def of_key(self, key: str) -> str | None:
        """The person behind one key."""
        row = self._sql.one("select person from person_keys where key = ?", key)
        return str(row[0]) if row else None

    def record(self, fund: str, kind: str, key: str) -> Kept | None:
        """One record, if it is still told."""
        row = self._sql.one(
            "select fund, kind, key, as_of, sealed from current_records"
            " where fund = ? and kind = ? and key = ?",
            *(fund, kind, key),
        )
        return Kept(*row) if row else None

    def dependants(self, head: str) -> list[str]:
        """The persons whom this head of a family insures."""
        # Two questions: in one, the planner walks through everything that a fund tells.
        heads = self._sql.all(
            "select fund, family from current_records where person = ? and kind = 'insured'"
            " and role = 'head' and family is not null",
            head,
        )
        found = [row for one in heads for row in self._sql.all(_DEPENDANTS, *one)]
        return sorted({row[0] for row in found})

    def voices(self, phone: str, now: str) -> list[Voice]:
        """For whom this phone was deposited, oldest first, then those whom its owner helps now;
        none whom no fund knows any more."""
        rows = self._sql.all(
            f"{_OWN} union all {_HELPED} order by turn, since, person",
            *(phone, phone, now),
        )
        # A phone that several funds hold for a person is one voice.
        return list(dict.fromkeys(Voice(*row[:3]) for row in rows))

    def of_phone(self, phone: str) -> list[str]:
        """For whom this phone was deposited, however long it was silent; nobody by a mandate."""
        rows = self._sql.all(f"{_OWN} order by since, person", phone)
        return list(dict.fromkeys(row[0] for row in rows))

    def heard(self, phone: str, now: str, silent: str) -> None:
        """This phone speaks to us; not noted for those for whom it has been silent since `silent`
        or longer."""
        self._sql.run(
            "update phones set heard_at = ? where phone = ? and heard_at > ?", now, phone, silent
        )

    def confirm(self, phone: str, person: str, now: str) -> None:
        """A phone that was silent speaks for this person again."""
        self._sql.run(
            "update phones set heard_at = ? where phone = ? and person = ?", now, phone, person
        )

    def known(self, person: str) -> bool:
        """Whether a fund still tells who this person is."""
        return self._sql.one(
            "select 1 from current_records where person = ? and kind = 'insured' limit 1", person
        ) is not None

    def records(self, person: str, kind: str) -> list[Kept]:
        """The records of one kind about one person."""
        rows = self._sql.all(
            "select fund, kind, key, as_of, sealed from current_records"
            " where person = ? and kind = ? order by key",
            *(person, kind),
        )
        return [Kept(*row) for row in rows]

    def set_aside(self, since: str) -> list[tuple[str, str, int]]:
        """Rows that could not be used since then: (fund, why, how many places); those of the last
        batch that was used are told with it."""
        rows = self._sql.all(
            "select q.fund, q.reason, count(distinct q.place) from quarantine q where q.at >= ?"
            " and not exists (select 1 from funds f where f.fund = q.fund and f.batch = q.batch)"
            " group by q.fund, q.reason order by q.fund, q.reason",
            since,
        )
        return [(fund, reason, count) for fund, reason, count in rows]

    def missed(self, fund: str, state: str, detail: str, now: str) -> None:
        """A pull did not go well: `down` or `refused`; the old data keeps its old date."""
        self._sql.run(
            "insert into funds (fund, state, detail, changed_at) values (?, ?, ?, ?)"
            " on conflict (fund) do update set state = excluded.state, detail = excluded.detail,"
            " changed_at = case when funds.state = excluded.state then funds.changed_at"
            " else excluded.changed_at end",
            *(fund, state, detail, now),
        )

    def dates(self) -> dict[str, str]:
        """Source -> as of when its word is."""
        rows = self._sql.all("select fund, as_of from funds where as_of > ''")
        return dict(rows)

    def funds(self) -> list[FundRow]:
        """Every source we ever pulled from, by name."""
        rows = self._sql.all(f"select {', '.join(FundRow._fields)} from funds order by fund")
        return [FundRow(*row) for row in rows]
