"""The notice that hangs out on a box while what a stick brought is erased."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from lite.clock import local
from lite.notices import board
from lite.notices.notice import ALL, Notice, read
from lite.notices.standard import both, way_out
from lite.store import Store
from lite.text import T

_HOUR = 9  # of the next news: whoever opens the town hall sees whether a stick came


def agree(
    store: Store, fund: str, erased: datetime | None, now: datetime, code: str, number: str
) -> None:
    """Make the board agree: a notice while the data is erased, none otherwise. `code` is what is
    dialled for the agencies, `number` our short code."""
    open_ = [read(one) for one in store.notices.open() if one.id.startswith(_mark(fund))]
    if erased is None:
        for one in open_:
            board.close(store, one.id, now)
    elif not open_:
        board.hang(store, _notice(fund, erased, now, code, number))
    else:
        for one in open_:
            if one.next_at and one.next_at <= now:
                board.again(store, replace(one, next_at=_next(now)), now)


def _mark(fund: str) -> str:
    return f"stick-{fund}-"


def _next(now: datetime) -> datetime:
    """Tomorrow, at the hour when the doors open."""
    here = local(now) + timedelta(days=1)
    return here.replace(hour=_HOUR, minute=0, second=0, microsecond=0)


def _notice(fund: str, erased: datetime, now: datetime, code: str, number: str) -> Notice:
    sentences = {
        **way_out(code, number),
        "stops": T("la copie des dossiers a expiré ici, elle est effacée."),
        "works": T("Demander ici la nouvelle clé USB. Les agences et l'aide."),
        "pending": T("Elles sont gardées et partent avec la prochaine clé USB."),
    }
    instead = T("Allez à l'agence, ou revenez quand la nouvelle clé USB est là.")
    return Notice(
        id=f"{_mark(fund)}{secrets.token_hex(3)}", fund=fund, kind="incident", services=(ALL,),
        starts_at=erased, ends_at=None, next_at=_next(now),
        words={key: both(text) for key, text in sentences.items()},
        instead={ALL: both(instead)}, at=now, created_at=now,
    )  # fmt: skip
