"""The number to reach somebody at: asked where the door does not tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lite.numbers import mask_phone, typed_phone
from lite.services.form import Answers, Number
from lite.text import Ltr, T

if TYPE_CHECKING:
    from lite.desk.service import Desk


def _untold(desk: Desk, answers: Answers) -> bool:
    return desk.phone is None


def number(desk: Desk, answers: Answers) -> Ltr:
    """The number that was typed, or the caller's own, masked."""
    return Ltr(mask_phone(answers.get("phone") or desk.phone or ""))


PHONE = Number(
    name="phone",
    ask=T("Votre numéro de téléphone ?"),
    help=T("Tapez votre numéro, par exemple 0612345678."),
    parse=typed_phone,
    when=_untold,
)
