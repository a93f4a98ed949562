"""Staff accounts: a long password and a second factor, two roles, throttled before any work."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from lite.clock import stamp
from lite.identity import audit, passwords, second_factor, staff_sessions, throttle
from lite.identity.codes import Locked, Wrong
from lite.store import Store
from lite.store.staff import StaffRow
from lite.vault import Vault

Role = Literal["clerk", "supervisor"]
ROLES: tuple[Role, ...] = ("clerk", "supervisor")
LINK = timedelta(minutes=10)

# As the audit log takes it, which refuses what may be somebody's number.
_NAME = re.compile(r"(?!.*[0-9]{6})[a-z][a-z0-9._-]{1,31}")


class StaffError(ValueError):
    """An account cannot be made or changed; the message says why."""


@dataclass(frozen=True)
class Factor:
    """A new account's second factor, told once: the address to scan, the secret to type."""

    address: str
    spelled: str


@dataclass(frozen=True)
class Opened:
    """Signed in: the cookie's value, and whose it is."""

    cookie: str
    name: str


def add(store: Store, vault: Vault, name: str, role: str, password: str, now: datetime) -> Factor:
    """A new account. Raises `StaffError` for a name, a role or a password that will not do."""
    if not _NAME.fullmatch(name) or name == audit.SYSTEM:
        raise StaffError(
            f"{name} is no account name: a letter, then 1 to 31 of a-z 0-9 . _ -"
            " with no six digits in a row."
        )
    if role not in ROLES:
        raise StaffError(f"{role} is no role: write {' or '.join(ROLES)}.")
    if fault := passwords.fault(password, name):
        raise StaffError(fault)
    secret = second_factor.new_secret()
    row = StaffRow(
        name, role, passwords.kept(vault, password), vault.seal(_place(name), secret),
        stamp(now), None,
    )  # fmt: skip
    with store.transaction():
        if not store.staff.add(row):
            raise StaffError(f"There is an account {name} already. Choose another name.")
        audit.append(store, vault, audit.SYSTEM, "staff_added", "", f"{name} {role}", now)
    return Factor(second_factor.address(secret, name), second_factor.spelled(secret))


def everybody(store: Store) -> list[tuple[str, str, bool]]:
    """(name, role, open or not) of each account, by name."""
    return [(row.name, row.role, row.disabled_at is None) for row in store.staff.everybody()]


def disable(store: Store, vault: Vault, name: str, now: datetime) -> None:
    """Close an account and end its sessions, at once. Raises `StaffError` if none is open."""
    with store.transaction():
        if not store.staff.disable(name, stamp(now)):
            raise StaffError(f"No open account is called {name}. See `lite staff list`.")
        audit.append(store, vault, audit.SYSTEM, "staff_disabled", "", name, now)


def sign_in(
    store: Store, vault: Vault, name: str, password: str, code: str, now: datetime
) -> Opened | Wrong | Locked:
    """Password and second factor in one go; one answer for whatever of them is wrong, and for a
    name that is nobody's. A try is counted before it is looked at, so that many at once are as
    many; the hashing holds no lock of the store."""
    subject = f"staff:{vault.hash('staff', name)}"
    with store.transaction(f"tries:{subject}"):
        if until := throttle.locked_until(store, subject, now):
            return Locked(until)
        throttle.fail(store, subject, now)
    row = _open_account(store, name)
    right = passwords.matches(vault, password, row.password if row else None)
    secret = vault.open(_place(name), row.sealed) if row else None
    step = second_factor.step(secret, code, now)
    with store.transaction():
        if row and right and step and store.staff.advance(name, step):
            store.access.forgive(subject)
            return _opened(store, vault, name, "password", now)
        audit.append(store, vault, row.name if row else audit.SYSTEM, "refused", "", "", now)
        return Wrong()


def _open_account(store: Store, name: str) -> StaffRow | None:
    row = store.staff.get(name)
    return row if row and row.disabled_at is None else None


def one_time_link(store: Store, vault: Vault, name: str, now: datetime) -> str:
    """The token of a link that signs in once within ten minutes, without password or second
    factor: whoever can make one can read the store. Raises `StaffError` for no open account."""
    if _open_account(store, name) is None:
        raise StaffError(f"No open account is called {name}. See `lite staff list`.")
    token = secrets.token_urlsafe(16)
    with store.transaction():
        store.staff.add_link(vault.hash("staff-link", token), name, stamp(now + LINK))
        audit.append(store, vault, audit.SYSTEM, "link_made", "", name, now)
    return token


def follow(store: Store, vault: Vault, token: str, now: datetime) -> Opened | None:
    """Sign in by a one-time link; None if it is unknown, used or too old."""
    with store.transaction():
        name = store.staff.use_link(vault.hash("staff-link", token), stamp(now))
        return _opened(store, vault, name, "link", now) if name else None


def _opened(store: Store, vault: Vault, name: str, how: str, now: datetime) -> Opened:
    audit.append(store, vault, name, "signed_in", "", how, now)
    return Opened(staff_sessions.begin(store, vault, name, now), name)


def _place(name: str) -> str:
    return f"staff.sealed:{name}"
