"""The audit log: rows that are only ever added, in one unbroken count from 1."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql


class AuditRow(NamedTuple):
    """One entry; `mac` covers all before it in this row, and the mac of the row before."""

    seq: int
    at: str
    who: str
    act: str
    person: str
    detail: str
    mac: str


class AnchorRow(NamedTuple):
    """The last entry that was cut from the beginning; `proof` covers the rest of it."""

    seq: int
    mac: str
    at: str
    proof: str


_COLUMNS = ", ".join(AuditRow._fields)
_REFUSE = "begin select raise(abort, 'the audit log is append-only'); end"
# Entries may go from the beginning, up to an anchor; `verify` believes one that has its proof.
_KEPT = "old.seq > (select coalesce(max(seq), 0) from audit_anchors)"
_NEXT = "new.seq <> (select coalesce(max(seq), 0) + 1 from audit)"
_FUNCTION = "create or replace function {}() returns trigger language plpgsql as $$ begin {} end $$"
_RAISE = "raise exception 'the audit log is append-only';"
_TRIGGERS = {
    # A `replace` deletes without calling the delete trigger: the third refuses it, and any gap.
    "sqlite": (
        f"create trigger if not exists audit_no_update before update on audit {_REFUSE}",
        "drop trigger if exists audit_no_delete",
        f"create trigger audit_no_delete before delete on audit when {_KEPT} {_REFUSE}",
        "create trigger if not exists audit_in_order before insert on audit"
        f" when {_NEXT} {_REFUSE}",
    ),
    "postgresql": (
        _FUNCTION.format("audit_refuse", _RAISE),
        _FUNCTION.format("audit_keep", f"if {_KEPT} then {_RAISE} end if; return old;"),
        _FUNCTION.format("audit_follow", f"if {_NEXT} then {_RAISE} end if; return new;"),
        "create or replace trigger audit_no_update before update on audit"
        " for each row execute function audit_refuse()",
        "create or replace trigger audit_no_delete before delete on audit"
        " for each row execute function audit_keep()",
        "create or replace trigger audit_no_truncate before truncate on audit"
        " for each statement execute function audit_refuse()",
        "create or replace trigger audit_in_order before insert on audit"
        " for each row execute function audit_follow()",
    ),
}


class Audit:
    """Nothing here changes a row, or removes one but from the beginning, and the engine refuses it
    to everybody else."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def guard(self) -> None:
        """Have the engine refuse changes and removals; done again at each migration."""
        for trigger in _TRIGGERS[self._sql.name]:
            self._sql.run(trigger)

    def open_to_another(self) -> None:
        """Until `guard` comes, entries may come in from wherever their count begins: a whole log,
        cut or not, moves in."""
        on = " on audit" if self._sql.name == "postgresql" else ""
        self._sql.run(f"drop trigger audit_in_order{on}")

    def last(self) -> tuple[int, str]:
        """(seq, mac) of the latest entry; (0, "") of an empty log."""
        row = self._sql.one("select seq, mac from audit order by seq desc limit 1")
        return (row[0], row[1]) if row else (0, "")

    def add(self, row: AuditRow) -> None:
        """Append one entry. The engine refuses one that does not follow the latest."""
        self._sql.run(f"insert into audit ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?)", *row)

    def after(self, seq: int, most: int) -> list[AuditRow]:
        """The entries that follow one, oldest first, so many at most."""
        rows = self._sql.all(
            f"select {_COLUMNS} from audit where seq > ? order by seq limit ?", seq, most
        )
        return [AuditRow(*row) for row in rows]

    def of_person(self, person: str, most: int) -> list[AuditRow]:
        """What was seen or done of one person, the latest first."""
        rows = self._sql.all(
            f"select {_COLUMNS} from audit where person = ? order by seq desc limit ?",
            *(person, most),
        )
        return [AuditRow(*row) for row in rows]

    # The beginning

    def anchor(self) -> AnchorRow | None:
        """After which entry the log begins; None while it was never cut."""
        row = self._sql.one(
            "select seq, mac, at, proof from audit_anchors order by seq desc limit 1"
        )
        return AnchorRow(*row) if row else None

    def before(self, at: str) -> tuple[int, str] | None:
        """(seq, mac) of the last of the entries at the beginning that are all older than this; one
        entry at least stays. None if there are none."""
        row = self._sql.one(
            "select seq, mac from audit where seq < (select coalesce("
            "(select seq from audit where at >= ? order by seq limit 1),"
            " (select max(seq) from audit))) order by seq desc limit 1",
            at,
        )
        return (row[0], row[1]) if row else None

    def cut(self, anchor: AnchorRow) -> int:
        """Begin after this entry; how many went."""
        self._sql.run(
            "insert into audit_anchors (seq, mac, at, proof) values (?, ?, ?, ?)", *anchor
        )
        self._sql.run("delete from audit_anchors where seq < ?", anchor.seq)
        return self._sql.run("delete from audit where seq <= ?", anchor.seq)
