"""A person with a phone, screen by screen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import (
    AR_FOUR,
    AR_ONE,
    FR_LONG,
    FR_NONE,
    FR_SIX,
    FR_THIRTY,
    SHARED,
    STRANGER,
    dossiers_of,
    enrolled,
    person,
)
from phone import Phone

from lite.app import House
from lite.clock import day, set_clock
from lite.numbers import mask_name
from lite.services import SERVICES, names
from lite.text import LANGUAGES
from lite.upstream.pretend_cases import REASONS
from lite.upstream.records import Dossier, DossierStatus

HELP = "Choix inconnu. Tapez un chiffre de la liste."
LIST_HELP = "Choisissez un chiffre de la liste."
LEFT = "Vous aviez commencé :"


def later(house: House, **how_long: float) -> None:
    set_clock(house.settings.clock, house.clock.now() + timedelta(**how_long))


@pytest.fixture
def phone(house: House) -> Phone:
    """A person with many dossiers, who speaks French."""
    return Phone(house, FR_THIRTY)


@pytest.fixture
def stranger(house: House) -> Phone:
    return Phone(house, STRANGER)


# Menus


def test_the_first_menu(phone: Phone) -> None:
    assert phone.dials().screen.split("\n") == [
        "Lite CNSS-CNOPS",
        "1 Mes dossiers",
        "2 Attestation",
        "3 Mes droits AMO",
        "4 Code pour le web",
        "5 Autres services",
        "9 Langue / 3arabiya",
    ]


def test_the_second_menu_lists_everything_else(phone: Phone) -> None:
    phone.dials().presses("5")
    seen = dict(phone.options)
    while phone.more:
        seen |= phone.presses("7").options
    digits = [service.ussd[2:] for service in SERVICES if service.ussd.startswith("5*")]
    assert list(seen) == sorted(digits, key=int)


def test_a_stranger_sees_what_is_public_and_how_to_enrol(stranger: Phone) -> None:
    stranger.dials().sees("Numéro non inscrit", "6 Comment s'inscrire", "5 Autres services")
    stranger.sees_not("Mes dossiers", "Attestation", "Code")
    stranger.presses("5")
    said = stranger.reads()
    assert stranger.says("Être rappelé") in said
    assert "Mes demandes" not in said


@pytest.mark.parametrize("key", ["1", "2", "3", "4"])
def test_a_stranger_who_presses_a_closed_digit_is_told_how_to_enrol(
    stranger: Phone, key: str
) -> None:
    stranger.dials().presses(key).sees("Allez à une agence CNSS ou CNOPS")
    assert "Personne ne peut vous inscrire" in stranger.reads()
    stranger.dials(f"*384*3939*{key}#").sees("Allez à une agence")


def test_an_enrolled_person_may_still_read_how_others_enrol(phone: Phone) -> None:
    phone.dials().sees_not("Comment s'inscrire").presses("6").sees("Allez à une agence")


def test_back_goes_one_step_up_and_home_all_the_way(phone: Phone) -> None:
    phone.dials().presses("2", "1", "4").sees("Premier mois ?")
    phone.presses("0").sees("Quelle période ?")
    phone.presses("0").sees("Quelle attestation ?")
    phone.presses("0").sees("1 Mes dossiers")
    phone.presses("0").sees("1 Mes dossiers").sees_not(HELP)
    phone.presses("5", "3").sees("Votre ville ?")
    phone.presses("0").sees("1 Mes demandes")
    phone.presses("3").sees("Votre ville ?").presses("00").sees("1 Mes dossiers")


def test_back_from_an_answer_goes_to_its_question(phone: Phone) -> None:
    phone.dials().presses("1", "1").sees("Statut :")
    phone.presses("0").sees("Quel dossier ?")
    phone.presses("2").sees("Statut :").presses("00").sees("1 Mes dossiers")


def test_back_from_an_answer_without_questions_goes_to_its_menu(phone: Phone) -> None:
    phone.dials().presses("3").sees(" : droits").presses("0").sees("1 Mes dossiers")
    phone.presses("5", "5").sees("Lite fonctionne.").presses("0").sees("1 Mes demandes")


def test_every_screen_but_the_first_menu_and_the_last_word_says_the_way_back(phone: Phone) -> None:
    phone.dials()
    assert phone.foot == ""
    for key in ("2", "1", "4", "122025"):
        assert phone.presses(key).foot.startswith("0 Retour")
    assert phone.presses("102026", "2").foot.startswith("0 Retour")
    phone.presses("00", "2", "3", "1")
    assert phone.ended
    assert phone.foot == ""


# Pages


def test_thirty_dossiers_are_listed_once_each_over_pages(house: House, phone: Phone) -> None:
    phone.dials().presses("1")
    keys, numbers = list(phone.options), list(phone.options.values())
    while phone.more:
        phone.presses("7")
        keys += phone.options
        numbers += phone.options.values()
    assert len(keys) == len(set(keys)) == 30
    assert not {"0", "00", "7"} & set(keys)
    shown = sorted(label.rpartition(" ")[2] for label in numbers)
    assert shown == sorted(one.number for one in dossiers_of(FR_THIRTY, house))


def test_the_last_page_has_no_next(phone: Phone) -> None:
    phone.dials().presses("1")
    while phone.more:
        phone.presses("7")
    assert phone.foot == "0 Retour 00 Accueil"
    phone.presses("7").sees(LIST_HELP, "Quel dossier ?")


def test_a_digit_of_another_page_is_understood(phone: Phone) -> None:
    phone.dials().presses("1", "7", "7")
    phone.presses("1").sees("Statut :")


def test_a_long_answer_is_read_page_by_page(phone: Phone) -> None:
    phone.dials().presses("5", "8")
    said = phone.reads()
    assert said.startswith("Lite garde une copie de votre dossier, chiffrée")
    assert said.endswith("Demandez-le à votre agence ou par rappel.")
    phone.presses("0").sees("1 Mes demandes")


# Errors


def test_a_wrong_digit_repeats_the_question_with_one_line_of_help(phone: Phone) -> None:
    phone.dials().presses("88").sees(HELP, "1 Mes dossiers")
    phone.presses("2").sees_not(HELP).presses("99").sees(LIST_HELP, "Quelle attestation ?")
    phone.presses("1", "4", "1326").sees("Tapez le mois et l'année", "Premier mois ?")
    phone.presses("122026").sees("Ce mois n'est pas encore passé", "Premier mois ?")


def test_the_line_of_help_is_seen_from_any_page(phone: Phone) -> None:
    phone.dials().presses("1", "7", "7").presses("99").sees(LIST_HELP, "Quel dossier ?")


def test_after_three_errors_a_call_back_is_offered_and_made(house: House, phone: Phone) -> None:
    phone.dials().presses("2").presses("99", "98").sees("Quelle attestation ?")
    phone.presses("97").sees("Besoin d'aide ?", "1 Être rappelé par un agent")
    phone.presses("1").sees("À quel sujet ?")
    phone.choose("Une attestation", "Matin").sees("Vous rappeler au", FR_THIRTY[-2:])
    phone.choose("Oui").sees("Demande reçue", "RIB")
    assert phone.ended
    phone.gets(phone.finds(r"\b3\d{11}\b"))


def test_after_three_errors_one_may_go_back_to_the_question(phone: Phone) -> None:
    phone.dials().presses("2", "1").presses("99", "98", "97").sees("Besoin d'aide ?")
    phone.presses("0").sees("Quelle période ?").presses("1").sees("Confirmer ?")


def test_after_three_errors_one_may_leave(phone: Phone) -> None:
    phone.dials().presses("88", "88", "88", "2").sees("Choix inconnu.", "Être rappelé")
    phone.presses("9", "2").sees("Au revoir", "*384*3939#")
    assert phone.ended


def test_a_right_answer_forgives_the_errors(phone: Phone) -> None:
    phone.dials().presses("99", "98", "2", "99", "98").sees("Quelle attestation ?")


def test_an_empty_reply_is_no_error(phone: Phone) -> None:
    phone.dials().presses("2", *[""] * 5).sees("Quelle attestation ?").sees_not(LIST_HELP)


def test_three_errors_on_an_answer_offer_help_too(phone: Phone) -> None:
    phone.dials().presses("3").presses("1", "1").sees("Tapez 0 pour revenir.")
    phone.presses("1").sees("Besoin d'aide ?").presses("0").sees("1 Mes dossiers")


# Dropped and called again


def test_a_form_that_held_an_answer_can_be_continued(phone: Phone) -> None:
    phone.dials().presses("2", "1").sees("Quelle période ?").drops()
    phone.dials().sees(LEFT, "Attestation", "1 Continuer", "2 Recommencer")
    phone.sees_not("Mes dossiers", "Salaires")
    phone.presses("1").sees("Quelle période ?").presses("1").sees("Confirmer ?")
    phone.presses("1").sees("Demande reçue")
    phone.drops().dials().sees("1 Mes dossiers")


def test_or_begun_again(phone: Phone) -> None:
    phone.dials().presses("2", "1").drops()
    phone.dials().presses("2").sees("1 Mes dossiers").drops()
    phone.dials().sees("1 Mes dossiers").sees_not(LEFT)


@pytest.mark.parametrize(
    ("typed", "sees"),
    [
        ("Continuer", "Quelle période ?"),
        ("recommencer", "1 Mes dossiers"),
        ("١", "Quelle période ?"),
        ("00", "1 Mes dossiers"),
        ("0", "1 Mes dossiers"),
        ("3", "Tapez 1 ou 2."),
        ("", LEFT),
    ],
)
def test_the_offer_is_answered_in_many_ways(phone: Phone, typed: str, sees: str) -> None:
    phone.dials().presses("2", "1").drops().dials().presses(typed).sees(sees)


def test_dropped_at_the_offer_it_is_offered_again(phone: Phone) -> None:
    phone.dials().presses("2", "1").drops().dials().sees(LEFT).drops()
    phone.dials().sees(LEFT).presses("1").sees("Quelle période ?")


@pytest.mark.parametrize("keys", [(), ("2",), ("5",), ("5", "3"), ("3",), ("1", "1"), ("2", "99")])
def test_nothing_is_offered_where_no_form_held_an_answer(
    phone: Phone, keys: tuple[str, ...]
) -> None:
    phone.dials().presses(*keys).drops().dials().sees("1 Mes dossiers").sees_not(LEFT)


def test_nothing_is_offered_after_the_last_word(phone: Phone) -> None:
    phone.dials().presses("2", "3", "1").sees("Demande reçue")
    assert phone.ended
    phone.drops().dials().sees("1 Mes dossiers")


def test_a_deep_dial_goes_where_it_was_dialled(phone: Phone) -> None:
    phone.dials().presses("2", "1").drops()
    phone.dials("*384*3939*3#").sees(" : droits").sees_not(LEFT)


@pytest.mark.parametrize(("hours", "offered"), [(23.9, True), (24.1, False)])
def test_a_form_can_be_continued_for_a_day(
    house: House, phone: Phone, hours: float, offered: bool
) -> None:
    phone.dials().presses("2", "1").drops()
    later(house, hours=hours)
    phone.dials().sees(LEFT if offered else "1 Mes dossiers")


def test_what_one_phone_left_is_not_offered_to_another(house: House, phone: Phone) -> None:
    phone.dials().presses("2", "1").drops()
    Phone(house, FR_SIX).dials().sees("1 Mes dossiers").sees_not(LEFT)


def test_a_phone_that_is_no_longer_enrolled_continues_nothing(house: House, phone: Phone) -> None:
    phone.dials().presses("2", "1").drops()
    house.store.sql.run("delete from phones where phone = ?", house.office.index(FR_THIRTY))
    phone.dials().sees("Numéro non inscrit").sees_not(LEFT)


def test_a_confirmation_whose_answer_was_lost_is_not_asked_twice(
    house: House, phone: Phone
) -> None:
    phone.dials().presses("2", "3", "1").drops()
    phone.dials().sees("1 Mes dossiers").choose("Autres services", "Mes demandes")
    phone.sees("Immatriculation", "reçue, pas encore transmise")
    phone.gets(phone.finds(r"\b2\d{11}\b"))


def test_no_is_no(house: House, phone: Phone) -> None:
    phone.dials().presses("2", "3", "2").sees("Rien n'a été envoyé.")
    assert house.store.sql.one("select count(*) from requests") == (0,)
    phone.presses("00").choose("Autres services", "Mes demandes").sees("aucune demande")


# Languages


def test_a_language_is_chosen_once_for_all(house: House, phone: Phone) -> None:
    phone.dials().choose("Langue", "العربية")
    assert phone.open
    phone.language = "ar"
    phone.sees("C'est noté : nous parlerons français.")
    phone.presses("00").sees("Mes dossiers", "Autres services").drops()
    phone.dials().sees("Mes dossiers").presses("1").sees("Quel dossier ?").drops()
    phone.speaks("fr").dials().sees("Mes dossiers")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_of_each_language_is_its_own(phone: Phone, language: str) -> None:
    phone.speaks(language).dials()
    arabic = bool(re.search("[\u0621-\u064a]", phone.screen))
    assert arabic is (language == "ar")


def test_a_person_is_met_in_the_language_the_fund_knows(house: House) -> None:
    Phone(house, AR_FOUR, "ar").dials().sees("Mes dossiers")
    Phone(house, FR_THIRTY, "fr").dials().sees("Mes dossiers")
    Phone(house, STRANGER, "fr").dials().sees("Numéro non inscrit")


def test_the_way_to_the_other_language_is_readable_in_both(phone: Phone) -> None:
    phone.dials().sees("9 Langue / 3arabiya").drops()
    phone.speaks("ar").dials().presses("9").sees("1 Français").choose("Français")
    phone.language = "fr"
    phone.sees("C'est noté")


# One phone, several people


def test_a_shared_phone_asks_for_whom_with_initials_alone(house: House) -> None:
    people = [person(rank).insured for rank in (10, 11)]
    phone = Phone(house, SHARED).dials().sees_not(*(one.name for one in people))
    phone.presses("1").sees("Pour qui ?", *(mask_name(one.name) for one in people))
    phone.sees_not(*(word for one in people for word in one.name.split()))


def test_a_shared_phone_shows_each_person_their_own(house: House) -> None:
    one, other = (mask_name(person(rank).insured.name) for rank in (10, 11))
    phone = Phone(house, SHARED).dials().choose("Mes dossiers", one)
    phone.sees("Aucun dossier connu").drops()
    phone.dials().choose("Mes dossiers", other)
    numbers = {label.rpartition(" ")[2] for label in phone.options.values()}
    assert numbers == {"1110053063", "1110365985", *numbers}
    assert all(number.startswith("111") for number in numbers)
    assert len(numbers) == 4


def test_for_whom_is_asked_once_a_session(house: House) -> None:
    other = mask_name(person(11).insured.name)
    phone = Phone(house, SHARED).dials().choose("Mes dossiers", other).sees("Quel dossier ?")
    phone.presses("00", "3").sees(" : droits")
    phone.presses("00").choose("Autres services", "Agences").types("agadir")
    phone.presses("00", "1").sees("Quel dossier ?").drops()
    phone.dials().presses("1").sees("Pour qui ?")


def test_for_whom_can_be_taken_back(house: House) -> None:
    one, other = (mask_name(person(rank).insured.name) for rank in (10, 11))
    phone = Phone(house, SHARED).dials().choose("Mes dossiers", one).presses("0")
    phone.sees("Pour qui ?").choose(other).sees("Quel dossier ?")


def test_a_form_left_on_a_shared_phone_shows_nothing_of_anyone(house: House) -> None:
    other = mask_name(person(11).insured.name)
    phone = Phone(house, SHARED).dials().choose("Attestation", other, "Salaires").drops()
    phone.dials().sees(LEFT, "Attestation").sees_not(other, "Salaires")
    phone.presses("1").sees("Quelle période ?")
    phone.presses("1", "1").sees("Demande reçue")
    phone.drops().dials().choose("Autres services", "Mes demandes", other).sees("Salaires")


def test_whoever_left_a_shared_phone_is_asked_no_more(house: House) -> None:
    other = mask_name(person(11).insured.name)
    phone = Phone(house, SHARED).dials().choose("Attestation", other, "Salaires").drops()
    key = house.vault.hash("key", str(person(11).key))
    gone = house.store.people.of_key(key)
    house.store.sql.run("delete from phones where person = ?", gone)
    # What was answered for somebody who is gone is not done for another.
    phone.dials().presses("1").sees("Quelle attestation ?")
    phone.presses("1", "1", "1").sees("Demande reçue")
    row = house.store.sql.one("select person from requests")
    assert row and row[0] != gone


def test_a_call_back_asked_from_a_shared_phone_is_found_again(house: House) -> None:
    phone = Phone(house, SHARED).dials().choose("Autres services", "Être rappelé")
    phone.choose("Autre chose", "N'importe quand", "Oui").sees("Demande reçue")
    reference = phone.finds(r"\b3\d{11}\b")
    other = mask_name(person(11).insured.name)
    phone.drops().dials().choose("Autres services", "Mes demandes", other).sees(reference)


# Dossiers


def told(one: Dossier) -> list[str]:
    """What a person must read about a dossier, in the source language."""
    status = names.STATUSES.get(str(one.status), names.UNKNOWN_STATUS).id
    found = [one.number, status]
    if one.status in ("rejected", "appealed"):
        found += [text.id for code in one.reasons for text in names.REASONS[code.code]]
    if one.status in ("info_requested", "returned_by_bank", "unknown"):
        found.append(names.ADVICE[str(one.status)].id)
    return found + [names.MISSING[code].id for code in one.missing]


def test_nobody_has_a_dossier(house: House) -> None:
    phone = Phone(house, FR_NONE).dials().presses("1").sees("Aucun dossier connu à votre nom.")
    phone.sees("Connu le 24/11/2026")
    assert phone.open


def test_one_dossier_is_told_at_once(house: House) -> None:
    phone = Phone(house, AR_ONE, "ar").dials().presses("1").sees("1010014247")
    assert phone.says("rejeté") in phone.screen


def test_a_few_dossiers_are_listed(house: House) -> None:
    phone = Phone(house, AR_FOUR, "ar").dials().presses("1").sees("Quel dossier ?")
    said = phone.reads()
    assert all(one.number in said for one in dossiers_of(AR_FOUR, house))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_and_every_reason_says_what_to_do(house: House, language: str) -> None:
    """Every dossier of two people who have them all between them."""
    statuses, codes = set(), set()
    for number in (FR_THIRTY, FR_SIX):
        phone = Phone(house, number).speaks(language)
        for one in dossiers_of(number, house):
            phone.dials().choose("Mes dossiers", one.number)
            said = phone.reads()
            for words in told(one):
                assert phone.says(words) in said, f"{words}\n{said}"
            assert one.since and day_of(one.since) in said
            assert "24/11/2026" in said
            statuses.add(str(one.status))
            codes |= {reason.code for reason in one.reasons}
    assert statuses == {str(status) for status in DossierStatus}
    assert codes == set(REASONS)


def day_of(iso: str) -> str:
    year, month, number = iso.split("-")
    return f"{number}/{month}/{year}"


def test_the_dossiers_that_wait_for_the_person_come_first(house: House, phone: Phone) -> None:
    urgent = {"info_requested", "rejected", "returned_by_bank"}
    status = {one.number: str(one.status) for one in dossiers_of(FR_THIRTY, house)}
    phone.dials().presses("1")
    listed = list(phone.options.values())
    while phone.more:
        listed += phone.presses("7").options.values()
    waits = [status[label.rpartition(" ")[2]] in urgent for label in listed]
    assert waits == sorted(waits, reverse=True)


def test_an_amount_never_travels_by_sms(house: House, phone: Phone) -> None:
    for one in dossiers_of(FR_THIRTY, house):
        phone.texts(f"DOSSIER {one.number}").gets(one.number)
        assert not re.search(r"DH|MAD|درهم|dirham", phone.news)
        amounts = [amount for amount in (one.claimed, one.approved, one.paid) if amount]
        said = phone.news.rpartition("\nSMS ")[0]  # six random digits may hold any sum
        assert one.number in said
        assert not any(str(amount // 100) in said for amount in amounts)


@pytest.mark.parametrize("number", enrolled())
def test_everybody_reads_their_own_numbers_and_no_others(house: House, number: str) -> None:
    phone = Phone(house, number)
    phone.dials().presses("1")
    seen = set(re.findall(r"\b1\d{9}\b", phone.reads()))
    assert seen == {one.number for one in dossiers_of(number, house)}


def test_a_long_name_is_never_on_a_screen_in_full(house: House) -> None:
    phone = Phone(house, FR_LONG)
    for keys in (("1",), ("2", "3"), ("3",), ("5", "1")):
        phone.dials().presses(*keys).sees_not("Moulay", "Abdelmounaïm", "Tafoukt")


def test_the_date_of_what_is_known_is_the_day_of_the_pull(house: House, phone: Phone) -> None:
    pulled = day(house.clock.now())
    later(house, days=2)
    phone.dials().presses("1", "1")
    assert f"Connu le {pulled}" in phone.reads()
