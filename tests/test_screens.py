"""Every screen there is, reached by pressing everything that is offered, with data at its worst."""

from __future__ import annotations

import os
import re
from collections import deque
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import hearsay
import pytest
from cast import AR_LONG, FR_THIRTY, SHARED, STRANGER
from houses import copied
from phone import Phone

from lite.app import House
from lite.clock import stamp
from lite.fit import SCREEN_LINES, is_gsm7
from lite.notices import WORDS, Draft, board
from lite.notices.draft import AHEAD
from lite.notices.notice import INSTEAD
from lite.numbers import with_check
from lite.services import SERVICES, names
from lite.store.requests import DocumentRow
from lite.text import LANGUAGES
from lite.upstream.port import to_json
from lite.upstream.records import Dossier, DossierStatus, PersonKey, Reason

PAPER = with_check("2123456789")
TYPED = ("337", "casablanca", "122025", "062026", PAPER, "27500", "1", "zz")
DEEPEST, MOST = 9, 500 if os.environ.get("LITE_SLOW") else 160
FOR_SOME = ("enrol", "activate")  # listed to strangers, and to a phone that waits for its code
LONGEST_NAME = " ".join(["Moulay", "Ben", "Sidi", "El", "Aït"] * 8)
LONGEST_WORD = "anticonstitutionnellement" * 8


