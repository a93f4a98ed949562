"""What the funds told us: people, their phones, their records, and how fresh all that is."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql


class Kept(NamedTuple):
    """One record as it lies in the store: still sealed."""

    fund: str
    kind: str
    key: str
    as_of: str
    sealed: str


class FundRow(NamedTuple):
    """How fresh a fund's word is, and whether it answered last time."""

    fund: str
    as_of: str | None
    fetched_at: str | None
    cursor: str | None
    state: str
    detail: str
    changed_at: str


class Voice(NamedTuple):
    """A person whom a phone was deposited for, and when it last spoke to us for them: before it
    ever did, when we were told of it. With a `scope`, one whom the phone's owner helps."""

    person: str
    heard_at: str
    scope: str | None = None


_KNOWN = "exists (select 1 from records r where r.person = {}.person and r.kind = 'insured')"
_OWN = (
    "select p.person as person, p.heard_at, null, 1 as turn, people.since as since"
    f" from phones p join people using (person) where p.phone = ? and {_KNOWN.format('p')}"
)
_HELPED = (
    "select m.person, m.begins_at, m.scope, 2, m.begins_at from mandates m where m.phone = ?"
    f" and m.ended_at is null and m.ends_at > ? and {_KNOWN.format('m')}"
)


class People:
    """Persons are found by the blind index of any of their keys, or of a phone."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def known_as(self, keys: list[str], fresh: str, now: str) -> str:
        """The person who has one of these keys, else a new person called `fresh`."""
        marks = ",".join("?" * len(keys))
        found = self._sql.one(f"select person from person_keys where key in ({marks})", *keys)
        person = str(found[0]) if found else fresh
        if not found:
            self._sql.run("insert into people (person, since) values (?, ?)", person, now)
        for key in keys:
            self._sql.run(
                "insert into person_keys (key, person) values (?, ?) on conflict do nothing",
                key,
                person,
            )
        return person

    def of_key(self, key: str) -> str | None:
        """The person behind one key."""
        row = self._sql.one("select person from person_keys where key = ?", key)
        return str(row[0]) if row else None

    def set_phones(self, fund: str, person: str, phones: list[str], now: str) -> None:
        """The phones that a fund holds for a person, and no others; one that was declared lost
        comes back by a counter alone."""
        sql = "select phone from phones where fund = ? and person = ?"
        for (phone,) in self._sql.all(sql, fund, person):
            if phone not in phones:
                self._sql.run("delete from phones where phone = ? and person = ?", phone, person)
        for phone in phones:
            self._sql.run(
                "insert into phones (phone, person, fund, heard_at) select ?, ?, ?, ? where not"
                " exists (select 1 from lost_phones where phone = ? and person = ?)"
                " on conflict do nothing",
                *(phone, person, fund, now, phone, person),
            )

    def set_family(self, fund: str, family: str, person: str, role: str) -> None:
        """The family that a fund puts a person in, as `head` or `dependant`."""
        self._sql.run(
            "insert into families (fund, family, person, role) values (?, ?, ?, ?)"
            " on conflict (fund, person) do update set family = excluded.family,"
            " role = excluded.role",
            *(fund, family, person, role),
        )

    def dependants(self, head: str) -> list[str]:
        """The persons whom this head of a family insures."""
        rows = self._sql.all(
            "select distinct d.person from families h join families d"
            " on d.fund = h.fund and d.family = h.family and d.role = 'dependant'"
            " where h.person = ? and h.role = 'head' order by d.person",
            head,
        )
        return [row[0] for row in rows]

    def voices(self, phone: str, now: str) -> list[Voice]:
        """For whom this phone was deposited, oldest first, then those whom its owner helps now;
        none whom no fund knows any more."""
        rows = self._sql.all(
            f"{_OWN} union all {_HELPED} order by turn, since, person",
            *(phone, phone, now),
        )
        return [Voice(*row[:3]) for row in rows]

    def of_phone(self, phone: str) -> list[str]:
        """For whom this phone was deposited, however long it was silent; nobody by a mandate."""
        return [row[0] for row in self._sql.all(f"{_OWN} order by since, person", phone)]

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
            "select 1 from records where person = ? and kind = 'insured' limit 1", person
        ) is not None

    def records(self, person: str, kind: str) -> list[Kept]:
        """The records of one kind about one person."""
        rows = self._sql.all(
            "select fund, kind, key, as_of, sealed from records where person = ? and kind = ?"
            " order by key",
            person,
            kind,
        )
        return [Kept(*row) for row in rows]

    def fingerprints(self, fund: str) -> dict[tuple[str, str], str]:
        """What is kept of a fund: (kind, key) -> fingerprint."""
        rows = self._sql.all("select kind, key, fingerprint from records where fund = ?", fund)
        return {(kind, key): mark for kind, key, mark in rows}

    def keep(
        self, fund: str, kind: str, key: str, person: str, mark: str, as_of: str, batch: str,
        sealed: str,
    ) -> None:  # fmt: skip
        """Keep one record, new or changed."""
        self._sql.run(
            "insert into records (fund, kind, key, person, fingerprint, as_of, batch, sealed)"
            " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (fund, kind, key) do update set"
            " person = excluded.person, fingerprint = excluded.fingerprint,"
            " as_of = excluded.as_of, batch = excluded.batch, sealed = excluded.sealed",
            *(fund, kind, key, person, mark, as_of, batch, sealed),
        )

    def forget(self, fund: str, kind: str, key: str) -> None:
        """A record that the fund says is gone."""
        self._sql.run(
            "delete from records where fund = ? and kind = ? and key = ?", fund, kind, key
        )

    def quarantine(self, fund: str, batch: str, place: str, reason: str, at: str) -> None:
        """A row that could not be read: where and why, never what it said."""
        self._sql.run(
            "insert into quarantine (fund, batch, place, reason, at) values (?, ?, ?, ?, ?)",
            *(fund, batch, place, reason, at),
        )

    def set_aside(self, since: str) -> list[tuple[str, str, int]]:
        """Rows that could not be used since then: (fund, why, how many places)."""
        rows = self._sql.all(
            "select fund, reason, count(distinct place) from quarantine where at >= ?"
            " group by fund, reason order by fund, reason",
            since,
        )
        return [(fund, reason, count) for fund, reason, count in rows]

    def learned(
        self, fund: str, as_of: str | None, cursor: str | None, batch: str, state: str, now: str
    ) -> None:
        """A pull brought something: `up`, or `partial` (then `as_of` is None: it stays)."""
        self._sql.run(
            "insert into funds (fund, as_of, fetched_at, cursor, batch, state, detail, changed_at)"
            " values (?, ?, ?, ?, ?, ?, '', ?) on conflict (fund) do update set"
            " as_of = coalesce(excluded.as_of, funds.as_of), fetched_at = excluded.fetched_at,"
            " batch = excluded.batch, cursor = excluded.cursor, detail = '',"
            " changed_at = case when funds.state = excluded.state then funds.changed_at"
            " else excluded.changed_at end, state = excluded.state",
            *(fund, as_of, now, cursor, batch, state, now),
        )

    def missed(self, fund: str, state: str, detail: str, now: str) -> None:
        """A pull did not go well: `down` or `refused`; the old data keeps its old date."""
        self._sql.run(
            "insert into funds (fund, state, detail, changed_at) values (?, ?, ?, ?)"
            " on conflict (fund) do update set state = excluded.state, detail = excluded.detail,"
            " changed_at = case when funds.state = excluded.state then funds.changed_at"
            " else excluded.changed_at end",
            *(fund, state, detail, now),
        )

    def funds(self) -> list[FundRow]:
        """Every fund we ever pulled from, by name."""
        rows = self._sql.all(
            "select fund, as_of, fetched_at, cursor, state, detail, changed_at from funds"
            " order by fund"
        )
        return [FundRow(*row) for row in rows]
