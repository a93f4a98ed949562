"""A card's codes: one number asked at a time, each code once, ten wrong guesses a day at most."""

from __future__ import annotations

import multiprocessing
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from lite import numbers, vault
from lite.identity import cards
from lite.identity.cards import Challenge, NoCard, NoMore, Proved, WrongCode
from lite.identity.codes import Locked
from lite.store import Store
from lite.vault import Vault
from tests import engines

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
PERSON = "person-1"
OTHER = "person-2"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(engines.store_of(tmp_path))
    store.migrate()
    return store


@pytest.fixture
def keys(tmp_path: Path) -> Vault:
    vault.create(tmp_path / "lite.keys")
    return vault.load(tmp_path / "lite.keys")


@pytest.fixture
def card(store: Store, keys: Vault) -> cards.Card:
    return cards.issue(store, keys, PERSON, NOW)


def asked(store: Store, person: str = PERSON) -> int:
    challenge = cards.challenge(store, person)
    assert challenge
    return challenge.number


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def answer(store: Store, keys: Vault, card: cards.Card, now: datetime = NOW) -> object:
    return cards.prove(store, keys, PERSON, card.codes[asked(store)], now)


def miss(store: Store, keys: Vault, card: cards.Card, now: datetime) -> object:
    return cards.prove(store, keys, PERSON, wrong(card.codes[asked(store)]), now)


def miss_all_day(store: Store, keys: Vault, card: cards.Card) -> datetime:
    """Fail as often as the waits let one; the instant of the last try."""
    now, outcome = NOW, miss(store, keys, card, NOW)
    while outcome != WrongCode(0):
        now = outcome.until if isinstance(outcome, Locked) else now + timedelta(seconds=1)
        outcome = miss(store, keys, card, now)
    return now


def test_a_card_has_forty_codes_of_six_digits_and_a_number_that_catches_slips(
    card: cards.Card,
) -> None:
    assert sorted(card.codes) == list(range(1, 41))
    assert all(len(code) == 6 and code.isdecimal() for code in card.codes.values())
    assert len(set(card.codes.values())) > 30
    assert len(card.id) == 12 and numbers.has_check(card.id)


@pytest.mark.parametrize(
    "codes",
    [
        {},
        dict.fromkeys(range(1, 40), "123456"),
        dict.fromkeys(range(1, 41), "12345"),
        dict.fromkeys(range(1, 41), "١٢٣٤٥٦"),
    ],
    ids=["none", "39", "five digits", "Arabic digits"],
)
def test_what_is_no_card_is_not_issued(store: Store, keys: Vault, codes: dict[int, str]) -> None:
    with pytest.raises(ValueError):
        cards.issue(store, keys, PERSON, NOW, codes)
    assert cards.challenge(store, PERSON) is None


def test_the_same_number_is_asked_until_it_is_answered_right(
    store: Store, keys: Vault, card: cards.Card
) -> None:
    first = asked(store)
    assert miss(store, keys, card, NOW) == WrongCode(9)
    assert {asked(store) for _ in range(30)} == {first}
    assert cards.prove(store, keys, PERSON, card.codes[first], NOW) == Proved(39)
    assert asked(store) != first


def test_numbers_come_at_random_and_all_of_them_once(
    store: Store, keys: Vault, card: cards.Card
) -> None:
    order = []
    for left in range(39, -1, -1):
        order.append(asked(store))
        assert cards.challenge(store, PERSON) == Challenge(order[-1], left + 1)
        assert answer(store, keys, card) == Proved(left)
    assert sorted(order) == list(range(1, 41)) and order != sorted(order)
    assert cards.challenge(store, PERSON) is None
    assert cards.prove(store, keys, PERSON, card.codes[1], NOW) == NoCard()


