"""Those who wait for something are told of a stop: by day, once a day, each thing once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from board import announce, incident
from cast import AR_FOUR, FR_SIX, FR_THIRTY
from phone import Phone

from lite import notices
from lite.app import House
from lite.clock import CASABLANCA, local, set_clock, short
from lite.fit import cost
from lite.notices.stages import asleep, due, reminders
from lite.upstream import pretend

HOURS, DAYS = timedelta(hours=1), timedelta(days=1)


def waits(house: House, number: str, language: str = "fr") -> Phone:
    """Somebody who asked for an attestation and has not got it."""
    phone = Phone(house, number).speaks(language)
    phone.dials("*384*3939*2*2*1#").drops()
    return phone.waits()


def at(house: House, moment: datetime) -> None:
    set_clock(Path(house.settings.clock), moment)


def goes_by(house: House, until: datetime) -> Iterator[datetime]:
    """The worker looks every quarter of an hour."""
    moment = house.clock.now()
    while moment < until:
        moment += timedelta(minutes=15)
        at(house, moment)
        yield moment
        house.notices.post_due()


def told(house: House, phone: Phone, until: datetime) -> list[datetime]:
    """When a phone is told something, until then."""
    when, known = [], len(phone.inbox)
    for moment in goes_by(house, until):
        now = len(phone.inbox)
        when += [moment - timedelta(minutes=15)] * (now - known)
        known = now
    return when


def test_who_waits_is_told_before_when_it_begins_and_when_it_is_over(house: House) -> None:
    phone = waits(house, FR_SIX)
    made = announce(house, timedelta(days=8, hours=4))  # at two in the afternoon
    when = told(house, phone, made.hour + DAYS)
    before = [made.starts_at - moment for moment in when[:3]]
    assert [round(one / HOURS) for one in before] == [72, 24, 1]
    assert len({local(moment).date() for moment in when}) == len(when)
    phone.gets(f"Lite : arrêt de Caisse (démo) le {short(made.starts_at)}", "ETAT au 3939",
               "Votre demande est gardée.", "Lite : Caisse (démo) répond de nouveau.")  # fmt: skip


@pytest.mark.parametrize(("number", "language", "most"), [(FR_SIX, "fr", 1), (AR_FOUR, "ar", 2)])
def test_each_of_these_messages_is_short(
    house: House, number: str, language: str, most: int
) -> None:
    phone = waits(house, number, language)
    before = len(phone.inbox)
    made = announce(house, timedelta(days=8, hours=4))
    told(house, phone, made.hour + DAYS)
    silent = incident(house, ends_at=None, next_at=house.clock.now() + DAYS)
    told(house, phone, house.clock.now() + DAYS - HOURS)
    notices.close(house.store, silent.id, house.clock.now())
    told(house, phone, house.clock.now() + DAYS)
    assert len(phone.inbox) - before >= 5
    assert [text for text in phone.inbox[before:] if cost(text).segments > most] == []


def test_nobody_is_woken(house: House) -> None:
    """Whatever the hour of the stop, no message is written at night."""
    phone = waits(house, FR_SIX)
    made = announce(house, timedelta(days=8, hours=16))  # at two in the morning
    when = told(house, phone, made.hour + DAYS)
    assert len(when) >= 3
    assert [moment for moment in when if asleep(moment)] == []
    assert any(timedelta(0) < made.starts_at - moment < DAYS for moment in when), "the last one"


def day_at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CASABLANCA)


@pytest.mark.parametrize(("falls", "limit", "moved"), [
    (day_at(10), day_at(12), day_at(10)),
    (day_at(20, 59), day_at(22), day_at(20, 59)),
    (day_at(3), day_at(3, day=25), day_at(8)),
    (day_at(7, 30), day_at(8, 30), day_at(8)),
    (day_at(22), day_at(22, day=25), day_at(8, day=25)),
    (day_at(1), day_at(2), day_at(20, day=23)),
    (day_at(22), day_at(23), day_at(20)),
    (day_at(7), day_at(8), day_at(20, day=23)),
])  # fmt: skip
def test_what_falls_at_night_is_moved(falls: datetime, limit: datetime, moved: datetime) -> None:
    assert due(falls, limit) == moved


@pytest.mark.parametrize("minutes", range(0, 24 * 60, 30))
def test_each_reminder_has_a_day_of_its_own(minutes: int) -> None:
    """Who gets one message a day at most would lose the second: of a stop at half past ten in the
    evening, one at eight in the morning, the hours before are told at eight twice a day."""
    start = day_at(0) + timedelta(minutes=minutes)
    when = reminders(start)
    moments = list(when.values())
    assert list(when) == [72 * HOURS, 24 * HOURS, HOURS] and moments == sorted(moments)
    assert len({local(moment).date() for moment in moments}) == 3
    assert not any(map(asleep, moments)) and moments[-1] < start
    assert all(before - 12 * HOURS <= start - moment for before, moment in when.items())
    assert start - moments[-1] <= 13 * HOURS and start - moments[1] <= 48 * HOURS


@pytest.mark.parametrize("hour", [22.5, 8, 7.5, 2])
def test_whatever_the_hour_of_a_stop_all_three_reminders_come(house: House, hour: float) -> None:
    phone = waits(house, FR_SIX)
    made = announce(house, timedelta(days=9) + (hour - 10) * HOURS)
    assert (local(made.starts_at).hour, local(made.starts_at).minute) == divmod(hour * 60, 60)
    assert len(told(house, phone, made.starts_at)) == 3


def test_a_stop_that_is_put_off_is_announced_again(house: House) -> None:
    """Who was told of the first date needs to be told of the second as it comes near."""
    from test_drafts import revised

    phone = waits(house, FR_SIX)
    made = announce(house, timedelta(days=8, hours=4))
    assert made.ends_at and len(told(house, phone, made.starts_at - 5 * HOURS)) == 2
    start = made.starts_at + 7 * DAYS
    assert revised(house, made.id, starts_at=start, ends_at=made.ends_at + 7 * DAYS)
    when = told(house, phone, start)
    assert [round((start - moment) / HOURS) for moment in when[-3:]] == [72, 24, 1]
    assert len(when) == 4  # the new date, and its three reminders


def test_a_letter_that_did_not_leave_by_night_does_not_leave(house: House) -> None:
    waits(house, FR_SIX)
    incident(house)
    house.notices.post_due()
    ((expires,),) = house.store.sql.all("select expires_at from letters where class = 'notice'")
    assert expires.startswith("2026-11-24T20:00:00")


def test_who_waits_for_nothing_is_left_in_peace(house: House) -> None:
    phone = waits(house, FR_SIX)
    other = Phone(house, FR_THIRTY).waits()
    house.store.sql.run("update requests set state = 'ready'")
    incident(house)
    assert house.notices.post_due() == 0
    phone.gets_nothing()
    other.gets_nothing()


def test_who_waits_at_another_fund_is_left_in_peace(house: House) -> None:
    waits(house, FR_SIX)
    house.store.sql.run("update requests set fund = 'cnss'")
    incident(house)
    assert house.notices.post_due() == 0


@pytest.mark.parametrize("wish", ["quiet", "blocked", "lost"])
def test_who_wants_no_message_gets_none(house: House, wish: str) -> None:
    phone = waits(house, FR_SIX)
    if wish == "quiet":
        phone.texts("STOP").waits()
    elif wish == "blocked":
        house.store.talks.set_blocked(house.office.index(FR_SIX), True, "")
    else:
        house.store.sql.run("delete from phones where phone = ?", house.office.index(FR_SIX))
    incident(house)
    assert house.notices.post_due() == 0


def test_one_message_a_day_whatever_it_is_about(house: House) -> None:
    phone = waits(house, FR_SIX)
    (person,) = house.store.people.of_phone(house.office.index(FR_SIX))
    house.store.told.claim(person, "2026-11-24", "dossier:1:paid", "")
    incident(house, ends_at=house.clock.now() + 3 * DAYS)
    house.notices.post_due()
    phone.gets_nothing()
    at(house, house.clock.now() + DAYS)
    house.notices.post_due()
    phone.gets("est à l'arrêt")


def test_many_wait_and_each_is_told_once(house: House) -> None:
    """In batches, by two workers at once, again and again."""
    waits(house, FR_SIX)
    columns = "reference, once, person, phone, sealed, kind, language, state, reason, asked_at"
    columns += ", changed_at, fund, receipt"
    (row,) = house.store.sql.all(f"select {columns} from requests")
    with house.store.transaction():
        for number in range(130):
            person, phone = f"person{number:04}", f"phone{number:04}"
            reference = f"r{number:04}"
            sealed = house.office.seal(f"requests.sealed:{reference}", {"phone": "+212600000000"})
            copy = (reference, f"once{number}", person, phone, sealed, *row[5:])
            marks = ",".join("?" * len(copy))
            house.store.sql.run(f"insert into requests ({columns}) values ({marks})", *copy)
            house.store.sql.run(
                "insert into phones (phone, person, fund, heard_at) values (?, ?, 'pretend', '')",
                *(phone, person),
            )
    incident(house)
    workers = [Thread(target=house.notices.post_due) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    house.notices.post_due()
    ((letters,),) = house.store.sql.all("select count(*) from letters where class = 'notice'")
    assert letters == 131


def test_a_crash_in_the_middle_doubles_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = waits(house, FR_SIX)
    incident(house)
    tell, letters = house.notices.tell, house.notices

    def crash(*told: Any) -> None:
        tell(*told)
        raise KeyboardInterrupt

    object.__setattr__(letters, "tell", crash)
    with pytest.raises(KeyboardInterrupt):
        letters.post_due()
    phone.gets_nothing()
    object.__setattr__(letters, "tell", tell)
    assert letters.post_due() == 1
    assert letters.post_due() == 0
    phone.gets("est à l'arrêt")


def test_one_request_that_nobody_can_open_holds_up_no_other(house: House) -> None:
    waits(house, FR_SIX)
    phone = waits(house, FR_THIRTY)
    broken = house.office.index(FR_SIX)
    house.store.sql.run("update requests set sealed = 'v1.x' where phone = ?", broken)
    incident(house)
    assert house.notices.post_due() == 1
    phone.gets("est à l'arrêt")


def test_a_new_hour_is_told_to_those_who_know_the_old_one(house: House) -> None:
    from test_drafts import revised

    phone, made = waits(house, FR_SIX), incident(house)
    assert made.ends_at
    house.notices.post_due()
    late = Phone(house, FR_THIRTY).dials("*384*3939*2*2*1#").presses("1").drops().waits()
    revised(house, made.id, ends_at=made.ends_at + DAYS)
    at(house, house.clock.now() + DAYS - HOURS)
    phone.waits()
    house.notices.post_due()
    phone.gets(f"retour le {short(made.ends_at + DAYS)}")
    rows = house.store.sql.all("select what from told order by at")
    assert [row[0].split(":")[2] for row in rows] == ["started", "changed2", "started"]
    late.gets("est à l'arrêt")


def test_a_stop_that_is_called_off_is_told_to_those_who_know_of_it(house: House) -> None:
    phone = waits(house, FR_SIX)
    made = announce(house, timedelta(days=8, hours=4))
    told(house, phone, made.starts_at - 2 * DAYS)
    phone.gets("arrêt de").waits()
    notices.close(house.store, made.id, house.clock.now())
    told(house, phone, house.clock.now() + HOURS)
    phone.gets(f"pas d'arrêt le {short(made.starts_at)}")


def test_a_silence_of_minutes_costs_nobody_an_sms(house: House, tmp_path: Path) -> None:
    phone = waits(house, FR_SIX)
    pretend.switch(tmp_path / "fund.db", "down")
    for minutes in (0, 1, 2, 45):
        at(house, house.clock.now() + timedelta(minutes=minutes))
        house.watch.look()
        house.notices.post_due()
    phone.gets_nothing()
    at(house, house.clock.now() + timedelta(minutes=20))
    house.watch.look()
    house.notices.post_due()
    phone.gets("Lite : Caisse (démo) est à l'arrêt.", "Prochaine nouvelle le 24/11")
    pretend.switch(tmp_path / "fund.db", "ok")
    for minutes in (1, 1, 24 * 60 - 60):
        at(house, house.clock.now() + timedelta(minutes=minutes))
        house.watch.look()
        house.notices.post_due()
    phone.gets("répond de nouveau")
