"""A counter with a clerk, a supervisor and a printer that remembers for whom it printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from agency import Agency
from flask import Flask

from lite.counter import make_counter
from lite.desk.office import Office


@pytest.fixture
def agency(office: Office, tmp_path: Path) -> Agency:
    printed: list[str] = []

    def card_pdf(person: str) -> bytes:
        printed.append(person)
        return b"%PDF-1.7 a card"

    app = Flask("agency")
    app.register_blueprint(
        make_counter(office, secure=False, service_code="*384*3939#", card_pdf=card_pdf)
    )
    agency = Agency(office, app, printed, tmp_path / "clock")
    agency.staff("amina")
    agency.staff("said", "supervisor")
    return agency
