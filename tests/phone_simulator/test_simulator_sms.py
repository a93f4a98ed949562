"""SMS both ways, with the real SDK on a real socket."""

import re

import pytest
import requests
from africastalking.Service import AfricasTalkingException
from stand import CODE, FATIMA, YOUSSEF, Sdk, World
from werkzeug.wrappers import Response


def test_the_real_sdk_sends_and_the_reports_follow(world: World) -> None:
    text = "Votre attestation est prête."
    answer = Sdk(world.root).send(text, [FATIMA], "LITE")
    assert answer["SMSMessageData"]["Message"].startswith("Sent to 1/1 Total Cost: MAD ")
    assert answer["SMSMessageData"]["Message"].endswith("Message parts: 1")
    (recipient,) = answer["SMSMessageData"]["Recipients"]
    assert (recipient["statusCode"], recipient["status"]) == (101, "Success")
    assert recipient["number"] == FATIMA
    assert re.fullmatch(r"ATXid_[0-9a-f]{32}", recipient["messageId"])
    reports = world.product.wait("/delivery", 2)
    assert [report["status"] for report in reports] == ["Sent", "Success"]
    assert reports[0] == {
        "id": recipient["messageId"],
        "status": "Sent",
        "phoneNumber": FATIMA,
        "networkCode": "60401",
    }
    sms = world.wait_sms("Success")
    assert (sms["other"], sms["text"], sms["alphabet"]) == ("LITE", text, "UCS-2")


def test_an_answer_of_the_gateway_is_plain_json_with_201(world: World) -> None:
    body = {"username": "sandbox", "to": f"{FATIMA},{YOUSSEF},+1", "message": "Bonjour"}
    answer = requests.post(f"{world.root}/version1/messaging", data=body, headers={"apiKey": "any"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (201, "application/json")
    data = answer.json()["SMSMessageData"]
    assert data["Message"] == "Sent to 2/3 Total Cost: MAD 0.9600 Message parts: 1"
    assert data["Recipients"][2] == {
        "statusCode": 403,
        "number": "+1",
        "status": "InvalidPhoneNumber",
        "cost": "0",
        "messageId": "None",
    }


def test_without_a_key_or_a_text_the_gateway_refuses_in_plain_text(world: World) -> None:
    url, body = f"{world.root}/version1/messaging", {"username": "sandbox", "to": FATIMA}
    unknown = requests.post(url, data=body)
    assert (unknown.status_code, unknown.text) == (401, "The supplied authentication is invalid")
    assert unknown.headers["WWW-Authenticate"] == "Basic"
    assert requests.post(url, data=body, headers={"apiKey": "any"}).status_code == 400
    with pytest.raises(AfricasTalkingException):
        Sdk(world.root).send("", [FATIMA])


def test_who_opted_out_is_refused_until_they_come_back(world: World) -> None:
    sdk = Sdk(world.root)
    sdk.send("Bonjour", [FATIMA], "LITE")
    world.wait_sms("Success")
    assert world.do("optout")["optout"] is True
    assert world.product.wait("/optout") == [{"senderId": "LITE", "phoneNumber": FATIMA}]
    (recipient,) = sdk.send("Encore", [FATIMA], "LITE")["SMSMessageData"]["Recipients"]
    assert (recipient["statusCode"], recipient["status"]) == (406, "UserInBlacklist")
    assert recipient["messageId"] == "None"
    assert [sms["text"] for sms in world.sms()] == ["Bonjour"]
    world.do("optout", on=False)
    assert sdk.send("Encore", [FATIMA], "LITE")["SMSMessageData"]["Recipients"][0][
        "statusCode"
    ] == (101)


def test_a_phone_that_is_off_gets_its_sms_and_the_reports_later(world: World) -> None:
    world.do("power", on=False)
    Sdk(world.root).send("Bonjour", [FATIMA])
    Sdk(world.root).send("Bonjour", [YOUSSEF])
    world.product.wait("/delivery", 2)
    assert {r["phoneNumber"] for r in world.product.wait("/delivery", 2)} == {YOUSSEF}
    assert world.sms() == []
    refused = requests.post(f"{world.root}/phone/dial", json={"phone": FATIMA, "code": CODE})
    assert (refused.status_code, refused.json()) == (409, {"error": "off"})
    world.do("power", on=True)
    assert [r["phoneNumber"] for r in world.product.wait("/delivery", 4)[2:]] == [FATIMA, FATIMA]
    assert world.wait_sms("Success")["other"] == "AFRICASTKNG"


def test_an_sms_is_posted_again_until_200_and_can_be_polled(world: World) -> None:
    codes = iter([500, 204, 200])
    world.product.answers["/sms"] = lambda _: Response(status=next(codes))
    world.do("sms", text="ETAT ١ é")
    world.wait_sms("taken")
    posts = world.product.wait("/sms", 3)
    assert posts[0] == posts[1] == posts[2]
    assert posts[0].pop("id")
    assert posts[0] == {
        "date": "2026-09-05 10:02:03",
        "from": FATIMA,
        "linkId": "",
        "text": "ETAT ١ é",
        "to": "3939",
        "cost": "MAD 0.00",
        "networkCode": "60401",
    }
    (message,) = Sdk(world.root).fetch_messages()["SMSMessageData"]["Messages"]
    assert (message["from"], message["text"]) == (FATIMA, "ETAT ١ é")
    assert Sdk(world.root).fetch_messages(message["id"])["SMSMessageData"]["Messages"] == []


def test_an_sms_that_nobody_takes_is_given_up_after_five_posts(world: World) -> None:
    world.product.answers["/sms"] = lambda _: Response(status=500)
    world.do("sms", text="ETAT")
    world.wait_sms("refused")
    assert len(world.product.wait("/sms", 5)) == 5
