"""The switch of the pretend fund: the command, and the page beside the phones."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cast import FR_SIX
from click.testing import CliRunner
from phone import Phone
from visitor import Visitor

from lite.app import House
from lite.cli.demo import _switch
from lite.cli.demo_fund import STATES, demo_fund, standing
from lite.clock import set_clock
from lite.config import Settings
from lite.intake import Pulled
from lite.phone.app import make_phone
from lite.phone.fund_words import STATES as WORDS
from lite.upstream import pretend

SILENT = "ne répond plus, rien de nouveau n'en vient."


def says(house: House, *words: str) -> str:
    ran = CliRunner().invoke(demo_fund, words, obj=house)
    assert ran.exit_code == 0, ran.output
    return ran.output.strip()


def passes(house: House, **time: float) -> None:
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(**time))


def known(house: House) -> list[tuple[Any, ...]]:
    return [
        tuple(row)
        for row in house.store.sql.all(
            "select kind, key, fingerprint, as_of from current_records order by kind, key"
        )
    ]


@pytest.fixture
def page(house: House) -> Any:
    people: list[dict[str, Any]] = []
    phones = make_phone("http://x/at/s", "http://x/", "*1#", people, switch=_switch(house))
    return phones.test_client()


def test_down_for_a_while_and_up_again_by_itself(house: House) -> None:
    assert says(house) == "The pretend fund is up."
    assert says(house, "down", "--seconds", "90").startswith(
        "The pretend fund is down, up again in 90 s"
    )
    (fund,) = house.funds.values()
    assert not fund.health().reachable
    passes(house, seconds=91)
    assert fund.health().reachable and says(house) == "The pretend fund is up."


def test_a_person_notices_a_notice_and_a_date_and_is_served(house: House) -> None:
    house.watch.look()
    says(house, "down")
    for _ in range(2):
        passes(house, seconds=15)
        house.watch.look()
    phone = Phone(house, FR_SIX).dials().sees(SILENT)
    phone.dials("*384*3939*2*3*1#").sees(SILENT)
    phone.choose("Continuer").finds(r"\b\d{4} ?\d{4} ?\d{3,4}\b")
    Visitor(house).opens("/fr/status").sees(SILENT)
    says(house, "up")
    for _ in range(2):
        passes(house, seconds=15)
        house.watch.look()
    Phone(house, FR_SIX).dials().sees_not(SILENT).sees("Mes dossiers")


@pytest.mark.parametrize("lie", ["down", "wrong-hash", "html", "future"])
def test_of_a_lie_nothing_is_believed(house: House, lie: str) -> None:
    before = known(house)
    says(house, lie)
    passes(house, days=9)
    assert house.intake.pull(house.funds["pretend"], full=True) is Pulled.FAILED
    assert known(house) == before
    says(house, "up")
    assert house.intake.pull(house.funds["pretend"], full=True) is Pulled.DONE
    assert known(house) != before


@pytest.mark.parametrize("lie", ["lies", "partial"])
def test_what_is_left_out_is_not_taken_away(house: House, lie: str) -> None:
    before = {row[:2] for row in known(house)}
    says(house, lie)
    passes(house, days=1)
    assert house.intake.pull(house.funds["pretend"], full=True) is Pulled.PARTIAL
    assert before <= {row[:2] for row in known(house)}


def test_a_real_fund_has_no_switch(house: House, tmp_path: Path) -> None:
    real = House(Settings(upstream=f"cnss=filedrop://{tmp_path}"))
    ran = CliRunner().invoke(demo_fund, ["down"], obj=real)
    assert ran.exit_code == 1 and "no pretend fund" in str(ran.exception)
    assert _switch(real) is None
    phones = make_phone("http://x/at/s", "http://x/", "*1#", [])
    assert phones.test_client().get("/phone/fund").status_code == 404
    assert "/phone/fund" not in phones.test_client().get("/phone").text


def test_every_state_is_on_the_page_in_both_languages(page: Any) -> None:
    assert list(WORDS) == list(STATES) and set(STATES.values()) == set(pretend.MODES)
    for language, index in (("fr", 0), ("ar", 1)):
        shown = page.get(f"/phone/fund?lang={language}").text
        assert f'lang="{language}"' in shown and "<script" not in shown
        for told in WORDS.values():
            assert all(words[index] in shown for words in told)
    assert "/phone/fund" in page.get("/phone").text


def test_a_button_switches_it_and_says_so(page: Any, house: House) -> None:
    at = page.post("/phone/fund", data={"state": "down", "stay": "1"}, follow_redirects=True)
    assert re.search(r'data-state="down".*En panne', at.text)
    assert standing(house) == ("down", None)
    at = page.post("/phone/fund", data={"state": "html", "stay": "0"}, follow_redirects=True)
    assert "<bdi>120</bdi>" in at.text
    page.post("/phone/fund", data={"state": "up"})
    assert standing(house) == ("up", None)


def test_no_other_site_presses_it(page: Any, house: House) -> None:
    fields = {"state": "down", "stay": "1"}
    answer = page.post("/phone/fund", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and standing(house)[0] == "up"
    assert page.post("/phone/fund", data={"state": "sideways"}).status_code == 400
