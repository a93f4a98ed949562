"""Delivery reports: any status, in any order, any number of times, before our note or after."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from correspondent import Post
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lite.clock import stamp
from lite.desk import post as writing
from lite.desk import reports
from lite.desk.office import Office
from lite.outbox import Accepted, Outbox
from lite.text import T

PHONE = "+212612345678"
ID = "ATXid_1"
STEPS = ["Submitted", "Buffered", "Sent", "AbsentSubscriber", "Rerouted", ""]
FINALS = {"Success": "delivered", "Failed": "undelivered", "Expired": "undelivered"}


def body(status: str, **fields: str) -> bytes:
    form = {"id": ID, "status": status, "phoneNumber": PHONE, "networkCode": "60401"}
    return urlencode(form | fields).encode()


def state(office: Office) -> str:
    row = office.store.sql.one("select state from letters")
    assert row is not None
    return str(row[0])


def carried(office: Office, post: Post, before: list[str], after: list[str]) -> str:
    """A letter's state once it was carried, with reports that came before our note and after."""
    for table in ("letters", "attempts", "reports"):
        office.store.sql.run(f"delete from {table}")
    writing.sms(office, PHONE, [T("Bonjour")], "fr", "answer")

    def carry(row: object) -> Accepted:
        for status in before:
            assert post.post("delivery", body(status)) == ("200 OK", b"")
        return Accepted(ID)

    Outbox(
        office.store, office.clock, {"sms": carry},
        taken=lambda message_id: reports.catch_up(office, message_id),
    ).run_once()  # fmt: skip
    for status in after:
        assert post.post("delivery", body(status)) == ("200 OK", b"")
    return state(office)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.sampled_from(STEPS), max_size=5),
    st.sampled_from([None, *FINALS]),
    st.integers(1, 3),
    st.data(),
)
def test_any_order_any_number_of_times_gives_the_same_state(
    office: Office, post: Post, steps: list[str], final: str | None, times: int, data: st.DataObject
) -> None:
    told = data.draw(st.permutations(steps * times + ([final] * times if final else [])))
    cut = data.draw(st.integers(0, len(told)))
    expected = FINALS[final] if final else "accepted"
    assert carried(office, post, told[:cut], told[cut:]) == expected


def test_unknown_statuses_are_kept(office: Office, post: Post) -> None:
    for _ in range(3):
        post.post("delivery", body("Teleported", failureReason="Wormhole"))
    rows = office.store.sql.all("select message_id, status, reason, times from reports")
    assert rows == [(ID, "Teleported", "Wormhole", 3)]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"id": ""},
        {"status": "Success"},
        {"id": "x", "status": "Success"},
        {"id": "x" * 500, "status": "y" * 500, "failureReason": "z" * 5000, "phoneNumber": "?"},
    ],
)
def test_whatever_a_report_lacks_it_is_answered_200(
    office: Office, post: Post, fields: dict[str, str]
) -> None:
    assert post.post("delivery", urlencode(fields).encode()) == ("200 OK", b"")
    kept = office.store.sql.all("select max(length(message_id)) from reports")
    assert (kept[0][0] or 0) <= 100


def test_a_report_may_tell_that_the_phone_opted_out(office: Office, post: Post) -> None:
    post.post("delivery", body("Failed", failureReason="UserInBlackList"))
    assert office.store.talks.caller(office.index(PHONE)).blocked


def test_an_old_report_that_comes_again_blocks_nobody_anew(office: Office, post: Post) -> None:
    blocked = body("Failed", failureReason="UserInBlackList")
    post.post("delivery", blocked)
    office.store.talks.set_quiet(office.index(PHONE), False, stamp(office.clock.now()))
    post.post("delivery", blocked)
    assert not office.store.talks.caller(office.index(PHONE)).blocked


@pytest.mark.parametrize("told", [("A", "B"), ("B", "A"), ("B", "A", "B")])
def test_of_two_reasons_the_same_one_stands(
    office: Office, post: Post, told: tuple[str, ...]
) -> None:
    carried(office, post, [], [])
    for reason in told:
        post.post("delivery", body("Failed", failureReason=reason))
    assert office.store.sql.one("select state, reason from letters") == ("undelivered", "B")


def test_a_report_names_a_message_whose_answer_was_lost(office: Office, post: Post) -> None:
    letter = writing.sms(office, PHONE, [T("Bonjour")], "fr", "answer")
    office.store.sql.run(
        "update letters set state = 'unknown', changed_at = ?", stamp(office.clock.now())
    )
    post.post("delivery", body("Success"))
    row = office.store.sql.one("select state, message_id from letters where id = ?", letter)
    assert row == ("delivered", ID)
