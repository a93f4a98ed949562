"""Staff: who gets in, who does not, for how long; and what a thief of the store learns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from lite.identity import audit, passwords, second_factor, staff, staff_sessions
from lite.identity.codes import Locked, Wrong
from lite.identity.staff import Opened, StaffError
from lite.keys import Keys
from lite.store import Store
from lite.vault import Vault

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD = "le thé est sur la table"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def amina(store: Store, vault: Vault) -> str:
    staff.add(store, vault, "amina", "clerk", PASSWORD, NOW)
    return "amina"


def digits(store: Store, vault: Vault, name: str, now: datetime) -> str:
    row = store.staff.get(name)
    assert row
    return second_factor.code(vault.open(f"staff.sealed:{name}", row.sealed), now)


def enter(
    store: Store, vault: Vault, now: datetime = NOW, name: str = "amina", password: str = PASSWORD
) -> Opened | Wrong | Locked:
    return staff.sign_in(store, vault, name, password, digits(store, vault, "amina", now), now)


def opened(outcome: object) -> Opened:
    assert isinstance(outcome, Opened)
    return outcome


def test_password_and_digits_open_a_session(store: Store, vault: Vault, amina: str) -> None:
    cookie = opened(enter(store, vault)).cookie
    clerk = staff_sessions.find(store, vault, cookie, NOW)
    assert clerk
    assert (clerk.name, clerk.role, clerk.person) == ("amina", "clerk", "")


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("amina", "le thé est sur le tabouret", None),
        ("amina", PASSWORD, "000000"),
        ("amina", PASSWORD, ""),
        ("amina", PASSWORD, "à la six"),
        ("said", PASSWORD, None),
        ("", "", ""),
    ],
)
def test_one_answer_for_whatever_is_wrong(
    store: Store, vault: Vault, amina: str, name: str, password: str, code: str | None
) -> None:
    typed = digits(store, vault, "amina", NOW) if code is None else code
    assert staff.sign_in(store, vault, name, password, typed, NOW) == Wrong()


def test_an_unknown_name_costs_the_same_work(
    store: Store, vault: Vault, amina: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    argon2 = passwords.Argon2id

    class Counted:
        @staticmethod
        def verify_phc_encoded(key: bytes, stored: str) -> None:
            done.append(stored[: len("$argon2id$v=19$m=19456,t=2,p=1$")])
            argon2.verify_phc_encoded(key, stored)

    monkeypatch.setattr(passwords, "Argon2id", Counted)
    enter(store, vault, password="x" * 15)
    enter(store, vault, password="x" * 15, name="nobody")
    assert done == ["$argon2id$v=19$m=19456,t=2,p=1$"] * 2


def test_six_digits_serve_once(store: Store, vault: Vault, amina: str) -> None:
    opened(enter(store, vault))
    assert enter(store, vault) == Wrong()
    later = NOW + MINUTE
    opened(enter(store, vault, later))
    # A step before the one used last is dead too, although the clock's drift would allow it.
    old = digits(store, vault, "amina", later - timedelta(seconds=30))
    assert staff.sign_in(store, vault, "amina", PASSWORD, old, later) == Wrong()


@pytest.mark.parametrize(("seconds", "taken"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(
    store: Store, vault: Vault, amina: str, seconds: int, taken: bool
) -> None:
    code = digits(store, vault, "amina", NOW + timedelta(seconds=seconds))
    outcome = staff.sign_in(store, vault, "amina", PASSWORD, code, NOW)
    assert isinstance(outcome, Opened) is taken


def test_arabic_digits_are_digits(store: Store, vault: Vault, amina: str) -> None:
    code = digits(store, vault, "amina", NOW).translate({48 + n: 0x660 + n for n in range(10)})
    opened(staff.sign_in(store, vault, "amina", PASSWORD, f"{code[:3]} {code[3:]}", NOW))


def test_failures_lock_an_account_and_the_right_password_waits(
    store: Store, vault: Vault, amina: str
) -> None:
    assert enter(store, vault, password="x" * 15) == Wrong()
    assert enter(store, vault, password="x" * 15) == Wrong()
    assert enter(store, vault, password="x" * 15) == Wrong()
    assert enter(store, vault) == Locked(NOW + timedelta(seconds=30))
    opened(enter(store, vault, NOW + timedelta(seconds=30)))
    assert enter(store, vault, NOW + MINUTE, password="x" * 15) == Wrong()


def test_ten_guesses_a_day_at_most(store: Store, vault: Vault, amina: str) -> None:
    outcomes = [
        enter(store, vault, NOW + MINUTE * minute, password="x" * 15)
        for minute in range(0, 24 * 60, 5)
    ]
    assert outcomes.count(Wrong()) == 10


def test_a_burst_counts_as_many_tries(
    store: Store, vault: Vault, amina: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A try is counted before it is hashed: many at once do not all slip through the same gap."""
    monkeypatch.setattr(passwords, "matches", lambda *_: False)
    with ThreadPoolExecutor(8) as crowd:
        outcomes = list(crowd.map(lambda _: enter(store, vault), range(16)))
    assert outcomes.count(Wrong()) == 3
    assert sum(isinstance(outcome, Locked) for outcome in outcomes) == 13


