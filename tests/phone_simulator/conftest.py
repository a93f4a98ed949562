"""One simulator and one product a test, each on a free port."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from stand import CODE, MENU, PEOPLE, Product, Steady, World
from werkzeug.serving import make_server

from lite.phone.app import make_listener, make_phone
from lite.phone.network import Pace


def served(server: Any) -> str:
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Its parameter, if any: seconds the gateway waits for an answer."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    product, steady = Product(), Steady()
    product.says(MENU)
    behind = make_server("127.0.0.1", 0, product, threaded=True)
    app = make_phone(
        served(behind) + "/at/secret",
        "http://127.0.0.1:8000/",
        CODE,
        PEOPLE,
        lambda: datetime(2026, 9, 5, 10, 2, 3, tzinfo=UTC),
        steady=steady,
        pace=Pace(answer=getattr(request, "param", 10.0), report=0, retry=0.01, tries=5),
    )
    front = make_listener(app, "127.0.0.1", 0)
    yield World(served(front), product, steady)
    for server in (front, behind):
        server.shutdown()
        server.server_close()
