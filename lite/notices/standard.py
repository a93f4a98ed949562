"""The notice that a fund's silence raises: sentences that are true of any fund."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from lite.notices.notice import ALL, LANGUAGES, Both, Notice
from lite.text import T, Text, say

# How long until the next news, at most (GOV.UK Pay, first priority: news every hour); said as an
# hour that is easy to keep in mind.
_NEWS, _ROUND = timedelta(minutes=60), 5

def next_news(now: datetime) -> datetime:
    """When there is news again: within the hour, on a round minute."""
    moment = now + _NEWS
    return moment.replace(minute=moment.minute - moment.minute % _ROUND, second=0, microsecond=0)


def silence(fund: str, since: datetime, now: datetime, code: str, number: str) -> Notice:
    """The notice of a fund that stopped answering. `code` is what is dialled for the agencies,
    `number` our short code."""
    sentences = {
        **way_out(code, number),
        "stops": T("ne répond plus, rien de nouveau n'en vient."),
        "works": T("Lire ce qui est connu, avec sa date. Faire une demande : elle est gardée."),
        "pending": T("Elles sont gardées dans l'ordre et partiront à son retour."),
    }
    urgent = T("Si c'est urgent, allez à l'agence ou au point relais.")
    return Notice(
        id=secrets.token_hex(4), fund=fund, kind="incident", services=(ALL,), starts_at=since,
        ends_at=None, next_at=next_news(now),
        words={key: both(text) for key, text in sentences.items()},
        instead={ALL: both(urgent)}, at=now, created_at=now, own=True,
    )  # fmt: skip


def way_out(code: str, number: str) -> dict[str, Text]:
    """Where else to go, and whom to call: the same whatever stops."""
    return {
        "agency": T("La plus proche : composez {code}, ou envoyez AGENCE et la ville au {number}.",
                    code=code, number=number),
        "post": T("Par la poste : écrivez à votre agence, son adresse est au même endroit."),
        "contact": T("envoyez RAPPEL au {number} pour être rappelé", number=number),
        "hours": T("demande à toute heure, appel aux heures de bureau"),
    }  # fmt: skip


def both(text: Text) -> Both:
    """A sentence in each language."""
    return {language: say(text, language) for language in LANGUAGES}