@pytest.mark.parametrize(
    "write",
    [
        lambda code: f" {code[:3]} {code[3:]} ",
        lambda code: f"{code[:3]}-{code[3:]}",
        lambda code: f"{code[:3]}–{code[3:]}",
        lambda code: f"\u200f{code}\u200e",
        lambda code: code.translate({48 + n: 0x660 + n for n in range(10)}),
        lambda code: code.translate({48 + n: 0x6F0 + n for n in range(10)}),
    ],
    ids=["spaces", "dash", "long dash", "direction marks", "Arabic", "Persian"],
)
def test_a_code_is_read_as_people_write_it(
    store: Store, keys: Vault, card: cards.Card, write: Callable[[str], str]
) -> None:
    typed = write(card.codes[asked(store)])
    assert cards.prove(store, keys, PERSON, typed, NOW) == Proved(39)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "0", "12345a"])
def test_what_is_no_code_is_no_try(store: Store, keys: Vault, card: cards.Card, typed: str) -> None:
    assert cards.prove(store, keys, PERSON, typed, NOW) == WrongCode(10)


def test_a_used_code_is_dead(store: Store, keys: Vault, card: cards.Card) -> None:
    number = asked(store)
    assert cards.prove(store, keys, PERSON, card.codes[number], NOW) == Proved(39)
    for code in (card.codes[number], card.codes[number]):
        assert isinstance(cards.prove(store, keys, PERSON, code, NOW), WrongCode)
    assert cards.left(store, PERSON) == 39


def test_the_code_of_another_number_is_wrong(store: Store, keys: Vault) -> None:
    codes = {number: f"{number:06d}" for number in range(1, 41)}
    cards.issue(store, keys, PERSON, NOW, codes)
    other = next(number for number in codes if number != asked(store))
    assert cards.prove(store, keys, PERSON, codes[other], NOW) == WrongCode(9)


def test_a_code_opens_nothing_of_somebody_else(store: Store, keys: Vault, card: cards.Card) -> None:
    cards.issue(store, keys, OTHER, NOW)
    outcome = cards.prove(store, keys, OTHER, card.codes[asked(store, OTHER)], NOW)
    assert outcome == WrongCode(9)
    assert cards.prove(store, keys, "nobody", card.codes[1], NOW) == NoCard()


def test_two_doors_at_once_use_a_code_once(
    store: Store, keys: Vault, card: cards.Card, tmp_path: Path
) -> None:
    for round_ in range(10):
        code = card.codes[asked(store)]
        start = Barrier(2)

        def try_it(_: int, code: str = code, start: Barrier = start) -> object:
            # Its own writer's lock: only SQL stands between.
            door = Store(engines.store_of(tmp_path))
            start.wait()
            return cards.prove(door, keys, PERSON, code, NOW)

        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(try_it, range(2)))
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Proved", "WrongCode"]
        assert cards.left(store, PERSON) == 39 - round_
        store.access.forgive(f"card:{PERSON}")


def _try_in_a_process(folder: Path, code: str, start: Barrier) -> bool:
    store, keys = Store(engines.store_of(folder)), vault.load(folder / "lite.keys")
    start.wait(30)
    return isinstance(cards.prove(store, keys, PERSON, code, NOW), Proved)


def test_two_processes_at_once_use_a_code_once(
    store: Store, keys: Vault, card: cards.Card, tmp_path: Path
) -> None:
    code = card.codes[asked(store)]
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, context.Pool(2) as pool:
        start = manager.Barrier(2)
        outcomes = pool.starmap(_try_in_a_process, [(tmp_path, code, start)] * 2)
    assert sorted(outcomes) == [False, True]


def test_the_statement_itself_consumes_once(store: Store, keys: Vault, card: cards.Card) -> None:
    number = asked(store)
    hashed = keys.hash("card", f"{card.id}:{number}:{card.codes[number]}")
    other = number % 40 + 1
    other_hash = keys.hash("card", f"{card.id}:{other}:{card.codes[other]}")
    assert not store.cards.use(card.id, other, other_hash, "2026-11-24")  # not the number asked
    assert not store.cards.use(card.id, number, other_hash, "2026-11-24")
    assert store.cards.use(card.id, number, hashed, "2026-11-24")
    store.cards.ask(card.id, number)
    assert not store.cards.use(card.id, number, hashed, "2026-11-24")


