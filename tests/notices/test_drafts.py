"""A notice is whole or refused, with all that it lacks said at once."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from board import INSTEAD, KEYS, WORDS, announce, draft, incident

from lite import notices
from lite.app import House
from lite.notices import LANGUAGES, Draft, Incomplete

DAYS, HOURS = timedelta(days=1), timedelta(hours=1)


def refused(house: House, given: Draft) -> str:
    """What is said of a draft that is not taken; nothing of it is kept."""
    now = house.clock.now()
    with pytest.raises(Incomplete) as error:
        notices.announce(house.store, given, now, KEYS, house.settings.funds)
    assert notices.open_now(house.store, now) == []
    return str(error.value)


def test_nothing_at_all_lacks_everything(house: House) -> None:
    said = refused(house, Draft())
    for name in WORDS:
        assert f"{name}.fr is missing" in said
        assert f"{name}.ar is missing" in said
    assert "from is missing" in said
    assert "until is missing" in said
    assert "which functions" in said


FIELDS = [(name, language) for name in (*WORDS, "instead") for language in LANGUAGES]


@pytest.mark.parametrize(("name", "language"), FIELDS, ids=lambda one: str(one))
def test_each_word_is_needed_in_both_languages(house: House, name: str, language: str) -> None:
    given = draft(house.clock.now())
    if name == "instead":
        given = replace(given, instead={"all": {**INSTEAD["all"], language: " "}})
    else:
        given = replace(given, words={**WORDS, name: {**WORDS[name], language: ""}})
    said = refused(house, given)
    assert f"{name}{'.all' if name == 'instead' else ''}.{language} is missing" in said
    assert said.count("\n") == 1


def test_an_emergency_skips_the_delay_never_a_field(house: House) -> None:
    """Whatever is left out, of whichever kind: refused, and the name is told."""
    chance, now = random.Random(20261124), house.clock.now()
    for _ in range(200):
        kind = chance.choice(notices.KINDS)
        given = replace(draft(now), kind=kind)
        name, language = chance.choice(FIELDS[:-2])
        kept = {word: both for word, both in WORDS.items() if word != name}
        some = {word: both for word, both in kept.items() if chance.random() > 0.2}
        some[name] = {one: text for one, text in WORDS[name].items() if one != language}
        assert f"{name}.{language} is missing" in refused(house, replace(given, words=some))


def test_each_function_has_its_alternative(house: House) -> None:
    given = draft(house.clock.now(), services=("attestation", "rights"), instead={
        "rights": INSTEAD["all"],
    })  # fmt: skip
    said = refused(house, given)
    assert "instead.attestation.fr is missing" in said
    assert "instead.rights" not in said
    announce(house, services=("attestation", "rights"))


@pytest.mark.parametrize(("starts", "taken"), [
    (timedelta(days=6, hours=23, minutes=59), False), (timedelta(days=7), True),
    (timedelta(hours=-1), False),
])  # fmt: skip
def test_a_planned_stop_is_announced_seven_days_ahead(
    house: House, starts: timedelta, taken: bool
) -> None:
    if taken:
        assert announce(house, starts).kind == "planned"
    else:
        assert "7 days ahead" in refused(house, draft(house.clock.now(), starts))
        incident(house)


def test_an_hour_is_promised(house: House) -> None:
    now = house.clock.now()
    at_once = draft(now, timedelta(0), kind="incident")
    assert "until is missing" in refused(house, replace(at_once, ends_at=None))
    assert "still to come" in refused(house, replace(at_once, ends_at=now))
    assert "next_news must" in refused(house, replace(at_once, ends_at=None, next_at=now))
    endless = replace(draft(now), ends_at=None, next_at=now + HOURS)
    assert "until is missing" in refused(house, endless)
    assert incident(house, ends_at=None, next_at=now + HOURS).hour == now + HOURS


@pytest.mark.parametrize(("language", "text"), [
    ("fr", "Opération de maintenance du système"), ("fr", "Amélioration du service"),
    ("fr", "difficultés techniques"), ("fr", "Mise à jour du site"), ("fr", "retour bientôt"),
    ("fr", "dès que possible"), ("fr", "momentanément"), ("ar", "صيانة النظام"),
    ("ar", "تحسين الخدمة"), ("ar", "خلل تقني"), ("ar", "العودة قريبا"), ("ar", "توقف مؤقت"),
])  # fmt: skip
def test_an_excuse_is_refused_with_what_to_say(house: House, language: str, text: str) -> None:
    words = {**WORDS, "stops": {**WORDS["stops"], language: text}}
    said = refused(house, draft(house.clock.now(), words=words))
    assert f"stops.{language}: « " in said
    assert "Say what stops" in said or "Write the day and the hour" in said


def test_words_are_as_short_as_an_sms_needs(house: House) -> None:
    given = draft(house.clock.now())
    long = {**WORDS, "stops": {"fr": "x" * 91, "ar": "ش" * 60}}
    assert "stops.fr has 91 characters, 90 at most" in refused(house, replace(given, words=long))


def test_names_are_ours(house: House) -> None:
    given = draft(house.clock.now())
    assert "'cnsss' is not one of ours (pretend" in refused(house, replace(given, fund="cnsss"))
    assert "'atestation' is none of" in refused(house, replace(given, services=("atestation",)))
    assert "kind: write planned or incident" in refused(house, replace(given, kind="stop"))


# Revised


def revised(house: House, id: str, **other: Any) -> notices.Notice | None:
    old = notices.get(house.store, id)
    assert old
    given = Draft(old.fund, old.kind, old.starts_at, old.ends_at, old.next_at, old.services,
                  old.words, old.instead)  # fmt: skip
    return notices.revise(
        house.store, id, replace(given, **other), house.clock.now(), KEYS, house.settings.funds
    )


def test_each_version_is_kept_and_the_first_return_stays_to_be_read(house: House) -> None:
    made = announce(house)
    assert made.ends_at
    later = made.ends_at + 2 * HOURS
    assert revised(house, made.id, ends_at=later)
    (shown,) = notices.open_now(house.store, house.clock.now())
    assert (shown.version, shown.ends_at, shown.before) == (2, later, (made.ends_at,))
    assert [one.ends_at for one in notices.versions(house.store, made.id)] == [made.ends_at, later]


def test_a_stop_is_put_off_but_never_brought_forward(house: House) -> None:
    made = announce(house, 7 * DAYS)
    with pytest.raises(Incomplete, match="7 days ahead"):
        revised(house, made.id, starts_at=made.starts_at - HOURS)
    assert revised(house, made.id, starts_at=made.starts_at + HOURS)


def test_a_revision_is_as_whole_as_the_first(house: House) -> None:
    made = announce(house)
    with pytest.raises(Incomplete, match="contact"):
        revised(house, made.id, words={**WORDS, "contact": {}})


def test_of_two_revisions_at_once_one_counts(house: House) -> None:
    made = announce(house)
    old = notices.get(house.store, made.id)
    assert old
    from lite.notices import board

    assert board.again(house.store, old, house.clock.now())
    assert board.again(house.store, old, house.clock.now()) is None


def test_what_is_ended_is_not_revised_nor_ended_again(house: House) -> None:
    made, now = announce(house), house.clock.now()
    assert notices.close(house.store, made.id, now)
    assert not notices.close(house.store, made.id, now)
    assert notices.open_now(house.store, now) == []
    assert revised(house, made.id) is None


def test_a_notice_of_an_earlier_release_is_still_read(house: House) -> None:
    house.store.sql.run(
        "insert into notices values ('n1', 'cnss', 'planned', '2026-11-24T08:00:00.000000Z',"
        " '2026-11-25T08:00:00.000000Z', 'dépôts', 'إيداع', 'agence', 'وكالة', null,"
        " '2026-11-01T08:00:00.000000Z')"
    )
    house.store.sql.run(
        "insert into notice_versions select id, 1, created_at, 'operator', starts_at, ends_at,"
        " null, 'all', '' from notices"
    )
    (shown,) = notices.open_now(house.store, house.clock.now())
    assert shown.words == {"stops": {"fr": "dépôts", "ar": "إيداع"}}
    assert shown.instead == {"all": {"fr": "agence", "ar": "وكالة"}}
