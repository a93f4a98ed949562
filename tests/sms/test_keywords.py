"""What people type first: every spelling finds its service, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lite.services import SERVICES
from lite.sms.keywords import EXACT_ONLY, Keywords, collisions, fold_keyword, skeleton

KEYWORDS = Keywords(SERVICES)


@pytest.mark.parametrize(
    ("typed", "service", "language", "rest"),
    [
        ("DOSSIER", "dossiers", "fr", ""),
        ("dossier 1000000042", "dossiers", "fr", "1000000042"),
        ("Dossier: N° 1000 0000 42", "dossiers", "fr", "N° 1000 0000 42"),
        ("DOSSIER*3", "dossiers", "fr", "3"),
        ("DOSSIER\n3", "dossiers", "fr", "3"),
        ("DOSSIER1000000042", "dossiers", "fr", "1000000042"),
        ("« Dossier »", "dossiers", "fr", ""),
        ("  \u200fDOSSIER\u200b 🙂 ", "dossiers", "fr", ""),
        ("ＤＯＳＳＩＥＲ", "dossiers", "fr", ""),
        ("l'attestation 1", "attestation", "fr", "1"),
        ("L’attestation", "attestation", "fr", ""),
        ("Vérif 200000000080", "verify", "fr", "200000000080"),
        ("état", "status", "fr", ""),
        ("ملف", "dossiers", "ar", ""),
        ("المِلَفّ 3", "dossiers", "ar", "3"),
        ("ملـــف ٣", "dossiers", "ar", "3"),
        ("milaf", "dossiers", "ar", ""),
        ("l-milaf", "dossiers", "ar", ""),
        ("7ala", "status", "ar", ""),
        ("hala", "status", "ar", ""),
        ("ho9o9", "rights", "ar", ""),
        ("ta7a9o9 200000000080", "verify", "ar", "200000000080"),
        ("chahada 1", "attestation", "ar", "1"),
        ("shahada 1", "attestation", "ar", "1"),
        ("وقف", "stop", "ar", ""),
        ("AR", "language", "ar", ""),
        ("FR", "language", "fr", ""),
    ],
)
def test_exact(typed: str, service: str, language: str, rest: str) -> None:
    match = KEYWORDS.find(typed)
    assert match is not None
    assert (match.service, match.language, match.rest, match.exact) == (
        service, language, rest, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "service"),
    [
        ("dosier", "dossiers"),
        ("DOSSIR 3", "dossiers"),
        ("dossire", "dossiers"),
        ("dosier3", None),
        ("dosier33", "dossiers"),
        ("atestation", "attestation"),
        ("attestasion", "attestation"),
        ("drotis", "rights"),
        ("rapel moi", "callback"),
        ("agense casa", "agencies"),
        ("melaf", "dossiers"),
        ("mlaf", "dossiers"),
        ("شهاده", "attestation"),
        ("cde", None),
        ("test", None),
        ("bonjour", None),
        ("merci", None),
        ("rabat", None),
        ("السلام عليكم", None),
    ],
)
def test_a_guess_is_good_or_is_none(typed: str, service: str | None) -> None:
    match = KEYWORDS.find(typed)
    assert (match.service if match else None) == service
    assert match is None or not match.exact


@pytest.mark.parametrize("typed", ["stopp", "sotp", "stope", "stopper", "strat", "arete", "وقفف"])
def test_stop_and_start_are_never_guessed(typed: str) -> None:
    match = KEYWORDS.find(typed)
    assert match is None or match.service not in ("stop", "start")


@pytest.mark.parametrize(
    "typed", ["", " ", "1", "5*2", "*#", "1000000042", "٣", "🙂", "،؟", "\x00"]
)
def test_no_word_is_no_keyword(typed: str) -> None:
    assert KEYWORDS.find(typed) is None


def test_a_guess_between_two_services_is_no_guess() -> None:
    one, other = SERVICES[0], SERVICES[2]
    near = [replace(one, words={"fr": ("PANIER",)}), replace(other, words={"fr": ("PAPIER",)})]
    assert Keywords(near).find("PAPIER") is not None
    assert Keywords(near).find("PATIER") is None


def test_a_word_of_both_languages_leaves_the_callers() -> None:
    service = replace(SERVICES[0], words={"fr": ("CODE",), "ar": ("code", "رمز")})
    match = Keywords([service]).find("code")
    assert match is not None
    assert match.language == ""


def test_words_of_two_words() -> None:
    service = replace(SERVICES[0], words={"fr": ("MON DOSSIER",), "ar": ("واش وجد",)})
    match = Keywords([service]).find("Mon dossier: 3")
    assert match is not None
    assert match.rest == "3"


def test_no_two_services_share_a_word() -> None:
    assert collisions(SERVICES) == []


def test_a_shared_word_is_told() -> None:
    twin = replace(SERVICES[0], key="twin", words={"fr": ("Dossièr",)})
    assert collisions([*SERVICES, twin]) == ["dossier: dossiers, twin"]


def test_every_word_finds_its_own_service() -> None:
    for service in SERVICES:
        for language, words in service.words.items():
            for word in words:
                match = KEYWORDS.find(f"{word} 12")
                assert match is not None, word
                assert (match.service, match.rest, match.exact) == (service.key, "12", True), word
                assert match.language in (language, ""), word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("شكاية", "chkaya"),
        ("خلاص", "khlas"),
        ("حقوق", "7qwq"),
        ("تعويض", "ta3wid"),
        ("شوف", "chouf"),
        ("dossier", "dosier"),
        ("رمز", "ramz"),
    ],
)
def test_spellings_of_one_word_share_a_skeleton(one: str, other: str) -> None:
    assert skeleton(fold_keyword(one)) == skeleton(fold_keyword(other))


@pytest.mark.parametrize("typed", ["9f", "QF", "9F"])
def test_two_latin_letters_silence_nobody(typed: str) -> None:
    """They spell `قف`, and are one slip away from AR, FR and many others."""
    found = KEYWORDS.find(typed)
    assert found is None or found.service not in EXACT_ONLY
    stop = KEYWORDS.find("قف")
    assert stop is not None
    assert stop.service == "stop"
