"""A person's paper card, as they hold it in their hand."""

from __future__ import annotations

from cast import owner

from lite.app import House
from lite.identity.cards import demo_codes


def card_of(house: House, phone: str) -> dict[int, str]:
    """The codes of the card of the person who deposited this phone, by number."""
    key = house.vault.hash("key", str(owner(phone).key))
    return demo_codes(house.vault, house.store.people.of_key(key) or "")
