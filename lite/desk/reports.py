"""Delivery reports: monotonic, in any order, any number of times, before or after our own note."""

from __future__ import annotations

import logging

from lite.clock import stamp
from lite.desk.office import Office
from lite.store.delivery import Report, Told

_log = logging.getLogger("lite.delivery")

# How far a status is along; a report never takes a letter back. Africa's Talking's own words, each
# with a rank of its own: in whatever order they come, the same one stands in the end.
# AbsentSubscriber is not final: the phone may come back.
RANKS = {"": 0, "Submitted": 1, "Sent": 2, "Buffered": 3, "AbsentSubscriber": 4}
FINAL = {
    "Success": "delivered",
    "Failed": "undelivered",
    "Rejected": "undelivered",
    "Expired": "undelivered",
}
# Of two last words the better one stands: what reached the phone cannot be unsent.
_FINAL_RANKS = {"Expired": 5, "Failed": 6, "Rejected": 7, "Success": 8}


def learn(office: Office, report: Report) -> None:
    """Keep the report, and move its letter on if it is further than what we knew."""
    now = stamp(office.clock.now())
    delivery = office.store.delivery
    delivery.hold([(report.address, report.message_id)])
    fresh = delivery.note(report, now)
    # A repeat is old news: its phone may have asked for messages again since.
    if fresh and report.reason in ("UserInBlackList", "UserInBlacklist"):
        office.store.talks.set_blocked(report.address, True, now)
    letter = delivery.by_message(report.message_id)
    if letter is None and (lost := delivery.lost_to(report.address)):
        # A reply that was lost on the way: the report proves that the message was taken.
        delivery.named(lost, report.message_id, now)
        delivery.tell(lost, "accepted", "", "", now)
        catch_up(office, report.message_id)
    elif letter:
        _move(office, letter, report, now)


def catch_up(office: Office, message_id: str) -> None:
    """Apply the reports that came before we had stored the gateway's id of the message."""
    for report in office.store.delivery.reports(message_id):
        letter = office.store.delivery.by_message(message_id)
        if letter:
            _move(office, letter, report, stamp(office.clock.now()))


def _move(office: Office, letter: Told, report: Report, now: str) -> None:
    further = _rank(report.status) > _rank(letter.status)
    # Of two reasons for one word the same one stands, whichever came first.
    if further or (report.status == letter.status and report.reason > letter.reason):
        id, state = letter.id, FINAL.get(report.status, "accepted")
        office.store.delivery.tell(id, state, report.status, report.reason, now)
        turn = office.store.delivery.turn(id)
        _log.info("letter", extra={"letter": id, "turn": turn, "outcome": state})


def _rank(status: str) -> int:
    return _FINAL_RANKS.get(status) or RANKS.get(status, 0)
