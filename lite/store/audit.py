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


_COLUMNS = ", ".join(AuditRow._fields)
_REFUSE = "begin select raise(abort, 'the audit log is append-only'); end"
_NEXT = "new.seq <> (select coalesce(max(seq), 0) + 1 from audit)"
_FUNCTION = "create or replace function {}() returns trigger language plpgsql as $$ begin {} end $$"
_RAISE = "raise exception 'the audit log is append-only';"
_TRIGGERS = {
    # A `replace` deletes without calling the delete trigger: the third refuses it, and any gap.
    "sqlite": (
        f"create trigger if not exists audit_no_update before update on audit {_REFUSE}",
        f"create trigger if not exists audit_no_delete before delete on audit {_REFUSE}",
        "create trigger if not exists audit_in_order before insert on audit"
        f" when {_NEXT} {_REFUSE}",
    ),
    "postgresql": (
        _FUNCTION.format("audit_refuse", _RAISE),
        _FUNCTION.format("audit_follow", f"if {_NEXT} then {_RAISE} end if; return new;"),
        "create or replace trigger audit_no_update before update on audit"
        " for each row execute function audit_refuse()",
        "create or replace trigger audit_no_delete before delete on audit"
        " for each row execute function audit_refuse()",
        "create or replace trigger audit_no_truncate before truncate on audit"
        " for each statement execute function audit_refuse()",
        "create or replace trigger audit_in_order before insert on audit"
        " for each row execute function audit_follow()",
    ),
}


class Audit:
    """Nothing here changes or removes a row, and the engine refuses it to everybody else."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def guard(self) -> None:
        """Have the engine refuse changes and removals; done again at each migration."""
        for trigger in _TRIGGERS[self._sql.name]:
            self._sql.run(trigger)

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
