"""The person's own papers: a page that prints on one sheet, a PDF, a table for a spreadsheet."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import urlencode

from flask import Flask, Response, abort, request

from lite.desk.facts import Dossier, OwnPaper
from lite.papers import attestation, statement, wording
from lite.papers.offline import offline_page
from lite.papers.signature import Face, Signer
from lite.papers.statement import Entry, Statement
from lite.services import freshness, names
from lite.services.form import Level
from lite.services.statement import MONTHS, begins
from lite.text import LANGUAGES, T, Text, Value, raw
from lite.web.echo import ours
from lite.web.page import go, page
from lite.web.site import Site

_WHERE = "/<any(fr, ar):language>/papers"
_ROWS = 40  # dossiers of a statement's page
_GROUPS = ((0, 1, 2), (3, 4), (5, 6, 7))  # its columns, one under the other: 240 pixels are few


def add_papers(app: Flask, site: Site) -> None:
    """`/fr/papers/<reference>` and its `.pdf`, `/fr/papers/statement` and its `.pdf`, `.csv`."""

    @app.get(f"{_WHERE}/<int:reference>")
    def paper(language: str, reference: int) -> Response:
        found = _paper(site, language, str(reference))
        return found if isinstance(found, Response) else _shown(site, language, found)

    @app.get(f"{_WHERE}/<int:reference>.pdf")
    def paper_pdf(language: str, reference: int) -> Response:
        found = _paper(site, language, str(reference))
        if isinstance(found, Response):
            return found
        pdf = attestation.attestation_pdf(
            Face.of(found), found.facts, _paths(site), _signer(site, found), found.revoked
        )
        return _file(pdf, "application/pdf", f"attestation-{reference}.pdf")

    @app.get(f"{_WHERE}/statement", defaults={"form": "html"})
    @app.get(f"{_WHERE}/statement.<any(pdf, csv):form>")
    def table(language: str, form: str) -> Response:
        if closed := _closed(site, language, "statement"):
            return closed
        told = _statement(site, language)
        if form == "html":
            return _tabled(site, language, told)
        body, kind = _MADE[form](told, language), _TYPES[form]
        return _file(body, kind, f"releve.{form}")


def add_checks(app: Flask, site: Site) -> None:
    """What a paper's code leads to: `/verify/<reference>`, the short address on every paper, and
    `/verify/offline`, a page to keep that checks with no network."""
    offline = offline_page(site.papers.public)

    @app.get("/verify/offline")
    def check() -> Response:
        response = Response(offline.html, mimetype="text/html")
        response.headers["Content-Security-Policy"] = offline.policy
        return response

    @app.get("/verify/<reference>")
    def short(reference: str) -> Response:
        language = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
        return go(f"/{language}/verify/{reference}", 302)


_MADE = {"pdf": statement.statement_pdf, "csv": statement.statement_csv}
_TYPES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


def _closed(site: Site, language: str, service: str) -> Response | None:
    """Where a code of the card is asked, for who has given none."""
    if site.desk(language).level >= Level.T2:
        return None
    return go(f"/{language}/services/{service}", 302)


def _paper(site: Site, language: str, reference: str) -> OwnPaper | Response:
    if closed := _closed(site, language, "paper"):
        return closed
    found = {one.reference: one for one in site.desk(language).own_papers()}
    if reference not in found:
        abort(404)
    ours(reference)  # nobody else can have thought of it, so the page that says it is packed
    return found[reference]


def _signer(site: Site, one: OwnPaper) -> Signer | None:
    """The key that signs a paper: none for one that was cancelled."""
    return None if one.revoked else site.papers.signers.get(one.fund)


def _paths(site: Site) -> attestation.Paths:
    return attestation.Paths(site.public_url, site.short_code, site.service_code)


def _shown(site: Site, language: str, one: OwnPaper) -> Response:
    face, signer, paths = Face.of(one), _signer(site, one), _paths(site)
    token = signer.token(face) if signer else ""
    sheet, total = wording.sheet(face, one.facts), wording.total(face)
    return _sheet(site, page(
        site, "paper.html", language, sheet.title, sheet=sheet,
        total=(total[0], _text(total[1])) if total else None,
        lines=[(label, _text(value)) for label, value in [*sheet.lines, *wording.dates(face)]],
        warnings=_warnings(one, signer is not None), reference=one.reference,
        qr=_image(attestation.check_address(paths, one.reference, token)),
        how=attestation.how(paths, one.reference, language), check=attestation.CHECK,
    ))  # fmt: skip


def _image(address: str) -> str:
    """The code as part of the page itself."""
    return f"data:image/png;base64,{b64encode(attestation.qr_png(address, 2)).decode()}"


def _text(value: Value) -> Text:
    return value if isinstance(value, Text) else raw(value)


def _warnings(one: OwnPaper, official: bool) -> list[Text]:
    said = (
        (wording.NOT_OFFICIAL, not official),
        (wording.EXAMPLE, one.fund == "pretend"),
    )
    gone = [wording.cancelled(one.revoked)] if one.revoked else []
    return [*gone, *(text for text, shown in said if shown)]


def _months() -> str:
    """How many months were asked for, the fewest when none were."""
    wanted = request.args.get("months", "")
    return wanted if wanted in MONTHS else next(iter(MONTHS))


def _statement(site: Site, language: str) -> Statement:
    desk = site.desk(language)
    first = begins(desk.today, int(_months()))
    known, person = desk.statement(first), desk.person
    return Statement(
        name=person.name if person else "", first=first, last=desk.today,
        as_of=known.as_of.date() if known.as_of else None,
        entries=[_entry(one) for one in known.value],
        old=freshness.warning(known.as_of, desk.now, "payments"),
        number=_number(person.key) if person else "",
    )  # fmt: skip


def _number(key: str) -> str:
    """The number that a fund gave a person; none is made of an identity card's."""
    scheme, _, number = key.partition(":")
    return "" if scheme == "cin" else number


