"""What is done for the person who stands at the counter: a phone, a card, a loss, the log."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, request

from lite.clock import hour, instant
from lite.counter.gate import Route
from lite.counter.page import go, page, pdf
from lite.counter.room import Visit
from lite.identity import audit, cards, consent, enrolment, phones
from lite.numbers import mask_phone, plain, typed_phone
from lite.services import activate
from lite.text import LANGUAGES, Ltr, T, Text

_ENROL = T("Inscrire un téléphone")
_FIXED = "+2125"
_MOST = 200  # entries of the log on one page


def enrol(visit: Visit) -> Response:
    """The form: the number twice, and the text to be read to the person."""
    return _enrolling(visit)


def _enrolling(visit: Visit, error: Text | None = None) -> Response:
    person = visit.person
    spoken = request.values.get("consent", "") or person.language or visit.language
    given = request.form
    return page(
        visit, "enrol.html", _ENROL, status=422 if error else 200, error=error, name=person.name,
        text=consent.TEXTS[consent.CURRENT], version=consent.CURRENT,
        spoken=spoken if spoken in LANGUAGES else visit.language,
        phone=plain(given.get("phone", ""))[:30], again=plain(given.get("again", ""))[:30],
        post=given.get("delivery") == "post",
    )  # fmt: skip


def deposit(visit: Visit) -> Response:
    """Keep the number, tell the person's other phones, and show the activation code, once."""
    given = request.form
    phone, again = (typed_phone(given.get(name, "")) for name in ("phone", "again"))
    spoken, version = given.get("consent", ""), given.get("version", "")
    if error := _amiss(phone, again, spoken, version):
        return _enrolling(visit, error)
    assert phone is not None
    post, person = given.get("delivery") == "post", visit.clerk.person
    with visit.store.transaction():
        _tell(visit, T("Lite : un nouveau téléphone est inscrit pour votre dossier."
                       " Ce n'est pas vous ? Allez à votre agence."), but=phone)  # fmt: skip
        code = enrolment.deposit(
            visit.store, visit.vault, person, phone, visit.clerk.name, spoken, version, visit.now,
            post,
        )  # fmt: skip
    return _told(visit, phone, code, spoken, post)


def _told(visit: Visit, phone: str, code: str, spoken: str, post: bool) -> Response:
    """The activation code and what to do with it, in the person's language."""
    until = visit.now + (enrolment.BY_POST if post else enrolment.AT_COUNTER)
    dial = f"{visit.room.service_code.rstrip('#')}*{activate.SERVICE.ussd}#"
    how = [
        T("Avec le téléphone {phone}, composez {dial} et tapez ces 8 chiffres.",
          phone=Ltr(mask_phone(phone)), dial=Ltr(dial)),
        T("Ils servent une fois, jusqu'au {day} à {hour}.", day=until, hour=Ltr(hour(until))),
        T("Ne les donnez à personne."),
    ]  # fmt: skip
    return page(
        visit, "code.html", T("Code d'activation"), spoken=spoken, post=post, how=how,
        code=f"{code[:4]} {code[4:]}", prints=visit.room.card_pdf is not None,
    )  # fmt: skip


def _amiss(phone: str | None, again: str | None, spoken: str, version: str) -> Text | None:
    """What keeps a number from being deposited; None if nothing does."""
    given = request.form
    checks = (
        (phone is None, T("Ce n'est pas un numéro de téléphone. Exemple : 0612345678.")),
        (str(phone).startswith(_FIXED), T("Il faut un numéro de portable.")),
        (phone != again, T("Les deux numéros ne sont pas les mêmes.")),
        ("seen" not in given, T("Voyez d'abord la pièce d'identité.")),
        ("agreed" not in given or spoken not in LANGUAGES or version not in consent.TEXTS,
         T("Lisez le texte à la personne : sans son accord, rien n'est inscrit.")),
    )  # fmt: skip
    return next((error for wrong, error in checks if wrong), None)


def _tell(visit: Visit, line: Text, but: str = "") -> None:
    """A message to each phone of the person, so that nothing is done behind their back."""
    for one in phones.held(visit.store, visit.vault, visit.clerk.person):
        if one.phone != but:
            visit.room.door.desk(one.phone, "").text([line], "notice", life=timedelta(days=3))


def card(visit: Visit) -> Response:
    """A new card, printed. Its paper and its entry in the log come together, or neither."""
    if visit.room.card_pdf is None or "seen" not in request.form:
        return go("/counter/file?done=seen")
    person = visit.clerk.person
    with visit.store.transaction():
        _log(visit, "card_printed")
        paper = visit.room.card_pdf(person)
    return pdf(paper, "carte.pdf")


def card_lost(visit: Visit) -> Response:
    """None of the card's codes works from now on."""
    with visit.store.transaction():
        had = cards.lost(visit.store, visit.clerk.person, visit.now)
        if had:
            _log(visit, "card_lost")
            _tell(visit, T("Lite : votre carte à codes est annulée, comme demandé à l'agence."))
    return go(f"/counter/file?done={'card' if had else 'none'}")


def phone_lost(visit: Visit) -> Response:
    """A phone speaks for this person no more."""
    with visit.store.transaction():
        if phones.lose(
            visit.store, visit.vault, visit.clerk.person, request.form.get("phone", ""),
            visit.clerk.name, visit.now,
        ):  # fmt: skip
            _tell(visit, T("Lite : un de vos téléphones est déclaré perdu à l'agence."
                           " Il n'ouvre plus votre dossier."))  # fmt: skip
    return go("/counter/file?done=phone")


def log(visit: Visit) -> Response:
    """Who looked at this file and what they did: for supervisors."""
    with visit.store.transaction():
        _log(visit, "audit_read")
    rows = visit.store.audit.of_person(visit.clerk.person, _MOST)
    entries = [
        (instant(row.at), Ltr(hour(instant(row.at))), row.who, audit.ACTS.get(row.act),
         audit.REASONS.get(row.detail), row.detail)
        for row in rows
    ]  # fmt: skip
    return page(visit, "log.html", T("Qui a vu ce dossier"), entries=entries)


def _log(visit: Visit, act: str) -> None:
    clerk = visit.clerk
    audit.append(visit.store, visit.vault, clerk.name, act, clerk.person, "", visit.now)


ROUTES = (
    Route("GET", "/enrol", enrol, file="shown"),
    Route("POST", "/enrol", deposit, file="shown"),
    Route("POST", "/card", card, file="shown"),
    Route("POST", "/card-lost", card_lost),
    Route("POST", "/phone-lost", phone_lost),
    Route("GET", "/log", log, roles=("supervisor",)),
)
