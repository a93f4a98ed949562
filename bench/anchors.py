"""What we are measured against: a Flask constant, a WSGI constant, a durable write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from time import process_time
from typing import Any

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


def durable_write(folder: Path, times: int) -> Callable[[], float]:
    """One row written and committed as the house commits: what durability alone costs here.

    Called, it gives the CPU seconds of one of `times` writes.
    """
    sql = Sqlite(folder / "write.db")
    sql.run("create table kept (key text primary key, value text not null)")
    keys = count()

    def write() -> float:
        since = process_time()
        for _ in range(times):
            with sql.transaction():
                sql.run("insert into kept (key, value) values (?, ?)", str(next(keys)), "v" * 300)
        return (process_time() - since) / times

    return write
