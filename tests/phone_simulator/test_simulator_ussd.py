"""USSD as the gateway speaks it: five fields, a growing text, strict answers, an end event."""

import re
import threading

import pytest
import requests
from stand import CODE, FATIMA, MENU, YOUSSEF, World
from werkzeug.wrappers import Response


def test_a_call_posts_the_five_fields_and_shows_the_answer(world: World) -> None:
    state = world.do("dial", code=CODE)
    assert state["screen"]["kind"] == "con"
    assert state["screen"]["text"] == MENU[4:]
    (fields,) = world.product.wait("/ussd")
    assert re.fullmatch(r"ATUid_[0-9a-f]{32}", fields.pop("sessionId"))
    assert fields == {
        "phoneNumber": FATIMA,
        "networkCode": "60401",
        "serviceCode": CODE,
        "text": "",
    }


def test_replies_accumulate_whatever_they_hold(world: World) -> None:
    world.do("dial", code=CODE)
    for reply in ("1", "", "é & ١*2#", "00"):
        world.do("reply", text=reply)
    turns = world.product.wait("/ussd", 5)
    assert [turn["text"] for turn in turns] == [
        "",
        "1",
        "1*",
        "1**é & ١*2#",
        "1**é & ١*2#*00",
    ]
    assert len({turn["sessionId"] for turn in turns}) == 1


@pytest.mark.parametrize(
    ("code", "text"),
    [(CODE, ""), ("*384*3939*1*2#", "1*2"), ("*384*3939*1**2#", "1**2"), (f" {CODE} ", "")],
)
def test_a_deep_dial_arrives_with_its_answers(world: World, code: str, text: str) -> None:
    world.do("dial", code=code)
    assert world.product.wait("/ussd")[0]["text"] == text
    world.do("reply", text="7")
    assert world.product.wait("/ussd", 2)[1]["text"] == (f"{text}*7" if text else "7")


@pytest.mark.parametrize("code", ["*123#", "*384*3939", "*384*39391#", "*384*3939*#", "", "#"])
def test_a_code_of_another_service_never_reaches_the_product(world: World, code: str) -> None:
    assert world.do("dial", code=code)["screen"]["kind"] == "unknown"
    assert world.product.seen == []


def test_the_last_screen_ends_the_session_and_the_product_is_told(world: World) -> None:
    world.product.says("END Merci.", hop="adieu")
    state = world.do("dial", code="*384*3939*1#")
    assert (state["screen"]["kind"], state["screen"]["text"]) == ("end", "Merci.")
    assert state["session"] is None
    (ended,) = world.product.wait("/ussd/ended")
    assert ended.pop("sessionId") == world.product.wait("/ussd")[0]["sessionId"]
    assert ended == {
        "date": "2026-09-05 10:02:03",
        "serviceCode": CODE,
        "networkCode": "60401",
        "phoneNumber": FATIMA,
        "status": "Success",
        "cost": "MAD 0.00",
        "durationInMillis": "0",
        "hopsCount": "1",
        "hopsMetadata": "adieu",
        "input": "1",
        "lastAppResponse": "END Merci.",
    }


BAD = {
    "no prefix": ("Bonjour", 200),
    "lower case": ("con Bonjour", 200),
    "white space before": (" CON Bonjour", 200),
    "new line before": ("\nEND Bonjour", 200),
    "byte order mark": ("\ufeffCON Bonjour", 200),
    "no space after": ("CON\nBonjour", 200),
    "empty": ("", 200),
    "created": (MENU, 201),
    "not found": (MENU, 404),
    "server error": (MENU, 500),
    "redirect": (MENU, 302),
}


@pytest.mark.parametrize(("body", "status"), BAD.values(), ids=BAD)
def test_a_bad_answer_shows_the_gateways_own_screen(world: World, body: str, status: int) -> None:
    world.product.says(body, status)
    state = world.do("dial", code=CODE)
    assert state["screen"]["kind"] == "failure"
    assert state["screen"]["text"] == ""
    assert state["session"] is None
    (ended,) = world.product.wait("/ussd/ended")
    assert ended["status"] == "Failed"
    assert ended["lastAppResponse"] == body
    assert ended["errorMessage"]


@pytest.mark.parametrize("world", [0.3], indirect=True)
def test_an_answer_that_never_comes_is_a_failure_too(world: World) -> None:
    gate = threading.Event()

    def late(_: dict[str, str]) -> Response:
        gate.wait(10)
        return Response(MENU)

    world.product.answers["/ussd"] = late
    state = world.do("dial", code=CODE)
    gate.set()
    assert state["screen"]["kind"] == "failure"
    assert world.product.wait("/ussd/ended")[0]["errorMessage"] == "ReadTimeout"


def test_the_network_drops_one_answer(world: World) -> None:
    world.do("dial", code=CODE)
    assert world.do("drop")["drop"] is True
    state = world.do("reply", text="1")
    assert (state["screen"]["kind"], state["session"], state["drop"]) == ("lost", None, False)
    assert [turn["text"] for turn in world.product.wait("/ussd", 2)] == ["", "1"]
    assert world.product.wait("/ussd/ended")[0]["status"] == "Incomplete"
    assert world.do("dial", code=CODE)["screen"]["kind"] == "con"


def test_hanging_up_leaves_the_session_incomplete(world: World) -> None:
    world.do("dial", code=CODE)
    assert world.do("hangup")["screen"]["kind"] == "closed"
    (ended,) = world.product.wait("/ussd/ended")
    assert (ended["status"], ended["input"], ended["lastAppResponse"]) == ("Incomplete", "", MENU)
    answer = requests.post(f"{world.root}/phone/reply", json={"phone": FATIMA, "text": "1"})
    assert (answer.status_code, answer.json()) == (409, {"error": "idle"})


def test_a_session_ends_after_a_minute_without_an_answer(world: World) -> None:
    world.do("dial", code=CODE)
    world.steady.moment += 59
    view = world.get("/phone/state", phone=FATIMA)
    assert (view["ends_in"], view["thinks_in"]) == (121.0, 1.0)
    world.steady.moment += 1
    assert world.get("/phone/state", phone=FATIMA)["state"]["screen"]["kind"] == "late"
    assert world.product.wait("/ussd/ended")[0]["durationInMillis"] == "60000"


def test_a_session_ends_after_three_minutes_whatever_is_typed(world: World) -> None:
    world.do("dial", code=CODE)
    for _ in range(3):
        world.steady.moment += 59
        assert world.do("reply", text="1")["session"]
    world.steady.moment += 3
    assert world.get("/phone/state", phone=FATIMA)["state"]["session"] is None
    assert world.product.wait("/ussd/ended")[0]["status"] == "Incomplete"


def test_the_hop_header_comes_back_with_the_next_turn(world: World) -> None:
    world.product.says(MENU, hop="home")
    world.do("dial", code=CODE)
    world.product.says("END Merci", hop="bad|hop")
    world.do("reply", text="1")
    assert world.product.hops[:2] == [None, "home"]
    assert world.product.wait("/ussd/ended")[0]["hopsMetadata"] == "home"


def test_two_handsets_never_see_each_others_session(world: World) -> None:
    world.product.answers["/ussd"] = lambda f: Response(f"CON {f['phoneNumber']} {f['text']}")
    for phone in (FATIMA, YOUSSEF):
        world.do("dial", phone, code=CODE)
    for phone in (YOUSSEF, FATIMA):
        assert world.do("reply", phone, text="5")["screen"]["text"] == f"{phone} 5"
        assert {call["phone"] for call in world.get("/phone/log", phone=phone)} == {phone}
