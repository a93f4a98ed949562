"""Running a house: serve, work, migrate, doctor, agencies, callbacks."""

from __future__ import annotations

import csv
import ctypes
import errno
import json
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from lite import chores, vault
from lite.app import House
from lite.config import SettingError
from lite.places import import_agencies
from lite.signs import count_errors, findings, set_up_logs
from lite.store import StoreError
from lite.vault import KeyFileError

# Blocking threads of a web process: one is at work while the others wait for the disk, which they
# then do together, or for the database's server (`python -m bench threads`).
THREADS = 4
_M_ARENA_MAX = -8  # malloc.h


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64))
@click.pass_obj
def serve(house: House, host: str, port: int, processes: int) -> None:
    """Answer callbacks and pages (put nginx in front of it)."""
    if not house.settings.webhook_secrets:
        raise SettingError(
            "LITE_WEBHOOK_SECRETS is not set. Choose a long random word (openssl rand -hex 32) "
            "and give the gateway the addresses /at/<that word>/ussd, /sms, /delivery, /optout."
        )
    ready(house)
    timed(house)
    bindable(host, port)
    house.ending.run()  # of a box that was off on the day: before anybody can ask
    for sql in (house.store.sql, house.vault.owners.sql):
        sql.close()  # no connection is shared with the processes that follow
    from granian import Granian
    from granian.constants import Interfaces, RuntimeModes

    one_heap()
    with counting(processes):
        Granian(
            "lite.app:application", address=host, port=port, interface=Interfaces.WSGI,
            factory=True, workers=processes, blocking_threads=THREADS, runtime_mode=RuntimeModes.st,
            websockets=False, log_enabled=False, backpressure=512, respawn_failed_workers=True,
            workers_kill_timeout=15,
        ).serve()  # fmt: skip


def one_heap() -> None:
    """The C library gives each thread a heap of its own, and keeps in each what it once needed.
    One thread at a time is at work in a web process: all are to share one (mallopt(3))."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):  # glibc's
        library.mallopt(_M_ARENA_MAX, 1)


@contextmanager
def counting(processes: int) -> Iterator[None]:
    """Several processes count into one folder, so that any of them tells the sum (`/metrics`)."""
    if processes == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="lite-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def ready(house: House) -> None:
    """Refuse to start on a store that is not ready. Raises with the remedy."""
    house.vault  # noqa: B018 - a missing key file is told before anything starts
    house.clock.now()  # and a time that cannot be believed
    if house.store.pending():
        raise StoreError("The store lacks migrations. Run `lite migrate`.")


def timed(house: House) -> None:
    """Say in a line that the clock of LITE_CLOCK is not there."""
    if house.clock.missing:
        file = house.settings.clock
        click.echo(f"lite: LITE_CLOCK={file} is missing: the machine's clock counts.", err=True)


def bindable(host: str, port: int) -> None:
    """Refuse to start on an address that cannot be had. Raises with the remedy."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = "is in use by another program" if taken else f"cannot be used ({error.strerror})"
            raise SettingError(f"Port {port} of {host} {why}. Choose another: --port.") from None


def stopping() -> threading.Event:
    """An event that TERM and INT set: the work in hand is finished first."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop


@click.command()
@click.pass_obj
def work(house: House) -> None:
    """Carry letters: SMS to the gateway, requests to the funds; and do the chores of the house."""
    set_up_logs()
    ready(house)
    timed(house)
    count_errors(house.tally.error)
    house.store.sql.make_room()
    stop = stopping()
    others = chores.begin(house.chores, stop)
    house.outbox.run(stop)
    for thread in others:
        thread.join()
    house.tally.end()


@click.command()
@click.pass_obj
def migrate(house: House) -> None:
    """Bring the store to this release; a new one is given a key file."""
    keyed(house)
    vault.create(Path(house.settings.key_file), house.settings.people)
    done = house.store.migrate()
    click.echo(f"Applied: {', '.join(done)}." if done else "The store is up to date.")


def keyed(house: House) -> None:
    """Refuse to make keys for a store that was sealed with others. Raises with the remedy."""
    path, sql = Path(house.settings.key_file), house.store.sql
    # What the people's keys seal has their owner's name in front: `v1.OWNER:`.
    marks = {path: "%"} if house.settings.people else {path: "%", vault.people_file(path): "%.%"}
    for file, mark in marks.items():
        if file.exists() or "records" not in sql.tables():
            continue
        if sql.one("select 1 from records where sealed like ? limit 1", mark):
            raise KeyFileError(
                f"The store holds what only its own keys open, and there is no {file}. Put it back "
                "from your safe copy, or set LITE_KEY_FILE to where it is."
            )


@click.command()
@click.pass_obj
def doctor(house: House) -> None:
    """Say what is wrong, in words. Exit code 1 if something is."""
    sick = False
    for finding in findings(house):
        sick |= not finding.well
        click.echo(f"{'ok  ' if finding.well else 'LOOK'}  {finding.says}")
    sys.exit(1 if sick else 0)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--demo", is_flag=True, help="Mark the rows as examples, on every door.")
@click.pass_obj
def agencies(house: House, file: Path, demo: bool) -> None:
    """Replace the list of agencies and relay points by a CSV FILE."""
    ready(house)
    click.echo(f"{import_agencies(house.store, file, demo)} agencies and relay points.")


@click.command()
@click.option("--complaints", is_flag=True, help="Their complaints instead.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of CSV.")
@click.pass_obj
def callbacks(house: House, complaints: bool, as_json: bool) -> None:
    """List the call-backs that strangers wait for (nobody's fund makes them)."""
    ready(house)
    kind, told = ("complaint", _COMPLAINT) if complaints else ("callback", _CALLBACK)
    rows = [_asked(house, row, told) for row in house.store.requests.unclaimed(kind)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = csv.DictWriter(sys.stdout, ["reference", "asked_at", "phone", *told, "language"])
    table.writeheader()
    table.writerows(rows)


_CALLBACK, _COMPLAINT = ("reason", "time"), ("subject", "words")


def _asked(house: House, row: Any, told: tuple[str, str]) -> dict[str, str]:
    content = house.office.open(f"requests.sealed:{row.reference}", row.sealed)
    return {
        "reference": row.reference, "asked_at": row.asked_at, "phone": content["phone"],
        **{name: content["details"][name] for name in told}, "language": row.language,
    }  # fmt: skip


COMMANDS = (serve, work, migrate, doctor, agencies, callbacks)
