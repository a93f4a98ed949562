"""A house to break: a folder of its own, filled by the pretend fund, and its environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from lite import vault
from lite.app import House
from lite.config import Settings

SECRET = "chaos"


def settled(folder: Path, **more: object) -> Settings:
    """The settings of a house in a folder."""
    return replace(
        Settings(
            database=f"sqlite:///{folder}/lite.db", key_file=f"{folder}/keys/lite.keys",
            webhook_secrets=(SECRET,), upstream=f"pretend=pretend://{folder}/fund.db?ripen=20",
            at_url="http://127.0.0.1:9", at_api_key="chaos",
        ),
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


@contextmanager
def home(**more: object) -> Iterator[House]:
    """A migrated house that knows the pretend fund's people, gone at the end."""
    Path("build").mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="chaos-", dir="build") as name:
        house = furnished(settled(Path(name).absolute(), **more))
        yield house
        house.store.sql.close()


def furnished(settings: Settings) -> House:
    """The house of these settings, with its keys, its store and what its fund tells."""
    vault.create(Path(settings.key_file))
    house = House(settings)
    house.store.migrate()
    for fund in house.funds.values():
        house.intake.pull(fund)
    return house


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """What a process of this house is started with."""
    return os.environ | {
        "LITE_DATABASE": settings.database, "LITE_KEY_FILE": settings.key_file,
        "LITE_UPSTREAM": settings.upstream, "LITE_CLOCK": settings.clock,
        "LITE_WEBHOOK_SECRETS": ",".join(settings.webhook_secrets),
        "LITE_AT_URL": settings.at_url, "LITE_AT_API_KEY": settings.at_api_key,
        "NO_PROXY": "127.0.0.1,localhost", **more,
    }  # fmt: skip
