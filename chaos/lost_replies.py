"""R2: a worker killed again and again, a gateway that loses its own answers. Nobody gets an SMS
twice that the gateway answered, and a code is never sent twice."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from dataclasses import replace

from attack.figures import Figure
from chaos.gateway import figures, gateway
from chaos.home import environment, home
from chaos.processes import Process, running, worker
from chaos.progress import shown
from lite.app import House
from lite.desk import post
from lite.text import T

_LOSE, _LOST = 0.03, 20  # the share of answers that the gateway loses; of a few letters, so many
_CODES = 4  # one letter in so many carries a code
_LINES = [T("Lite : demande de rappel reçue. Référence :")]
_FRESH = "select count(*) from letters where state = 'waiting' and attempts = 0"
_OPEN = "select count(*) from letters where state in ('waiting', 'sending', 'unknown')"


def run(letters: int) -> list[Figure]:
    """So many letters, and kills as long as one of them has not left."""
    with home() as house, gateway(max(_LOSE, _LOST / letters)) as url:
        house = House(replace(house.settings, at_url=url))
        told = environment(
            house.settings, LITE_LEASE="3", LITE_AMBIGUOUS_WAIT="1", LITE_SMS_RATE="0"
        )
        sender = worker(told)
        for number in shown("letters", range(letters), letters):
            klass: post.Class = "code" if number % _CODES == 0 else "answer"
            post.sms(house.office, _phone(number), _LINES, "fr", klass)
        with running(sender):
            kills = _killed(sender, letters // 10, house)
            _settled(house, 60 + letters / 20)
        return _figures(letters, kills, house, figures(url))


def _phone(number: int) -> str:
    return f"+2126{55_000_000 + number}"


def _killed(sender: Process, most: int, house: House) -> int:
    """How often the worker was killed: three times at least."""
    chance, kills = random.Random(2), 0
    for _ in shown("kills", range(most), most):
        time.sleep(chance.uniform(0.8, 2.5))
        sender.kill()
        sender.start()
        kills += 1
        if kills >= 3 and not _count(house, _FRESH):
            break
    return kills


def _settled(house: House, patience: float) -> None:
    until = time.monotonic() + patience
    while _left(house) and time.monotonic() < until:
        time.sleep(0.5)


def _left(house: House) -> int:
    return _count(house, _OPEN)


def _count(house: House, which: str) -> int:
    row = house.store.sql.one(which)
    return int(row[0]) if row else 0


def _figures(letters: int, kills: int, house: House, taken: list[tuple[str, bool]]) -> list[Figure]:
    sent = Counter(to for to, _ in taken)
    lost = Counter(to for to, answered in taken if not answered)
    codes = {_phone(number) for number in range(0, letters, _CODES)}
    attempts = _attempts(house)
    outcomes = {to: attempts[house.office.index(to)] for to in map(_phone, range(letters))}
    # An attempt whose worker heard the answer and wrote it down is the last one there is.
    after = sum("accepted" in tried[:-1] for tried in outcomes.values())
    unexplained = sum(times > len(outcomes[to]) for to, times in sent.items())
    doubled = [to for to, times in sent.items() if times > 1]
    most = max(sent.values(), default=0)
    left = _left(house)
    # A code whose outcome is unknown is given up; an answer is sent again, or was not lost.
    silent = sum(not sent[to] for to in map(_phone, range(letters)) if to not in codes)
    return [
        Figure("R2", f"{letters:,} letters, {kills} kills of the worker, {sum(lost.values())}"
               " answers lost: sent again after an answer that was heard",
               f"{after + unexplained}", "0", after + unexplained == 0),
        Figure("R2", f"codes sent twice (the answer of {len(codes & set(lost))} was lost)",
               f"{sum(to in codes for to in doubled)} of {len(codes)}",
               "0", not codes & set(doubled)),
        Figure("R2", f"answers sent twice, the reply lost or the worker killed ({len(doubled)}):"
               " most that one person got", f"{most}", "<= 2", most <= 2),
        Figure("R2", "letters that are neither sent nor settled; answers that never came",
               f"{left}; {silent}", "0; 0", left == silent == 0),
    ]  # fmt: skip


def _attempts(house: House) -> dict[str, list[str]]:
    """Address -> what came of each attempt, in order."""
    found = defaultdict(list)
    for address, outcome in house.store.sql.all(
        "select letters.address, attempts.outcome from attempts join letters"
        " on letters.id = attempts.letter order by attempts.letter, attempts.number"
    ):
        found[address].append(outcome)
    return found
