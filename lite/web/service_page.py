"""A service on one page: its questions, its answer; what changes something is asked by POST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, request

from lite.services.form import SURE, Form, Level, Reference, Reply, Service, opens, questions
from lite.text import Ltr, T
from lite.web import receipts
from lite.web.page import CHOSE, go, page
from lite.web.questions import Filled, addressable, asked, fill, harmless, lay, typed
from lite.web.site import Site

_WHERE = "/<any(fr, ar):language>"
_PUBLIC = ("verify", "status", "privacy", "help")


def add_services(app: Flask, site: Site) -> None:
    """`/fr/services/<key>` for every service, and short names for the public ones."""

    @app.get(f"{_WHERE}/services/<key>")
    def service(language: str, key: str) -> Response:
        found = _known(site, key)
        return _show(site, language, found, _submitted(found, request.args))

    @app.post(f"{_WHERE}/services/<key>")
    def act(language: str, key: str) -> Response:
        found = _known(site, key)
        return _act(site, language, found, _submitted(found, request.form))

    @app.get(f"{_WHERE}/services/<key>/done/<once>")
    def done(language: str, key: str, once: str) -> Response:
        found = _known(site, key)
        reply = receipts.find(site, found, once)
        if reply is None:
            return go(f"/{language}/services/{key}")
        return _told(site, language, found, reply, public=False)

    @app.get(f"{_WHERE}/<any({', '.join(_PUBLIC)}):key>")
    def public(language: str, key: str) -> Response:
        found = _known(site, key)
        return _show(site, language, found, _submitted(found, request.args))

    @app.get(f"{_WHERE}/verify/<reference>")
    def verify(language: str, reference: str) -> Response:
        found = _known(site, "verify")
        name = next(one.name for one in found.fields if isinstance(one, Reference))
        return _show(site, language, found, {name: typed([reference])})


def _known(site: Site, key: str) -> Service:
    return site.services.get(key) or abort(404)


def _submitted(service: Service, given: Any) -> dict[str, str]:
    names = [one.name for one in questions(service)]
    return {name: typed(given.getlist(name)) for name in names if name in given}


def _unsure(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name != SURE}


def _show(site: Site, language: str, service: Service, given: Mapping[str, str]) -> Response:
    """What a GET shows. It changes nothing: where an answer would, it asks to confirm."""
    if closed := _closed(site, language, service):
        return closed
    filled = fill(Form(service, site.desk(language)), _unsure(given))
    if filled.form.asked() or (service.commits and (filled.carried or not service.fields)):
        return _asking(site, language, filled)
    return _told(site, language, service, filled.form.answer())


def _act(site: Site, language: str, service: Service, given: Mapping[str, str]) -> Response:
    """What a POST does, once for each key of a page, in one transaction."""
    if closed := _closed(site, language, service):
        return closed
    if not site.genuine(request.form.get("csrf", "")):
        return _stale(site, language)
    once = request.form.get("once", "")
    if service.commits and receipts.is_once(once):
        with site.door.transaction(f"once:{once}"):
            return _commit(site, language, service, given, once)
    with site.door.transaction():
        filled = fill(Form(service, site.desk(language)), _unsure(given))
        if filled.form.desk.proved and site.level() < Level.T2:
            return _raised(site, language, filled)
    if service.commits or filled.form.asked():
        return _asking(site, language, filled)
    return _told(site, language, service, filled.form.answer())


def _raised(site: Site, language: str, filled: Filled) -> Response:
    """A code of the card was right: a new session that may see more, on the same page."""
    path = f"/{language}/services/{filled.service.key}"
    query = f"?{urlencode(filled.carried)}" if filled.carried else ""
    return site.admit(go(path + query), site.rise())


def _commit(
    site: Site, language: str, service: Service, given: Mapping[str, str], once: str
) -> Response:
    if receipts.find(site, service, once):
        return go(receipts.address(language, service, once))
    filled = fill(receipts.form(site, language, service, once), given)
    if filled.form.asked():
        return _asking(site, language, filled)
    reply = filled.form.answer()
    # Nothing was sent, the same page may still be confirmed; or the answer ended the session, and
    # nobody is left to come back for a receipt.
    if reply.outcome == "kept" or site.ended():
        return _told(site, language, service, reply)
    receipts.keep(site, service, once, reply)
    spoken = filled.form.desk.language
    chosen = f"?{CHOSE}=1" if spoken != language else ""
    return go(receipts.address(spoken, service, once) + chosen)


def _closed(site: Site, language: str, service: Service) -> Response | None:
    """Where to go instead, when the caller has not shown enough for this service."""
    if opens(service, site.desk(language)):
        return None
    return go(f"/{language}/sign-in?next={service.key}")


def _stale(site: Site, language: str) -> Response:
    lines = [T("Cette page a vieilli. Rien n'a été envoyé. Recommencez depuis l'accueil.")]
    title = T("Page expirée")
    return page(site, "message.html", language, title, status=403, wrong=True, lines=lines)


def _asking(site: Site, language: str, filled: Filled) -> Response:
    """The page that asks what is still to be asked; a step of choices has its own address."""
    service, form, fields = filled.service, filled.form, asked(filled)
    path = f"/{language}/services/{service.key}"
    known = [one for one in questions(service) if one.name in filled.carried]
    if request.method == "POST" and known and not filled.wrong and addressable(service, known):
        return go(f"{path}?{urlencode(filled.carried)}")
    calm = not service.commits or (bool(fields) and harmless(service, fields))
    get = bool(fields) and calm and addressable(service, [*known, *fields])
    tell = fields[0].tell if fields else None
    return page(
        site, "service.html", language, service.title,
        status=422 if filled.wrong else 200, public=calm, wrong=bool(filled.wrong),
        key=service.key, error=filled.wrong, ready=not fields, again=bool(known),
        told=tell(form.desk, form.answers) if tell else (),
        fields=lay(filled, fields, path),
        method="get" if get else "post",
        hidden=_hidden(site, filled, get, calm),
    )  # fmt: skip


def _hidden(site: Site, filled: Filled, get: bool, calm: bool) -> list[tuple[str, str]]:
    """What travels with the page unseen: earlier answers, the session's token, and the key under
    which what is sent twice is done once."""
    hidden = list(filled.carried.items())
    if not get and (token := site.csrf()):
        hidden.append(("csrf", token))
    return hidden if calm else [*hidden, ("once", receipts.new_once())]


def _told(
    site: Site, language: str, service: Service, reply: Reply, public: bool = True
) -> Response:
    """The answer of a service."""
    return page(
        site, "service.html", language, service.title, public=public,
        key=service.key, told=reply.lines,
        reference=Ltr(reply.reference) if reply.reference else None,
        as_of=reply.as_of, again=bool(service.fields), sheet=_sheet(service, reply),
    )  # fmt: skip


def _sheet(service: Service, reply: Reply) -> str:
    """Where this answer is to be had as a page that prints; empty for most."""
    if service.key == "statement":
        return f"statement?{urlencode({'months': request.values.get('months', '')})}"
    return reply.reference if service.key == "paper" and reply.reference else ""
