"""What is counted, what is kept, what is refused."""

import re

import pytest
import requests
from stand import CODE, FATIMA, MENU, Sdk, World

from lite.phone.alphabet import measure
from lite.phone.state import HANDSETS, LOG_LINES, SMS_A_PHONE, Board, Call, Refused


def test_the_log_keeps_the_raw_exchange_and_no_secret(world: World) -> None:
    world.do("dial", code=CODE)
    Sdk(world.root).send("Bonjour", [FATIMA])
    world.wait_sms("Success")
    log = world.get("/phone/log", phone=FATIMA)
    ussd = next(call for call in log if call["route"] == "/ussd")
    assert (ussd["status"], ussd["answer"], ussd["out"]) == (200, MENU, True)
    assert ussd["fields"]["text"] == ""
    assert isinstance(ussd["ms"], int)
    assert [call["route"] for call in log if not call["out"]] == ["/version1/messaging"]
    assert "secret" not in str(log)
    assert "any-key" not in str(log)


@pytest.mark.parametrize("phone", ["", "0600000001", "+212 600", "+٢١٢٦٠٠٠٠٠٠٠١", "x" * 10000])
def test_a_wrong_number_is_refused(world: World, phone: str) -> None:
    answer = requests.post(f"{world.root}/phone/dial", json={"phone": phone, "code": CODE})
    assert (answer.status_code, answer.json()) == (409, {"error": "number"})


def test_memory_is_bounded() -> None:
    board = Board()
    for n in range(HANDSETS + 5):
        with board.change(f"+2126{n:08}"):
            pass
    call = Call("2026-09-05 10:02:03", FATIMA, True, "/ussd", {}, 200, "CON", 1)
    for _ in range(LOG_LINES + 5):
        board.note(call)
    assert len(board.log()) == LOG_LINES
    with board.change(FATIMA) as handset:
        assert handset.sms.maxlen == SMS_A_PHONE
    assert len(board._handsets) == HANDSETS
    with pytest.raises(Refused):
        board.view("06")


SIZES = {
    "menu": ("Mes dossiers", "GSM-7", 12, 1),
    "extension": ("[€]", "GSM-7", 6, 1),
    "small cedilla": ("reçu", "UCS-2", 4, 1),
    "full": ("a" * 160, "GSM-7", 160, 1),
    "two": ("a" * 161, "GSM-7", 161, 2),
    "an escape is never cut": ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
    "arabic full": ("ا" * 70, "UCS-2", 70, 1),
    "arabic two": ("ا" * 71, "UCS-2", 71, 2),
    "a surrogate is never cut": ("ا" * 66 + "😀" + "ا" * 66, "UCS-2", 134, 3),
    "empty": ("", "GSM-7", 0, 1),
}


@pytest.mark.parametrize(("text", "alphabet", "units", "segments"), SIZES.values(), ids=SIZES)
def test_texts_are_counted_as_the_network_does(
    text: str, alphabet: str, units: int, segments: int
) -> None:
    found = measure(text)
    assert (found.alphabet, found.units, found.segments) == (alphabet, units, segments)


def test_the_page_may_load_nothing_but_its_own_files(world: World) -> None:
    page = requests.get(f"{world.root}/")
    assert page.url == f"{world.root}/phone"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert all(link == "#" or link.startswith(("/phone/static/", "data:")) for link in links)
    for link in (link for link in links if link.startswith("/")):
        assert requests.get(world.root + link).status_code == 200
