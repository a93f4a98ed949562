"""`lite letters` as an operator types it, what `lite doctor` says, a clock that is not there."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from cast import FR_SIX
from click.testing import CliRunner, Result
from phone import Phone

from lite.app import House
from lite.cli import main
from lite.desk import post
from lite.outbox import FAILURES, Accepted, Down, Never, Outbox, Outcome
from lite.signs import Allowed, findings
from lite.text import T

SECRET = "Le secret de Zineb"


class Operator:
    """Types commands for one house."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        self.house = house
        for name in ("database", "key_file", "clock", "upstream"):
            monkeypatch.setenv(f"LITE_{name.upper()}", str(getattr(house.settings, name)))

    def types(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["letters", *words])

    def sees(self, *words: str) -> str:
        result = self.types(*words)
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture
def operator(house: House, monkeypatch: pytest.MonkeyPatch) -> Operator:
    return Operator(house, monkeypatch)


def letter(house: House) -> str:
    return post.sms(house.office, FR_SIX, [T("{value}", value=SECRET)], "fr", "answer")


def carried(house: House, outcome: Outcome, name: str = "sms") -> None:
    Outbox(house.store, house.clock, {name: lambda row: outcome}).run_once()


def state(house: House, id: str) -> str:
    found = house.store.shelf.get(id)
    assert found
    return found.state


def test_a_refused_letter_leaves_once_the_setting_is_mended(
    house: House, operator: Operator
) -> None:
    ids = [letter(house) for _ in range(3)]
    carried(house, Never("InvalidSenderId"))
    assert [row["number"] for row in json.loads(operator.sees("--json"))] == [3]
    said = next(one for one in findings(house) if "InvalidSenderId" in one.says)
    assert not said.well
    assert "LITE_AT_SENDER" in said.says and "lite letters retry --all --state refused" in said.says
    told = operator.sees("retry", "--all", "--state", "refused", "--because", "InvalidSenderId",
                         "--reason", "sender mended")  # fmt: skip
    assert told == "3 of 3 will leave again.\n"
    carried(house, Accepted())
    assert {state(house, id) for id in ids} == {"accepted"}
    acts = [row for (row,) in house.store.sql.all("select act from audit")]
    assert acts.count("letter_retried") == 1


def test_a_letter_is_shown_without_its_words(house: House, operator: Operator) -> None:
    id = letter(house)
    carried(house, Never("InvalidPhoneNumber"))
    shown = operator.sees("show", id) + operator.sees("--state", "refused") + operator.sees()
    assert id in shown and "InvalidPhoneNumber" in shown
    ((turn,),) = house.store.sql.all("select turn from letters where id = ?", id)
    assert f"turn      {turn or '-'}\n" in shown, "the word to look for in the log"
    assert SECRET not in shown and FR_SIX not in shown


def test_opening_one_is_kept_in_the_log(house: House, operator: Operator) -> None:
    id = letter(house)
    assert operator.types("show", id, "--open").exit_code == 1
    assert SECRET in operator.sees("show", id, "--open", "--reason", "the person asks")
    (entry,) = house.store.sql.all("select detail from audit where act = 'letter_opened'")
    assert entry == ("the person asks",)


def test_what_is_dropped_never_leaves(house: House, operator: Operator) -> None:
    id = letter(house)
    assert operator.sees("drop", id, "--reason", "twice the same") == "1 of 1 are given up.\n"
    carried(house, Accepted())
    assert state(house, id) == "dropped"


def test_a_request_follows_its_letter(house: House, operator: Operator) -> None:
    Phone(house, FR_SIX).dials().choose("Attestation", "Pension", "Oui").drops()
    ((reference,),) = house.store.sql.all("select reference from requests")
    carried(house, Never("unknown_type"), "fund")
    house.store.requests.move(reference, ("queued",), "rejected", "unknown_type", "")
    operator.sees("retry", f"request-{reference}", "--state", "refused", "--reason", "fund mended")
    assert house.store.sql.all("select state from requests") == [("queued",)]


def test_a_stranger_s_complaint_is_read_by_somebody(house: House, operator: Operator) -> None:
    phone = Phone(house, "+212699999999").dials("*384*3939*5*21#")
    phone.choose("Un refus").types("Refus sans raison").choose("Oui")
    result = CliRunner().invoke(main, ["callbacks", "--complaints", "--json"])
    (row,) = json.loads(result.output)
    assert (row["subject"], row["words"]) == ("refusal", "Refus sans raison")
    assert CliRunner().invoke(main, ["callbacks"]).output.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("retry", "--reason", "nothing named"),
        ("retry", "x", "--all", "--reason", "both"),
        ("retry", "nosuchletter", "--reason", "unknown"),
        ("show", "nosuchletter"),
        ("drop", "x", "--reason", "0612345678"),
    ],
)
def test_a_slip_is_told_in_a_line(operator: Operator, words: tuple[str, ...]) -> None:
    result = operator.types(*words)
    assert result.exit_code == 1
    assert result.output.startswith("lite: ") and result.output.count("\n") == 1


def test_the_doctor_says_that_a_way_is_shut(house: House) -> None:
    for _ in range(FAILURES):
        letter(house)
    carried(house, Down("InsufficientBalance"))
    assert any(
        "the way to sms: shut after 5 failures" in one.says and not one.well
        for one in findings(house)
    )


def test_the_id_of_a_letter_is_not_cut_in_the_log() -> None:
    def said(letter: str) -> str:
        record = logging.makeLogRecord({"msg": "letter", "letter": letter})
        return str(json.loads(Allowed().format(record))["letter"])

    assert said("a1234567890123456789abcd") == "a1234567890123456789abcd"
    assert said("request-200000000012") == "request-…012"
    assert said("0612345678") == "…678"


def test_a_clock_that_is_not_there_is_told_at_the_start(house: House, tmp_path: Path) -> None:
    from lite.cli.operate import timed

    away = House(replace(house.settings, clock=str(tmp_path / "nowhere")))
    assert away.clock.missing
    assert not house.clock.missing
    timed(away)


def test_a_clock_that_says_nonsense_stops_the_start(house: House, operator: Operator) -> None:
    Path(house.settings.clock).write_text("tomorrow")
    result = CliRunner().invoke(main, ["work"])
    assert result.exit_code == 1
    assert "holds no time that can be believed" in result.output
