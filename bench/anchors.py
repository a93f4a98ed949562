"""What we are measured against: constants, and the least that a durable answer costs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from random import uniform
from time import process_time, sleep
from typing import Any
from urllib.parse import parse_qsl

from lite.store.sqlite import Sqlite

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_ANSWER = "CON Lite CNSS-CNOPS\n1 Mes dossiers"


def flask_constant() -> Wsgi:
    """The smallest Flask application: one route, one string."""
    from flask import Flask

    app = Flask("constant")

    @app.route("/", methods=["GET", "POST"])
    def constant() -> tuple[str, dict[str, str]]:
        return _ANSWER, {"Content-Type": "text/plain; charset=utf-8"}

    return app


def wsgi_constant() -> Wsgi:
    """No framework at all."""
    body = _ANSWER.encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]

    def constant(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", headers)
        return [body]

    return constant


def flask_write() -> Wsgi:
    """What a plain Flask webhook does before it can answer: read the form, commit one row.

    The row goes to the file named by `BENCH_STORE`, committed as the house commits its turns.
    """
    from flask import Flask, request

    app, keep = Flask("write"), _writer(Path(os.environ["BENCH_STORE"]))

    @app.post("/")
    def write() -> tuple[str, dict[str, str]]:
        keep(request.form["sessionId"] + request.form["text"])
        return _ANSWER, {"Content-Type": "text/plain; charset=utf-8"}

    return app


def wsgi_write() -> Wsgi:
    """The least that any durable answer costs: no framework, the form read, one row committed."""
    keep = _writer(Path(os.environ["BENCH_STORE"]))
    answer = wsgi_constant()

    def write(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        form = dict(parse_qsl(environ["wsgi.input"].read().decode(), keep_blank_values=True))
        keep(form["sessionId"] + form["text"])
        return answer(environ, start)

    return write


def lite() -> Wsgi:
    """The house itself."""
    from lite.app import application

    return application()


def lite_paused() -> Wsgi:
    """The house, each request held up for 5 to 25 ms before it is read, so that many are under
    way at once."""
    house = lite()

    def paused(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        sleep(uniform(0.005, 0.025))
        return house(environ, start)

    return paused


def durable_write(store: Path, times: int) -> Callable[[], float]:
    """What durability alone costs here: called, the CPU seconds of one of `times` rows."""
    keep = _writer(store)

    def write() -> float:
        since = process_time()
        for _ in range(times):
            keep("x" * 40)
        return (process_time() - since) / times

    return write


def _writer(store: Path) -> Callable[[str], None]:
    """Writes a row of 300 bytes and commits it, each time that it is called."""
    sql = Sqlite(store)
    sql.make_room()
    sql.run("create table if not exists kept (id integer primary key, turn text, value text)")

    def keep(turn: str) -> None:
        with sql.transaction():
            sql.run("insert into kept (turn, value) values (?, ?)", turn, "v" * 250)

    return keep