def _entry(one: Dossier) -> Entry:
    told = [names.REASONS[code][0] for code in one.reasons if code in names.REASONS]
    reason = told[0] if told else raw(one.label) if one.label else None
    return Entry(
        one.number, names.dossier(one.kind), one.submitted_on,
        names.STATUSES.get(one.status, names.UNKNOWN_STATUS), reason,
        one.claimed, one.approved, one.paid,
    )  # fmt: skip


def _tabled(site: Site, language: str, told: Statement) -> Response:
    """So many dossiers a page, for who reads it over 2G; the totals are of all, as is the PDF."""
    parts = max(1, -(-len(told.entries) // _ROWS))
    asked = request.args.get("part", "")[:3]
    part = int(asked) if asked.isdecimal() and 1 <= int(asked) <= parts else 1
    first = (part - 1) * _ROWS + 1
    shown = told.entries[first - 1 :][:_ROWS]
    here = {"months": _months()}
    more = {
        name: urlencode(here | {"part": at})
        for name, at in (("before", part - 1), ("after", part + 1))
        if 1 <= at <= parts
    }
    return _sheet(site, page(
        site, "statement.html", language, statement.TITLE,
        lines=[(label, _text(value)) for label, value in statement.lines(told)],
        columns=statement.COLUMNS, groups=_GROUPS,
        rows=[statement.cells(one, language) for one in shown],
        warnings=[*statement.none(told), *told.old, statement.NOTE], query=urlencode(here),
        more=more, range=T("Dossiers {first} à {last}", first=first, last=first + len(shown) - 1)
        if more else None,
    ))  # fmt: skip


def _sheet(site: Site, response: Response) -> Response:
    """A page that carries the stylesheet of papers."""
    response.headers["Content-Security-Policy"] = site.assets.paper_policy
    return response


def _file(body: bytes, kind: str, name: str) -> Response:
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
