"""Is it really you? References on every message and call, fakes reported, cards lost."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from cards import card_of
from cast import AR_FOUR, FR_NONE, FR_SIX, FR_THIRTY, SHARED, STRANGER
from click.testing import CliRunner
from phone import Phone
from visitor import Visitor

from lite import signs
from lite.app import House
from lite.cli.contacts import contact
from lite.clock import set_clock
from lite.desk import contacts, fraud, post
from lite.desk.facts import Dossier
from lite.fit import cost, fold
from lite.services import dossiers, names
from lite.store.contacts import FraudRow
from lite.text import T, raw, say, unpack

OURS = "C'est bien nous"
NOT_OURS = "Ce n'est pas nous."
OLD = "Référence trop vieille"
SPENT = "Trop d'essais."
RIB = "Nous ne demandons jamais votre RIB."


def carried(text: str) -> str:
    """The reference on the last line of a message."""
    found = re.fullmatch(r"(?:SMS|رقم) (\d{6})", text.rpartition("\n")[2])
    assert found, text
    return found[1]


def asks(phone: Phone, reference: str) -> str:
    return phone.dials("*384*3939*5*11#").types(reference).reads()


def later(house: House, **gone: float) -> None:
    set_clock(house.settings.clock, house.clock.now() + timedelta(**gone))


def wrong(reference: str, n: int = 1) -> str:
    return f"{(int(reference) + n) % 10**6:06}"


# The reference


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("words", ["DOSSIER", "ATTEST", "DROITS", "CODE", "AIDE", "charabia"])
def test_every_message_ends_in_a_reference(house: House, words: str, language: str) -> None:
    phone = Phone(house, FR_THIRTY).speaks(language).texts(words)
    assert asks(phone, carried(phone.news)) != ""
    assert fold(phone.says("Nous ne demandons jamais votre RIB.")) in phone.reads()


def test_a_line_that_a_browser_reads_stays_last(house: House) -> None:
    lines = [T("{code} : code Lite.", code="123456"), raw("@lite.ma #123456")]
    id = post.sms(house.office, FR_SIX, lines, "fr", "code")
    (row,) = house.store.letters.written_to(house.office.index(FR_SIX), "")
    kept = house.office.open(f"letters.sealed:{id}", row.sealed)["lines"]
    first, second, third = (say(unpack(line), "fr") for line in kept)
    assert (first, third) == ("123456 : code Lite.", "@lite.ma #123456")
    assert asks(Phone(house, FR_SIX), carried(second)).startswith(OURS)


def test_no_message_no_reference(house: House) -> None:
    with pytest.raises(ZeroDivisionError), house.store.transaction():
        post.sms(house.office, FR_SIX, [T("Bonjour")], "fr", "answer")
        raise ZeroDivisionError
    assert house.store.sql.one("select count(*) from contacts") == (0,)


def test_references_are_all_different_and_follow_no_sequence(house: House) -> None:
    made = [int(contacts.begin(house.office, FR_SIX, "answer")) for _ in range(500)]
    steps = {after - before for before, after in pairwise(made)}
    assert len(set(made)) == 500
    assert len(steps) > 490


def test_a_living_reference_is_not_given_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([7, 7, 7, 8])
    monkeypatch.setattr(contacts.secrets, "randbelow", lambda most: next(drawn))
    assert contacts.begin(house.office, FR_SIX, "answer") == "000007"
    assert contacts.begin(house.office, FR_SIX, "answer") == "000008"


# Ours, or not


def test_what_a_message_was_about(house: House) -> None:
    phone = Phone(house, FR_NONE).texts("DROITS")
    said = asks(phone, carried(phone.news))
    assert said == f"{OURS} : SMS du 24/11/2026, réponse à votre message. {RIB}"


@pytest.mark.parametrize("typed", ["{} ", "SMS {}", "{}.", "{} merci"])
def test_a_reference_however_it_is_typed(house: House, typed: str) -> None:
    phone = Phone(house, FR_NONE).texts("DROITS")
    phone.texts("VRAI " + typed.format(carried(phone.news))).gets(OURS)


def test_what_has_not_six_digits_is_asked_again(house: House) -> None:
    Phone(house, STRANGER).dials("*384*3939*5*11#").types("12345").sees("a 6 chiffres")


def test_a_reference_of_another_phone_is_not_ours(house: House) -> None:
    swindler = Phone(house, STRANGER).texts("AIDE")
    reference = carried(swindler.news)
    assert asks(swindler, reference).startswith(OURS)
    said = asks(Phone(house, FR_SIX), reference)
    assert said.startswith(f"{NOT_OURS} Raccrochez, ne répondez pas.")
    assert "*384*3939*5*12#" in said
    assert asks(Phone(house, FR_SIX), reference) == asks(Phone(house, FR_SIX), wrong(reference))


@pytest.mark.parametrize(
    ("hours", "said"), [(23.9, OURS), (24.1, OLD), (24 * 7, OLD), (24 * 9, NOT_OURS)]
)
def test_a_reference_is_good_for_a_day(house: House, hours: float, said: str) -> None:
    reference = contacts.begin(house.office, FR_SIX, "answer")
    later(house, hours=hours)
    contacts.begin(house.office, STRANGER, "answer")
    assert asks(Phone(house, FR_SIX), reference).startswith(said)


def test_ten_wrong_tries_a_day(house: House) -> None:
    phone = Phone(house, FR_SIX)
    reference = contacts.begin(house.office, FR_SIX, "answer")
    for n in range(1, 10):
        assert asks(phone, wrong(reference, n)).startswith(NOT_OURS)
    assert asks(phone, reference).startswith(OURS)
    assert asks(phone, wrong(reference)).startswith(NOT_OURS)
    assert asks(phone, reference).startswith(SPENT)
    phone.texts(f"VRAI {reference}").gets(SPENT)
    later(house, hours=23)
    assert asks(phone, reference).startswith(SPENT)
    later(house, hours=1.1)
    assert asks(phone, reference).startswith(OLD)


def test_a_passer_by_names_the_phone_and_learns_yes_or_no(house: House) -> None:
    reference = contacts.begin(house.office, FR_SIX, "answer")
    page = Visitor(house).opens("/fr/services/genuine").types(reference).types(FR_SIX)
    page.sees(f"{OURS}.", RIB).sees_not("24/11/2026", FR_SIX, "0" + FR_SIX[4:])
    page = Visitor(house).opens("/fr/services/genuine").types(reference).types(STRANGER)
    page.sees(NOT_OURS)


def test_a_stranger_on_the_web_takes_no_try_from_a_phone(house: House) -> None:
    reference = contacts.begin(house.office, FR_SIX, "answer")
    for n in range(1, 11):
        Visitor(house).opens("/fr/services/genuine").types(wrong(reference, n)).types(FR_SIX)
    page = Visitor(house).opens("/fr/services/genuine").types(reference).types(FR_SIX)
    page.sees(SPENT).sees_not(OURS)
    assert asks(Phone(house, FR_SIX), reference).startswith(OURS)


def test_a_signed_in_person_asks_for_their_own_phone(house: House) -> None:
    reference = contacts.begin(house.office, FR_SIX, "notice")
    visitor = Visitor(house).signs_in(Phone(house, FR_SIX)).opens("/fr/services/genuine")
    visitor.types(reference).sees(f"{OURS} : SMS du 24/11/2026, information.")


# Calls of agents


def called(house: House, *words: str) -> tuple[int, str]:
    ran = CliRunner().invoke(contact, words, obj=house)
    return ran.exit_code, ran.output.strip()


def test_a_call_is_announced_and_proved(house: House) -> None:
    code, reference = called(house, "0" + FR_SIX[4:], "--about", "dossier", "--agent", "Salma")
    assert code == 0
    said = asks(Phone(house, FR_SIX), reference)
    assert said == f"{OURS} : appel de Salma, le 24/11/2026 : votre dossier. {RIB}"
    assert asks(Phone(house, STRANGER), reference).startswith(NOT_OURS)
    assert "Salma" not in str(house.store.sql.all("select * from contacts"))


@pytest.mark.parametrize(
    "words",
    [
        ("12", "--about", "dossier", "--agent", "Salma"),
        (FR_SIX, "--about", "rib", "--agent", "Salma"),
        (FR_SIX, "--about", "dossier", "--agent", "Appelez le 0600000000"),
        (FR_SIX, "--about", "dossier", "--agent", ""),
        (FR_SIX, "--about", "dossier"),
    ],
)
def test_a_call_that_cannot_be_announced(house: House, words: tuple[str, ...]) -> None:
    assert called(house, *words)[0] != 0
    assert house.store.sql.one("select count(*) from contacts") == (0,)


# Fakes


def reports(phone: Phone) -> Phone:
    return phone.dials("*384*3939*5*12#").choose("Un appel", "Je le tape").types("CNSS 0522000000")


def test_a_fake_is_kept_sealed_and_thanked_for(house: House) -> None:
    reports(Phone(house, STRANGER)).sees("Merci, c'est noté.", "Ne donnez jamais votre RIB")
    ((once, kind, sealed),) = house.store.sql.all("select once, kind, sealed from reports_of_fraud")
    assert kind == "call"
    assert house.office.open(f"reports_of_fraud.sealed:{once}", sealed) == "CNSS 0522000000"


def test_a_visit_has_no_number(house: House) -> None:
    Phone(house, STRANGER).dials("*384*3939*5*12#").choose("Une visite").sees("Merci, c'est noté.")


def test_a_repeated_turn_reports_once(house: House) -> None:
    reports(Phone(house, STRANGER)).repeats()
    assert house.store.sql.one("select count(*) from reports_of_fraud") == (1,)


def test_one_phone_does_not_make_a_campaign(house: House) -> None:
    phone = Phone(house, STRANGER)
    for _ in range(fraud.A_DAY):
        reports(phone).sees("Merci, c'est noté.")
    reports(phone).sees("déjà signalé").sees_not("c'est noté")
    assert house.store.sql.one("select count(*) from reports_of_fraud") == (fraud.A_DAY,)


def seen(house: House) -> str:
    return Phone(house, STRANGER).dials("*384*3939*5*5#").reads()


def test_the_state_of_the_service_tells_of_this_month(house: House) -> None:
    assert "fraude" not in seen(house)
    reports(Phone(house, FR_SIX))
    assert "1 tentative de fraude signalée ce mois." in seen(house)
    reports(Phone(house, FR_NONE))
    assert "2 tentatives de fraude signalées ce mois." in seen(house)
    later(house, days=7)
    assert "fraude" not in seen(house)


def test_passers_by_cannot_make_the_public_number_grow(house: House) -> None:
    page = Visitor(house).opens("/fr/services/fraud").choose("Une visite")
    page.sees("Merci, c'est noté.")
    assert house.store.sql.all("select phone from reports_of_fraud") == [("",)]
    assert "fraude" not in seen(house)


def test_the_doctor_looks_at_a_campaign(house: House) -> None:
    def finding() -> signs.Finding:
        return next(one for one in signs.findings(house) if "fakes reported" in one.says)

    assert finding().well
    now = house.clock.now()
    for n in range(20):
        at = (now - timedelta(hours=n)).isoformat()
        house.store.contacts.report(FraudRow(f"once{n}", f"phone{n}", "call", "", at))
    assert not finding().well
    assert "24 hours: 20" in finding().says
    later(house, hours=12)
    assert finding().well


# A lost card


def test_a_lost_card_stops_at_once(house: House) -> None:
    phone = Phone(house, FR_SIX)
    before = card_of(house, FR_SIX)
    assert before
    phone.dials("*384*3939*5*13#").sees("Arrêter votre carte").choose("Oui")
    phone.sees("est arretée", "Pour une nouvelle carte, allez à l'agence")
    states = house.store.sql.all("select state from cards where state <> 'active'")
    assert states == [("lost",)]
    phone.dials("*384*3939*5*13#").choose("Oui").sees("pas de carte")


@pytest.mark.parametrize("typed", ["2", "9", "0"])
def test_a_card_is_stopped_only_if_one_is_sure(house: House, typed: str) -> None:
    Phone(house, FR_SIX).dials("*384*3939*5*13#").presses(typed)
    Phone(house, FR_SIX).texts("PERDU 1").gets("Confirmer ?")
    assert house.store.sql.all("select 1 from cards where state <> 'active'") == []


def test_on_a_shared_phone_one_says_whose_card(house: House) -> None:
    phone = Phone(house, SHARED).texts("PERDUE").gets("Pour qui ?").texts("2").texts("oui")
    phone.gets("est arretée")
    lost = house.store.sql.all("select person from cards where state = 'lost'")
    people = house.store.people.of_phone(house.office.index(SHARED))
    assert lost == [(people[1],)]


def test_a_stranger_loses_nobodys_card(house: House) -> None:
    Phone(house, STRANGER).texts("PERDU").gets("n'est pas inscrit")
    assert house.store.sql.all("select 1 from cards where state <> 'active'") == []


# What it costs


def told(kind: str, status: str, reasons: tuple[str, ...], missing: tuple[str, ...]) -> list[str]:
    """A dossier as it is told by SMS, with its contact reference, in both languages."""
    day = date(2026, 11, 24)
    one = Dossier("1031148607", kind, status, day, day, reasons, "", missing, None, None, None,
                  "MAD")  # fmt: skip
    lines = [*dossiers._lines(one), T("Connu le {day}", day=day)]
    return [
        fold("\n".join(say(line, language) for line in contacts.signed(lines, "000000", language)))
        for language in ("fr", "ar")
    ]


@pytest.mark.parametrize("status", [*names.STATUSES, "unknown"])
def test_a_status_leaves_room_for_its_reference(status: str) -> None:
    pieces = [(one,) for one in names.MISSING] if status == "info_requested" else [()]
    for kind, missing in product(names.DOSSIERS, pieces):
        french, arabic = told(kind, status, (), missing)
        roomy = status == "info_requested" or len(names.DOSSIERS[kind].id) > 12
        assert cost(french).segments <= (2 if roomy else 1), french
        assert cost(arabic).segments <= 2, arabic


def test_a_reason_leaves_room_for_its_reference() -> None:
    costs = [told("reimbursement", "rejected", (reason,), ()) for reason in names.REASONS]
    assert all(cost(french).segments <= 2 for french, _ in costs)
    assert [arabic for _, arabic in costs if cost(arabic).segments > 2] == []


@pytest.mark.parametrize("words", ["AIDE", "STOP", "FRAUDE 3", "VRAI 123456", "PERDU", "ETAT"])
def test_an_answer_in_arabic_is_two_segments(house: House, words: str) -> None:
    phone = Phone(house, AR_FOUR).speaks("ar").texts(words)
    assert cost(phone.news).segments <= 2, phone.news
