"""Raw callbacks, as bytes: whatever arrives, a caller gets a screen, and nothing happens twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pysqlite3 as sqlite3
import pytest
from callbacks import FORM, Answer, send
from cast import AR_FOUR, FR_THIRTY, STRANGER
from phone import Phone, check

from lite.app import House

SESSION = b"ATUid_0123456789abcdef0123456789abcdef"
MENU, DOSSIERS, KINDS = "1 Mes dossiers", "Quel dossier ?", "Quelle attestation ?"
UNKNOWN_KEY = "Choix inconnu"
DOWN, AGAIN = "Service en panne", "Recomposez"
GARBLED = "Demande illisible"


def body(text: bytes | None, phone: bytes = b"", more: bytes = b"") -> bytes:
    """A callback as the gateway writes it; `text` is already percent-encoded."""
    caller = phone or FR_THIRTY.replace("+", "%2B").encode()
    fields = b"sessionId=%s&phoneNumber=%s&networkCode=60401&serviceCode=%%2A384%%2A3939%%23"
    return fields % (SESSION, caller) + (b"" if text is None else b"&text=" + text) + more


def post(house: House, posted: bytes, **how: str) -> Answer:
    return send(house.wsgi, "/at/secret/ussd", posted, **how)


@dataclass(frozen=True)
class Case:
    """Texts of one session, one after the other, and what the last screen says."""

    label: str
    texts: tuple[bytes, ...]
    sees: str
    prefix: str = "CON"


CASES = (
    Case("first turn", (b"",), MENU),
    Case("a digit", (b"", b"1"), DOSSIERS),
    Case("deep dial", (b"1",), DOSSIERS),
    Case("deep dial to the second level", (b"5*3",), "Votre ville ?"),
    Case("deep dial into a form", (b"2*1",), "Quelle période ?"),
    Case("deep dial with stars as bytes %2A", (b"2%2A1",), "Quelle période ?"),
    Case("deep dial, then a reply", (b"2", b"2*1"), "Quelle période ?"),
    Case("deep dial to a digit that does not exist", (b"88",), UNKNOWN_KEY),
    Case("deep dial with an empty step", (b"2**1",), "Quelle période ?"),
    Case("deep dial beyond the last word", (b"4*1",), "Votre code", "END"),
    Case("back and home", (b"", b"5", b"5*0", b"5*0*5", b"5*0*5*00"), MENU),
    Case("late: a shorter text that was answered", (b"", b"2", b"2*1", b"2"), KINDS),
    Case("late: the first turn again", (b"", b"2", b""), MENU),
    Case("divergent: another first reply", (b"", b"2", b"1"), "Reprenons au début."),
    Case("divergent: no star in between", (b"", b"2", b"21"), "Reprenons au début."),
    Case("after a divergence the session goes on", (b"", b"2", b"1", b"1*1"), DOSSIERS),
    Case("a turn we never saw", (b"", b"2", b"2*1*1"), "Choisissez un chiffre"),
    Case("empty reply: a star at the end", (b"", b"2", b"2*"), KINDS),
    Case("empty reply, then an answer", (b"", b"2", b"2*", b"2**1"), "Quelle période ?"),
    Case("empty reply: the text unchanged", (b"", b"2", b"2"), KINDS),
    Case("empty first reply: a star alone", (b"", b"*"), MENU),
    Case("empty first reply, then an answer", (b"", b"*1"), DOSSIERS),
    Case("star alone, then an answer", (b"", b"*", b"**1"), DOSSIERS),
    Case("blanks alone", (b"", b"2", b"2*+++"), KINDS),
    Case("star inside a reply", (b"", b"5", b"5*4", b"5*4*12*34"), "Une référence a 12 chiffres"),
    Case("hash at the end", (b"", b"1%23"), DOSSIERS),
    Case("hash alone", (b"", b"2", b"2*%23"), KINDS),
    Case("hash inside a reply", (b"", b"1%231"), UNKNOWN_KEY),
    Case("Arabic-Indic digit", (b"", b"%D9%A1"), DOSSIERS),
    Case("Persian digit", (b"", b"%DB%B1"), DOSSIERS),
    Case("full-width digit", (b"", b"%EF%BC%91"), DOSSIERS),
    Case("Arabic-Indic digit in a deep dial", (b"%D9%A2*%D9%A1",), "Quelle période ?"),
    Case("Arabic-Indic zero goes back", (b"", b"2", b"2*%D9%A0"), MENU),
    Case("Devanagari is no digit here", (b"", b"%E0%A5%A7"), UNKNOWN_KEY),
    Case("digit and dot", (b"", b"1."), DOSSIERS),
    Case("digit and bracket", (b"", b"1)"), DOSSIERS),
    Case("digit between blanks", (b"", b"+1+"), DOSSIERS),
    Case("label", (b"", b"Mes+dossiers"), DOSSIERS),
    Case("label in capitals", (b"", b"MES%20DOSSIERS"), DOSSIERS),
    Case("label of the second menu", (b"", b"Autres+services"), "1 Mes demandes"),
    Case("label of a choice", (b"", b"2", b"2*Salaires+d%C3%A9clar%C3%A9s"), "Quelle période ?"),
    Case("label without accents", (b"", b"2", b"2*salaires+declares"), "Quelle période ?"),
    Case("label as the screen shows it", (b"", b"9", b"9*Francais"), "C'est noté"),
    Case("a form's own value", (b"", b"2", b"2*salaries"), "Quelle période ?"),
    Case("several digits that mean nothing", (b"", b"11"), UNKNOWN_KEY),
    Case("direction and joining marks", (b"", b"%E2%80%8F%E2%80%8D1%EF%BB%BF"), DOSSIERS),
    Case("an emoji", (b"", b"%F0%9F%98%80"), MENU),
    Case("a letter", (b"", b"%C3%A7"), UNKNOWN_KEY),
    Case("broken UTF-8, percent-encoded", (b"", b"%FF%FE%C3"), UNKNOWN_KEY),
    Case("broken UTF-8, raw", (b"", b"\xff\xfe\xc3"), UNKNOWN_KEY),
    Case("half a percent sign", (b"", b"%"), UNKNOWN_KEY),
    Case("a surrogate in UTF-8", (b"", b"%ED%A0%80"), UNKNOWN_KEY),
    Case("NUL beside a digit", (b"", b"1%00"), DOSSIERS),
    Case("NUL alone", (b"", b"2", b"2*%00"), KINDS),
    Case("a line end", (b"", b"1%0D%0A"), DOSSIERS),
    Case("100,000 characters", (b"", b"1" * 100_000), UNKNOWN_KEY),
    Case("100,000 characters at once", (b"9" * 100_000,), UNKNOWN_KEY),
    Case("100,000 letters of Arabic", (b"", b"%D8%B4" * 100_000), UNKNOWN_KEY),
    Case("10,000 stars", (b"*" * 10_000,), MENU),
    Case("10,000 stars, then a reply", (b"*" * 10_000, b"*" * 10_001 + b"1"), DOSSIERS),
    Case("10,000 wrong digits", (b"*".join([b"88"] * 10_000),), "Au revoir", "END"),
    Case("one character that becomes eighteen", (b"", b"%EF%B7%BA"), UNKNOWN_KEY),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_a_turn(house: House, case: Case) -> None:
    for text in case.texts:
        answer = post(house, body(text))
        assert answer.status == 200
        check(answer.body)
    assert case.sees in answer.body
    assert answer.body.startswith(case.prefix)


STRANGE = (
    ("no text at all", body(None), FORM, MENU),
    ("the plus of the number not escaped", body(b"", FR_THIRTY.encode()), FORM, MENU),
    ("no plus before the number", body(b"", FR_THIRTY[1:].encode()), FORM, MENU),
    ("an unknown network", body(b"").replace(b"60401", b"12345"), FORM, MENU),
    ("the sandbox's network", body(b"").replace(b"60401", b"99999"), FORM, MENU),
    ("no network", body(b"").replace(b"networkCode=60401&", b""), FORM, MENU),
    ("fields we do not know", body(b"", more=b"&hop=1&x=2&x%5B%5D=3"), FORM, MENU),
    ("a charset in the type", body(b""), FORM + "; charset=UTF-8", MENU),
    ("the type in capitals", body(b""), FORM.upper(), MENU),
    ("no phone", body(b"").replace(b"phoneNumber", b"msisdn"), FORM, AGAIN),
    ("a short code as phone", body(b"", b"3939"), FORM, AGAIN),
    ("a name as phone", body(b"", b"Lite"), FORM, AGAIN),
    ("a phone of 10,000 digits", body(b"", b"%2B2126" + b"0" * 10_000), FORM, AGAIN),
    ("an Arabic-Indic phone", body(b"", b"%2B212%D9%A6%D9%A0%D9%A0"), FORM, AGAIN),
    ("no session", body(b"").replace(SESSION, b""), FORM, AGAIN),
    ("a session of 10,000 characters", body(b"").replace(SESSION, SESSION * 300), FORM, AGAIN),
    ("nothing", b"", FORM, AGAIN),
    ("no form", b"\x00\xff&&&===%%%", FORM, AGAIN),
    ("text twice", body(b"1", more=b"&text=2"), FORM, GARBLED),
    ("phone twice", body(b"", more=b"&phoneNumber=%2B212600000001"), FORM, GARBLED),
    ("fifty fields", body(b"", more=b"".join(b"&f%d=1" % n for n in range(50))), FORM, GARBLED),
    ("JSON", b'{"sessionId": "s", "phoneNumber": "+212600000004"}', "application/json", GARBLED),
    ("a form of many parts", b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x", GARBLED),
    ("no type", body(b""), "", GARBLED),
    ("10 MB", body(b"1" * 10_000_000), FORM, GARBLED),
    ("10 MB of percent signs", body(b"%25" * 3_400_000), FORM, GARBLED),
    ("10 MB of fields", b"a=1&" * 2_500_000, FORM, GARBLED),
)


@pytest.mark.parametrize(("posted", "type", "sees"), [case[1:] for case in STRANGE],
                         ids=[case[0] for case in STRANGE])  # fmt: skip
def test_a_strange_body(house: House, posted: bytes, type: str, sees: str) -> None:
    answer = post(house, posted, type=type)
    assert answer.status == 200
    check(answer.body)
    assert sees in answer.body
    assert answer.body.startswith("CON" if sees == MENU else "END")


# The gate


def test_an_answer_is_plain_text_that_nobody_keeps(house: House) -> None:
    answer = post(house, body(b""))
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Length"] == str(len(answer.body.encode()))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    ["/at/wrong/ussd", "/at//ussd", "/at/secre/ussd", "/at/secretx/ussd", "/at/SECRET/ussd",
     "/at/secret", "/at/secret/", "/at/secret/ussd/", "/at/secret/ussd/x", "/at/secret/nothing",
     "/at/s\u00e9cret/ussd", "/at/", "/at/secret/sms/ussd"],
)  # fmt: skip
def test_a_wrong_address_is_not_found_and_not_redirected(house: House, path: str) -> None:
    answer = send(house.wsgi, path, body(b""))
    assert (answer.status, answer.body) == (404, "")


def test_the_previous_secret_still_opens_and_a_third_does_not(house: House) -> None:
    both = House(replace(house.settings, webhook_secrets=("new", "secret")))
    statuses = {
        secret: send(both.wsgi, f"/at/{secret}/ussd", body(b"")).status
        for secret in ("new", "secret", "older")
    }
    assert statuses == {"new": 200, "secret": 200, "older": 404}


def test_without_a_secret_no_door_opens(house: House) -> None:
    closed = House(replace(house.settings, webhook_secrets=()))
    assert send(closed.wsgi, "/at//ussd", body(b"")).status == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_only_posts_are_heard(house: House, method: str) -> None:
    answer = post(house, body(b""), method=method)
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    wrong = send(house.wsgi, "/at/wrong/ussd", body(b""), method=method)
    assert wrong.status == 404


# Once


def count(house: House, table: str) -> int:
    row = house.store.sql.one(f"select count(*) from {table}")
    return int(row[0]) if row else -1


def order(house: House) -> Phone:
    """An attestation of registration, confirmed."""
    return Phone(house, FR_THIRTY).dials().choose("Attestation", "Immatriculation", "Oui")


def test_an_exact_repeat_answers_the_same_and_does_nothing_more(house: House) -> None:
    phone = order(house).sees("Demande reçue")
    assert phone.ended
    before = [count(house, table) for table in ("requests", "letters", "talks")]
    phone.repeats().repeats()
    assert [count(house, table) for table in ("requests", "letters", "talks")] == before
    assert count(house, "requests") == 1


def test_a_code_that_is_asked_again_by_the_gateway_is_the_same_code(house: House) -> None:
    phone = Phone(house, FR_THIRTY).dials().choose("Code pour le web")
    code = phone.finds(r"\b\d{6}\b")
    assert phone.repeats().finds(r"\b\d{6}\b") == code
    assert count(house, "codes") == 1


def test_late_repeats_of_every_turn_change_nothing(house: House) -> None:
    phone = Phone(house, FR_THIRTY).dials()
    heard = [(phone.text, phone.screen)]
    for key in ("2", "3", "1"):
        phone.presses(key)
        heard.append((phone.text, phone.screen))
    before = [count(house, table) for table in ("requests", "letters", "talks")]
    for text, screen in heard:
        fields = {"sessionId": phone.session, "phoneNumber": FR_THIRTY, "text": text}
        assert house.ussd.turn(fields)[4:] == screen
    assert [count(house, table) for table in ("requests", "letters", "talks")] == before


def test_a_late_repeat_in_the_middle_does_not_disturb_the_next_turn(house: House) -> None:
    phone = Phone(house, FR_THIRTY).dials().presses("2", "1")
    house.ussd.turn({"sessionId": phone.session, "phoneNumber": FR_THIRTY, "text": "2"})
    phone.presses("1").sees("Confirmer ?")


def test_a_slip_on_the_way_of_a_deep_dial_is_not_told_on_a_later_screen(house: House) -> None:
    Phone(house, FR_THIRTY).dials("*384*3939*88*1#").sees(DOSSIERS).sees_not(UNKNOWN_KEY)


def test_two_sessions_of_one_phone_do_not_mix(house: House) -> None:
    one, other = Phone(house, FR_THIRTY), Phone(house, FR_THIRTY)
    one.dials().presses("2").sees(KINDS)
    other.dials().presses("1").sees(DOSSIERS)
    one.presses("1").sees("Quelle période ?")
    other.presses("1").sees("Statut :")
    one.presses("1").sees("Confirmer ?")
    other.presses("00").sees(MENU)
    one.presses("1").sees("Demande reçue")
    assert count(house, "requests") == 1


def test_one_session_id_of_two_phones_is_two_sessions(house: House) -> None:
    enrolled, stranger = Phone(house, FR_THIRTY).dials(), Phone(house, STRANGER)
    stranger.dials().session = enrolled.session
    stranger._turn().sees("Numéro non inscrit").sees_not("Mes dossiers")
    enrolled.presses("1").sees(DOSSIERS)
    stranger.presses("1").sees("Allez à une agence")


def test_what_comes_after_the_end_begins_again(house: House) -> None:
    phone = order(house)
    reference = phone.finds(r"\b\d{12}\b")
    late = {"sessionId": phone.session, "phoneNumber": FR_THIRTY, "text": f"{phone.text}*1"}
    answer = house.ussd.turn(late)
    check(answer)
    assert reference not in answer
    assert count(house, "requests") == 1


def test_the_end_event_is_only_counted(house: House) -> None:
    phone = Phone(house, FR_THIRTY).dials().presses("1")
    fields = {
        "sessionId": phone.session, "status": "Incomplete", "hopsCount": "2", "cost": "KES 0.10",
        "durationInMillis": "4100", "input": "1", "lastAppResponse": "CON x", "date": "?",
        "serviceCode": "*384*3939#", "networkCode": "60401", "phoneNumber": FR_THIRTY,
    }  # fmt: skip
    for hops in ("2", "2", "9", "", "٣", "-1", "1e9", "9" * 400):
        assert house.ussd.ended(fields | {"hopsCount": hops}) == ""
    assert house.ussd.ended({}) == house.ussd.ended({"sessionId": "\x00\ud800"}) == ""
    assert count(house, "session_ends") == 2
    phone.presses("1").sees("Statut :")


# When we fail


class Broken(Exception):
    """Something that our own code did not foresee."""


def test_when_our_code_fails_the_caller_is_told_and_nothing_is_half_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> str:
        raise Broken("+212600000004 said 1")

    phone = Phone(house, FR_THIRTY).dials().choose("Attestation", "Immatriculation")
    with monkeypatch.context() as patch:
        patch.setattr("lite.desk.post._post", broken)
        phone.presses("1").sees("Service en panne")
        assert phone.ended
    assert [count(house, table) for table in ("requests", "letters")] == [0, 0]
    phone._turn().sees("Demande reçue")
    assert count(house, "requests") == 1


@pytest.mark.parametrize("part", ["desk", "talk", "turn", "keep", "transaction"])
def test_whatever_fails_there_is_an_answer(
    house: House, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def broken(*_: Any, **__: Any) -> str:
        raise Broken

    monkeypatch.setattr(f"lite.desk.door.Door.{part}", broken)
    phone = Phone(house, FR_THIRTY).dials().sees("Service en panne", "*384*3939#")
    assert phone.ended


def test_what_broke_is_logged_without_what_was_said(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> str:
        raise Broken(f"{FR_THIRTY} typed 402911")

    monkeypatch.setattr("lite.desk.door.Door.talk", broken)
    Phone(house, FR_THIRTY).dials("*384*3939*402911#")
    (record,) = [one for one in caplog.records if one.name == "lite.gate"]
    assert vars(record)["why"] == "Broken"
    assert not any(told in str(vars(record)) for told in (FR_THIRTY, "402911"))


@pytest.mark.sqlite("another process holds the one writer's lock of the file")
def test_a_locked_store_is_told_and_the_turn_may_come_again(house: House) -> None:
    phone = Phone(house, FR_THIRTY).dials()
    with house.store.transaction():
        house.store.sql.run("pragma busy_timeout = 20")
    other = sqlite3.connect(str(house.settings.store), isolation_level=None)
    other.execute("begin immediate")
    try:
        phone.presses("2").sees("Service en panne")
    finally:
        other.execute("rollback")
        other.close()
    phone._turn().sees(KINDS)


def test_a_tampered_dialogue_is_told_and_a_new_call_works(house: House) -> None:
    phone = Phone(house, FR_THIRTY).dials().presses("2", "1")
    house.store.sql.run("update talks set state = replace(state, ':', ':AAAA')")
    phone.presses("1").sees("Service en panne")
    Phone(house, AR_FOUR).dials()