def test_a_number_that_cannot_be_read_is_never_asked_again(
    store: Store, keys: Vault, card: cards.Card
) -> None:
    skipped = []
    for step in range(3):
        now = NOW + timedelta(days=2 * step)
        skipped.append(asked(store))
        following = cards.unreadable(store, PERSON, now)
        assert following == Challenge(asked(store), 39 - step)
        dead = card.codes[skipped[-1]]
        if dead != card.codes[asked(store)]:
            assert isinstance(cards.prove(store, keys, PERSON, dead, now), WrongCode)
    assert len({*skipped, asked(store)}) == 4
    later = NOW + timedelta(days=7)
    number = asked(store)
    assert cards.unreadable(store, PERSON, later) == NoMore()
    assert asked(store) == number and cards.left(store, PERSON) == 37


def test_skipping_a_number_counts_as_a_failure(store: Store, keys: Vault, card: cards.Card) -> None:
    number = asked(store)
    assert isinstance(cards.unreadable(store, PERSON, NOW), Challenge)
    assert cards.unreadable(store, PERSON, NOW) != Challenge(number, 38)
    assert isinstance(cards.unreadable(store, PERSON, NOW), Challenge)
    assert cards.unreadable(store, PERSON, NOW) == Locked(NOW + timedelta(seconds=30))
    assert answer(store, keys, card) == Locked(NOW + timedelta(seconds=30))


def test_where_nothing_was_asked_nothing_is_skipped(
    store: Store, keys: Vault, card: cards.Card
) -> None:
    assert isinstance(cards.unreadable(store, PERSON, NOW), Challenge)
    assert cards.left(store, PERSON) == 40
    assert miss(store, keys, card, NOW) == WrongCode(9)
    assert cards.unreadable(store, "nobody", NOW) == NoCard()


def test_a_lost_card_stops_at_once(store: Store, keys: Vault, card: cards.Card) -> None:
    number = asked(store)
    assert cards.lost(store, PERSON, NOW)
    assert cards.prove(store, keys, PERSON, card.codes[number], NOW) == NoCard()
    assert cards.challenge(store, PERSON) is None and cards.left(store, PERSON) == 0
    assert not cards.lost(store, PERSON, NOW)


def test_a_new_card_stops_the_one_before(store: Store, keys: Vault, card: cards.Card) -> None:
    new = cards.issue(store, keys, PERSON, NOW)
    assert new.id != card.id
    old_code = card.codes[asked(store)]
    if old_code != new.codes[asked(store)]:
        assert cards.prove(store, keys, PERSON, old_code, NOW) == WrongCode(9)
    assert answer(store, keys, new) == Proved(39)
    states = store.sql.all("select card, state from cards")
    assert dict(states) == {card.id: "replaced", new.id: "active"}


def test_a_person_never_has_two_active_cards(store: Store, card: cards.Card) -> None:
    with pytest.raises(Exception, match=r"UNIQUE|unique constraint"):
        store.cards.begin("another", PERSON, [(1, "hash")], "2026-11-24")


def test_success_resets_the_failures_and_a_new_card_does_not(
    store: Store, keys: Vault, card: cards.Card
) -> None:
    assert miss(store, keys, card, NOW) == WrongCode(9)
    assert miss(store, keys, card, NOW) == WrongCode(8)
    new = cards.issue(store, keys, PERSON, NOW)
    assert miss(store, keys, new, NOW) == WrongCode(7)
    later = NOW + timedelta(seconds=30)
    assert answer(store, keys, new, later) == Proved(39)
    assert miss(store, keys, new, later) == WrongCode(9)


