"""A notice with everything in it, to announce as it is or to spoil."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lite import notices
from lite.app import House
from lite.notices import Draft, Notice
from lite.services import SERVICES

KEYS = frozenset(service.key for service in SERVICES)
WORDS = {
    "stops": {"fr": "pas d'attestation ni de dépôt", "ar": "لا شهادات ولا إيداع"},
    "works": {"fr": "lire vos dossiers et vos droits", "ar": "قراءة ملفاتكم وحقوقكم"},
    "agency": {"fr": "envoyez AGENCE et la ville au 3939", "ar": "أرسلوا وكالة والمدينة إلى 3939"},
    "post": {"fr": "Agence CNSS, BP 12, Rabat", "ar": "وكالة الضمان، ص.ب 12، الرباط"},
    "contact": {"fr": "05 20 44 71 00", "ar": "05 20 44 71 00"},
    "hours": {"fr": "lundi à vendredi, 8:30-16:30", "ar": "الإثنين إلى الجمعة، 8:30-16:30"},
    "pending": {"fr": "gardées, elles partiront au retour", "ar": "محفوظة وسترسل عند العودة"},
}
INSTEAD = {"all": {"fr": "demandez au guichet", "ar": "اطلبوا ذلك من الشباك"}}


def draft(now: datetime, starts: timedelta = timedelta(days=8), **other: Any) -> Draft:
    """A planned stop of the pretend fund, ten hours long."""
    start = now + starts
    whole = Draft(
        fund="pretend", starts_at=start, ends_at=start + timedelta(hours=10), services=("all",),
        words=WORDS, instead=INSTEAD,
    )  # fmt: skip
    return replace(whole, **other)


def announce(house: House, starts: timedelta = timedelta(days=8), **other: Any) -> Notice:
    """Announce it to the people of a house."""
    now = house.clock.now()
    return notices.announce(
        house.store, draft(now, starts, **other), now, KEYS, house.settings.funds
    )


def incident(house: House, **other: Any) -> Notice:
    """One that has begun."""
    return announce(house, timedelta(0), kind="incident", **other)
