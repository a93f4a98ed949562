"""R3: delivery reports that come again and again, in any order. What the store knows in the end is
always the same."""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from attack.figures import Figure
from chaos.home import home
from chaos.progress import shown
from lite.app import House
from lite.clock import stamp
from lite.desk import post, reports
from lite.store.letters import LetterRow
from lite.text import T
from tools.hasty import hasty

# What a gateway may say of a message; a story is any of these, contradictions too.
_WORDS = ("Submitted", "Sent", "Buffered", "AbsentSubscriber", "Expired", "Failed", "Rejected",
          "Success", "AWordOfTomorrow")  # fmt: skip
_TIMES, _PART = 10, 2_500
_TOLD = "select state, status, reason, message_id from letters where id = ?"


def run(histories: int) -> list[Figure]:
    """So many histories, a part of them in each process of the machine."""
    parts = [(first, min(_PART, histories - first)) for first in range(0, histories, _PART)]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        asked = [pool.submit(_told, *part) for part in parts]
        told = [asked[one].result() for one in shown("parts", range(len(parts)), len(parts))]
    different, early = (sum(which) for which in zip(*told, strict=True))
    return [Figure("R3", f"reports x{_TIMES}, shuffled ({early:,} began before the message had a"
                   " name): another state in the end",
                   f"{different} of {histories:,}", "0", different == 0)]  # fmt: skip


def _told(first: int, histories: int) -> tuple[int, int]:
    """How many ended differently, and how many began early: each story told in order, and ten times
    over, shuffled; some of it before the worker knew what the message was called."""
    chance, different, early = random.Random(first), 0, 0
    logging.getLogger("lite").addHandler(logging.NullHandler())
    with home() as house:
        hasty(house)
        usual: dict[tuple[str, ...], tuple[object, ...]] = {}
        for number in range(histories):
            story = tuple(sorted(chance.sample(_WORDS, chance.randint(1, len(_WORDS)))))
            if story not in usual:
                usual[story] = _known(house, f"u{number}", story, 0)
            told = list(story) * _TIMES
            chance.shuffle(told)
            known = chance.choice((0, 0, len(told), chance.randrange(len(told))))
            early += known > 0
            different += _known(house, f"h{number}", told, known) != usual[story]
    return different, early


def _known(house: House, message: str, told: Sequence[str], early: int) -> tuple[object, ...]:
    """What the store holds of a message once all was told, `early` of it before it was named."""
    with house.store.transaction():
        letter, phone = _sent(house, message)
        for status in told[:early]:
            _report(house, message, phone, status)
        _accepted(house, letter, message)
        for status in told[early:]:
            _report(house, message, phone, status)
        row = house.store.sql.one(_TOLD, letter.id)
        house.store.sql.run("delete from letters where id = ?", letter.id)
        house.store.sql.run("delete from reports where message_id = ?", message)
    assert row
    return (*row[:3], row[3] == message)


def _sent(house: House, message: str) -> tuple[LetterRow, str]:
    """A letter on its way: claimed, and handed over."""
    phone = f"+2126{55_000_000 + int(message[1:])}"
    id = post.sms(house.office, phone, [T("Lite : demande de rappel reçue. Référence :")], "fr",
                  "receipt")  # fmt: skip
    now = stamp(house.clock.now())
    (row,) = [one for one in house.store.letters.claim("sms", "", now, now, 100) if one.id == id]
    return row, phone


def _accepted(house: House, letter: LetterRow, message: str) -> None:
    """The answer of the gateway came: the letter has a name now, and reports find it."""
    now = stamp(house.clock.now())
    house.store.letters.settle(letter, "accepted", now, message_id=message)
    reports.catch_up(house.office, message)


def _report(house: House, message: str, phone: str, status: str) -> None:
    fields = {"id": message, "phoneNumber": phone, "status": status, "failureReason": ""}
    assert house.sms.delivery(fields) == ""
