"""`lite staff` and `lite audit`: what an operator types, and what one line tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lite.cli import main
from lite.store import Store
from tests import engines

Run = Callable[..., Result]
PASSWORD = "le thé est sur la table"


@pytest.fixture
def lite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LITE_DATABASE", engines.address(tmp_path, "own"))
    monkeypatch.setenv("LITE_KEY_FILE", str(tmp_path / "own.keys"))

    def run(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, words, input=typed)

    assert run("migrate").exit_code == 0
    return run


def add(lite: Run, name: str = "amina", typed: str = f"{PASSWORD}\n{PASSWORD}\n") -> Result:
    return lite("staff", "add", name, "--role", "clerk", typed=typed)


def test_an_account_is_made_and_its_second_factor_told_once(lite: Run) -> None:
    made = add(lite)
    assert made.exit_code == 0
    assert "otpauth://totp/" in made.output and PASSWORD not in made.output
    listed = lite("staff", "list").output
    assert "amina" in listed and "open" in listed and "otpauth" not in listed
    assert lite("staff", "disable", "amina").exit_code == 0
    assert "disabled" in lite("staff", "list").output


def test_a_script_gives_the_password_on_standard_input(lite: Run) -> None:
    words = ("staff", "add", "said", "--role", "supervisor", "--password-stdin")
    assert lite(*words, typed=f"{PASSWORD}\n").exit_code == 0
    assert "supervisor" in lite("staff", "list").output


def test_what_is_wrong_is_one_line(lite: Run) -> None:
    short = add(lite, typed="court\ncourt\n")
    assert short.exit_code == 1 and "lite: The password has fewer than 15" in short.output
    unknown = lite("staff", "disable", "nobody")
    assert unknown.exit_code == 1 and "No open account is called nobody" in unknown.output
    head = lite("audit", "verify", "--head", "three")
    assert head.exit_code == 1 and "no head of an audit log" in head.output
    assert "Traceback" not in short.output + unknown.output + head.output


def test_the_log_is_verified_against_its_head(lite: Run, tmp_path: Path) -> None:
    for name in ("amina", "said"):
        add(lite, name)
    head = lite("audit", "head").output.strip()
    assert head.startswith("2:")
    assert "2 entries, none changed" in lite("audit", "verify", "--head", head).output
    store = Store(engines.store_of(tmp_path, "own"))
    engines.unguard(store, "audit_no_delete")
    store.sql.run("delete from audit where seq = 2")
    assert lite("audit", "verify").exit_code == 0
    cut = lite("audit", "verify", "--head", head)
    assert cut.exit_code == 1 and "entry 2: missing" in cut.output


def test_without_a_terminal_it_says_how_to_give_the_password(lite: Run) -> None:
    made = add(lite, typed="")
    assert made.exit_code == 1
    assert made.output.splitlines()[-1].endswith("staff add amina --role clerk --password-stdin")
    assert "Warning" not in made.output and "Traceback" not in made.output


def test_the_log_is_verified_against_the_heads_of_the_settings(
    lite: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(lite)
    lite("audit", "head", "--out", str(tmp_path / "heads"))
    monkeypatch.setenv("LITE_AUDIT_HEADS", str(tmp_path / "heads"))
    assert "against 1 head kept elsewhere" in lite("audit", "verify").output
