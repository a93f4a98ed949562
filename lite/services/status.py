"""Is the service running, what is planned, what to do meanwhile. Public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lite.clock import hour
from lite.services import names
from lite.services.form import Answers, Level, Reply, Service
from lite.text import TN, Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.facts import FundState
    from lite.desk.service import Desk


def _answer(desk: Desk, answers: Answers) -> Reply:
    lines = [T("Lite fonctionne.")]
    for fund in desk.funds():
        lines += _fund(fund)
    for stop in desk.stops():
        lines += [
            T("Arrêt : {stops}", stops=stop.stops),
            T("Du {day} {hour} au {until} {return_hour}",
              day=stop.starts_at, hour=Ltr(hour(stop.starts_at)),
              until=stop.ends_at, return_hour=Ltr(hour(stop.ends_at))),
            T("En attendant : {instead}", instead=stop.instead),
        ]  # fmt: skip
    if not desk.stops():
        lines.append(T("Aucun arrêt prévu."))
    if frauds := desk.frauds():
        lines.append(
            TN("{n} tentative de fraude signalée ce mois.",
               "{n} tentatives de fraude signalées ce mois.", frauds)
        )  # fmt: skip
    return Reply(lines)


def _fund(fund: FundState) -> list[Text]:
    name = names.scheme(fund.fund)
    if fund.down_since is None and fund.as_of is not None:
        return [
            T("{fund} répond. Données du {day} à {hour}.",
              fund=name, day=fund.as_of, hour=Ltr(hour(fund.as_of))),
        ]  # fmt: skip
    if fund.down_since is None:
        return [T("{fund} n'a encore rien envoyé.", fund=name)]
    return [
        T("{fund} ne répond pas depuis le {day} à {hour}.",
          fund=name, day=fund.down_since, hour=Ltr(hour(fund.down_since))),
        T("Vos demandes sont gardées et partiront à son retour."),
    ]  # fmt: skip


SERVICE = Service(
    key="status",
    level=Level.T0,
    ussd="5*5",
    title=T("État du service"),
    short=T("État du service"),
    words={"fr": ("ETAT",), "ar": ("حالة", "الحالة", "7ala")},
    answer=_answer,
)
