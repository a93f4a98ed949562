"""Builds the simulator and serves it, as a process of its own."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, Response, redirect, render_template
from flask.typing import ResponseReturnValue
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from lite.phone.api import make_api
from lite.phone.fund import Switch, make_switch
from lite.phone.gateway import make_gateway
from lite.phone.network import Network, Pace, now
from lite.phone.ussd import sweep

SAFE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        " img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def make_phone(
    callbacks: str,
    public: str,
    service_code: str,
    people: list[dict[str, Any]],
    wall: Callable[[], datetime] = now,
    *,
    steady: Callable[[], float] = time.monotonic,
    pace: Pace | None = None,
    switch: Switch | None = None,
) -> Flask:
    """The simulator: the gateway at `/version1`, the handsets and their page at `/phone`.

    `callbacks` is the root of the product's webhooks (`http://127.0.0.1:8000/at/<secret>`),
    `public` the citizens' page, `people` what `lite people --json` prints. `wall` (aware) dates
    the callbacks; `steady` (seconds) measures the sessions. `switch` is that of the pretend fund.
    """
    network = Network(callbacks, service_code, pace=pace or Pace(), wall=wall, steady=steady)
    app = Flask(__name__, static_url_path="/phone/static")
    app.config.update(MAX_CONTENT_LENGTH=1 << 20)
    app.extensions["phone"] = network
    app.register_blueprint(make_gateway(network))
    app.register_blueprint(make_api(network, people, public))
    if switch:
        app.register_blueprint(make_switch(switch))

    @app.get("/")
    def _home() -> ResponseReturnValue:
        return redirect("/phone")

    @app.get("/phone")
    def _page() -> str:
        return render_template("phone.html", switch=switch)

    @app.after_request
    def _guard(response: Response) -> Response:
        response.headers.update(SAFE_HEADERS)
        return response

    return app


class _Quiet(WSGIRequestHandler):
    """The page asks every second: such lines would bury what matters."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def make_listener(app: Flask, host: str, port: int) -> BaseWSGIServer:
    """A listening server, one thread a request; port 0 takes a free one (`.server_port`)."""
    return make_server(host, port, app, threaded=True, request_handler=_Quiet)


def serve(app: Flask, host: str, port: int) -> None:
    """Serve until the process ends, and end the sessions whose time has run out."""
    threading.Thread(target=_watch, args=(app.extensions["phone"],), daemon=True).start()
    make_listener(app, host, port).serve_forever()


def _watch(network: Network) -> None:
    while True:
        time.sleep(1)
        sweep(network)
