"""A paper is handed over: its reference and its code, then the name beside the identity card."""

from __future__ import annotations

from flask import Response, request

from lite.clock import hour
from lite.counter.gate import Route
from lite.counter.page import page, pdf
from lite.counter.room import Visit
from lite.desk.facts import OwnPaper
from lite.identity.codes import Locked, Wrong
from lite.numbers import digits, has_check, plain, reference
from lite.papers.attestation import Paths, attestation_pdf
from lite.papers.signature import Face
from lite.papers.wording import KIND_TITLES
from lite.text import Ltr, T, Text

_TITLE = T("Remettre une attestation")
_WRONG = T("Référence ou code faux, ou déjà servi. Vérifiez les deux avec la personne.")
_SLIP = T("Un chiffre de la référence est faux. Vérifiez-la.")


def ask(visit: Visit) -> Response:
    """The form: what the person read on their phone."""
    return _asking(visit)


def _asking(visit: Visit, error: Text | None = None, status: int = 422) -> Response:
    given = plain(request.form.get("reference", ""))[:30]
    return page(
        visit, "hand.html", _TITLE, status=status if error else 200, error=error, reference=given,
        code="", found=None,
    )  # fmt: skip


def hand(visit: Visit) -> Response:
    """First the name, to be compared; with the identity card seen, the paper, printed."""
    asked = reference(request.form.get("reference", ""))
    if asked is None or not has_check(asked):
        return _asking(visit, _SLIP)
    code = "".join(sign for sign in digits(request.form.get("code", "")[:30]) if sign.isdecimal())
    desk = visit.room.door.desk(None, "", visit.language)
    seen = "seen" in request.form
    act = desk.handing.hand if seen else desk.handing.look
    found = act(asked, code, visit.clerk.name)
    if isinstance(found, Locked):
        return _asking(visit, _locked(found), 429)
    if isinstance(found, Wrong):
        return _asking(visit, _WRONG)
    return _printed(visit, found) if seen else _compared(visit, found, code)


def _locked(found: Locked) -> Text:
    at = Ltr(hour(found.until))
    return T("Trop d'essais. Réessayez le {day} à {hour}.", day=found.until, hour=at)


def _compared(visit: Visit, found: OwnPaper, code: str) -> Response:
    return page(
        visit, "hand.html", _TITLE, error=None, reference=found.reference, code=code, found=found,
        kind=KIND_TITLES.get(found.kind, _TITLE),
    )  # fmt: skip


def _printed(visit: Visit, found: OwnPaper) -> Response:
    office = visit.room.office
    paths = Paths(office.public_url, office.short_code, office.service_code)
    signer = visit.room.papers.signers.get(found.fund)
    return pdf(
        attestation_pdf(Face.of(found), found.facts, paths, signer),
        f"attestation-{found.reference}.pdf",
    )


ROUTES = (
    Route("GET", "/paper", ask, file=""),
    Route("POST", "/paper", hand, file=""),
)
