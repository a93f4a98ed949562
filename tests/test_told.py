"""One message a day, and each thing once: whoever claims it first."""

from __future__ import annotations

from threading import Barrier, Thread

from lite.app import House

DAY, NEXT, NOW = "2026-11-24", "2026-11-25", "2026-11-24T09:00:00.000000Z"


def test_a_person_is_told_one_thing_a_day(house: House) -> None:
    told = house.store.told
    assert told.may_tell("someone", DAY)
    assert told.claim("someone", DAY, "notice:1:started", NOW)
    assert not told.may_tell("someone", DAY)
    assert not told.claim("someone", DAY, "dossier:2:paid", NOW)
    assert told.claim("someone", NEXT, "dossier:2:paid", NOW)
    assert told.claim("another", DAY, "notice:1:started", NOW)


def test_the_same_thing_is_told_once_for_ever(house: House) -> None:
    assert house.store.told.claim("someone", DAY, "notice:1:started", NOW)
    assert not house.store.told.claim("someone", NEXT, "notice:1:started", NOW)
    assert house.store.told.may_tell("someone", NEXT)


def test_a_claim_that_is_rolled_back_was_none(house: House) -> None:
    try:
        with house.store.transaction():
            assert house.store.told.claim("someone", DAY, "one", NOW)
            raise KeyError
    except KeyError:
        pass
    assert house.store.told.claim("someone", DAY, "one", NOW)


def test_of_many_who_claim_at_once_one_wins(house: House) -> None:
    won, barrier = list[int](), Barrier(6)

    def claim(number: int) -> None:
        barrier.wait()
        if house.store.told.claim("someone", DAY, f"news:{number}", NOW):
            won.append(number)

    threads = [Thread(target=claim, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
