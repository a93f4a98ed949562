"""The settings, read once from the environment, each with a sensible default."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

DEMO = Path(".demo")
PAPER_KEY = DEMO / "keys" / "pretend-papers.pem"


class SettingError(ValueError):
    """A setting is missing or wrong; the message names it and says what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything an operator may choose. Names, in the environment: `LITE_` + upper case."""

    database: str = f"sqlite:///{DEMO / 'lite.db'}"
    # A standby of a PostgreSQL store, for questions that bear an answer some seconds old.
    database_replica: str = ""
    # Where the people's keys are, when several machines share them; else beside the key file.
    people_database: str = ""
    key_file: str = str(DEMO / "keys" / "lite.keys")
    upstream: str = "pretend=pretend:"
    webhook_secrets: tuple[str, ...] = ()
    at_username: str = "sandbox"
    at_api_key: str = ""
    at_url: str = "https://api.africastalking.com"
    at_sender: str = ""
    # Who asks the operators whether a SIM was changed: nobody (off), or the gateway (insights).
    sim_check: str = "off"
    service_code: str = "*384*3939#"
    short_code: str = "3939"
    public_url: str = "http://127.0.0.1:8000"
    lease: float = 30.0
    ambiguous_wait: float = 600.0
    # Letters a second, all workers together: to each fund, to the gateway (0: as it takes them).
    # A gateway that takes half a second for each needs half as many senders as letters a second.
    fund_rate: float = 300.0
    sms_rate: float = 0.0
    sms_senders: int = 16
    # Wrong codes a day on the web, for all together: the arithmetic is in identity/throttle.py.
    guess_budget: int = 2_000
    # How many days things are kept: conversations, sessions, codes and failures, what messages
    # said, that they were delivered, what was asked for, cards that were replaced, who looked.
    keep_talks: int = 2
    keep_sessions: int = 1
    keep_codes: int = 2
    keep_texts: int = 30
    keep_delivery: int = 395
    keep_requests: int = 395
    keep_cards: int = 30
    keep_audit: int = 1826
    # A folder, best on another machine, for the daily head of the audit log; none: nobody keeps it.
    audit_heads: str = ""
    # The keys that funds named for their papers: fund=file.pem, separated by spaces.
    paper_keys: str = ""
    # The folder that Litestream copies an SQLite store to, for `lite doctor` to look at.
    backup: str = ""
    # Who shows this word may read /metrics from another machine; none: only this machine's own.
    metrics_token: str = ""
    clock: str = ""
    demo: bool = False
    phone_url: str = ""

    @property
    def store(self) -> str | Path:
        """Where the store is: the file of an SQLite one, the address of a PostgreSQL one."""
        return place("LITE_DATABASE", self.database)

    @property
    def replica(self) -> str:
        """The address of the store's standby; empty for none."""
        given = self.database_replica
        if given and not (isinstance(self.store, str)
                          and isinstance(place("LITE_DATABASE_REPLICA", given), str)):  # fmt: skip
            raise SettingError(
                "LITE_DATABASE_REPLICA is a standby of a PostgreSQL store: write both as "
                "postgresql://user:password@host/database."
            )
        return given

    @property
    def people(self) -> str | Path | None:
        """Where the people's keys are, if not beside the key file."""
        given = self.people_database
        if given and given == self.database:
            raise SettingError(
                "LITE_PEOPLE_DATABASE is the store itself: whoever has the store's backups would "
                "have the keys. Name a database of another server."
            )
        return place("LITE_PEOPLE_DATABASE", given) if given else None

    @property
    def folder(self) -> Path:
        """Where this house may keep files: the store's own folder, or else the key file's."""
        store = self.store
        return (store if isinstance(store, Path) else Path(self.key_file)).absolute().parent

    @property
    def keep(self) -> dict[str, int]:
        """Period -> days, from `LITE_KEEP_TALKS` and the like. A day at least: what protects from
        guessing counts over 24 hours."""
        names = [name for name in Settings.__annotations__ if name.startswith("keep_")]
        for name in names:
            if getattr(self, name) < 1:
                raise SettingError(f"LITE_{name.upper()}: write 1 day or more.")
        return {name.removeprefix("keep_"): getattr(self, name) for name in names}

    @property
    def asks_sims(self) -> bool:
        """Whether operators are asked about SIM cards, from `LITE_SIM_CHECK`."""
        if self.sim_check not in ("off", "insights"):
            raise SettingError(
                f"LITE_SIM_CHECK={self.sim_check} is not understood. Write off, or insights."
            )
        return self.sim_check == "insights"

    @property
    def papers(self) -> list[tuple[str, Path]]:
        """(fund, PEM file) pairs from `LITE_PAPER_KEYS` (`cnss=/srv/keys/cnss-papers.pem`); the
        demo's store has a key of its own."""
        if not self.paper_keys and self.database == Settings.database and PAPER_KEY.exists():
            return [("pretend", PAPER_KEY)]
        pairs = [entry.partition("=") for entry in self.paper_keys.split()]
        if wrong := [name for name, _, path in pairs if not path]:
            raise SettingError(f"LITE_PAPER_KEYS: '{wrong[0]}' has no file. Write fund=file.")
        return [(name, Path(path)) for name, _, path in pairs]

    @property
    def funds(self) -> dict[str, str]:
        """Source -> address, from `LITE_UPSTREAM` (`cnss=url cnops=url cnops=url`). A source is
        called as its fund; the second of a fund `cnops#2`, and so on. People see the fund."""
        pairs = [entry.partition("=") for entry in self.upstream.split()]
        if wrong := [name for name, _, url in pairs if not url or "#" in name]:
            raise SettingError(f"LITE_UPSTREAM: '{wrong[0]}' has no address. Write fund=url.")
        names = [name for name, _, _ in pairs]
        sources = [_source(name, names[:at].count(name)) for at, name in enumerate(names)]
        return {source: url for source, (_, _, url) in zip(sources, pairs, strict=True)}


def _source(fund: str, before: int) -> str:
    return f"{fund}#{before + 1}" if before else fund


def place(name: str, database: str) -> str | Path:
    """The file of `sqlite:///…`, or the address `postgresql://…`. Raises `SettingError`; a
    password in the address is not repeated."""
    if database.startswith(("postgresql://", "postgres://")):
        return database
    scheme, _, path = database.partition("sqlite:///")
    if scheme or not path:
        raise SettingError(
            f"{name}={database.partition('@')[0].partition('//')[0]}… is not understood. "
            "Write sqlite:///path/to/lite.db (sqlite:////absolute/path/lite.db) or "
            "postgresql://user:password@host/database."
        )
    return Path(path)


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises `SettingError` with the remedy."""
    chosen = {
        name: _value(name, kind, environ[f"LITE_{name.upper()}"])
        for name, kind in Settings.__annotations__.items()
        if environ.get(f"LITE_{name.upper()}", "").strip()
    }
    return Settings(**chosen)  # type: ignore[arg-type]


def _value(name: str, kind: str, text: str) -> object:
    if kind == "bool":
        return text.strip().lower() not in ("0", "no", "false", "off")
    if kind.startswith("tuple"):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if kind not in _NUMBERS:
        return text.strip()
    read, wanted = _NUMBERS[kind]
    try:
        return read(text)
    except ValueError:
        raise SettingError(f"LITE_{name.upper()}={text}: write {wanted}.") from None


_NUMBERS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "float": (float, "a number of seconds"),
    "int": (int, "a whole number"),
}
