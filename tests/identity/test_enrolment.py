"""A phone becomes somebody's, is lost, falls silent: and nobody else's by knowing things."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hearsay
import pytest

from lite.clock import stamp
from lite.identity import cards, codes, consent, enrolment, phones
from lite.identity.codes import Locked, Wrong
from lite.identity.enrolment import Activated, Expired, Nothing
from lite.store import MIGRATIONS, Store
from lite.store.access import SessionRow
from lite.vault import Vault
from tests import engines

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PHONE, OTHER = "+212612345678", "+212712345678"
ONE, TWO = "person-1", "person-2"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def people(store: Store, vault: Vault) -> None:
    """Two people whom a fund knows, without a phone."""
    for person in (ONE, TWO):
        hearsay.person(store, f"key of {person}", person, stamp(NOW))
        sealed = vault.seal(f"records.sealed:cnss/insured/{person}", b'{"phones": []}')
        hearsay.record(store, "cnss", "insured", person, person, sealed, stamp(NOW))


def deposit(
    store: Store, vault: Vault, person: str = ONE, phone: str = PHONE, now: datetime = NOW,
    post: bool = False,
) -> str:  # fmt: skip
    return enrolment.deposit(store, vault, person, phone, "amina", "ar", consent.CURRENT, now, post)


def index(vault: Vault, phone: str = PHONE) -> str:
    return vault.hash("phone", phone)


def not_(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


def test_the_first_use_with_its_code_makes_a_phone_somebodys(store: Store, vault: Vault) -> None:
    code = deposit(store, vault)
    assert len(code) == 8
    assert store.people.of_phone(index(vault)) == []
    assert enrolment.waits(store, index(vault), NOW)
    assert enrolment.activate(store, vault, PHONE, code, NOW) == Activated(ONE)
    assert store.people.of_phone(index(vault)) == [ONE]
    assert not enrolment.waits(store, index(vault), NOW)
    assert [one.phone for one in phones.held(store, vault, ONE)] == [PHONE]


def test_a_code_serves_once(store: Store, vault: Vault) -> None:
    code = deposit(store, vault)
    enrolment.activate(store, vault, PHONE, code, NOW)
    assert enrolment.activate(store, vault, PHONE, code, NOW) == Expired()


def test_a_code_is_nothing_on_another_phone(store: Store, vault: Vault) -> None:
    code = deposit(store, vault)
    assert enrolment.activate(store, vault, OTHER, code, NOW) == Nothing()
    deposit(store, vault, TWO, OTHER)
    assert enrolment.activate(store, vault, OTHER, code, NOW) == Wrong()
    assert enrolment.activate(store, vault, PHONE, code, NOW) == Activated(ONE)


@pytest.mark.parametrize(
    ("post", "wait", "outcome"),
    [
        (False, 24 * HOUR - timedelta(seconds=1), Activated(ONE)),
        (False, 24 * HOUR, Expired()),
        (True, 21 * DAY - timedelta(seconds=1), Activated(ONE)),
        (True, 21 * DAY, Expired()),
    ],
)
def test_a_code_lives_a_day_or_three_weeks(
    store: Store, vault: Vault, post: bool, wait: timedelta, outcome: object
) -> None:
    code = deposit(store, vault, post=post)
    assert enrolment.activate(store, vault, PHONE, code, NOW + wait) == outcome


def test_a_new_code_stops_the_one_before_and_forgives_nothing(store: Store, vault: Vault) -> None:
    old = deposit(store, vault)
    for _ in range(2):
        assert enrolment.activate(store, vault, PHONE, not_(old), NOW) == Wrong()
    new = deposit(store, vault)
    assert enrolment.activate(store, vault, PHONE, old, NOW) == Expired()
    locked = enrolment.activate(store, vault, PHONE, new, NOW)
    assert locked == Locked(NOW + timedelta(seconds=30))
    later = NOW + timedelta(seconds=30)
    assert enrolment.activate(store, vault, PHONE, new, later) == Activated(ONE)


def test_ten_guesses_a_day_at_most(store: Store, vault: Vault) -> None:
    code = not_(deposit(store, vault, post=True))
    outcomes = [
        enrolment.activate(store, vault, PHONE, code, NOW + timedelta(minutes=minute))
        for minute in range(0, 24 * 60, 5)
    ]
    assert outcomes.count(Wrong()) == 10


def test_what_is_no_code_is_no_try(store: Store, vault: Vault) -> None:
    code = deposit(store, vault)
    for typed in ("", "1", "12345", "123456789", "oui"):
        assert enrolment.activate(store, vault, PHONE, typed, NOW) == Wrong()
    arabic = code.translate({48 + n: 0x660 + n for n in range(10)})
    typed = f" {arabic[:4]}-{arabic[4:]} "
    assert enrolment.activate(store, vault, PHONE, typed, NOW) == Activated(ONE)


def test_one_phone_serves_a_family_and_one_person_two_phones(store: Store, vault: Vault) -> None:
    for person, phone in ((ONE, PHONE), (TWO, PHONE), (ONE, OTHER)):
        code = deposit(store, vault, person, phone)
        assert enrolment.activate(store, vault, phone, code, NOW) == Activated(person)
    assert store.people.of_phone(index(vault)) == [ONE, TWO]
    assert [one.phone for one in phones.held(store, vault, ONE)] == [PHONE, OTHER]


def test_a_fund_does_not_take_back_what_a_counter_gave(store: Store, vault: Vault) -> None:
    hearsay.phones(store, "cnss", ONE, [index(vault)], stamp(NOW))
    enrolment.activate(store, vault, PHONE, deposit(store, vault), NOW)
    hearsay.phones(store, "cnss", ONE, [], stamp(NOW))
    assert store.people.of_phone(index(vault)) == [ONE]


@pytest.mark.parametrize(
    ("phone", "language", "version"),
    [
        ("0612345678", "ar", consent.CURRENT),
        ("", "ar", consent.CURRENT),
        (PHONE, "en", consent.CURRENT),
        (PHONE, "ar", "2020-01"),
    ],
)
def test_no_deposit_without_a_phone_and_an_agreement(
    store: Store, vault: Vault, phone: str, language: str, version: str
) -> None:
    with pytest.raises(ValueError, match="deposit"):
        enrolment.deposit(store, vault, ONE, phone, "amina", language, version, NOW, False)
    assert store.enrolments.of_person(ONE) == []


def test_the_agreement_is_kept(store: Store, vault: Vault) -> None:
    deposit(store, vault)
    kept = store.enrolments.consents(ONE)
    assert [(row.version, row.language, row.who, row.at) for row in kept] == [
        (consent.CURRENT, "ar", "amina", stamp(NOW))
    ]


def test_a_stolen_store_holds_no_number_and_no_code(store: Store, vault: Vault) -> None:
    code = deposit(store, vault)
    dump = "\n".join(map(str, store.sql.all("select * from enrolments, consents, audit")))
    for canary in (PHONE, PHONE[1:], code):
        assert canary not in dump


# Loss


def test_a_lost_phone_speaks_for_nobody_at_once(store: Store, vault: Vault) -> None:
    for person in (ONE, TWO):
        enrolment.activate(store, vault, PHONE, deposit(store, vault, person), NOW)
    access = codes.issue(store, vault, index(vault), ONE, NOW)
    store.access.open("cookie", SessionRow(ONE, "", 1, stamp(NOW), stamp(NOW)))
    assert phones.lose(store, vault, ONE, index(vault), "amina", NOW)
    assert store.people.of_phone(index(vault)) == [TWO]
    assert phones.held(store, vault, ONE) == []
    assert store.access.session("cookie") is None
    soon = NOW + timedelta(minutes=1)
    assert not isinstance(codes.check(store, vault, index(vault), access, soon), codes.Signed)
    assert not phones.lose(store, vault, ONE, index(vault), "amina", soon)


def test_a_loss_ends_the_code_that_waits(store: Store, vault: Vault) -> None:
    enrolment.activate(store, vault, PHONE, deposit(store, vault), NOW)
    code = deposit(store, vault)
    phones.lose(store, vault, ONE, index(vault), "amina", NOW)
    assert enrolment.activate(store, vault, PHONE, code, NOW) == Expired()


def test_a_fund_does_not_bring_a_lost_phone_back(store: Store, vault: Vault) -> None:
    hearsay.phones(store, "cnss", ONE, [index(vault), index(vault, OTHER)], stamp(NOW))
    phones.lose(store, vault, ONE, index(vault), "amina", NOW)
    hearsay.phones(store, "cnss", ONE, [index(vault), index(vault, OTHER)], stamp(NOW + DAY))
    assert store.people.of_phone(index(vault)) == []
    assert store.enrolments.bound(ONE) == {index(vault, OTHER): "cnss"}
    code = deposit(store, vault, now=NOW + DAY)
    enrolment.activate(store, vault, PHONE, code, NOW + DAY)
    assert store.people.of_phone(index(vault)) == [ONE]


def test_a_fund_forgets_the_phones_that_it_no_longer_tells(store: Store, vault: Vault) -> None:
    for phone in (PHONE, OTHER):
        hearsay.phones(store, "cnss", ONE, [index(vault, phone)], stamp(NOW))
    assert store.enrolments.bound(ONE) == {index(vault, OTHER): "cnss"}


# Changes


def test_nothing_precious_changes_within_72_hours_of_a_number(store: Store, vault: Vault) -> None:
    assert enrolment.may_change(store, ONE, NOW)
    enrolment.activate(store, vault, PHONE, deposit(store, vault), NOW)
    assert not enrolment.may_change(store, ONE, NOW + 72 * HOUR - timedelta(seconds=1))
    assert enrolment.may_change(store, ONE, NOW + 72 * HOUR)
    assert enrolment.settled_from(store, ONE) == NOW + 72 * HOUR
    assert enrolment.may_change(store, TWO, NOW)


def test_a_new_sim_and_a_loss_count_as_changes(store: Store, vault: Vault) -> None:
    enrolment.activate(store, vault, PHONE, deposit(store, vault), NOW)
    enrolment.sim_changed(store, index(vault), NOW + 10 * DAY)
    assert not enrolment.may_change(store, ONE, NOW + 12 * DAY)
    assert enrolment.may_change(store, ONE, NOW + 13 * DAY)
    phones.lose(store, vault, ONE, index(vault), "amina", NOW + 20 * DAY)
    assert not enrolment.may_change(store, ONE, NOW + 22 * DAY)


# Silence

YEAR = enrolment.SILENCE


def speaks(store: Store, vault: Vault, now: datetime) -> list[str]:
    return enrolment.hear(store, index(vault), now).speaks


def heard(store: Store, vault: Vault, now: datetime) -> None:
    enrolment.note_heard(store, index(vault), now)


def test_a_phone_that_was_silent_for_a_year_speaks_no_more(store: Store, vault: Vault) -> None:
    enrolment.activate(store, vault, PHONE, deposit(store, vault), NOW)
    assert speaks(store, vault, NOW + YEAR - timedelta(seconds=1)) == [ONE]
    assert enrolment.hear(store, index(vault), NOW + YEAR) == enrolment.Heard([], [ONE])


def test_to_be_heard_is_no_proof(store: Store, vault: Vault) -> None:
    """The number's new owner calls again and again."""
    enrolment.activate(store, vault, PHONE, deposit(store, vault), NOW)
    for days in range(400):
        heard(store, vault, NOW + YEAR + DAY * days)
    assert speaks(store, vault, NOW + 2 * YEAR) == []


