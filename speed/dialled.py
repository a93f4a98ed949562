"""The same journeys by USSD: turns and SMS. How long a turn takes is the operator's affair."""

from __future__ import annotations

import re
from urllib.parse import urlencode
from uuid import uuid4

from bench.wire import FORM, Ask, answer
from chaos.home import SECRET
from speed.people import Person

# A journey on the web -> what is pressed for the same: a digit, or a word of the wanted line.
KEYS = {
    "status of my dossier": ("Mes dossiers", "1"),
    "attestation PDF in hand": ("Attestation", "Salaires", "Trois derniers mois", "Oui"),
}
# What comes of it where there is no printer.
ENDS = {
    "status of my dossier": "status of my dossier, by USSD",
    "attestation PDF in hand": "attestation's reference, by USSD",
}


def turns(person: Person, name: str) -> tuple[int, int]:
    """(turns of one session, segments of the SMS that followed) until the end of a journey."""
    before, replies = person.segments(), []
    session = f"ATUid_{uuid4().hex}"
    screen = _turn(person, session, replies)
    for wanted in KEYS[name]:
        replies.append(wanted if wanted.isdigit() else _digit(screen, wanted))
        screen = _turn(person, session, replies)
    if not screen.startswith(("CON", "END")):
        raise RuntimeError(f"not an answer: {screen}")
    return len(replies) + 1, person.segments() - before


def _turn(person: Person, session: str, replies: list[str]) -> str:
    fields = {
        "sessionId": session, "phoneNumber": person.phone, "networkCode": "60401",
        "serviceCode": person.house.settings.service_code, "text": "*".join(replies),
    }  # fmt: skip
    body = urlencode(fields).encode()
    ask = Ask("POST", f"/at/{SECRET}/ussd", body, {"Content-Type": FORM})
    return answer(person.house.wsgi, ask)[2].decode()


def _digit(screen: str, wanted: str) -> str:
    found = re.search(rf"(?m)^(?:CON )?(\d+) [^\n]*{re.escape(wanted)}", screen)
    if found is None:
        raise RuntimeError(f"no « {wanted} » on:\n{screen}")
    return found[1]
