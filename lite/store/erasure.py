"""Where one person is in the store, by their own id and by the phones that are theirs alone."""

from __future__ import annotations

from lite.store.engine import Sql

# Each statement has one value. What hangs on a row goes before the row.
OF_PERSON = (
    "delete from card_codes where card in (select card from cards where person = ?)",
    "delete from documents where reference in (select reference from requests where person = ?)",
    "delete from box_requests where reference in"
    " (select reference from requests where person = ?)",
    "delete from box_people where person = ?",
    "delete from attempts where letter in (select id from letters where address = ?)",
    "delete from letters where address = ?",
    "delete from cards where person = ?",
    "delete from requests where person = ?",
    "delete from doubts where (fund, kind, key) in"
    " (select fund, kind, key from records where person = ?)",
    "delete from records where person = ?",
    "delete from moves where person = ?",
    "delete from codes where person = ?",
    "delete from web_sessions where person = ?",
    "delete from pending_pages where person = ?",
    "delete from kept_forms where person = ?",
    "delete from enrolments where person = ?",
    "delete from consents where person = ?",
    "delete from lost_phones where person = ?",
    "delete from changes where person = ?",
    "delete from mandates where person = ?",
    "delete from told where person = ?",
    "delete from news_wanted where person = ?",
    "delete from news_said where person = ?",
    "delete from phones where person = ?",
    "delete from person_keys where person = ?",
    "delete from people where person = ?",
    "update staff_sessions set person = '', reason = '', shown = 0 where person = ?",
    "delete from failures where subject = 'card:' || ?",
    # Answers kept for repeats are sealed with the person's key, which they name.
    "delete from turns where answer like 'v%.' || ? || ':%'",
)
OF_PHONE = (
    "delete from attempts where letter in (select id from letters where address = ?)",
    "delete from letters where address = ?",
    "delete from requests where phone = ?",
    "delete from talks where phone = ?",
    "delete from callers where phone = ?",
    "delete from inbox where phone = ?",
    "delete from contacts where phone = ?",
    "delete from reports where address = ?",
    "delete from reports_of_fraud where phone = ?",
    "delete from sim_changes where phone = ?",
    "delete from sim_checks where phone = ?",
    "delete from failures where subject = ?",
    "delete from failures where subject like '%:' || ?",
    "delete from mandates where phone = ?",
    "delete from told where person = ?",
    "delete from news_wanted where phone = ?",
)
# Every phone that ever was this person's, unless it speaks for somebody else now.
_PHONES = """
select phone from (
    select phone from phones where person = ? union select phone from enrolments where person = ?
    union select phone from lost_phones where person = ?
    union select phone from requests where person = ?) as theirs
where phone not in (select phone from phones where person <> ?) order by phone
"""


class Erasure:
    """Takes a person out. The audit log stays: it names an id that leads nowhere from then on."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def keys(self, person: str) -> list[str]:
        """The blind indexes of the numbers that schemes gave a person."""
        rows = self._sql.all("select key from person_keys where person = ? order by key", person)
        return [row[0] for row in rows]

    def wipe(self, person: str) -> int:
        """Delete everything about a person; how many rows."""
        with self._sql.transaction():
            phones = [row[0] for row in self._sql.all(_PHONES, *([person] * 5))]
            number = sum(self._sql.run(sql, person) for sql in OF_PERSON)
            return number + sum(self._sql.run(sql, phone) for sql in OF_PHONE for phone in phones)