def test_a_session_ends_idle_and_at_last(store: Store, vault: Vault, amina: str) -> None:
    cookie = opened(enter(store, vault)).cookie
    assert staff_sessions.find(store, vault, cookie, NOW + MINUTE * 14)
    assert staff_sessions.find(store, vault, cookie, NOW + MINUTE * 28)
    assert staff_sessions.find(store, vault, cookie, NOW + MINUTE * 43) is None
    cookie = opened(enter(store, vault, NOW + MINUTE)).cookie
    found = [staff_sessions.find(store, vault, cookie, NOW + MINUTE * n) for n in range(2, 490, 10)]
    assert [clerk is not None for clerk in found].count(True) == 48
    assert found[-1] is None


def test_a_disabled_account_is_out_at_once(store: Store, vault: Vault, amina: str) -> None:
    cookie = opened(enter(store, vault)).cookie
    token = staff.one_time_link(store, vault, "amina", NOW)
    staff.disable(store, vault, "amina", NOW)
    assert staff_sessions.find(store, vault, cookie, NOW) is None
    assert staff.follow(store, vault, token, NOW) is None
    assert enter(store, vault, NOW + MINUTE) == Wrong()
    with pytest.raises(StaffError, match="No open account"):
        staff.one_time_link(store, vault, "amina", NOW)
    with pytest.raises(StaffError, match="No open account"):
        staff.disable(store, vault, "amina", NOW)
    assert staff.everybody(store) == [("amina", "clerk", False)]


def test_a_link_opens_once_within_ten_minutes(store: Store, vault: Vault, amina: str) -> None:
    token = staff.one_time_link(store, vault, "amina", NOW)
    assert staff.follow(store, vault, token[:-1], NOW) is None
    assert staff.follow(store, vault, token, NOW + MINUTE * 10) is None
    assert opened(staff.follow(store, vault, token, NOW + MINUTE * 9)).name == "amina"
    assert staff.follow(store, vault, token, NOW + MINUTE * 9) is None


@pytest.mark.parametrize(
    ("name", "role", "password", "why"),
    [
        ("Amina", "clerk", PASSWORD, "no account name"),
        ("system", "clerk", PASSWORD, "no account name"),
        ("a123456", "clerk", PASSWORD, "no account name"),
        ("amina", "queen", PASSWORD, "no role"),
        ("amina", "clerk", "quatorze carac", "fewer than 15"),
        ("amina", "clerk", "x" * 201, "more than 200"),
        ("amina", "clerk", "motdepasse2026!", "first that anybody"),
        ("amina", "clerk", "123456789012345678", "first that anybody"),
        ("amina", "clerk", "azertyuiopqsdfgh", "first that anybody"),
        ("amina", "clerk", "aaaaaaaaaaaaaaaa", "first that anybody"),
        ("amina", "clerk", "amina-amina-amina", "first that anybody"),
    ],
)
def test_what_no_account_can_have(
    store: Store, vault: Vault, name: str, role: staff.Role, password: str, why: str
) -> None:
    with pytest.raises(StaffError, match=why):
        staff.add(store, vault, name, role, password, NOW)
    assert staff.everybody(store) == []


def test_a_name_is_taken_once(store: Store, vault: Vault, amina: str) -> None:
    with pytest.raises(StaffError, match="already"):
        staff.add(store, vault, "amina", "supervisor", PASSWORD, NOW)
    opened(enter(store, vault))


def test_accents_are_the_same_from_every_keyboard(store: Store, vault: Vault, amina: str) -> None:
    opened(enter(store, vault, password=PASSWORD.replace("é", "e\u0301")))


def test_a_stolen_store_holds_no_secret(store: Store, vault: Vault) -> None:
    factor = staff.add(store, vault, "amina", "clerk", PASSWORD, NOW)
    cookie = opened(enter(store, vault)).cookie
    token = staff.one_time_link(store, vault, "amina", NOW)
    dump = "\n".join(map(str, store.sql.all("select * from staff, staff_sessions, staff_links")))
    secret = factor.spelled.replace(" ", "")
    for canary in (PASSWORD, cookie, token, secret):
        assert canary not in dump
    other = Vault(Keys.fresh())
    row = store.staff.get("amina")
    assert row
    assert passwords.matches(vault, PASSWORD, row.password)
    assert not passwords.matches(other, PASSWORD, row.password), "the hash has no pepper"


def test_every_entry_and_refusal_is_in_the_log(store: Store, vault: Vault, amina: str) -> None:
    enter(store, vault, password="x" * 15)
    enter(store, vault, name="nobody")
    cookie = opened(enter(store, vault)).cookie
    clerk = staff_sessions.find(store, vault, cookie, NOW)
    assert clerk
    staff_sessions.end(store, vault, cookie, clerk, NOW)
    rows = [(row.who, row.act, row.detail) for row in store.audit.after(0, 99)]
    assert rows == [
        ("system", "staff_added", "amina clerk"), ("amina", "refused", ""),
        ("system", "refused", ""), ("amina", "signed_in", "password"), ("amina", "signed_out", ""),
    ]  # fmt: skip
    assert audit.verify(store, vault) == []
