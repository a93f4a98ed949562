"""The front of the house: the gate with every door behind it, counted as they are used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from lite.gate import Gate
from lite.services import SERVICES
from lite.signs import seen
from lite.store import again
from lite.trace import Turn

if TYPE_CHECKING:
    from flask import Flask

    from lite.app import House

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def pages(house: House) -> Flask:
    """The pages, the counter's, and what machines ask."""
    from lite.counter import make_counter
    from lite.web import make_web
    from lite.web.measured import add_metrics

    settings = house.settings
    secure = settings.public_url.startswith("https://")
    made = make_web(
        house.office, SERVICES, demo=settings.demo, phone_url=settings.phone_url, secure=secure,
        papers=house.paper_keys,
    )  # fmt: skip
    made.register_blueprint(
        make_counter(
            house.office, secure=secure, service_code=settings.service_code,
            card_pdf=lambda person: house.new_card(person)[1], papers=house.paper_keys,
        )
    )  # fmt: skip
    add_metrics(made, house.metrics.text, settings.metrics_token)
    return made


def front(house: House) -> Wsgi:
    """The gate in front of the pages: what a server serves."""
    metrics, ussd, sms = house.metrics, house.ussd, house.sms
    handlers = {
        "ussd": again(ussd.turn),
        "ussd/ended": ussd.ended,
        "sms": again(sms.inbound),
        "delivery": again(sms.delivery),
        "optout": again(sms.optout),
        "sim": again(sms.sim),
    }

    def over(turn: Turn) -> None:
        metrics.seen(turn)
        seen(turn)

    return Gate(
        house.settings.webhook_secrets, handlers, {"ussd": ussd.fallback}, house.web,
        {"ussd": ussd.unreadable}, over,
    )  # fmt: skip
