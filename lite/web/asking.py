"""The page of a service as it stands: what it asks, what it answers, or where to go instead."""

from __future__ import annotations

from types import MappingProxyType
from urllib.parse import urlencode

from flask import Response, request

from lite.identity.late import Late
from lite.services import freshness
from lite.services.form import Answers, CardCode, Field, Reply, Service, questions
from lite.text import Ltr, T
from lite.web import late, receipts
from lite.web.page import go, page
from lite.web.questions import Filled, addressable, asked, harmless, lay, parted
from lite.web.relay import relayed
from lite.web.site import Site

# May be filled without network, and are kept by the phone: they need nobody signed in.
_KEPT = ("callback", "complaint")


def asking(site: Site, language: str, filled: Filled, kept: Late | None = None) -> Response:
    """The page that asks what is still to be asked; a step of choices has its own address. `kept`
    is the form that was sent too late, if this is its page."""
    service, known = filled.service, answered(filled)
    if isinstance(filled.form.asked(), CardCode) and relayed():
        return elsewhere(site, language, service, filled)
    if late.held(site, filled):
        return go(late.address(language, service.key))
    path = f"/{language}/services/{service.key}"
    if request.method == "POST" and known and not filled.wrong and addressable(service, known):
        return go(f"{path}?{urlencode(filled.carried)}")
    return _laid(site, language, filled, path, kept)


def _laid(site: Site, language: str, filled: Filled, path: str, kept: Late | None) -> Response:
    service, form, known = filled.service, filled.form, answered(filled)
    cards = any(isinstance(one, CardCode) for one in questions(service)) and not relayed()
    fields = asked(filled, cards)
    calm = not service.commits or (bool(fields) and harmless(service, fields))
    get = bool(fields) and calm and addressable(service, [*known, *fields])
    tell = fields[0].tell if fields else None
    laid = lay(filled, fields, path)
    if get and len(laid) == 1 and laid[0].single:
        laid = [parted(laid[0], filled, path, request.args.get("part", 1, int))]
    return page(
        site, "service.html", language, service.title,
        status=422 if filled.wrong else 200, public=calm, wrong=bool(filled.wrong),
        key=service.key, error=filled.wrong, ready=not fields, again=bool(known), kept=kept,
        told=tell(form.desk, form.answers) if tell else (),
        fields=laid,
        method="get" if get else "post",
        keep=service.key in _KEPT and site.visitor().session is None,
        hidden=_hidden(site, filled, get, calm, kept),
    )  # fmt: skip


def answered(filled: Filled) -> list[Field]:
    """The questions that are answered."""
    return [one for one in questions(filled.service) if one.name in filled.carried]


def _hidden(
    site: Site, filled: Filled, get: bool, calm: bool, kept: Late | None
) -> list[tuple[str, str]]:
    """What travels with the page unseen: earlier answers, the session's token, and the key under
    which what is sent twice is done once."""
    hidden = list(filled.carried.items())
    if not get and (token := site.csrf()):
        hidden.append(("csrf", token))
    return hidden if calm else [*hidden, ("once", kept.once if kept else receipts.new_once())]


def told(
    site: Site, language: str, service: Service, reply: Reply, public: bool = True,
    answers: Answers = MappingProxyType({}),
) -> Response:  # fmt: skip
    """The answer of a service, to these answers."""
    return page(
        site, "service.html", language, service.title, public=public,
        bland=service.key == "status", key=service.key, told=reply.lines,
        reference=Ltr(reply.reference) if reply.reference else None,
        since=freshness.known(reply, site.office.clock.now()), again=bool(service.fields),
        sheet=_sheet(service, reply, answers),
        then=site.services.get(reply.then),
    )  # fmt: skip


def _sheet(service: Service, reply: Reply, answers: Answers) -> str:
    """Where this answer is to be had as a page that prints; empty for most."""
    if service.key == "statement":
        return f"statement?{urlencode({'months': answers.get('months', '')})}"
    return reply.reference if service.key == "paper" and reply.reference else ""


def elsewhere(
    site: Site, language: str, service: Service, filled: Filled | None = None
) -> Response:
    """What asks for a code of the card is not for a browser whose pages others read: why, and what
    to do; with what may be told without the code."""
    card = filled.form.asked() if filled else None
    lines = (
        list(card.tell(filled.form.desk, filled.form.answers))
        if filled and card and card.tell
        else []
    )
    lines += [
        T("Pas de code de carte ici : avec ce navigateur, une autre société peut lire vos pages."),
        T("Pour continuer, composez {code}, prenez un autre navigateur (Chrome, Firefox) ou allez à"
          " l'agence.", code=Ltr(site.dial(service.key))),
    ]  # fmt: skip
    return page(
        site, "service.html", language, service.title,
        key=service.key, told=lines, again=bool(filled),
    )  # fmt: skip