@pytest.fixture(scope="module")
def worst(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house where everything is as long, as many and as odd as it can be."""
    house = copied(filled, tmp_path_factory.mktemp("worst"))
    with house.store.transaction():
        for number in (FR_THIRTY, AR_LONG, SHARED):
            person = house.store.people.of_phone(house.office.index(number))[0]
            rename(house, person)
            for one in oddities():
                tell(house, person, "dossier", one.number, to_json(one))
        file_paper(house)
    for kind in names.ATTESTATIONS.values():
        phone = Phone(house, FR_THIRTY).dials().choose("Attestation", kind.id)
        phone.presses(*("1", "1") if kind is names.ATTESTATIONS["salaries"] else ("1",))
    settle(house)
    announce(house)
    return house


def tell(house: House, person: str, kind: str, key: str, told: object) -> None:
    sealed = house.office.seal(f"records.sealed:pretend/{kind}/{key}", told)
    now = stamp(house.clock.now())
    hearsay.record(house.store, "pretend", kind, key, person, sealed, now)


def rename(house: House, person: str) -> None:
    (row,) = house.store.people.records(person, "insured")
    told = house.office.open(f"records.sealed:pretend/insured/{row.key}", row.sealed)
    tell(house, person, "insured", row.key, told | {"name": LONGEST_NAME})


def oddities() -> list[Dossier]:
    """What no table foresees: unknown codes, endless labels, sums in other money, no dates."""
    plain = Dossier("1999000000001", PersonKey("cnss", "1"), "reimbursement", None,
                    DossierStatus.PAID, None)  # fmt: skip
    several = tuple(Reason(code, code) for code in ("HD60", "OUV", "INPE"))
    return [
        replace(plain, paid=10**14 + 5, currency="XOF"),
        replace(plain, number="1999000000002", kind="new_kind", status=DossierStatus.UNKNOWN),
        replace(plain, number="1999000000003", status=DossierStatus.REJECTED,
                reasons=(Reason("X1", LONGEST_NAME + LONGEST_WORD),)),
        replace(plain, number="1999000000004", status=DossierStatus.REJECTED, reasons=several),
        replace(plain, number="1999000000005", status=DossierStatus.APPEALED,
                reasons=(Reason("X2", "« œuvre » non reçue… ’"),)),
        replace(plain, number="1999000000006", status=DossierStatus.INFO_REQUESTED,
                missing=(*names.MISSING, "SOMETHING_ELSE_" * 5)),
        replace(plain, number="1999000000007", status=DossierStatus.REJECTED,
                reasons=(Reason("X3", "وثائق ناقصة " * 12),)),
    ]  # fmt: skip


def announce(house: House) -> None:
    """As long as may be; to come, so that no deep dial is held up by it."""
    now, longest = house.clock.now(), WORDS | {"instead.all": INSTEAD}
    french, arabic = LONGEST_NAME + "é" * 200, "أداء الملفات وشهادات الأجور " * 9
    said = {
        name: {"fr": french[:fr].strip(), "ar": arabic[:ar].strip()}
        for name, (fr, ar) in longest.items()
    }
    draft = Draft(
        fund="pretend", starts_at=now + AHEAD, ends_at=now + AHEAD + timedelta(days=3),
        services=("all",), instead={"all": said.pop("instead.all")}, words=said,
    )  # fmt: skip
    board.announce(house.store, draft, now, (), house.settings.funds)
    house.store.people.missed("cnss_beneficiaires", "down", "", stamp(now))


def file_paper(house: House) -> None:
    facts = {"name": LONGEST_NAME, "name_ar": "عبد المنعم " * 20, "total": 2750000}
    sealed = house.office.seal(f"documents.sealed:{PAPER}", facts)
    house.store.requests.file(
        DocumentRow(PAPER, "family_allowances", "2026-11-01", "2027-02-01", None, sealed)
    )


def settle(house: House) -> None:
    """One request in each state, the refused ones with every reason."""
    rows = house.store.sql.all("select reference from requests order by asked_at")
    states = [("rejected", "bad_period"), ("rejected", "X9"), ("ready", ""), ("odd", "")]
    for (reference,), (state, reason) in zip(rows, states, strict=False):
        house.store.sql.run(
            "update requests set state = ?, reason = ? where reference = ?",
            *(state, reason, reference),
        )


def crawled(phone: Phone) -> dict[str, tuple[str, ...]]:
    """Every screen that pressing what is shown leads to, and the keys that led there."""
    found: dict[str, tuple[str, ...]] = {}
    paths: deque[tuple[str, ...]] = deque([()])
    while paths and len(found) < MOST:
        path = paths.popleft()
        phone.dials("*".join(["*384*3939", *path]) + "#" if path else "")
        if phone._answer in found:
            continue
        found[phone._answer] = path
        if phone.open and len(path) < DEEPEST:
            keys = [*phone.options, "zz"] if phone.options else TYPED
            paths.extend((*path, key) for key in [*keys, *(["7"] if phone.more else [])])
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [FR_THIRTY, AR_LONG, SHARED, STRANGER])
def test_every_screen_fits_and_says_the_way_on(worst: House, number: str, language: str) -> None:
    phone = Phone(worst, number).speaks(language)
    found = crawled(phone)
    assert len(found) > 40
    for answer, path in found.items():
        told = f"{path}:\n{answer}"
        lines = answer[4:].split("\n")
        assert len(lines) <= SCREEN_LINES, told
        feet = [line for line in lines if re.match(r"(0|00|7) ", line)]
        first_menu = lines[-1].startswith("9 ")
        assert len(feet) <= 1, told
        assert not feet or feet[0] == lines[-1], told
        if answer.startswith("CON") and path and not first_menu:
            assert feet, told
        if language == "fr" and not re.search("[\u0600-\u06ff]", answer):
            assert is_gsm7(answer), told


def test_everything_is_found_within_two_menus(worst: House) -> None:
    """One or two digits open each service, and both stand on screens on the way."""
    phone = Phone(worst, FR_THIRTY).speaks("fr")
    for service in SERVICES:
        phone.dials("*384*3939*00#")
        if service.key not in FOR_SOME:
            phone.choose(*(["Autres services"] if "*" in service.ussd else []), service.short.id)
        assert service.ussd.count("*") <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_service_is_listed_by_its_own_label(worst: House, language: str) -> None:
    labels = [Phone(worst, FR_THIRTY, language).says(service.short.id) for service in SERVICES]
    assert len(set(labels)) == len(labels)