def test_a_silent_phone_speaks_again_once_it_is_activated_again(store: Store, vault: Vault) -> None:
    enrolment.activate(store, vault, PHONE, deposit(store, vault), NOW)
    code = deposit(store, vault, now=NOW + YEAR)
    assert enrolment.activate(store, vault, PHONE, code, NOW + YEAR) == Activated(ONE)
    assert speaks(store, vault, NOW + YEAR + DAY) == [ONE]


def test_the_next_owner_of_a_number_does_not_wake_the_one_before(
    store: Store, vault: Vault
) -> None:
    enrolment.activate(store, vault, PHONE, deposit(store, vault), NOW)
    code = deposit(store, vault, TWO, now=NOW + YEAR)
    enrolment.activate(store, vault, PHONE, code, NOW + YEAR)
    heard(store, vault, NOW + YEAR + DAY)
    told = enrolment.hear(store, index(vault), NOW + YEAR + DAY)
    assert (told.speaks, told.silent) == ([TWO], [ONE])


def test_a_silent_phone_speaks_again_after_a_code_of_the_card(store: Store, vault: Vault) -> None:
    enrolment.activate(store, vault, PHONE, deposit(store, vault), NOW)
    card, late = cards.issue(store, vault, ONE, NOW), NOW + YEAR
    number = cards.challenge(store, ONE)
    assert number
    code = card.codes[number.number]
    guess = f"{(int(code) + 1) % 10**6:06d}"
    wrong = enrolment.confirm(store, vault, index(vault), ONE, guess, late)
    assert isinstance(wrong, cards.WrongCode)
    assert speaks(store, vault, late) == []
    right = enrolment.confirm(store, vault, index(vault), ONE, code, late)
    assert isinstance(right, cards.Proved)
    assert speaks(store, vault, late) == [ONE]
    assert not enrolment.may_change(store, ONE, late + 71 * HOUR)


