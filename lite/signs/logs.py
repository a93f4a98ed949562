"""The log: one JSON object a line, of allowed keys only; nobody's name, number or words."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from lite.trace import Turn

# The only extra keys that a log line may carry: never a phone, a name, a text, an address.
ALLOWED = ("callback", "chore", "why", "fund", "state", "letter", "attempt", "outcome", "code",
           "turn", "door", "service", "ms", "letters")  # fmt: skip


# These are numbers of things, of nobody: they stay numbers.
_COUNTED = ("ms", "letters", "attempt")

# Words are ours where the line of code is ours: a library's may hold an address, or a body.
_OURS = str(Path(__file__).parent.parent)
_LONGEST = 120
# References, phones, numbers of people: their end is enough to find them again.
_NUMBER = re.compile(r"[0-9]{6,}")
# Our own id of a letter is nobody's number.
_LETTER = re.compile(r"[0-9a-f]{24}")


class Allowed(logging.Formatter):
    """One JSON object a line, of allowed keys only; an exception is named, never printed, and no
    value shows a number in full."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "room": record.name,
            "says": record.msg if record.pathname.startswith(_OURS) else record.levelname,
        }
        said = record.__dict__
        line |= {key: _short(key, said[key]) for key in ALLOWED if key in said}
        if record.exc_info and record.exc_info[0]:
            line |= _named(record.exc_info[0], record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def _named(kind: type[BaseException], trace: TracebackType | None) -> dict[str, str]:
    """What an exception was and where it was raised; what it said may hold somebody's words."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return {"error": kind.__name__, "where": where}


def _short(key: str, value: object) -> str | float:
    if key in _COUNTED and isinstance(value, int | float):
        return value
    if key == "letter" and _LETTER.fullmatch(str(value)):
        return str(value)
    return _NUMBER.sub(lambda found: f"…{found[0][-3:]}", str(value))[:_LONGEST]


def set_up_logs(level: int = logging.INFO) -> None:
    """Everything that is logged in this process goes through the allow-list."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Allowed())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    sys.excepthook = lambda *raised: _log.critical("stopped", exc_info=raised)
    # Libraries log addresses and bodies at these levels.
    for name in ("urllib3", "requests", "werkzeug", "granian.access"):
        logging.getLogger(name).setLevel(logging.WARNING)


_log = logging.getLogger("lite")
_turns = logging.getLogger("lite.turn")
# What an operator looks for later: turns that wrote letters, and those that went wrong.
_WRONG = ("refused", "failed", "later")


def seen(turn: Turn) -> None:
    """A turn is over. Those that only showed something are told at the level DEBUG."""
    level = logging.INFO if turn.letters or turn.outcome in _WRONG else logging.DEBUG
    if _turns.isEnabledFor(level):
        _turns.log(level, "turn", extra={
            "turn": turn.id, "door": turn.door, "service": turn.service, "outcome": turn.outcome,
            "ms": round(turn.seconds * 1000, 1), "letters": turn.letters,
        })  # fmt: skip


# Rooms by which errors are counted; whatever else logs one is `other`.
ROOMS = ("africastalking", "changes", "chores", "counter", "delivery", "gate", "identity", "intake",
         "notices", "outbox", "sms", "web")  # fmt: skip


class _Counting(logging.Handler):
    def __init__(self, count: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._count = count

    def emit(self, record: logging.LogRecord) -> None:
        room = record.name.removeprefix("lite.").partition(".")[0]
        self._count(room if room in ROOMS else "other")


def count_errors(count: Callable[[str], None]) -> None:
    """`count` is told the room of every error that this process logs from now on."""
    logging.getLogger().addHandler(_Counting(count))
