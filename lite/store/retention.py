"""How long each table keeps its rows. Every table stands here, in one list or the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lite.store.engine import Sql


class Rule(NamedTuple):
    """Rows of a table go when `where` holds, `?` being the instant before which. With `blank`,
    the row stays and this column of it is emptied. `keep` names the period."""

    table: str
    keep: str
    where: str
    blank: str = ""

    @property
    def sql(self) -> str:
        """The statement that applies it, of one value."""
        if self.blank:
            chosen = f"{self.where} and {self.blank} <> ''"
            return f"update {self.table} set {self.blank} = '' where {chosen}"
        return f"delete from {self.table} where {self.where}"


_LEFT = "state not in ('waiting', 'sending', 'unknown')"
_CLOSED = "state in ('rejected', 'ready', 'collected', 'expired', 'cancelled')"

# A period is a setting, in days: LITE_KEEP_TALKS and so on. In this order: codes before cards.
RULES = (
    Rule("talks", "talks", "changed_at < ?"),
    Rule("turns", "talks", "at < ?"),
    Rule("web_sessions", "sessions", "seen_at < ?"),
    Rule("beats", "sessions", "at < ?"),
    Rule("staff_sessions", "sessions", "seen_at < ?"),
    Rule("pending_pages", "sessions", "expires_at < ?"),
    Rule("kept_forms", "sessions", "expires_at < ?"),
    Rule("codes", "codes", "expires_at < ?"),
    Rule("failures", "codes", "at < ?"),
    Rule("staff_links", "codes", "expires_at < ?"),
    Rule("sim_checks", "codes", "asked_at < ?"),
    Rule("letters", "texts", f"changed_at < ? and {_LEFT}", blank="sealed"),
    Rule("inbox", "texts", "at < ?"),
    Rule("contacts", "texts", "expires_at < ?"),
    Rule("quarantine", "texts", "at < ?"),
    Rule("moves", "texts", "at < ?"),
    Rule("letters", "delivery", f"changed_at < ? and {_LEFT}"),
    Rule("attempts", "delivery", "started_at < ?"),
    Rule("reports", "delivery", "at < ?"),
    Rule("session_ends", "delivery", "at < ?"),
    Rule("reports_of_fraud", "delivery", "at < ?"),
    Rule("requests", "requests", f"changed_at < ? and {_CLOSED}"),
    Rule("documents", "requests", "valid_until < ?"),
    Rule("box_requests", "requests", "taken_at < ?"),
    Rule("changes", "requests", "ended_at < ?"),
    Rule("mandates", "requests", "coalesce(ended_at, ends_at) < ?"),
    Rule("told", "texts", "at < ?"),
    Rule("news_said", "requests", "at < ?"),
    Rule("fund_spans", "requests", "ends_at < ?"),
    Rule("notice_versions", "requests",
         "notice in (select id from notices where coalesce(closed_at, ends_at) < ?)"),
    Rule("notices", "requests", "coalesce(closed_at, ends_at) < ?"),
    Rule("card_codes", "cards", "card in (select card from cards where ended_at < ?)"),
    Rule("cards", "cards", "ended_at < ?"),
    # One that was used tells a number that speaks for somebody: it stays as long as they do.
    Rule("enrolments", "cards", "coalesce(ended_at, expires_at) < ? and used_at is null"),
)

# What no period ends, and why.
KEPT = {
    "people": "as long as a fund tells of the person",
    "person_keys": "as long as a fund tells of the person",
    "phones": "as long as it speaks for the person",
    "batches": "the last whole one of each fund, and the partial ones since",
    "doubts": "until a pull names the record again, or a second one lacks it too",
    "set_aside": "until the end of the pull that set it aside",
    "tallies": "one row for each thing that is counted",
    "leases": "one row for each thing that is done alone",
    "records": "as long as the fund tells it",
    "callers": "wishes of a phone: a STOP that was forgotten would be a broken promise",
    "news_wanted": "a wish, until it is taken back or its phone is lost",
    "sim_changes": "one date for each phone, to see that a number changed hands",
    "lost_phones": "a lost phone must stay lost",
    "consents": "proof of what was agreed to, while the person is with us",
    "audit": "cut at its beginning, after LITE_KEEP_AUDIT days (identity/audit.py)",
    "audit_anchors": "one row: where the audit log begins",
    "staff": "the audit log names them",
    "funds": "one row a fund",
    "boxes": "one row a box",
    "box_people": "proof of what was agreed to, as long as it is",
    "lanes": "one row a fund, one for the gateway",
    "fund_watch": "one row a fund",
    "facts": "of the house, nobody's",
    "agencies": "public",
    "migrations": "of the house",
}


class Retention:
    """Deletes what is too old."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def purge(self, before: Mapping[str, str]) -> dict[str, int]:
        """Apply every rule, each in a transaction of its own, so that doors wait for none of them
        long. `before`: period -> the instant before which. Table -> rows removed or emptied."""
        removed: dict[str, int] = {}
        for rule in RULES:
            with self._sql.transaction():
                self._sql.unhurried()
                number = self._sql.run(rule.sql, before[rule.keep])
            removed[rule.table] = removed.get(rule.table, 0) + number
        return removed

    def scrub(self) -> bool:
        """Leave nothing of it in the write-ahead log. False if a reader kept it."""
        return self._sql.scrub()
