"""Whatever is typed, dialled or posted: never an exception, always a screen that fits."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pytest
from callbacks import send
from cast import AR_FOUR, AR_LONG, FR_NONE, FR_THIRTY, SHARED, STRANGER
from houses import copied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from phone import check

from lite.app import House
from lite.services import SERVICES
from lite.text import say

EXAMPLES = 3_000 if os.environ.get("LITE_SLOW") else 200
CALLERS = (AR_FOUR, AR_LONG, FR_NONE, FR_THIRTY, SHARED, STRANGER)
LABELS = [say(service.short, language) for service in SERVICES for language in ("fr", "ar")]
WORDS = ("Oui", "Non", "نعم", "لا", "Casa", "فاس", "227", "1", "agadir", "Français", "Continuer")
REPLY = st.one_of(
    st.sampled_from([*"0123456789", "00", "7", "10", "", "#", "*", "*#", "1#", "99", "122025"]),
    st.text(st.sampled_from("0123456789*#"), max_size=14),
    st.text(st.sampled_from("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"), max_size=3),
    st.sampled_from([*LABELS, *WORDS]),
    st.text(st.characters(exclude_categories=()), max_size=60),
)
usual = settings(
    max_examples=EXAMPLES, deadline=None, stateful_step_count=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip


@pytest.fixture(scope="module")
def lived_in(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """One house for all examples: they share what they leave behind, as callers do."""
    return copied(filled, tmp_path_factory.mktemp("fuzz"))


@usual
@given(caller=st.sampled_from(CALLERS), replies=st.lists(REPLY, max_size=9))
def test_any_dialogue(lived_in: House, caller: str, replies: list[str]) -> None:
    fields = {"sessionId": uuid4().hex, "phoneNumber": caller, "text": ""}
    check(lived_in.ussd.turn(fields))
    for number in range(len(replies)):
        fields["text"] = "*".join(replies[: number + 1])
        check(lived_in.ussd.turn(fields))


@usual
@given(caller=st.sampled_from(CALLERS), texts=st.lists(st.lists(REPLY).map("*".join), max_size=6))
def test_any_texts_in_any_order(lived_in: House, caller: str, texts: list[str]) -> None:
    """What no gateway should post: texts that have nothing to do with each other."""
    session = uuid4().hex
    for text in texts:
        check(lived_in.ussd.turn({"sessionId": session, "phoneNumber": caller, "text": text}))


@usual
@given(st.dictionaries(st.sampled_from(["sessionId", "phoneNumber", "text", "networkCode"]),
                       st.text(st.characters(exclude_categories=()))))  # fmt: skip
def test_any_fields(lived_in: House, fields: dict[str, str]) -> None:
    check(lived_in.ussd.turn(fields))
    assert lived_in.ussd.ended(fields) == ""


@usual
@given(st.binary(max_size=300) | st.text("sessionIdphNumbertx=&+%0123456789AF*#").map(str.encode))
def test_any_bytes(lived_in: House, body: bytes) -> None:
    answer = send(lived_in.wsgi, "/at/secret/ussd", body)
    assert answer.status == 200
    check(answer.body)


@usual
@given(st.text(st.characters(max_codepoint=255)))
def test_any_address_without_the_secret(lived_in: House, tail: str) -> None:
    answer = send(lived_in.wsgi, f"/at/{tail}", b"")
    assert answer.status == 404


class Calls(RuleBasedStateMachine):
    """One phone whose calls drop, whose turns come twice and too late."""

    house: House

    @initialize(caller=st.sampled_from(CALLERS))
    def takes_the_phone(self, caller: str) -> None:
        self.caller = caller
        self.session, self.replies = uuid4().hex, list[str]()
        self.answers: dict[tuple[str, str], str] = {}
        self.done = self.effects()

    @rule()
    def redials(self) -> None:
        self.session, self.replies = uuid4().hex, []
        self.posts()

    @rule(steps=st.lists(st.sampled_from("0123456789"), min_size=1, max_size=6))
    def dials_deep(self, steps: list[str]) -> None:
        self.session, self.replies = uuid4().hex, steps
        self.posts()

    @rule(reply=REPLY)
    def replies_with(self, reply: str) -> None:
        if self.ended():
            self.session, self.replies = uuid4().hex, []
            self.posts()
        self.replies.append(reply)
        self.posts()

    @rule(data=st.data())
    def a_turn_comes_again(self, data: st.DataObject) -> None:
        """Any of the last turns of any session: the same answer, and nothing is done."""
        if not self.answers:
            return
        session, text = data.draw(st.sampled_from(list(self.answers)[-10:]))
        before = self.effects()
        assert self.turn(session, text) == self.answers[session, text]
        assert self.effects() == before

    @invariant()
    def fits(self) -> None:
        for answer in list(self.answers.values())[-1:]:
            check(answer)

    def ended(self) -> bool:
        return self.answers.get((self.session, "*".join(self.replies)), "END").startswith("END")

    def posts(self) -> None:
        text = "*".join(self.replies)
        answer = self.turn(self.session, text)
        assert self.answers.setdefault((self.session, text), answer) == answer

    def turn(self, session: str, text: str) -> str:
        fields = {"sessionId": session, "phoneNumber": self.caller, "text": text}
        return str(self.house.ussd.turn(fields))

    def effects(self) -> list[int]:
        counted = [
            self.house.store.sql.one(f"select count(*) from {table}")
            for table in ("requests", "letters", "codes", "failures", "talks")
        ]
        return [int(row[0]) for row in counted if row]


def test_calls_that_drop_and_turns_that_repeat(lived_in: House) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    Calls.house = lived_in
    run_state_machine_as_test(Calls, settings=usual)
