"""Messages as the gateway posts them, and the letters that answer them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from correspondent import SHORT_CODE, Letter, Post, mail
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lite import numbers
from lite.app import House
from lite.clock import set_clock
from lite.desk import file
from lite.desk.door import ANSWERS_A_DAY, Door
from lite.desk.facts import Dossier, Known
from lite.desk.office import Office
from lite.fit import cost
from lite.services import SERVICES
from lite.upstream.pretend_people import heads

# Of the pretend fund, in French: with four dossiers, none, thirty, one; two people on one phone;
# in Arabic, with four dossiers.
FOUR, NONE, MANY, ONE, SHARED, ARABIC = (
    heads()[rank].insured.phones[0] for rank in (18, 2, 3, 23, 10, 0)
)
STRANGER = "+212699999999"
WRONG = "Choisissez un chiffre de la liste."
QUESTION = "Quel dossier ?"
CLOSED = "Ce téléphone n'est pas inscrit."
LOST = "Message non compris."


def one(letters: list[Letter]) -> str:
    assert len(letters) == 1
    return letters[0].text


def unsigned(text: str) -> str:
    """A message without its last line, the reference of this very contact."""
    return text.rpartition("\n")[0]


def numbers_of(office: Office, phone: str) -> list[str]:
    person = office.store.people.of_phone(office.index(phone))[0]
    return [dossier.number for dossier in file.dossiers(office, person).value]


# What is sent, one message after another, and what the last answer says (and does not say).
CASES = [
    ("state of the service", STRANGER, ["ETAT"], ["Lite fonctionne."], []),
    ("lower case and accents", STRANGER, ["état"], ["Lite fonctionne."], []),
    ("no dossier", NONE, ["DOSSIER"], ["Aucun dossier connu"], [QUESTION]),
    ("one dossier", ONE, ["Dossier"], ["Statut : ", "Connu le 24/11/2026"], [QUESTION]),
    ("several: asked back", FOUR, ["DOSSIER"], [QUESTION, "\n1 ", "\n4 "], ["\n5 "]),
    ("several: in one message", FOUR, ["DOSSIER 2"], ["Statut : "], [QUESTION]),
    ("several: in two messages", FOUR, ["DOSSIER", "2"], ["Statut : "], [QUESTION]),
    ("Arabic-Indic digits", FOUR, ["DOSSIER", "٢"], ["Statut : "], [QUESTION]),
    ("a dot after the digit", FOUR, ["DOSSIER", "2."], ["Statut : "], [QUESTION]),
    ("a wrong digit", FOUR, ["DOSSIER", "9"], [WRONG, QUESTION], ["Statut", "RAPPEL"]),
    ("a wrong digit beside the word", FOUR, ["DOSSIER 9"], [WRONG, QUESTION], ["Statut"]),
    ("right after wrong", FOUR, ["DOSSIER", "9", "2"], ["Statut : "], [QUESTION]),
    ("three wrong in a row", FOUR, ["DOSSIER", "9", "x", "y"], [QUESTION, "Envoyez RAPPEL"], []),
    ("thirty", MANY, ["DOSSIER"], ["10 ", "Il y en a 30"], ["\n11 "]),
    ("a typo", ONE, ["dosier"], ["Statut : "], []),
    ("a bare digit of the menu", ONE, ["1"], ["Statut : "], []),
    ("a path of the menu", STRANGER, ["5*5"], ["Lite fonctionne."], []),
    ("for whom", SHARED, ["DOSSIER"], ["Pour qui ?", "1 ", "2 "], [QUESTION]),
    ("for whom, the rest kept", SHARED, ["ATTEST 2", "1"], ["Confirmer ?", "AMO"], []),
    ("read back first", FOUR, ["ATTEST 1 2"], ["05/2026", "Confirmer ?\n1 Oui\n2 Non"], ["recue"]),
    ("never confirmed on the way", FOUR, ["ATTEST 1 2 1"], ["Confirmer ?"], ["recue"]),
    ("confirmed", FOUR, ["ATTEST 1 2", "1"], ["Demande recue"], ["Confirmer"]),
    ("confirmed in words", FOUR, ["ATTEST 1 2", "oui"], ["Demande recue"], []),
    ("not confirmed", FOUR, ["ATTEST 1 2", "2"], ["Rien n'a été envoyé."], []),
    ("two months", FOUR, ["ATTEST 1 5", "9"], [WRONG], ["Premier mois"]),
    ("two months in one", FOUR, ["ATTEST 1 4 012026 03/2026"], ["De 01/2026 à 03/2026"], []),
    ("months the wrong way", FOUR, ["ATTEST 1 4 03/2026 012026"], ["Dernier mois ?"], []),
    ("another word leaves a form", FOUR, ["ATTEST", "ETAT"], ["Lite fonctionne."], []),
    ("a label, not a keyword", FOUR, ["RAPPEL", "Mes droits AMO"], ["A quel moment ?"], []),
    ("call-back of a stranger", STRANGER, ["RAPPEL 1 1", "1"], ["Demande recue"], []),
    ("a town of two words", STRANGER, ["AGENCE sidi kacem"], ["Laquelle ?"], ["Votre ville"]),
    ("towns that begin so", STRANGER, ["AGENCE sidi"], ["1 Sidi", "plus de lettres"], []),
    ("a town from the list", STRANGER, ["AGENCE sidi", "1"], ["Sidi"], ["plus de lettres"]),
    ("stranger: closed", STRANGER, ["DOSSIER"], [CLOSED, "Ouvert à tous : AGENCE"], [QUESTION]),
    ("stranger: a typo", STRANGER, ["dosier 12"], [CLOSED], []),
    ("nonsense", STRANGER, ["salut toi"], [LOST, "AGENCE, VERIF"], ["DOSSIER"]),
    ("nonsense, known", NONE, ["salut toi"], [LOST, "DOSSIER, ATTEST"], []),
    ("nonsense, three times", NONE, ["a", "b", "c"], [LOST, "Envoyez RAPPEL"], []),
    ("understood in between", NONE, ["a", "b", "ETAT", "c"], [LOST], ["Envoyez RAPPEL"]),
    ("empty", NONE, [""], [LOST], []),
    ("emoji", NONE, ["👍🏽"], [LOST], []),
    ("a slip in a reference", STRANGER, ["200000000080"], ["chiffre est faux dans 2000"], [LOST]),
    ("an unknown reference", STRANGER, [numbers.with_check("2000000000")], ["inconnu ici"], [LOST]),
    ("verify: unknown", STRANGER, [f"VERIF {numbers.with_check('2000000000')}"], ["inconnue"], []),
    ("verify: spaces", STRANGER, ["VERIF 2000 0000 0080"], ["faux dans 200000000080"], []),
    ("stop", STRANGER, ["STOP"], ["plus de SMS d'information"], []),
    ("stop, lower case, a dot", ONE, ["stop."], ["plus de SMS d'information"], []),
    ("stop and more words", ONE, ["stop les pubs"], ["plus de SMS d'information"], []),
    ("stop inside a form", FOUR, ["DOSSIER", "STOP"], ["plus de SMS d'information"], [QUESTION]),
    ("sick leave is no stop", ONE, ["Arrêt de travail"], [LOST], ["plus de SMS"]),
    ("nearly stop is no stop", ONE, ["stopp"], [LOST], ["plus de SMS"]),
    ("start", ONE, ["START"], ["de nouveau par SMS"], []),
    ("help", STRANGER, ["AIDE"], ["*384*3939#"], []),
    ("two languages to choose", STRANGER, ["LANGUE"], ["1 Français\n2 "], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("phone", "texts", "said", "unsaid"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_answers(
    post: Post, phone: str, texts: list[str], said: list[str], unsaid: list[str]
) -> None:
    answer = one(post.texts(phone, *texts))
    assert all(words in answer for words in said), answer
    assert not any(words in answer for words in unsaid), answer


# A bare number needs no keyword


def test_a_bare_dossier_number(post: Post) -> None:
    number = numbers_of(post.office, FOUR)[2]
    answer = one(post.texts(FOUR, f"n° {number[:4]} {number[4:]}"))
    assert number in answer.split("\n")[0]
    assert "1 " not in answer.split("\n")[1]


def test_a_bare_dossier_number_tells_whose_it_is(post: Post) -> None:
    people = post.office.store.people.of_phone(post.office.index(SHARED))
    owned = [file.dossiers(post.office, person).value for person in people]
    number = next(dossiers[0].number for dossiers in owned if dossiers)
    assert number in one(post.texts(SHARED, number))
    assert number in one(post.texts(SHARED, f"DOSSIER {number}"))


def test_a_dossier_of_somebody_else_is_not_shown(post: Post) -> None:
    number = numbers_of(post.office, ONE)[0]
    answer = one(post.texts(NONE, number))
    assert "Statut" not in answer
    assert unsigned(answer) == unsigned(one(post.texts(STRANGER, number)))


def test_a_bare_number_in_the_middle_of_a_question(post: Post) -> None:
    number = numbers_of(post.office, FOUR)[3]
    assert number in one(post.texts(FOUR, "ATTEST", number))


def test_a_bare_reference_of_a_request(post: Post) -> None:
    reference = re.findall("[0-9]{12}", one(post.texts(FOUR, "ATTEST 2", "1")))[0]
    for typed in (reference, f"DEMANDE {reference}", f"dosier n° {reference}"):
        answer = one(post.texts(FOUR, typed))
        assert answer.startswith("Droits AMO")
        assert reference in answer
        assert "L'annuler ?" in answer
    assert "annulée" in one(post.texts(FOUR, "1"))


def test_a_bare_reference_of_a_paper(house: House, post: Post) -> None:
    reference = numbers.with_check("2123456789")
    facts = {"name": "Zineb Amrani", "total": None}
    sealed = house.office.seal(f"documents.sealed:{reference}", facts)
    house.store.sql.run(
        "insert into documents (reference, kind, issued_on, valid_until, sealed)"
        " values (?, 'amo', '2026-11-01', '2027-02-01', ?)",
        *(reference, sealed),
    )
    answer = one(post.texts(STRANGER, reference))
    assert "Attestation vraie" in answer
    assert "Z*** A***" in answer


# Languages


@pytest.mark.parametrize(
    ("phone", "texts", "language"),
    [
        (NONE, ["DROITS"], "fr"),
        (NONE, ["حقوق"], "ar"),
        (NONE, ["ho9o9"], "ar"),
        (ARABIC, ["ETAT"], "fr"),
        (ARABIC, ["5*5"], "ar"),
        (FOUR, ["ملف", "2"], "ar"),
        (ARABIC, ["DOSSIER", "2"], "fr"),
        (NONE, ["حقوق", "x"], "fr"),
        (STRANGER, ["bonjour"], "fr"),
        (STRANGER, ["السلام"], "ar"),
        (STRANGER, ["AR", "bonjour"], "ar"),
        (ARABIC, ["FR", "5*5"], "fr"),
        (ARABIC, ["bonjour"], "ar"),
        (STRANGER, ["LANGUE", "2", "5*5"], "ar"),
        (STRANGER, ["AR", "DROITS", "5*5"], "ar"),
        (STRANGER, ["FR", "السلام"], "fr"),
        (NONE, ["وقف"], "ar"),
    ],
)
def test_the_language_of_an_answer(post: Post, phone: str, texts: list[str], language: str) -> None:
    assert [letter.language for letter in post.texts(phone, *texts)] == [language]


# Forms across messages, days and phones


def test_an_open_question_is_forgotten_after_a_day(house: House, post: Post) -> None:
    post.texts(FOUR, "ATTEST")
    clock = Path(house.settings.clock)
    set_clock(clock, house.clock.now() + timedelta(hours=23))
    assert "Confirmer" in one(post.texts(FOUR, "2"))
    set_clock(clock, house.clock.now() + timedelta(hours=25))
    assert QUESTION in one(post.texts(FOUR, "1"))
    assert post.office.store.sql.all("select count(*) from requests") == [(0,)]


@pytest.mark.parametrize("word", ["DOSSIER", "ملف", "bonjour", "السلام"])
def test_a_stranger_is_answered_in_two_segments(post: Post, word: str) -> None:
    assert cost(one(post.texts(STRANGER, word))).segments <= 2


def test_an_error_on_top_of_a_long_list_takes_the_room_of_options(post: Post) -> None:
    listed, again = one(post.texts(MANY, "DOSSIER")), one(post.texts(MANY, "99"))
    assert again.startswith(WRONG) and "en tout" in again
    assert 0 < again.count(" 103") < listed.count(" 103")
    assert [cost(text).segments for text in (listed, again)] == [2, 2]


def test_two_phones_do_not_share_a_dialogue(post: Post) -> None:
    post.texts(FOUR, "DOSSIER")
    post.texts(NONE, "ATTEST")
    assert "Statut" in one(post.texts(FOUR, "2"))
    assert "Confirmer" in one(post.texts(NONE, "2"))


def test_a_request_is_written_with_its_answer_and_its_letter(post: Post) -> None:
    post.texts(FOUR, "ATTEST 2", "1")
    sql = post.office.store.sql
    assert sql.all("select kind, state from requests") == [("amo", "queued")]
    assert sql.all("select count(*) from letters where kind = 'fund'") == [(1,)]


def test_a_code_leaves_in_a_letter_of_its_own(post: Post) -> None:
    letters = post.texts(FOUR, "CODE")
    assert [letter.klass for letter in letters] == ["code"]
    assert re.match("[0-9]{6} : ", letters[0].text)


def test_amounts_stay_off_the_sms(post: Post) -> None:
    for number in numbers_of(post.office, MANY)[:10]:
        assert " DH" not in one(post.texts(MANY, number))


# Repeats, strangers to answer, and trouble


def test_the_same_message_is_answered_once_for_ever(post: Post) -> None:
    for _ in range(3):
        post.message(FOUR, "ETAT", id="ATXid_same")
    assert len(mail(post.office)) == 1
    post.message(FOUR, "ETAT", id="ATXid_other")
    assert len(mail(post.office)) == 2


def test_without_an_id_a_repeat_is_known_by_all_it_says(post: Post) -> None:
    for _ in range(3):
        post.message(FOUR, "ETAT", id="")
    post.message(FOUR, "ETAT", id="", date="2026-11-24 09:00:01")
    post.message(FOUR, "ETAT", id="x" * 200)
    post.message(FOUR, "ETAT", id="x" * 200)
    assert len(mail(post.office)) == 3


@pytest.mark.parametrize("sender", ["3939", "INWI", "CNSS", "", "+", "+212", "٠٦", "1" * 300])
@pytest.mark.parametrize("text", ["STOP", "DOSSIER", "1000000042"])
def test_no_answer_to_a_short_code_or_a_name(post: Post, sender: str, text: str) -> None:
    assert post.message(sender, text) == ("200 OK", b"")
    assert mail(post.office) == []
    assert post.office.store.sql.all("select count(*) from inbox") == [(1,)]


@pytest.mark.parametrize("sender", [ONE, ONE.replace("+", " "), ONE.replace("+", "")])
def test_a_phone_however_it_is_posted(post: Post, sender: str) -> None:
    post.message(sender, "DOSSIER")
    assert "Statut" in one(mail(post.office))


@pytest.mark.parametrize(
    "fields", [{}, {"id": "1"}, {"text": "STOP"}, {"from": ONE}, {"from": ONE, "text": "STOP"}]
)
def test_missing_fields(post: Post, fields: dict[str, str]) -> None:
    body = urlencode(fields).encode()
    for _ in range(2):
        assert post.post("sms", body) == ("200 OK", b"")
    assert len(mail(post.office)) == ("from" in fields)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"from=%2B212700000024&text=%FF%FE%00&id=1",
        b"from=%2B212700000024&text=STOP&text=START&id=1",
        b"&".join(b"f%d=1" % n for n in range(60)),
        b"text=" + b"a" * 2_000_000,
        b"from=%2B212700000024&id=1&text=" + b"%D9%85" * 100_000,
    ],
)
def test_whatever_is_posted_is_answered_200(post: Post, body: bytes) -> None:
    assert post.post("sms", body) == ("200 OK", b"")


def test_a_message_that_breaks_us_is_recorded_and_apologised_for(office: Office) -> None:
    def breaks(desk: Any, answers: Any) -> Any:
        desk.want_messages(False)
        raise ZeroDivisionError

    broken = [replace(s, answer=breaks) if s.key == "status" else s for s in SERVICES]
    post = Post(office, broken)
    assert "n'a pas pu etre traité" in one(post.texts(ONE, "ETAT"))
    assert office.store.sql.all("select count(*) from callers") == [(0,)]
    assert office.store.sql.all("select count(*) from inbox") == [(1,)]
    post.message(ONE, "ETAT", id="ATXid_1")
    assert len(mail(office)) == 1


@pytest.mark.parametrize(
    "state", [{"at": "?"}, {"service": "gone"}, {"service": "dossiers", "at": "2026-11-24T08:00Z"}]
)
def test_a_dialogue_kept_by_another_release(post: Post, state: dict[str, Any]) -> None:
    Door(post.office, "sms").keep("", ONE, state, unfinished=True)
    post.texts(ONE, "DOSSIER")
    assert "Statut" in one(post.texts(ONE, "DOSSIER"))


@pytest.mark.sqlite("the connection itself is made to refuse")
def test_a_store_that_cannot_be_written_asks_for_the_message_again(post: Post) -> None:
    sql = post.office.store.sql
    sql.run("pragma query_only = on")
    status, _ = post.message(FOUR, "ETAT", id="ATXid_again")
    sql.run("pragma query_only = off")
    assert status.startswith("429")
    post.message(FOUR, "ETAT", id="ATXid_again")
    assert len(mail(post.office)) == 1


def test_a_robot_is_not_answered_for_ever(post: Post) -> None:
    for _ in range(ANSWERS_A_DAY + 10):
        post.message(ONE, "Votre message a bien ete recu")
    assert len(mail(post.office)) <= ANSWERS_A_DAY + 1


def test_opting_out_at_the_gateway(post: Post) -> None:
    body = urlencode({"senderId": SHORT_CODE, "phoneNumber": ONE}).encode()
    for _ in range(2):
        assert post.post("optout", body) == ("200 OK", b"")
    assert post.office.store.talks.caller(post.office.index(ONE)).blocked
    assert post.post("optout", b"phoneNumber=INWI") == ("200 OK", b"")


# Whatever is typed

WORDS = [w for s in SERVICES for words in s.words.values() for w in words]
TYPED = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(["1", "2", "3", "9", "oui", "non", "5*2", "012026", "casa", "STOP", "AR", ""]),
    st.lists(st.sampled_from([*WORDS, "1", "2", "*", ",", "012026"]), max_size=6).map(" ".join),
    st.text(max_size=30),
    st.text("0123456789* #+", max_size=14),
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from([FOUR, NONE, MANY, SHARED, STRANGER, ARABIC]), st.lists(TYPED, max_size=6))
def test_every_message_is_answered_in_few_segments(
    post: Post, phone: str, texts: list[str]
) -> None:
    post.office.store.sql.run("delete from letters")
    post.office.store.sql.run("delete from talks")
    for text in texts:
        letters = post.texts(phone, text)
        assert len(letters) == 1
        assert "n'a pas pu" not in letters[0].text
        assert "لم نتمكن" not in letters[0].text
        assert cost(letters[0].text).segments <= 4


def turn_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fund told of something meanwhile: the list is in another order."""
    told = file.dossiers

    def another_order(*asked: Any) -> Known[list[Dossier]]:
        known = told(*asked)
        return Known(known.value[::-1], known.as_of)

    monkeypatch.setattr(file, "dossiers", another_order)


def listed(letter: str) -> dict[str, str]:
    """Digit -> number of each dossier of a list."""
    return dict(re.findall(r"^(\d) .*?(\d+)$", letter, re.MULTILINE))


@pytest.mark.parametrize("typed", ["1", "2.", " 3) ", "4"])
def test_a_digit_answers_the_list_that_was_sent(
    post: Post, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    sent = listed(one(post.texts(FOUR, "DOSSIER")))
    turn_round(monkeypatch)
    answer = one(post.texts(FOUR, typed))
    assert "Statut : " in answer
    assert sent[typed.strip(" .)")] in answer


def test_a_list_that_is_sent_again_is_the_one_that_counts(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = listed(one(post.texts(FOUR, "DOSSIER")))
    turn_round(monkeypatch)
    again = listed(one(post.texts(FOUR, "88")))
    assert again["1"] == before["4"]
    assert again["1"] in one(post.texts(FOUR, "1"))
