"""A number changes 72 hours after everybody was told, and never while anything else moves."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import hearsay
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lite.clock import stamp
from lite.identity import audit, consent, enrolment, phones
from lite.identity.changes import DELAY, Answer, Changes
from lite.identity.codes import Locked
from lite.identity.enrolment import Activated
from lite.store import Store
from lite.store.letters import LetterRow
from lite.text import Text, say
from lite.vault import Vault

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HISTORIES = 10_000 if os.environ.get("LITE_SLOW") else 500
ONE, OLD, SECOND, NEW = "person-1", "+212612345678", "+212712345678", "+212611223344"


@dataclass
class Post:
    """The letters that were written, and a gateway that does what a test says."""

    store: Store
    vault: Vault
    now: datetime = NOW
    sent: list[tuple[str, str, str]] = field(default_factory=list)  # id, phone, words

    def __call__(
        self, phone: str, lines: Sequence[Text], language: str, klass: Any,
        life: timedelta | None = None,
    ) -> str:  # fmt: skip
        id, at = secrets.token_hex(8), stamp(self.now)
        address = self.vault.hash("phone", phone)
        self.store.letters.post(
            LetterRow(id, "sms", klass, "waiting", address, language, "", at, None, 0, at)
        )
        self.sent.append((id, phone, "\n".join(say(line, language) for line in lines)))
        return id

    def become(self, state: str, phone: str = "") -> None:
        """What becomes of every letter that waits, or of those to one phone."""
        for id, to, _ in self.sent:
            if phone in ("", to):
                self.store.sql.run(
                    "update letters set state = ?, changed_at = ? where id = ?"
                    " and state = 'waiting'",
                    *(state, stamp(self.now), id),
                )

    def to(self, phone: str) -> list[str]:
        return [words for _, to, words in self.sent if to == phone]

    def code(self, phone: str) -> str:
        """The last activation code that this phone got."""
        codes = [words[:9] for words in self.to(phone) if "activation" in words]
        return codes[-1] if codes else "00000000"


@pytest.fixture
def post(store: Store, vault: Vault) -> Post:
    enrol(store, vault, ONE, OLD, SECOND)
    return Post(store, vault)


@pytest.fixture
def changes(store: Store, vault: Vault, post: Post) -> Changes:
    return Changes(store, vault, post, "3939", "*384*3939#")


def enrol(store: Store, vault: Vault, person: str, *numbers: str) -> None:
    """A person whom a fund knows with these phones, since long ago."""
    since = stamp(NOW - timedelta(days=30))
    hearsay.person(store, f"key of {person}", person, since)
    told = f'{{"phones": {list(numbers)}}}'.replace("'", '"').encode()
    sealed = vault.seal(f"records.sealed:cnss/insured/{person}", told)
    hearsay.record(store, "cnss", "insured", person, person, sealed, since)
    hearsay.phones(store, "cnss", person, [vault.hash("phone", one) for one in numbers], since)


def ask(changes: Changes, now: datetime = NOW, replaces: str = "") -> Answer:
    index = changes.vault.hash("phone", replaces) if replaces else ""
    return changes.ask(ONE, "phone", {"phone": NEW, "replaces": index}, "fr", now)


def held(changes: Changes) -> list[str]:
    return [one.phone for one in phones.held(changes.store, changes.vault, ONE)]


def run(changes: Changes, post: Post, now: datetime) -> int:
    post.now = now
    return changes.run_due(now)


# The way it goes


def test_every_number_is_told_at_once_and_the_new_one_too(changes: Changes, post: Post) -> None:
    assert ask(changes) == Answer("asked", NOW + DELAY)
    for phone in (OLD, SECOND):
        (words,) = post.to(phone)
        assert "06******44" in words
        assert "27/11/2026 à 10:00" in words
        assert "ANNULER au 3939" in words
    (words,) = post.to(NEW)
    assert "27/11/2026" in words


def test_a_number_is_added_after_72_hours_by_the_code_it_is_sent(
    changes: Changes, post: Post
) -> None:
    ask(changes)
    post.become("delivered")
    assert run(changes, post, NOW + DELAY - HOUR) == 0
    assert run(changes, post, NOW + DELAY) == 1
    assert run(changes, post, NOW + DELAY) == 0
    assert held(changes) == sorted([OLD, SECOND])
    outcome = enrolment.activate(
        changes.store, changes.vault, NEW, post.code(NEW), NOW + DELAY + HOUR
    )
    assert outcome == Activated(ONE)
    assert held(changes) == sorted([OLD, SECOND, NEW])
    acts = changes.store.sql.all("select act from audit order by seq")
    assert acts == [("change_asked",), ("change_done",), ("enrolled",), ("activated",)]
    assert audit.verify(changes.store, changes.vault) == []


def test_the_old_one_stops_when_the_new_one_is_there(changes: Changes, post: Post) -> None:
    ask(changes, replaces=OLD)
    post.become("delivered")
    run(changes, post, NOW + DELAY)
    assert OLD in held(changes)
    enrolment.activate(changes.store, changes.vault, NEW, post.code(NEW), NOW + DELAY)
    assert held(changes) == sorted([SECOND, NEW])


def test_one_waits_at_a_time(changes: Changes, post: Post) -> None:
    ask(changes)
    assert ask(changes, NOW + HOUR) == Answer("waiting", NOW + DELAY)
    assert len(post.to(OLD)) == 1


def test_a_stolen_store_holds_no_new_number(changes: Changes, store: Store) -> None:
    ask(changes)
    dump = "\n".join(map(str, store.sql.all("select * from changes, audit")))
    assert NEW[1:] not in dump


# Called off


def test_a_cancelled_change_never_comes(changes: Changes, post: Post) -> None:
    ask(changes)
    post.become("delivered")
    (waiting,) = changes.waiting(ONE)
    assert (waiting.phone, waiting.due_at) == (NEW, NOW + DELAY)
    assert not changes.cancel("person-2", waiting.id, NOW)
    assert changes.cancel(ONE, waiting.id, NOW)
    assert not changes.cancel(ONE, waiting.id, NOW)
    assert "C'est annulé" in post.to(SECOND)[-1]
    assert run(changes, post, NOW + 2 * DELAY) == 0
    assert ask(changes, NOW + 2 * DELAY).state == "asked"


@pytest.mark.parametrize("event", ["sim", "loss", "counter"])
def test_what_moves_meanwhile_calls_it_off(changes: Changes, post: Post, event: str) -> None:
    ask(changes)
    post.become("delivered")
    happen(changes, event, NOW + HOUR)
    assert run(changes, post, NOW + DELAY) == 0
    assert changes.waiting(ONE) == []
    assert "a changé depuis" in post.to(OLD)[-1]


def happen(changes: Changes, event: str, at: datetime) -> None:
    store, vault = changes.store, changes.vault
    if event == "sim":
        enrolment.sim_changed(store, vault.hash("phone", OLD), at)
    elif event == "loss":
        phones.lose(store, vault, ONE, vault.hash("phone", SECOND), "amina", at)
    else:
        code = enrolment.deposit(
            store, vault, ONE, "+212699887766", "amina", "fr", consent.CURRENT, at, False
        )
        enrolment.activate(store, vault, "+212699887766", code, at)


def test_nothing_is_asked_for_while_anything_moved(changes: Changes) -> None:
    happen(changes, "sim", NOW)
    assert ask(changes, NOW + DELAY - HOUR) == Answer("unsettled", NOW + DELAY)
    assert ask(changes, NOW + DELAY).state == "asked"


def test_a_code_that_was_sent_waits_while_anything_moved(changes: Changes, post: Post) -> None:
    ask(changes)
    post.become("delivered")
    run(changes, post, NOW + DELAY)
    happen(changes, "sim", NOW + DELAY)
    at = NOW + DELAY + HOUR
    outcome = enrolment.activate(changes.store, changes.vault, NEW, post.code(NEW), at)
    assert outcome == Locked(NOW + 2 * DELAY)
    assert NEW not in held(changes)


# Nobody was told


def test_the_days_count_from_when_the_notice_arrived(changes: Changes, post: Post) -> None:
    ask(changes)
    assert run(changes, post, NOW + DELAY) == 0  # still with us: the gateway is down
    post.become("delivered")
    assert run(changes, post, NOW + DELAY + HOUR) == 0
    assert run(changes, post, NOW + 2 * DELAY - HOUR) == 0
    assert run(changes, post, NOW + 2 * DELAY) == 1


def test_one_notice_that_cannot_arrive_does_not_hold_up_the_others(
    changes: Changes, post: Post
) -> None:
    ask(changes)
    post.become("refused", SECOND)
    post.become("accepted")
    assert run(changes, post, NOW + DELAY) == 1


def test_where_no_notice_arrives_nothing_changes(changes: Changes, post: Post) -> None:
    ask(changes)
    post.become("undelivered")
    assert run(changes, post, NOW + DELAY) == 0
    assert changes.waiting(ONE) == []


def test_phones_that_refuse_our_messages_cannot_be_told(changes: Changes, post: Post) -> None:
    for phone in (OLD, SECOND):
        assert changes.may(ONE, "phone", NOW).state == "asked"
        changes.store.talks.set_blocked(changes.vault.hash("phone", phone), True, stamp(NOW))
    assert ask(changes).state == "unreachable"
    assert post.sent == []


def test_one_that_breaks_holds_up_no_other(changes: Changes, post: Post) -> None:
    enrol(changes.store, changes.vault, "person-2", "+212655443322")
    ask(changes)
    changes.store.sql.run("update changes set sealed = 'v1:broken'")
    changes.ask("person-2", "phone", {"phone": NEW, "replaces": ""}, "fr", NOW)
    post.become("delivered")
    assert run(changes, post, NOW + DELAY) == 1


# Histories

# The way it goes, and what comes between: a time, a letter that fails, something that moves.
ASK, WORK, WAIT = ("ask", "replace"), ("work",), (0, 1, 23, 72)
WAY = (ASK, ("delivered",), (71, 72, 73), WORK, WAIT, ("activate",))
LATE = (ASK, (71, 72), WORK, ("delivered",), (1, 71, 72), WORK, WAIT, ("activate",))
BETWEEN = ("ask", "undelivered", "work", "activate", "cancel", "sim", "lose", "counter", 1, 71, 100)


@st.composite
def histories(draw: st.DrawFn) -> list[str | int]:
    """One or two changes of number, steps left out, others between."""
    steps: list[str | int] = []
    for way in draw(st.sampled_from([WAY, LATE, WAY + WAY])):
        if draw(st.integers(0, 3)) == 0:
            steps.append(draw(st.sampled_from(BETWEEN)))
        if draw(st.integers(0, 9)) > 0:
            steps.append(draw(st.sampled_from(way)))
    return steps


@dataclass
class History:
    """What happens to one person, and what a change may not follow."""

    changes: Changes
    post: Post
    person: str
    numbers: Iterator[str]
    tally: Counter[str]
    moved: list[datetime] = field(default_factory=list)
    told: list[datetime] = field(default_factory=list)
    asked_for: str = ""

    def __post_init__(self) -> None:
        self.old = next(self.numbers)
        enrol(self.changes.store, self.changes.vault, self.person, self.old, next(self.numbers))

    def go(self, step: str | int) -> None:
        if isinstance(step, int):
            self.post.now += step * HOUR
        elif step in ("delivered", "undelivered"):
            self._deliver(step)
        else:
            getattr(self, f"_{step}")()

    def _ask(self, replaces: str = "") -> None:
        number = next(self.numbers)
        details = {"phone": number, "replaces": replaces}
        if self.changes.ask(self.person, "phone", details, "fr", self.post.now).state == "asked":
            self.asked_for, self.told = number, []

    def _replace(self) -> None:
        self._ask(self.changes.vault.hash("phone", self.old))

    def _deliver(self, state: str) -> None:
        waiting = self.changes.store.sql.all("select id from letters where state = 'waiting'")
        old = [id for id, to, words in self.post.sent if "ANNULER" in words]
        if state == "delivered" and any(id in old for (id,) in waiting):
            self.told.append(self.post.now)
        self.post.become(state)

    def _work(self) -> None:
        if self.changes.run_due(self.post.now):
            self._judge()

    def _judge(self) -> None:
        """Something precious changes now."""
        now = self.post.now
        assert all(now - at >= DELAY for at in self.moved), "too soon after another change"
        assert self.told, "nobody was told"
        assert now - max(self.told) >= DELAY, "too soon after the notice"
        self.tally["done"] += 1

    def _cancel(self) -> None:
        for change in self.changes.waiting(self.person):
            self.changes.cancel(self.person, change.id, self.post.now)

    def _activate(self) -> None:
        if not self.asked_for:
            return
        store, vault, now = self.changes.store, self.changes.vault, self.post.now
        code = self.post.code(self.asked_for)
        outcome = enrolment.activate(store, vault, self.asked_for, code, now)
        if isinstance(outcome, Activated):
            self._judge()
            self.moved.append(now)

    def _sim(self) -> None:
        enrolment.sim_changed(
            self.changes.store, self.changes.vault.hash("phone", self.old), self.post.now
        )
        if self.old in self._held():
            self.moved.append(self.post.now)

    def _lose(self) -> None:
        *_, last = self._held() or [self.old]
        index = self.changes.vault.hash("phone", last)
        store, vault = self.changes.store, self.changes.vault
        if phones.lose(store, vault, self.person, index, "amina", self.post.now):
            self.moved.append(self.post.now)

    def _counter(self) -> None:
        store, vault, number = self.changes.store, self.changes.vault, next(self.numbers)
        agreed, now = consent.CURRENT, self.post.now
        code = enrolment.deposit(
            store, vault, self.person, number, "amina", "fr", agreed, now, False
        )
        enrolment.activate(store, vault, number, code, now)
        self.moved.append(now)

    def _held(self) -> list[str]:
        store, vault = self.changes.store, self.changes.vault
        return [one.phone for one in phones.held(store, vault, self.person)]


def test_no_history_changes_a_number_too_soon_or_untold(
    changes: Changes, post: Post, store: Store
) -> None:
    numbers = (f"+2126{number:08d}" for number in count(10_000_000))
    people, tally = count(2), Counter[str]()

    @settings(
        max_examples=HISTORIES, deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(histories())
    def lived(steps: list[str | int]) -> None:
        post.sent, post.now = [], NOW
        history = History(changes, post, f"person-{next(people)}", numbers, tally)
        with store.transaction():
            for step in steps:
                history.go(step)
            store.sql.run("update changes set state = 'cancelled' where state = 'waiting'")
            store.sql.run("update letters set state = 'dead' where state = 'waiting'")

    lived()
    assert tally["done"] >= HISTORIES // 10, f"too few changes to judge by: {tally}"
