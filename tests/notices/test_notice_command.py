"""`lite notice`: what an operator types, and what they are told."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from board import INSTEAD, WORDS, incident
from click.testing import CliRunner, Result

from lite import notices
from lite.app import House
from lite.cli.notice_file import TEMPLATE
from lite.cli.notices import notice
from lite.clock import local
from lite.notices import LANGUAGES, Incomplete


def runs(house: House, *words: str) -> Result:
    return CliRunner().invoke(notice, words, obj=house)


def whole(house: House, folder: Path, **other: str) -> Path:
    """The template, filled."""
    start = local(house.clock.now() + timedelta(days=9)).replace(tzinfo=None, microsecond=0)
    text = TEMPLATE.replace('fund = ""', 'fund = "pretend"')
    text = text.replace("2026-12-01T22:00:00      #", f"{start.isoformat()} #")
    text = text.replace("2026-12-02T06:00:00", (start + timedelta(hours=8)).isoformat())
    for name, both in {**WORDS, "instead.all": INSTEAD["all"]}.items():
        head, section, rest = text.partition(f"[{name}]")
        french, arabic = other.get(f"{name}.fr", both["fr"]), both["ar"]
        lines = rest.split("\n")
        lines[1:3] = [f'fr = "{french}"', f'ar = "{arabic}"']
        text = head + section + "\n".join(lines)
    file = folder / "stop.toml"
    file.write_text(text)
    return file


def test_the_template_lacks_only_what_nobody_can_know(house: House, tmp_path: Path) -> None:
    file = tmp_path / "stop.toml"
    file.write_text(runs(house, "template").output)
    error = runs(house, "add", "--file", str(file)).exception
    assert isinstance(error, Incomplete)
    lacking = {line.split()[1] for line in str(error).split("\n")[1:]}
    assert lacking - {"from:"} == {
        f"{name}.{language}" for name in ("stops", "post", "instead.all") for language in LANGUAGES
    }


def test_a_file_is_announced_shown_revised_and_closed(house: House, tmp_path: Path) -> None:
    added = runs(house, "add", "--file", str(whole(house, tmp_path)))
    assert added.exit_code == 0, added.exception
    id = added.output.split()[1]
    listed = runs(house, "list").output
    assert id in listed
    assert WORDS["stops"]["fr"] in listed
    shown = runs(house, "show", id).output
    for both in [*WORDS.values(), *INSTEAD.values()]:
        assert both["ar"] in shown
    made = notices.get(house.store, id)
    assert made
    later = local(made.hour + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    assert "version 2" in runs(house, "revise", id, "--until", later).output
    assert len(json.loads(runs(house, "show", id, "--json").output)) == 2
    assert "closed" in runs(house, "close", id).output
    assert runs(house, "list").output == ""
    assert "No notice" in str(runs(house, "revise", id, "--until", later).exception)


def test_options_are_enough(house: House) -> None:
    options = ["--kind", "incident", "--from", "2026-11-24 09:00"]
    options += ["--next-news", "2026-11-24T11:00"]
    options += ["--service", "rights", "--instead", "rights", *INSTEAD["all"].values()]
    for name, both in WORDS.items():
        options += [f"--{name}-fr", both["fr"], f"--{name}-ar", both["ar"]]
    added = runs(house, "add", *options)
    assert added.exit_code == 0, added.exception
    (made,) = notices.open_now(house.store, house.clock.now())
    assert (made.services, made.fund, made.ends_at) == (("rights",), "", None)
    assert local(made.hour).hour == 11


def test_an_option_wins_over_the_file(house: House, tmp_path: Path) -> None:
    file = str(whole(house, tmp_path))
    added = runs(house, "add", "--file", file, "--stops-fr", "pas de paiement")
    assert added.exit_code == 0, added.exception
    (made,) = notices.open_now(house.store, house.clock.now())
    assert made.words["stops"] == {"fr": "pas de paiement", "ar": WORDS["stops"]["ar"]}


@pytest.mark.parametrize(("text", "told"), [
    ("stops = ", "no TOML"), ("reason = 'x'", "reason is none of"), ("from = 'soon'", "from is no"),
    ("services = 'all'", "services is no list"), ("stops = 'x'", "stops is no table"),
    ("[instead]\nrights = 'x'", "instead.rights is no table"), ("fund = 3", "fund is no text"),
    ("instead = 3", "instead has no tables"),
])  # fmt: skip
def test_a_file_that_is_none_is_told_so(
    house: House, tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "stop.toml"
    file.write_text(text)
    assert told in str(runs(house, "add", "--file", str(file)).exception)


def test_news_take_the_place_of_a_return_and_the_other_way_round(house: House) -> None:
    made = incident(house)
    assert runs(house, "revise", made.id, "--next-news", "2026-11-24T12:00").exit_code == 0
    now = notices.get(house.store, made.id)
    assert now
    assert (now.ends_at, now.next_at and local(now.next_at).hour) == (None, 12)
    assert runs(house, "revise", made.id, "--until", "2026-11-24T18:00").exit_code == 0
    now = notices.get(house.store, made.id)
    assert now
    assert (now.ends_at and local(now.ends_at).hour, now.next_at) == (18, None)


def test_the_help_says_how(house: House) -> None:
    said = runs(house, "--help").output
    for word in ("7 days", "template", "--file", "revise", "incident"):
        assert word in said
    assert "--next-news" in runs(house, "add", "--help").output