def test_a_phone_that_a_fund_told_us_of_is_silent_since_then(store: Store, vault: Vault) -> None:
    late = NOW + 2 * YEAR  # the person has been known for two years, the phone has not
    for again in range(3):
        hearsay.phones(store, "cnss", ONE, [index(vault)], stamp(late + again * DAY))
    assert speaks(store, vault, late + YEAR - timedelta(seconds=1)) == [ONE]
    assert speaks(store, vault, late + YEAR) == []


def test_a_phone_that_calls_every_month_is_never_doubted(store: Store, vault: Vault) -> None:
    enrolment.activate(store, vault, PHONE, deposit(store, vault), NOW)
    for month in range(40):
        now = NOW + 30 * DAY * month
        assert speaks(store, vault, now) == [ONE]
        heard(store, vault, now)


def test_to_be_heard_is_to_be_noted_once_a_day(store: Store, vault: Vault) -> None:
    enrolment.activate(store, vault, PHONE, deposit(store, vault), NOW)
    noted = []
    for hours in (1, 2, 25, 26, 50):
        if enrolment.hear(store, index(vault), NOW + HOUR * hours).unnoted:
            heard(store, vault, NOW + HOUR * hours)
            noted.append(hours)
    assert noted == [25, 50]
    (voice,) = store.people.voices(index(vault), stamp(NOW))
    assert voice.heard_at == stamp(NOW + HOUR * 50)


def test_what_a_phone_left_with_us_before_is_a_sign_of_life(tmp_path: Path) -> None:
    """A store of before: whatever it holds of a phone says when it was last heard."""
    older = tmp_path / "older"
    older.mkdir()
    for file in sorted(MIGRATIONS.glob("*.sql")):
        if file.name < "0008":
            shutil.copy(file, older)
    store = Store(engines.store_of(tmp_path, "old"))
    store.sql.migrate(older)
    signs = {
        "wish": "insert into callers (phone, changed_at) values ('wish', '3')",
        "talk": "insert into talks values ('ussd', 's', 'talk', '', 0, '3')",
        "message": "insert into inbox (id, phone, at) values ('m1', 'message', '3')",
        "nothing": "select 1",
        "lost": "insert into lost_phones values ('lost', 'p', '3')",
    }
    store.sql.run("insert into people (person, since) values ('p', '2')")
    for phone, sign in signs.items():
        store.sql.run("insert into phones (phone, person, fund) values (?, 'p', 'f')", phone)
        store.sql.run(sign)
    store.migrate()
    kept = dict(store.sql.all("select phone, heard_at from phones"))
    assert kept == {"wish": "3", "talk": "3", "message": "3", "nothing": "2"}
