"""A service on one page: its questions, its answer; what changes something is asked by POST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, request

from lite.identity.late import Late
from lite.services.form import (
    SURE,
    CardCode,
    Form,
    Level,
    Reference,
    Service,
    opens,
    questions,
)
from lite.text import T
from lite.web import late, place, receipts
from lite.web.asking import answered, asking, elsewhere, told
from lite.web.echo import accepted
from lite.web.page import CHOSE, go, page
from lite.web.questions import Filled, addressable, fill, typed
from lite.web.relay import relayed
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
        return told(site, language, found, reply, public=False)

    @app.get(f"{_WHERE}/services/<key>/late")
    def finish(language: str, key: str) -> Response:
        found = _known(site, key)
        kept = late.of(site, found)
        return _finish(site, language, found, kept) if kept else go(f"/{language}/services/{key}")

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
    """What was typed, by question; no code of a card where others read it on its way."""
    names = [one.name for one in questions(service)]
    if cards := [one.name for one in questions(service) if isinstance(one, CardCode)]:
        names = [name for name in names if name not in cards or not relayed()]
    return {name: typed(given.getlist(name)) for name in names if name in given}


def _closed(
    site: Site, language: str, service: Service, given: Mapping[str, str]
) -> Response | None:
    """Where to go instead, when the caller has not shown enough for this service, or cannot."""
    if service.level > Level.T1 and relayed():
        return elsewhere(site, language, service)
    if opens(service, site.desk(language)):
        return None
    if request.method == "POST":
        return late.refused(site, language, service, given)
    return go(place.sign_in(language, service, given))


def _unsure(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name != SURE}


def _show(site: Site, language: str, service: Service, given: Mapping[str, str]) -> Response:
    """What a GET shows. It changes nothing: where an answer would, it asks to confirm."""
    if closed := _closed(site, language, service, given):
        return closed
    filled = accepted(fill(Form(service, site.desk(language)), _unsure(given)))
    return _shown(site, language, filled)


def _shown(site: Site, language: str, filled: Filled, kept: Late | None = None) -> Response:
    service = filled.service
    if filled.form.asked() or (service.commits and (filled.carried or not service.fields)):
        return asking(site, language, filled, kept)
    return told(site, language, service, filled.form.answer(), answers=filled.form.answers)


def _finish(site: Site, language: str, service: Service, kept: Late) -> Response:
    """A form that was sent too late, as it was: only the last word is to be given again."""
    if closed := _closed(site, language, service, {}):
        return closed
    if receipts.find(site, service, kept.once):  # it had been done before
        late.done(site)
        return go(receipts.address(language, service, kept.once))
    filled = fill(Form(service, site.desk(language)), kept.given)
    if not service.commits and not filled.form.asked() and addressable(service, answered(filled)):
        return go(_here(language, filled))
    if service.commits and filled.carried and filled.form.asked() is None:
        given = {name: kept.given[name] for name in list(filled.carried)[:-1]}
        filled = fill(Form(service, site.desk(language)), given)
    return _shown(site, language, filled, kept)


def _act(site: Site, language: str, service: Service, given: Mapping[str, str]) -> Response:
    """What a POST does, once for each key of a page, in one transaction."""
    if closed := _closed(site, language, service, given):
        return closed
    if not site.genuine(request.form.get("csrf", ""), site.visitor().session):
        return _stale(site, language)
    once = request.form.get("once", "")
    if service.commits and receipts.is_once(once):
        with site.door.transaction(f"once:{once}"):
            return _commit(site, language, service, given, once)
    with site.door.transaction():
        filled = fill(Form(service, site.desk(language)), _unsure(given))
        if filled.form.desk.proved and site.level() < Level.T2:
            return _raised(site, language, filled, given)
    if service.commits or filled.form.asked():
        return asking(site, language, filled)
    return told(site, language, service, filled.form.answer(), answers=filled.form.answers)


def _raised(site: Site, language: str, filled: Filled, given: Mapping[str, str]) -> Response:
    """A code of the card was right: a new session that may see more, on the same page."""
    service = filled.service
    if late.of(site, service) or not addressable(service, answered(filled)):
        late.add(site, service, given)
        return site.admit(go(late.address(language, service.key)), site.rise())
    return site.admit(go(_here(language, filled)), site.rise())


def _here(language: str, filled: Filled) -> str:
    query = f"?{urlencode(filled.carried)}" if filled.carried else ""
    return f"/{language}/services/{filled.service.key}{query}"


def _commit(
    site: Site, language: str, service: Service, given: Mapping[str, str], once: str
) -> Response:
    if receipts.find(site, service, once):
        return go(receipts.address(language, service, once))
    filled = fill(receipts.form(site, language, service, once), given)
    if filled.form.asked():
        return asking(site, language, filled)
    reply = filled.form.answer()
    late.done(site)
    # Nothing was sent, the same page may still be confirmed; or the answer ended the session, and
    # nobody is left to come back for a receipt.
    if reply.outcome == "kept" or site.ended():
        return told(site, language, service, reply)
    receipts.keep(site, service, once, reply)
    spoken = filled.form.desk.language
    chosen = f"?{CHOSE}=1" if spoken != language else ""
    return go(receipts.address(spoken, service, once) + chosen)


def _stale(site: Site, language: str) -> Response:
    lines = [T("Cette page a vieilli. Rien n'a été envoyé. Recommencez depuis l'accueil.")]
    title = T("Page expirée")
    return page(site, "message.html", language, title, status=403, wrong=True, lines=lines)
