"""What people do at the three doors, each deed checked as its doer would check it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lite.app import House
from lite.clock import day, instant
from weather import folk  # noqa: F401 - where the people are at home

# isort: split
from phone import Phone
from visitor import Visitor

# Raises AssertionError when the answer is not the one that was due.
Deed = Callable[[House, str, str], object]
_NOBODYS = "214629998219"
_REFERENCE = r"\b[23]\d{11}\b"


def _dials(house: House, number: str, language: str, code: str = "") -> Phone:
    """Dial, and pass the notice that stands before the menu when a fund is silent."""
    phone = Phone(house, number, language).dials(f"*384*3939{code}#")
    if phone.says("Continuer") in phone.options.values():
        phone.choose("Continuer")
    return phone


def menu(house: House, number: str, language: str) -> None:
    """Dial, see the menu."""
    _dials(house, number, language).sees("Mes dossiers", "Attestation")


def dossiers(house: House, number: str, language: str) -> None:
    """Dial into the list, open the first dossier, go back."""
    phone = _dials(house, number, language, "*1")
    if phone.options:
        phone.presses("1").presses("0")
    assert any(digit.isdecimal() for digit in phone.screen), phone.screen


def rights(house: House, number: str, language: str) -> None:
    """Whether rights are open, and until when."""
    assert "/20" in _dials(house, number, language, "*3").reads()


def attestation(house: House, number: str, language: str) -> None:
    """Order an attestation; a reference and the SMS that repeats it."""
    phone = Phone(house, number, language).waits()
    screen = _dials(house, number, language, "*2*3*1")
    phone.gets(screen.finds(_REFERENCE))


def call_back(house: House, number: str, language: str) -> None:
    """Ask to be called back, or hear that this was asked."""
    phone = _dials(house, number, language, "*5*2")
    if phone.says("Autre chose") in phone.screen:
        phone.choose("Autre chose", "N'importe quand", "Oui").finds(_REFERENCE)
    else:
        phone.sees("Vous avez déjà demandé un rappel. Un agent va vous appeler.")


def texts_dossiers(house: House, number: str, language: str) -> None:
    """The keyword of the dossiers, by SMS."""
    assert len(Phone(house, number, language).waits().texts("DOSSIER").gets().news) > 20


def texts_status(house: House, number: str, language: str) -> None:
    """How the service is, by SMS."""
    assert len(Phone(house, number, language).waits().texts("ETAT").gets().news) > 20


def pages(house: House, number: str, language: str) -> None:
    """Sign in with a code that the phone shows; dossiers, the state of the service, the menu."""
    screen = _dials(house, number, language, "*4").finds(r"\b\d{6}\b")
    visitor = Visitor(house, language).opens(f"/{language}/sign-in")
    visitor.fills(phone=number, code=screen).presses("Entrer")
    for path in ("services/dossiers", "status", ""):
        visitor.opens(f"/{language}/{path}")
        assert visitor.status == 200, path
    assert not visitor.page.text.count("Entrer"), "not signed in"


def verify(house: House, number: str, language: str) -> None:
    """Somebody checks the reference of a request on the page."""
    index = house.office.index(number)
    made = house.store.requests.of_person(house.store.people.of_phone(index)[0])
    reference = made[0].reference if made else _NOBODYS
    visitor = Visitor(house, language).opens(f"/{language}/verify/{reference}")
    shown = day(instant(made[0].asked_at)) if made else reference
    assert shown in visitor.page.text, visitor.page.text


DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        deed.__name__: deed
        for deed in (
            menu, dossiers, rights, attestation, call_back, texts_dossiers, texts_status, pages,
            verify,
        )
    }
)  # fmt: skip
