"""Is the service running, what is planned, what to do meanwhile. Public."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from lite.clock import hour
from lite.services import freshness, names, stops
from lite.services.form import Answers, Level, Reply, Service
from lite.text import TN, Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.facts import FundState
    from lite.desk.service import Desk


def _answer(desk: Desk, answers: Answers) -> Reply:
    """What stops comes first. An SMS is paid for by the segment: it leaves out what is not asked
    for by somebody in trouble."""
    found, small = desk.stops(), desk.door == "sms"
    told = stops.brief if small else stops.whole
    lines = [line for stop in found for line in told(stop)]
    if not any(stop.begun for stop in found):
        lines = [T("Lite fonctionne."), *lines]
    silent = {stop.fund for stop in found if stop.own}
    for fund in desk.funds():
        lines += _fund(fund, desk.now, fund.fund in silent)
    if not found:
        lines.append(T("Aucun arrêt prévu."))
    if small and found:
        return Reply(lines)
    if not small:
        lines += [line for fund in desk.funds() if not fund.until for line in _shares(fund)]
    if frauds := desk.frauds():
        lines.append(
            TN("{n} tentative de fraude signalée ce mois.",
               "{n} tentatives de fraude signalées ce mois.", frauds)
        )  # fmt: skip
    return Reply(lines)


def _fund(fund: FundState, now: datetime, said: bool) -> list[Text]:
    """Since when a fund's word is known, and whether it answers, unless that was `said`."""
    name, since = names.scheme(fund.fund), fund.down_since
    if fund.until:
        return _carried(fund, now)
    if fund.as_of is None and since is None:
        return [T("{fund} n'a encore rien envoyé.", fund=name)]
    lines: list[Text] = []
    if since and not said:
        lines.append(T("{fund} ne répond pas depuis le {day} à {hour}.",
                       fund=name, day=since, hour=Ltr(hour(since))))  # fmt: skip
        lines.append(T("Vos demandes sont gardées et partiront à son retour."))
    if fund.as_of is None:
        return lines
    at = {"fund": name, "day": fund.as_of, "hour": Ltr(hour(fund.as_of))}
    if freshness.old(fund.as_of, now):
        lines.append(T("{fund}, données anciennes : du {day} à {hour}.", **at))
    elif since:
        lines.append(T("{fund}, données du {day} à {hour}.", **at))
    else:
        lines.append(T("{fund} répond. Données du {day} à {hour}.", **at))
    return lines


def _carried(fund: FundState, now: datetime) -> list[Text]:
    """What a stick brought: nobody here can say whether the fund answers."""
    name = names.scheme(fund.fund)
    if fund.erased:
        return [
            T("{fund} : copie expirée, effacée le {day}.", fund=name, day=fund.erased),
            T("Il faut une nouvelle clé USB. Si c'est urgent : agence."),
        ]
    if fund.as_of is None or fund.until is None:
        return []
    at = {"fund": name, "day": fund.as_of, "hour": Ltr(hour(fund.as_of))}
    old = freshness.old(fund.as_of, now)
    return [
        T("{fund}, données anciennes : du {day} à {hour}.", **at)
        if old
        else T("{fund}, données du {day} à {hour}.", **at),
        T("Copie apportée par clé USB, effacée le {day}.", day=fund.until),
    ]


def _shares(fund: FundState) -> list[Text]:
    """How much of the time a fund answered, as far as anybody looked."""
    name = names.scheme(fund.fund)
    if not any(share.seen for share in fund.shares):
        return [T("{fund} : moins d'un jour d'observation.", fund=name)]
    return [
        T("{fund} a répondu {share} % du temps sur {days} jours ({seen} observés).",
          fund=name, share=Ltr(f"{share.permille // 10},{share.permille % 10}"),
          days=share.days, seen=share.seen)
        for share in fund.shares
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
