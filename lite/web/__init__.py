"""The web room: pages for any browser, complete without script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Flask

from lite.desk.door import Door
from lite.papers.keys import PaperKeys
from lite.services.form import Service
from lite.web import assets
from lite.web.headers import add_headers
from lite.web.measured import add_turns
from lite.web.pages import add_errors, add_machines, add_pages
from lite.web.papers import add_checks, add_papers
from lite.web.reading import add_reading
from lite.web.service_page import add_services
from lite.web.signin import add_sign_in
from lite.web.site import Site
from lite.web.texting import add_texting

if TYPE_CHECKING:
    from lite.desk.office import Office

__all__ = ["make_web"]

_LARGEST = 64 * 1024  # bytes of a form


def make_web(
    office: Office, services: Sequence[Service], *, demo: bool = False, phone_url: str = "",
    service_code: str = "", short_code: str = "", secure: bool = False,
    papers: PaperKeys | None = None,
) -> Flask:  # fmt: skip
    """The pages as a Flask application. `secure` says that every visitor comes by https, as
    behind a proxy that ends it; without it only https and loopback addresses can sign in."""
    site = Site(
        office=office, door=Door(office, "web"),
        services={service.key: service for service in services},
        assets=assets.load(), demo=demo, phone_url=phone_url,
        service_code=service_code or office.service_code,
        short_code=short_code or office.short_code, secure=secure,
        public_url=office.public_url, papers=papers or PaperKeys(),
    )  # fmt: skip
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST
    for add in (
        add_pages, add_services, add_papers, add_checks, add_sign_in, add_texting,
        add_machines, add_errors, add_reading, add_headers, add_turns,
    ):  # fmt: skip
        add(app, site)
    return app
