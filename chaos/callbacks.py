"""R3: delivery reports that come again and again, in any order, with the reasons of each. What the
store knows in the end is always the same, also of a letter whose answer was lost on the way."""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from types import SimpleNamespace
from typing import Any

from attack.figures import Figure
from chaos.home import home
from chaos.progress import shown
from lite.app import House
from lite.clock import stamp
from lite.desk import post, reports
from lite.outbox import Accepted, Lost
from lite.outbox.settling import Settling
from lite.store.letters import LetterRow
from lite.text import T
from tools.hasty import hasty

# What a gateway may say of a message; a story is any of these, contradictions too.
_WORDS = ("Submitted", "Sent", "Buffered", "AbsentSubscriber", "Expired", "Failed", "Rejected",
          "Success", "AWordOfTomorrow")  # fmt: skip
_REASONS = ("", "DeliveryFailure", "InsufficientCredit", "UserInBlackList")
_TIMES, _PART = 10, 2_500
_TOLD = "select state, status, reason, message_id from letters where id = ?"
_KEPT = "select count(*) from reports where message_id = ?"
# A way that never shuts, however many answers are lost.
_OPEN: Any = SimpleNamespace(works=lambda: None, failed=lambda *_: "")
Report = tuple[str, str]


def run(histories: int) -> list[Figure]:
    """So many histories, a part of them in each process of the machine."""
    parts = [(first, min(_PART, histories - first)) for first in range(0, histories, _PART)]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        asked = [pool.submit(_told, *part) for part in parts]
        told = [asked[one].result() for one in shown("parts", range(len(parts)), len(parts))]
    different, early, lost = (sum(which) for which in zip(*told, strict=True))
    return [Figure("R3", f"reports x{_TIMES}, shuffled ({early:,} began before the message had a"
                   f" name, {lost:,} of letters whose answer was lost): another state in the end",
                   f"{different} of {histories:,}", "0", different == 0)]  # fmt: skip


def _told(first: int, histories: int) -> tuple[int, int, int]:
    """How many ended differently, how many began early and of how many the answer was lost: each
    story told in order, and ten times over, shuffled; some of it before the worker knew what the
    message was called."""
    chance, different, early, lost = random.Random(first), 0, 0, 0
    logging.getLogger("lite").addHandler(logging.NullHandler())
    with home() as house:
        hasty(house)
        carried = Settling(house.store, house.clock, 600, partial(reports.catch_up, house.office),
                           chance.uniform)  # fmt: skip
        usual: dict[tuple[Report, ...], tuple[object, ...]] = {}
        for number in range(histories):
            story = _story(chance)
            if story not in usual:
                usual[story] = _known(house, carried, f"u{number}", story, 0, Accepted)
            told = list(story) * _TIMES
            chance.shuffle(told)
            known = chance.choice((0, 0, len(told), chance.randrange(len(told))))
            answer = chance.choice((Accepted, Accepted, Lost))
            early, lost = early + (known > 0), lost + (answer is Lost)
            ended = _known(house, carried, f"h{number}", told, known, answer)
            different += ended != usual[story]
    return different, early, lost


def _story(chance: random.Random) -> tuple[Report, ...]:
    """What a gateway says of one message: some words, each for a reason or two."""
    words = chance.sample(_WORDS, chance.randint(1, len(_WORDS)))
    told = {(word, chance.choice(_REASONS)) for word in words for _ in range(2)}
    return tuple(sorted(told))


def _known(
    house: House, carried: Settling, message: str, told: Sequence[Report], early: int,
    answer: type[Accepted] | type[Lost],
) -> tuple[object, ...]:  # fmt: skip
    """What the store holds of a message once all was told, `early` of it before its answer came or
    was lost."""
    with house.store.transaction():
        letter, phone = _sent(house, message)
        for one in told[:early]:
            _report(house, message, phone, one)
        answered = Accepted(message) if answer is Accepted else Lost("no answer in time")
        carried.write([(letter, answered)], _OPEN)
        for one in told[early:]:
            _report(house, message, phone, one)
        row, kept = house.store.sql.one(_TOLD, letter.id), house.store.sql.one(_KEPT, message)
        blocked = house.store.talks.caller(house.office.index(phone)).blocked
        house.store.sql.run("delete from letters where id = ?", letter.id)
        house.store.sql.run("delete from reports where message_id = ?", message)
    assert row
    return (*row[:3], row[3] == message, kept, blocked)


def _sent(house: House, message: str) -> tuple[LetterRow, str]:
    """A letter on its way: claimed, and handed over."""
    phone = f"+2126{55_000_000 + int(message[1:])}"
    id = post.sms(house.office, phone, [T("Lite : demande de rappel reçue. Référence :")], "fr",
                  "receipt")  # fmt: skip
    now = stamp(house.clock.now())
    (row,) = [one for one in house.store.letters.claim("sms", "", now, now, 100) if one.id == id]
    return row, phone


def _report(house: House, message: str, phone: str, told: Report) -> None:
    status, reason = told
    fields = {"id": message, "phoneNumber": phone, "status": status, "failureReason": reason}
    assert house.sms.delivery(fields) == ""