def test_ten_failures_lock_for_the_day_even_for_the_right_code(
    store: Store, keys: Vault, card: cards.Card
) -> None:
    now = miss_all_day(store, keys, card)
    assert now < NOW + DAY
    assert cards.locked_until(store, PERSON, now) == NOW + DAY
    assert answer(store, keys, card, now) == Locked(NOW + DAY)
    new = cards.issue(store, keys, PERSON, now)
    assert answer(store, keys, new, now) == Locked(NOW + DAY)
    assert cards.locked_until(store, OTHER, now) is None
    assert answer(store, keys, new, NOW + DAY + timedelta(seconds=1)) == Proved(39)


def test_a_guesser_who_never_rests_gets_ten_tries_a_day(
    store: Store, keys: Vault, card: cards.Card
) -> None:
    """A try a minute for three days, with the refusals told at each of them."""
    tries: list[datetime] = []
    for minute in range(3 * 24 * 60):
        now = NOW + timedelta(minutes=minute)
        guess = f"{secrets.randbelow(10**6):06d}"
        if guess == card.codes[asked(store)]:
            continue  # what luck may do is not what is measured
        if isinstance(cards.prove(store, keys, PERSON, guess, now), WrongCode):
            tries.append(now)
    in_a_day = [sum(start <= at < start + DAY for at in tries) for start in tries]
    assert max(in_a_day) == 10
    assert len(tries) <= 30


def test_the_next_card_is_due_once_at_eight_left(
    store: Store, keys: Vault, card: cards.Card
) -> None:
    due_at = []
    for _ in range(40):
        answer(store, keys, card)
        if cards.due_for_reorder(store, PERSON, NOW):
            due_at.append(cards.left(store, PERSON))
    assert due_at == [8]
    cards.issue(store, keys, PERSON, NOW)
    assert not cards.due_for_reorder(store, PERSON, NOW)
    assert not cards.due_for_reorder(store, "nobody", NOW)


@pytest.mark.sqlite("the file itself is read")
def test_the_store_holds_keyed_hashes_only(
    store: Store, keys: Vault, card: cards.Card, tmp_path: Path
) -> None:
    answer(store, keys, card)
    rows = store.sql.all("select number, hash from card_codes order by number")
    assert [number for number, _ in rows] == list(range(1, 41))
    for number, hashed in rows:
        assert hashed == keys.hash("card", f"{card.id}:{number}:{card.codes[number]}")
    store.sql.run("pragma wal_checkpoint(truncate)")
    kept = (tmp_path / "lite.db").read_bytes()
    assert card.id.encode() in kept
    # A hash in hexadecimal may hold any six digits by chance: its columns are looked at above.
    for _, hashed in rows:
        kept = kept.replace(hashed.encode(), b"")
    kept = kept.replace(card.id.encode(), b"")
    assert [code for code in card.codes.values() if code.encode() in kept] == []


def test_the_same_code_on_two_cards_or_numbers_looks_different(store: Store, keys: Vault) -> None:
    same = dict.fromkeys(range(1, 41), "123456")
    cards.issue(store, keys, PERSON, NOW, same)
    cards.issue(store, keys, OTHER, NOW, same)
    hashes = store.sql.all("select distinct hash from card_codes")
    whose = store.sql.all("select distinct card, person from cards")
    assert sorted(store.sql.all("select distinct card, of_person from card_codes")) == sorted(whose)
    assert len(hashes) == 80


def test_demo_codes_are_the_same_every_time_for_one_person_and_one_key_file(
    keys: Vault, tmp_path: Path
) -> None:
    again = vault.load(tmp_path / "lite.keys")
    vault.create(tmp_path / "other.keys")
    other = vault.load(tmp_path / "other.keys")
    codes = cards.demo_codes(keys, PERSON)
    assert codes == cards.demo_codes(again, PERSON)
    assert codes != cards.demo_codes(keys, OTHER) and codes != cards.demo_codes(other, PERSON)


def test_demo_codes_are_a_card(store: Store, keys: Vault) -> None:
    issued = cards.issue(store, keys, PERSON, NOW, cards.demo_codes(keys, PERSON))
    assert answer(store, keys, issued) == Proved(39)
