"""Who read my file, and when: every look and act at a counter, every use by a helper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lite.clock import hour
from lite.services.form import Answers, Level, Reply, Service
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.readers import Reading
    from lite.desk.service import Desk

_BY_SMS = 2  # a message is paid for: the latest, without their reasons


def _answer(desk: Desk, answers: Answers) -> Reply:
    found = desk.readings()
    if not found:
        return Reply([T("Personne d'autre que vous n'a vu votre dossier.")])
    if desk.door != "sms":
        return Reply([_line(one) for one in found])
    lines = [_plain(one) for one in found[:_BY_SMS]]
    dial = f"{desk.office.service_code.rstrip('#')}*{SERVICE.ussd}#"
    more = [T("Suite : composez {code}", code=Ltr(dial))] if len(found) > _BY_SMS else []
    return Reply([*lines, *more])


def _line(one: Reading) -> Text:
    return T("{seen} ({why})", seen=_plain(one), why=one.why) if one.why else _plain(one)


def _plain(one: Reading) -> Text:
    return T(
        "{day} {hour} {who} : {what}",
        day=one.at, hour=Ltr(hour(one.at)), who=one.who, what=one.what,
    )  # fmt: skip


SERVICE = Service(
    key="readers",
    level=Level.T2,
    ussd="5*15",
    title=T("Qui a lu mon dossier"),
    short=T("Qui a lu mon dossier"),
    words={"fr": ("LECTEURS", "QUI A LU"), "ar": ("من قرأ", "من رأى ملفي")},
    answer=_answer,
)
