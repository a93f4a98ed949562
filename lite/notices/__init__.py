"""Planned stops and incidents: said with an hour, an alternative and a contact, to everybody whom
they concern, on every door; raised by themselves when a fund stops answering."""

from __future__ import annotations

from lite.notices.board import announce, close, get, open_now, overdue, revise, versions
from lite.notices.draft import Draft, Incomplete
from lite.notices.notice import ALL, KINDS, LANGUAGES, WORDS, Notice

__all__ = [
    "ALL",
    "KINDS",
    "LANGUAGES",
    "WORDS",
    "Draft",
    "Incomplete",
    "Notice",
    "announce",
    "close",
    "get",
    "open_now",
    "overdue",
    "revise",
    "versions",
]
