"""A form sent too late is kept, and finished once its person has signed in again (WCAG 2.2.1).

Whoever fills a form slowly, or answers the door meanwhile, sends it when the session is over. What
was typed is then kept, sealed, for an hour; the sign-in says so, and leads to the form as it was,
which is confirmed with one button, under the key that its page had: it is done once, even if it
had been done before the session ended.

No stranger may plant a form for somebody. Three things are asked of a form before it is kept:

- the cookie of the session that is over. Where the session was left with the button, or ended from
  a phone, nothing is kept: somebody wanted it to be closed;
- the token of a page of that session. Another site can make a browser send the cookie, never the
  token; a token that a stranger has is of the stranger's own session, and so would the form be;
- a cookie that the answer sets. The form waits for this browser, and for the person of the session
  that is over: somebody else who signs in there makes an end of it, unseen.

Without the cookie (the browser was closed, or forgot it) a late form cannot be told from one that
another site made: to keep it, even in hidden fields for the sign-in to carry, would let strangers
write what somebody is then asked to confirm. So nothing is kept, the page says that nothing was
sent, and the sign-in leads back to the service.

Codes are never kept, nor is the last word: who confirms has read what, and when.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from flask import Response, request

from lite.identity import late
from lite.identity.late import Late
from lite.services.form import SURE, CardCode, Field, Service, questions
from lite.web import place, receipts
from lite.web.page import go
from lite.web.questions import Filled
from lite.web.site import Site

LOST = "lost"  # in an address: a form could not be kept


def address(language: str, service: str) -> str:
    """Where a kept form is finished."""
    return f"/{language}/services/{service}/late"


def refused(site: Site, language: str, service: Service, given: Mapping[str, str]) -> Response:
    """A form came from somebody who is not signed in (any more): on to the sign-in."""
    where, session = place.sign_in(language, service, {}), site.last()
    token = request.form.get("csrf", "")
    if session is None or session.level or not site.genuine(token, session):
        return go(f"{where}&{urlencode({LOST: 1})}")
    browser = site.browser() or secrets.token_urlsafe(16)
    _keep(site, browser, session.person, service, given)
    return site.known(go(where), browser)


def held(site: Site, filled: Filled) -> bool:
    """The card's five minutes were over when the form was sent, the last word on it perhaps: while
    another code is asked, the rest is kept."""
    pending, visitor, given = filled.form.asked(), site.visitor(), filled.typed
    if request.method != "POST" or not isinstance(pending, CardCode) or pending.name in given:
        return False
    left = _typed(filled.service, given).keys() - filled.carried.keys()
    last = receipts.is_once(request.form.get("once", ""))
    if not (left or last) or visitor.session is None:
        return False
    _keep(site, visitor.cookie, visitor.session.person, filled.service, given)
    return True


def add(site: Site, service: Service, given: Mapping[str, str]) -> None:
    """What was typed beside a code of the card joins what is kept."""
    visitor = site.visitor()
    if visitor.session:
        kept = of(site, service)
        once = kept.once if kept else ""
        given = {**(kept.given if kept else {}), **given}
        _keep(site, visitor.cookie, visitor.session.person, service, given, once)


def waits(site: Site) -> datetime | None:
    """Until when this browser's form waits for its person to sign in; None if there is none."""
    office = site.office
    kept = late.find(office.store, office.vault, site.browser(), office.clock.now())
    return kept.until if kept else None


def of(site: Site, service: Service) -> Late | None:
    """The form of this service that waits for the person who is signed in."""
    visitor, office = site.visitor(), site.office
    kept = late.find(office.store, office.vault, visitor.cookie, office.clock.now())
    if kept is None or kept.person != site.whose() or kept.form.service != service.key:
        return None
    return kept.form


def follow(site: Site, person: str, cookie: str) -> str:
    """Somebody signed in, and this is their new cookie: the service whose form waits for them."""
    office, now = site.office, site.office.clock.now()
    olds = [old for old in (site.sent(), site.browser()) if old]
    moved = [late.move(office.store, office.vault, old, cookie, person, now) for old in olds]
    return next((form.service for form in reversed(moved) if form), "")


def done(site: Site) -> None:
    """Nothing waits in this browser any more."""
    for cookie in (site.sent(), site.browser()):
        if cookie:
            late.drop(site.office.store, site.office.vault, cookie)


def _keep(
    site: Site, cookie: str, person: str, service: Service, given: Mapping[str, str],
    once: str = "",
) -> None:  # fmt: skip
    office, sent = site.office, request.form.get("once", "")
    once = sent if receipts.is_once(sent) else once or receipts.new_once()
    form = Late(service.key, _typed(service, given), once)
    late.keep(office.store, office.vault, cookie, person, form, office.clock.now())


def _typed(service: Service, given: Mapping[str, str]) -> dict[str, str]:
    keeps: list[Field] = [one for one in questions(service) if one.kept and one.name != SURE]
    return {one.name: given[one.name] for one in keeps if given.get(one.name)}
