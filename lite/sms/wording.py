"""What an SMS answers, as lines: a question asked back, a service's reply, a hint."""

from __future__ import annotations

from collections.abc import Sequence

from lite.desk.service import Desk
from lite.fit import cost, fold
from lite.services import freshness
from lite.services.form import Field, Form, LongChoice, Option, Reply, Service, key
from lite.text import Ltr, T, Text, raw

# A question asked back is paid for each time it is asked.
MOST_SEGMENTS = 2
MOST_OPTIONS = 9

# What a hint names, in this order, when it stands open to the caller.
_HINTED = ("dossiers", "attestation", "rights", "code", "agencies", "verify", "callback", "help")
_FEW = 3


def answer(desk: Desk, reply: Reply) -> list[Text]:
    """A service's reply."""
    lines = list(reply.lines)
    if reply.reference and not any(reply.reference in desk.says(line) for line in lines):
        lines.append(raw(Ltr(reply.reference)))
    return [*lines, *freshness.known(reply, desk.now)]


def question(form: Form, asked: Field, trouble: Text | None = None) -> list[Text]:
    """The question that is still open, with as many of its options as two segments hold."""
    told = asked.tell(form.desk, form.answers) if asked.tell else ()
    head = [*([trouble] if trouble else []), *told, asked.asks(form.desk, form.answers)]
    options = asked.options(form.desk, form.answers)
    fewer = range(min(len(options), MOST_OPTIONS), 0, -1)
    laid = [_laid(head, asked, options, shown) for shown in fewer] or [head]
    return next((lines for lines in laid if _segments(form.desk, lines) <= MOST_SEGMENTS), laid[-1])


def _laid(head: list[Text], asked: Field, options: Sequence[Option], shown: int) -> list[Text]:
    lines = [
        *head,
        *(
            Text("{key} {label}", {"key": key(index), "label": option.label})
            for index, option in enumerate(options[:shown])
        ),
    ]
    if shown == len(options):
        return lines
    if isinstance(asked, LongChoice):
        return [*lines, T("Il y en a d'autres : envoyez plus de lettres.")]
    return [*lines, T("Il y en a {n} en tout. Pour un autre, envoyez son numéro.", n=len(options))]


def _segments(desk: Desk, lines: Sequence[Text]) -> int:
    return cost(fold("\n".join(desk.says(line) for line in desk.as_sent(lines)))).segments


def slip(typed: str) -> list[Text]:
    """A number of ours whose check digits do not agree."""
    return [T("Un chiffre est faux dans {typed}. Vérifiez.", typed=Ltr(typed))]


def unknown(typed: str) -> list[Text]:
    """A well-formed number that is nothing this caller may see."""
    return [
        T("Numéro {typed} inconnu ici.", typed=Ltr(typed)),
        T("Vérifiez-le, ou envoyez-le depuis le téléphone inscrit au dossier."),
    ]


def hint(desk: Desk, services: Sequence[Service]) -> list[Text]:
    """What can be sent, when a message meant nothing to us."""
    return [
        T("Message non compris."),
        T("Envoyez un de ces mots : {words}", words=_open(desk, services)),
    ]


def closed(desk: Desk, services: Sequence[Service], enrol: Reply) -> list[Text]:
    """A service that is not open to this phone: how it opens, and what is open to all."""
    return [
        *([] if desk.enrolment.silent else [T("Ce téléphone n'est pas inscrit.")]),
        *enrol.lines,
        T("Ouvert à tous : {words}", words=_open(desk, services, _FEW)),
    ]


def offer(desk: Desk, callback: Service) -> Text:
    """A way out, after several messages that meant nothing to us."""
    return T("Envoyez {word} : un agent vous rappelle.", word=keyword(desk, callback))


def sorry(desk: Desk) -> list[Text]:
    """We failed on a message: it will not be read again."""
    return [
        T("Votre message n'a pas pu être traité."),
        T("Renvoyez-le, ou composez {code}", code=Ltr(desk.office.service_code)),
    ]


def keyword(desk: Desk, service: Service) -> str:
    """The word to send for a service, in the caller's language."""
    return (service.words.get(desk.language) or service.words["fr"])[0]


def _open(desk: Desk, services: Sequence[Service], most: int = len(_HINTED)) -> str:
    by_key = {service.key: service for service in services}
    seen = [by_key[name] for name in _HINTED if name in by_key]
    words = [keyword(desk, one) for one in seen if one.level <= desk.level]
    return ("، " if desk.language == "ar" else ", ").join(words[:most])
