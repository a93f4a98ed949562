"""The shape of the house: who may import whom, how long a file may be, what a digit means."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from lite.services import MORE, SERVICES
from lite.services.form import Level
from lite.sms.keywords import collisions
from tests import engines

ROOT = Path("lite")
FILES = sorted(ROOT.rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 250, 25
# Those that are longer today; nothing joins them, and what was shortened leaves.
LONG_FILES: set[str] = set()
LONG_FUNCTIONS = {
    "lite/phone/app.py": {"make_phone"},
    "lite/web/page.py": {"page"},
}


class Room(NamedTuple):
    """What a room may import: our own rooms (or modules of them), then packages of others."""

    lite: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


BASE = ("text", "fit", "numbers", "clock", "words", "trace")
# The desk's faces: what it is asked, what it tells, and how a door opens it.
DESK = ("desk.door", "desk.service", "desk.facts", "desk.office")
DOOR = (*BASE, *DESK, "services", "identity", "notices", "papers", "signs", "gate")
PAGES = ("flask", "werkzeug", "jinja2", "markupsafe")
KNOWING = ("store", "vault", "text", "numbers", "clock", "words")

ROOMS = {
    "numbers": Room((), ("phonenumbers",)),
    "words": Room(("numbers",)),
    "clock": Room(),
    "config": Room(),
    "chores": Room(),
    "trace": Room(),
    "gate": Room(("trace",)),
    "front": Room(("counter", "gate", "services", "signs", "store", "trace", "web")),
    "signs": Room(("clock", "config", "identity", "notices", "vault", "store.sealed",
                   "store.engine", "store.backlog", "stuck", "trace"), ("prometheus_client",)),
    "stuck": Room(("store.lanes",)),
    "keys": Room(),
    "vault": Room(("keys", "store.owners"), ("cryptography",)),
    "fit": Room(("numbers",)),
    "text": Room(("clock",), ("babel",)),
    "services": Room(("text", "numbers", "clock", "words")),
    "ussd": Room(DOOR),
    "sms": Room(DOOR, ("rapidfuzz",)),
    "web": Room(DOOR, (*PAGES, "brotli")),
    "counter": Room(DOOR, PAGES),
    "desk": Room((*KNOWING, "identity", "notices", "trace"), ("orjson",)),
    "identity": Room(KNOWING, ("cryptography",)),
    "notices": Room(KNOWING),
    "news": Room((*KNOWING, "desk.post", "desk.wishes", "desk.office", "identity.enrolment",
                  "notices.stages", "services.names")),
    "papers": Room(("text", "numbers", "vault"), ("typst", "segno", "pikepdf", "cryptography")),
    "intake": Room(("upstream", "store", "vault", "numbers", "clock", "text")),
    "errands": Room(("upstream", "store", "vault", "clock", "text", "outbox")),
    "places": Room(("store", "words")),
    "restoring": Room(("store", "vault", "clock", "identity", "numbers")),
    "boxes": Room((*KNOWING, "upstream", "identity", "desk.post", "desk.office",
                   "intake.expiring", "notices")),
    "retention": Room(("store", "vault", "clock", "identity")),
    "rotation": Room(("store", "vault", "keys", "identity")),
    "store": Room((), ("sqlite_utils", "pysqlite3", "psycopg")),
    "upstream": Room(("numbers",), ("requests", "urllib3", "cryptography", "pysqlite3")),
    "outbox": Room(("store", "clock", "trace")),
    "phone": Room((), ("flask", "werkzeug", "requests")),
    "app": Room((*BASE, *DOOR, *KNOWING, "boxes", "chores", "config", "desk", "errands", "front",
                 "intake", "news", "outbox", "places", "sms", "upstream", "ussd", "web",
                 "counter")),
    "cli": Room(("*",), ("click", "granian")),
    "__main__": Room(("cli",)),
    "__init__": Room(),
}  # fmt: skip
# A carrier stands in its door's room and is called by the outbox alone.
CARRIERS = {
    "lite/sms/africastalking.py": Room(("outbox",), ("africastalking", "requests", "urllib3")),
    "lite/sms/line.py": Room((), ("requests",)),
    "lite/sms/insights.py": Room((), ("africastalking",)),
    "lite/sms/wishes.py": Room(("outbox",)),
}


def room_of(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(file: Path) -> Iterator[str]:
    """Dotted names that a file imports when it runs: not those for type checking only."""
    yield from _imported(ast.parse(file.read_text()))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield from (f"{node.module}.{name.name}" for name in node.names)
        yield from _imported(node)


def allowed(name: str, room: str, may: Room, extra: Room) -> bool:
    """Whether a dotted name is of this room, of those below it, or of a package it may use."""
    first, _, rest = name.partition(".")
    if first in sys.stdlib_module_names:
        return True
    if first != "lite":
        return first in may.others + extra.others
    below = (room, *may.lite, *extra.lite)
    return "*" in below or any(rest == one or rest.startswith(f"{one}.") for one in below)


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_room_imports_only_what_stands_below_it(file: Path) -> None:
    room = room_of(file)
    assert room in ROOMS, f"{room} is a new room: say in this table what it may import"
    extra = CARRIERS.get(str(file), Room())
    found = [name for name in imported(file) if not allowed(name, room, ROOMS[room], extra)]
    assert found == []


def test_the_table_of_rooms_can_fail() -> None:
    assert not allowed("lite.store.Store", "ussd", ROOMS["ussd"], Room())
    assert not allowed("lite.desk.post.sms", "web", ROOMS["web"], Room())
    assert not allowed("flask.Flask", "services", ROOMS["services"], Room())
    assert not allowed("lite.web", "ussd", ROOMS["ussd"], Room())
    assert allowed("lite.desk.door.Door", "ussd", ROOMS["ussd"], Room())
    assert [room for room in ROOMS if not (ROOT / room).exists()] == [
        room for room in ROOMS if (ROOT / f"{room}.py").exists()
    ]


def test_doors_do_not_know_each_other() -> None:
    doors = {"ussd", "sms", "web", "counter"}
    assert not any(doors & set(ROOMS[door].lite) for door in doors)


def test_a_file_is_read_in_one_sitting() -> None:
    assert {str(file) for file in FILES if _lines(file) > LONGEST_FILE} == LONG_FILES


def _lines(file: Path) -> int:
    return file.read_text().count("\n")


def own_lines(function: ast.FunctionDef) -> int:
    """Lines of a function without those of the functions inside it."""
    inner = sum(
        (one.end_lineno or 0) - one.lineno + 1 + len(one.decorator_list)
        for one in ast.walk(function)
        if isinstance(one, ast.FunctionDef) and one is not function
    )
    return (function.end_lineno or 0) - function.lineno + 1 - inner


def test_a_function_is_seen_at_a_glance() -> None:
    long = {str(file): set(_long_functions(file)) for file in FILES}
    assert {file: names for file, names in long.items() if names} == LONG_FUNCTIONS


def _long_functions(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef) and own_lines(node) > LONGEST_FUNCTION:
            yield node.name


# The digit map: a promise to whoever learnt it by heart, or had it written down for them.

DIGITS = {
    "1": "dossiers",
    "2": "attestation",
    "3": "rights",
    "4": "code",
    "5*1": "requests",
    "5*2": "callback",
    "5*3": "agencies",
    "5*4": "verify",
    "5*5": "status",
    "5*6": "help",
    "5*8": "privacy",
    "5*9": "stop",
    "5*10": "start",
    "5*11": "genuine",
    "5*12": "fraud",
    "5*13": "lost",
    "5*14": "web",
    "5*15": "readers",
    "5*16": "phone",
    "5*17": "helper",
    "5*18": "helper_end",
    "5*19": "cancel_change",
    "5*20": "lost_phone",
    "5*21": "complaint",
    "5*22": "life",
    "5*23": "address",
    "5*24": "paper",
    "5*25": "statement",
    "5*26": "news", "5*27": "delivery",
    "6": "enrol",
    "8": "activate",
    "9": "language",
}
RETIRED: tuple[str, ...] = ()


def test_a_digit_keeps_its_meaning_for_ever() -> None:
    """A new service gets a line here; a line never changes, and one that ends goes to RETIRED."""
    assert {service.ussd: service.key for service in SERVICES} == DIGITS
    assert not DIGITS.keys() & set(RETIRED)


def test_no_digit_means_two_things() -> None:
    dialled = [service.ussd for service in SERVICES]
    assert len(set(dialled)) == len(dialled)
    assert len({service.key for service in SERVICES}) == len(SERVICES)
    for path in dialled:
        *menu, digit = path.split("*")
        assert menu in ([], [MORE])
        assert digit not in ("0", "00", "7", *([] if menu else [MORE]))
        assert digit.isascii()
        assert digit.isdecimal()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.key)
def test_a_service_declares_itself_whole(service: object) -> None:
    assert service.level in tuple(Level)  # type: ignore[attr-defined]
    assert isinstance(service.level, Level)  # type: ignore[attr-defined]
    assert set(service.words) == {"fr", "ar"}  # type: ignore[attr-defined]
    assert all(service.words.values())  # type: ignore[attr-defined]


def test_no_two_services_share_a_keyword() -> None:
    assert collisions(SERVICES) == []


# What a web process holds


def test_a_web_process_starts_without_what_only_others_need(filled: Path) -> None:
    """The SDK, the HTTP client, the PDF maker: megabytes, and ways out that no turn may take."""
    program = (
        "import json, sys; from lite import config; from lite.app import House;"
        "House(config.read()).wsgi; print(json.dumps(sorted(sys.modules)))"
    )
    environment = {
        "LITE_DATABASE": engines.address(filled),
        "LITE_KEY_FILE": str(filled / "lite.keys"),
        "LITE_WEBHOOK_SECRETS": "secret",
    }
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    heavy = {"africastalking", "requests", "urllib3", "typst", "granian", "phonenumbers",
             "lite.sms.africastalking", "lite.outbox", "lite.phone", "lite.cli"}  # fmt: skip
    assert heavy & set(json.loads(ran.stdout)) == set()
