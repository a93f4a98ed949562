"""Who asked is told what changed: one message a day, by day, once; who did not ask, nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from threading import Barrier, Thread
from typing import Any

import pytest
from board import incident
from bookfund import BookFund, dossier, insured, right
from phone import Phone

from lite.app import House
from lite.clock import CASABLANCA, local, set_clock
from lite.desk import post
from lite.fit import cost, fold
from lite.news import Telling, telling
from lite.news.pieces import URGENCY, Piece
from lite.news.wording import TO_DO, message
from lite.notices.stages import asleep
from lite.outbox import Later, Never
from lite.services.names import REASONS
from lite.sms import africastalking
from lite.text import LANGUAGES, Ltr, T, Text, say
from lite.upstream import port

HOURS, DAYS = timedelta(hours=1), timedelta(days=1)
ASKS_ALL = "*384*3939*5*26*1#"
ONE, TWO, THREE = "+212611110001", "+212611110002", "+212611110003"


class Told:
    """A fund whose book a test writes, and the worker that tells of it."""

    def __init__(self, house: House, *records: port.Record, name: str = "book") -> None:
        self.house = house
        self.fund = BookFund(house.clock.now, name, list(records))
        house.intake.pull(self.fund)

    def tells(self, *records: port.Record, after: timedelta = HOURS) -> Told:
        """The fund tells this instead, an hour later."""
        later(self.house, after)
        self.fund.told = list(records)
        self.house.intake.pull(self.fund)
        return self


def later(house: House, time: timedelta) -> None:
    set_clock(house.settings.clock, house.clock.now() + time)


def at(house: House, hour: int, minute: int = 0, day: int = 24) -> None:
    set_clock(house.settings.clock, datetime(2026, 11, day, hour, minute, tzinfo=CASABLANCA))


def tell(house: House) -> int:
    return Telling(house.office).tell_due()


def asks(house: House, number: str, dialled: str = ASKS_ALL) -> Phone:
    """Somebody who asked to be told."""
    phone = Phone(house, number).speaks("fr").dials(dialled).drops()
    return phone.waits()


def moves(house: House) -> int:
    ((count,),) = house.store.sql.all("select count(*) from moves")
    return int(count)


@pytest.fixture
def book(house: House) -> Told:
    """A person with two dossiers whom a fund told of."""
    return Told(house, insured(1, ONE), dossier(1, 1), dossier(2, 1))


# Who is told


def test_who_asked_is_told_the_next_morning(house: House, book: Told) -> None:
    phone = asks(house, ONE)
    at(house, 3, day=25)
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), dossier(2, 1))
    assert tell(house) == 0
    phone.gets_nothing()
    at(house, 8, day=25)
    assert tell(house) == 1
    phone.gets("Lite : dossier 0000000001 : payé, au 25/11.", "Détail : DOSSIER au 3939")
    assert phone.news.count("SMS ") == 1
    assert tell(house) == 0
    assert moves(house) == 0


def test_who_did_not_ask_is_told_nothing_and_the_news_are_gone(house: House, book: Told) -> None:
    phone = Phone(house, ONE).waits()
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), dossier(2, 1))
    assert moves(house) == 1
    assert tell(house) == 0
    assert moves(house) == 0
    asks(house, ONE)
    assert tell(house) == 0, "what came before was not asked for"
    phone.gets_nothing()


def test_news_that_nobody_wants_go_by_day_and_by_night(house: House, book: Told) -> None:
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), dossier(2, 1))
    at(house, 23)
    tell(house)
    assert moves(house) == 0


def test_three_changes_are_one_message_and_the_most_urgent_is_said(house: House) -> None:
    book = Told(house, insured(1, ONE), *(dossier(one, 1) for one in (1, 2, 3)))
    phone = asks(house, ONE)
    book.tells(
        insured(1, ONE), dossier(1, 1, "paid"), dossier(2, 1, "info_requested"),
        dossier(3, 1, "rejected"),
    )  # fmt: skip
    assert tell(house) == 1
    phone.gets("Lite : dossier 0000000002 : documents demandés", "2 autres nouvelles : *384*3939#")
    assert len([text for text in phone.inbox if "Lite : dossier" in text]) == 1
    phone.waits()
    for day in (25, 26):
        at(house, 9, day=day)
        assert tell(house) == 0
    phone.gets_nothing()


def test_what_is_refused_comes_with_what_to_do(house: House, book: Told) -> None:
    phone = asks(house, ONE)
    refused = port.Dossier(
        "0000000001", port.PersonKey("cnss", "000000001"), "reimbursement", "2026-11-01",
        port.DossierStatus.REJECTED, "2026-11-02", reasons=(port.Reason("RADIO"),),
    )  # fmt: skip
    book.tells(insured(1, ONE), refused, dossier(2, 1))
    assert tell(house) == 1
    phone.gets("rejeté", "À faire : apportez les pièces qui manquent.")
    assert "dent" not in phone.news, "whoever reads along learns nothing of the care"


def test_what_is_no_news_is_not_told(house: House, book: Told) -> None:
    phone = asks(house, ONE)
    book.tells(insured(1, ONE), dossier(1, 1, "in_review"), dossier(2, 1, "approved"))
    assert tell(house) == 0
    phone.gets_nothing()
    assert moves(house) == 0


def test_what_changed_back_before_the_morning_is_no_news(house: House, book: Told) -> None:
    phone = asks(house, ONE)
    at(house, 22)
    book.tells(insured(1, ONE), dossier(1, 1, "rejected"), dossier(2, 1))
    book.tells(insured(1, ONE), dossier(1, 1, "in_review"), dossier(2, 1))
    at(house, 8, day=25)
    assert tell(house) == 0
    phone.gets_nothing()


# When


def test_what_comes_at_eleven_at_night_is_told_at_eight(house: House, book: Told) -> None:
    phone = asks(house, ONE)
    at(house, 22, 30)
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), dossier(2, 1), after=HOURS / 2)
    told = None
    while told is None and local(house.clock.now()).day < 26:
        later(house, HOURS / 4)
        told = local(house.clock.now()) if tell(house) else None
    assert told
    assert (told.day, told.hour) == (25, 8)
    phone.gets("payé, au 24/11.")


def test_one_message_a_day_whatever_it_is_about(house: House, book: Told) -> None:
    phone = asks(house, ONE)
    (person,) = house.store.people.of_phone(house.office.index(ONE))
    house.store.told.claim(person, "2026-11-24", "notice:1:started", "")
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), dossier(2, 1))
    assert tell(house) == 0
    phone.gets_nothing()
    at(house, 9, day=25)
    assert tell(house) == 1
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), dossier(2, 1, "rejected"))
    assert tell(house) == 0
    at(house, 9, day=26)
    assert tell(house) == 1
    phone.gets("payé", "rejeté")


def test_a_letter_that_could_not_leave_by_day_waits_for_the_morning(
    house: House, book: Told
) -> None:
    asks(house, ONE)
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), dossier(2, 1))
    assert tell(house) == 1
    carry = africastalking.carrier(None, house.office, "")  # type: ignore[arg-type]
    index = house.office.index(ONE)
    row = next(one for one in house.store.letters.written_to(index, "") if one.klass == "news")
    at(house, 22)
    outcome = carry(row)
    assert isinstance(outcome, Later)
    assert outcome.seconds is not None
    assert round(outcome.seconds) == pytest.approx(10 * 3600, abs=5)
    house.store.talks.set_quiet(index, True, "")
    assert carry(row) == Never("not wanted")


# Who is not told


def _stops(house: House, phone: Phone) -> None:
    phone.texts("STOP").waits()


def _is_blocked(house: House, phone: Phone) -> None:
    house.store.talks.set_blocked(house.office.index(phone.number), True, "")


def _is_lost(house: House, phone: Phone) -> None:
    (person,) = house.store.people.of_phone(house.office.index(phone.number))
    house.store.enrolments.unbind(house.office.index(phone.number), person, "")


def _is_silent(house: House, phone: Phone) -> None:
    old = "2025-11-01T00:00:00.000000Z"
    house.store.sql.run("update phones set heard_at = ?", old)


def _takes_it_back(house: House, phone: Phone) -> None:
    phone.dials("*384*3939*5*26*4#").sees("C'est fait : ce téléphone n'est plus prévenu.").waits()


@pytest.mark.parametrize("happens", [_stops, _is_blocked, _is_lost, _is_silent, _takes_it_back])
def test_who_is_not_to_be_told_any_more(
    house: House, book: Told, happens: Callable[[House, Phone], None]
) -> None:
    phone = asks(house, ONE)
    happens(house, phone)
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), dossier(2, 1))
    assert tell(house) == 0
    phone.gets_nothing()
    assert moves(house) == 0


def test_a_phone_that_the_fund_no_longer_vouches_for_is_told_nothing(
    house: House, book: Told
) -> None:
    phone = asks(house, ONE)
    book.tells(insured(1, TWO), dossier(1, 1, "paid"), dossier(2, 1))
    assert tell(house) == 0
    phone.gets_nothing()


def test_to_ask_again_takes_a_stop_back(house: House, book: Told) -> None:
    phone = asks(house, ONE)
    phone.texts("STOP")
    phone.texts("PREVENIR").texts("1").gets("C'est noté. SMS sur ce téléphone : Tout").waits()
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), dossier(2, 1))
    assert tell(house) == 1
    phone.gets("payé")


def test_only_what_was_asked_for(house: House) -> None:
    book = Told(house, insured(1, ONE), dossier(1, 1), right(1, "2027-06-30"))
    phone = asks(house, ONE, "*384*3939*5*26*3#")
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), right(1, None, "closed"))
    assert tell(house) == 1
    phone.gets("Lite : des droits AMO sont fermés, au 24/11.", "Détail : DROITS au 3939")
    assert "autre" not in phone.news


def test_a_helper_is_not_told_and_cannot_ask(house: House, book: Told) -> None:
    from lite.store.mandates import MandateRow

    (person,) = house.store.people.of_phone(house.office.index(ONE))
    now, end = "2026-01-01T00:00:00.000000Z", "2027-01-01T00:00:00.000000Z"
    house.store.mandates.begin(MandateRow(
        "m", house.office.index(TWO), person, "dossiers rights attestation",
        house.vault.seal("mandates.sealed:m", TWO.encode(), person), now, end,
    ))  # fmt: skip
    helper = Phone(house, TWO).dials(ASKS_ALL)
    helper.sees("Votre mandat d'aidant ne va pas jusque-là.").drops().waits()
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), dossier(2, 1))
    assert tell(house) == 0
    helper.gets_nothing()


# What a fund does


def test_a_first_import_a_replayed_one_and_a_fund_that_is_down_bring_no_news(house: House) -> None:
    book = Told(house, insured(1, ONE), dossier(1, 1, "paid"))
    phone = asks(house, ONE)
    for _ in range(2):
        house.intake.pull(book.fund)
        assert tell(house) == 0
    book.tells(insured(1, ONE), dossier(1, 1, "paid"))
    assert tell(house) == 0

    def gone(number: int) -> None:
        raise port.FundDown(60)

    book.fund.before_page = gone
    book.tells(insured(1, ONE), dossier(1, 1, "rejected"))
    assert tell(house) == 0
    phone.gets_nothing()


def test_a_person_of_two_funds_gets_one_message(house: House) -> None:
    cnss = Told(house, insured(1, ONE, cin="AB1"), dossier(1, 1))
    with_cnops = (insured(7, ONE, cin="AB1", scheme="cnops"), dossier(2, 7, scheme="cnops"))
    cnops = Told(house, *with_cnops, name="book2")
    phone = asks(house, ONE)
    cnss.tells(insured(1, ONE, cin="AB1"), dossier(1, 1, "paid"))
    cnops.tells(with_cnops[0], dossier(2, 7, "rejected", scheme="cnops"))
    assert tell(house) == 1
    phone.gets("dossier 0000000002 : rejeté", "1 autre nouvelle")


def test_who_migrates_is_not_told_their_past_again(house: House) -> None:
    """The new fund tells dossiers that the old one told long ago."""
    Told(house, insured(7, ONE, cin="AB1", scheme="cnops"), dossier(2, 7, "paid", scheme="cnops"))
    cnss = Told(house, insured(1, TWO), name="book2")
    phone = asks(house, ONE)
    moved = insured(8, ONE, cin="AB1")
    cnss.tells(insured(1, TWO), moved, dossier(2, 8, "paid"))
    assert tell(house) == 0
    cnss.tells(insured(1, TWO), moved, dossier(2, 8, "paid"), dossier(3, 8, "rejected"))
    assert tell(house) == 1
    phone.gets("dossier 0000000003 : rejeté")


def test_a_payment_of_a_dossier_is_told_once(house: House) -> None:
    key = port.PersonKey("cnss", "000000001")
    paid = port.Payment("p1", key, "0000000001", None, 12_345, "MAD", "2026-11-24")
    pension = port.Payment("p2", key, None, "b1", 250_000, "MAD", "2026-11-24")
    book = Told(house, insured(1, ONE), dossier(1, 1))
    phone = asks(house, ONE)
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), paid)
    assert tell(house) == 1
    phone.gets("dossier 0000000001 : payé", "Détail").waits()
    later(house, DAYS)
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), paid, pension)
    assert tell(house) == 1
    phone.gets("Lite : un paiement de la caisse est parti")
    assert not {"123", "2500", "Nom 1"} & set(phone.news.split()), "no sum, no name"


# Rights that end


def test_the_end_of_a_right_is_told_once_although_nothing_changes(house: House) -> None:
    """The fund told of it long ago and says no more: time alone brings it near."""
    Told(house, insured(1, ONE), right(1, "2026-12-30"))
    phone, told = asks(house, ONE), []
    for day in range(24, 31):
        at(house, 9, day=day)
        told += [day] * tell(house)
    assert told == [30]
    phone.gets("Lite : des droits AMO finissent le 30/12/2026 (connu le 24/11).", "À faire :")


def test_the_end_of_a_right_that_was_told_is_not_told_after_the_next_pull(house: House) -> None:
    book = Told(house, insured(1, ONE), right(1, "2027-06-30"))
    phone = asks(house, ONE)
    book.tells(insured(1, ONE), right(1, "2026-12-10"))
    assert tell(house) == 1
    for day in (25, 26):
        at(house, 9, day=day)
        house.intake.pull(book.fund)
        assert tell(house) == 0
    phone.gets("finissent le 10/12/2026")


def test_the_rights_of_a_family_end_in_one_message_to_its_head(house: House) -> None:
    child = port.Insured({"cnss": "000000002"}, "f1", "dependant", "Nom 2", "2015-01-01")
    Told(house, insured(1, ONE), child, right(1, "2026-12-10"), right(2, "2026-12-10"))
    phone = asks(house, ONE)
    assert tell(house) == 1
    phone.gets("finissent le 10/12/2026", "Détail : DROITS au 3939")
    assert "Nom" not in phone.news


def test_a_day_that_was_taken_leaves_the_end_of_a_right_for_tomorrow(house: House) -> None:
    Told(house, insured(1, ONE), right(1, "2026-12-10"))
    phone = asks(house, ONE)
    (person,) = house.store.people.of_phone(house.office.index(ONE))
    house.store.told.claim(person, "2026-11-24", "notice:1:started", "")
    assert tell(house) == 0
    at(house, 9, day=25)
    assert tell(house) == 1
    phone.gets("finissent le 10/12/2026")


# Phones


def test_of_two_phones_those_that_asked(house: House) -> None:
    book = Told(house, insured(1, ONE, TWO, THREE), dossier(1, 1))
    first, second = asks(house, ONE), asks(house, TWO)
    third = Phone(house, THREE).waits()
    book.tells(insured(1, ONE, TWO, THREE), dossier(1, 1, "paid"))
    assert tell(house) == 1
    first.gets("payé")
    second.gets("payé")
    third.gets_nothing()


def test_several_people_on_one_phone_are_told_apart_by_the_dossier_alone(house: House) -> None:
    book = Told(house, insured(1, ONE), insured(2, ONE), dossier(1, 1), dossier(2, 2))
    phone = Phone(house, ONE).speaks("fr")
    phone.dials("*384*3939*5*26#").presses("2").presses("1").drops().waits()
    book.tells(insured(1, ONE), insured(2, ONE), dossier(1, 1, "paid"), dossier(2, 2, "paid"))
    assert tell(house) == 1, "the other one did not ask"
    (person,) = house.store.sql.all("select person from news_wanted")
    number = {1: "0000000001", 2: "0000000002"}
    mine = [house.store.people.of_key(house.vault.hash("key", f"cnss:{one:09}")) for one in (1, 2)]
    phone.gets(number[1 + mine.index(person[0])])
    assert "Nom" not in phone.news


def test_each_phone_in_its_language(house: House) -> None:
    book = Told(house, insured(1, ONE, TWO), dossier(1, 1))
    asks(house, ONE)
    arabic = Phone(house, TWO).speaks("ar").dials(ASKS_ALL).drops().waits()
    book.tells(insured(1, ONE, TWO), dossier(1, 1, "paid"))
    tell(house)
    arabic.gets("لايت: الملف 0000000001: تم الأداء")


@pytest.mark.parametrize("dialled", ["1", "2", "3"])
def test_by_sms_every_choice_is_listed(house: House, book: Told, dialled: str) -> None:
    phone = Phone(house, ONE).speaks("ar").dials(f"*384*3939*5*26*{dialled}#").drops()
    phone.texts("إشعار")
    assert [f"\n{key} " in phone.news for key in (1, 2, 3, 4)] == [True] * 4, phone.news


# Once


def test_two_workers_at_once_write_each_message_once(house: House) -> None:
    numbers = [f"+21261111{one:04}" for one in range(30)]
    people = [insured(one, number) for one, number in enumerate(numbers)]
    book = Told(house, *people, *(dossier(one, one) for one in range(30)))
    for number in numbers:
        asks(house, number)
    book.tells(*people, *(dossier(one, one, "paid") for one in range(30)))
    barrier, told = Barrier(2), list[int]()

    def work() -> None:
        barrier.wait()
        told.append(tell(house))

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    ((letters,),) = house.store.sql.all("select count(*) from letters where class = 'news'")
    assert (sum(told), letters, moves(house)) == (30, 30, 0)


def test_a_crash_in_the_middle_doubles_nothing_and_loses_nothing(
    house: House, book: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = asks(house, ONE)
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), dossier(2, 1))
    sms = post.sms

    def crash(*told: Any) -> str:
        sms(*told)
        raise KeyboardInterrupt

    monkeypatch.setattr(telling.post, "sms", crash)
    with pytest.raises(KeyboardInterrupt):
        tell(house)
    phone.gets_nothing()
    monkeypatch.setattr(telling.post, "sms", sms)
    assert tell(house) == 1
    assert tell(house) == 0
    phone.gets("payé")


def test_one_file_that_nobody_can_read_holds_up_no_other(house: House) -> None:
    book = Told(house, insured(1, ONE), insured(2, TWO), dossier(1, 1), dossier(2, 2))
    asks(house, ONE)
    phone = asks(house, TWO)
    book.tells(insured(1, ONE), insured(2, TWO), dossier(1, 1, "paid"), dossier(2, 2, "paid"))
    broken = house.office.index(ONE)
    house.store.sql.run("update news_wanted set sealed = 'v1:x' where phone = ?", broken)
    assert tell(house) == 1
    phone.gets("payé")


def test_a_stop_is_told_within_the_same_one_a_day(house: House, book: Told) -> None:
    phone = asks(house, ONE)
    phone.dials("*384*3939*2*2*1#").drops()
    house.store.sql.run("update requests set fund = 'pretend'")
    book.tells(insured(1, ONE), dossier(1, 1, "paid"), dossier(2, 1))
    phone.waits()
    assert tell(house) == 1
    incident(house)
    assert house.notices.post_due() == 0
    assert not asleep(house.clock.now())


# The words


PIECES = [
    Piece("dossiers", what, "1030787185", (code,), as_of=datetime(2026, 11, 24, tzinfo=CASABLANCA))
    for what, code in product(("rejected", "partly_approved", "info_requested"), ["", *TO_DO])
] + [
    Piece("rights", what, as_of=datetime(2026, 11, 24, tzinfo=CASABLANCA))
    for what in ("closed", "suspended")
] + [
    Piece("dossiers", what, "1030787185", as_of=datetime(2026, 11, 24, tzinfo=CASABLANCA))
    for what in ("returned_by_bank", "approved", "paid")
] + [
    Piece("dossiers", "payment", as_of=datetime(2026, 11, 24, tzinfo=CASABLANCA)),
    Piece("rights", "ending", until=datetime(2026, 12, 24).date()),
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("others", [0, 1, 2, 11])
def test_each_message_is_short(language: str, others: int) -> None:
    reference = T("SMS {reference}", reference=Ltr("123456"))
    last = PIECES[-5]  # nothing is less urgent than what is said first
    assert {one.what for one in PIECES} == set(URGENCY)
    for piece in PIECES:
        lines: list[Text] = [*message([piece, *[last] * others], "3939", "*384*3939#"), reference]
        text = fold("\n".join(say(line, language) for line in lines))
        assert cost(text).segments <= {"fr": 1, "ar": 2}[language], f"{cost(text)}\n{text}"


def test_every_reason_has_something_to_do() -> None:
    assert set(TO_DO) == set(REASONS)
