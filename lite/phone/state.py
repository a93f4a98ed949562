"""What the network remembers: handsets, their SMS and the log; in memory, bounded, under a lock."""

import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from typing import Any

from lite.phone.alphabet import measure

HANDSETS = 1000
SMS_A_PHONE = 100
LOG_LINES = 200
NUMBER = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)


class Refused(Exception):
    """The network cannot do this now. `reason`: number, off, busy, idle or empty."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Screen:
    """What the display shows. Only `con` and `end` carry the product's own words; the other kinds
    (`blank`, `failure`, `lost`, `late`, `unknown`, `closed`) are worded by the page."""

    kind: str
    text: str = ""


@dataclass
class Session:
    """One USSD session, seen from the network; times are those of the steady clock, in seconds."""

    id: str
    started: float
    asked: float
    replies: list[str]
    waiting: bool = True
    hops: int = 0
    metadata: list[str] = field(default_factory=list)
    answer: str = ""

    @property
    def text(self) -> str:
        return "*".join(self.replies)


@dataclass
class Sms:
    """One SMS of a handset's thread. `status`: waiting, Sent, Success (received), or
    sending, taken, refused (sent by the handset)."""

    id: str
    other: str
    text: str
    at: str
    mine: bool
    status: str


@dataclass(frozen=True)
class Call:
    """One HTTP exchange with the product, as it went over the wire."""

    at: str
    phone: str
    out: bool
    route: str
    fields: dict[str, str]
    status: int
    answer: str
    ms: int
    number: int = 0


@dataclass
class Handset:
    phone: str
    power: bool = True
    drop: bool = False
    optout: bool = False
    version: int = 0
    screen: Screen = Screen("blank")
    session: Session | None = None
    sms: deque[Sms] = field(default_factory=lambda: deque(maxlen=SMS_A_PHONE))


class Board:
    """Every handset of the network; all that is read or written goes through one lock."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._handsets: dict[str, Handset] = {}
        self._log: deque[Call] = deque(maxlen=LOG_LINES)
        self._inbound: deque[dict[str, Any]] = deque(maxlen=LOG_LINES)
        self._serials = count(1)

    @contextmanager
    def change(self, phone: str) -> Iterator[Handset]:
        """The handset of that number, made at first use, to be changed inside the block.

        Raises Refused("number") when it is no E.164 number.
        """
        if not NUMBER.fullmatch(phone):
            raise Refused("number")
        with self._lock:
            handset = self._handsets.get(phone) or self._add(phone)
            handset.version += 1
            yield handset

    def note(self, call: Call) -> None:
        """Keep one exchange in the log; its `number` grows from one to the next."""
        with self.change(call.phone):
            self._log.append(replace(call, number=next(self._serials)))

    def keep_inbound(self, phone: str, sms: Sms) -> None:
        """Keep an SMS to the product for those who poll; its number there grows."""
        with self._lock:
            kept = {"id": next(self._serials), "from": phone, "to": sms.other, "text": sms.text}
            date = sms.at.replace(" ", "T") + ".000Z"
            self._inbound.append(kept | {"linkId": "", "date": date})

    def inbound(self, after: int) -> list[dict[str, Any]]:
        """The SMS to the product kept since the one of that number."""
        with self._lock:
            return [kept for kept in self._inbound if kept["id"] > after]

    def in_session(self) -> list[tuple[str, Session]]:
        """The sessions that wait for their handset's answer."""
        with self._lock:
            open_ = [(h.phone, h.session) for h in self._handsets.values() if h.session]
        return [(phone, session) for phone, session in open_ if not session.waiting]

    def log(self, phone: str | None = None) -> list[dict[str, Any]]:
        """The exchanges, newest first, of one handset or of all."""
        with self._lock:
            return [asdict(c) for c in reversed(self._log) if phone in (None, c.phone)]

    def view(self, phone: str, since: int = -1) -> dict[str, Any]:
        """A handset as JSON; without its `state` when nothing changed since that version."""
        if not NUMBER.fullmatch(phone):
            raise Refused("number")
        with self._lock:
            handset = self._handsets.get(phone) or self._add(phone)
            session = handset.session
            return {
                "phone": phone,
                "version": handset.version,
                "started": session.started if session else None,
                "asked": session.asked if session and not session.waiting else None,
                "state": None if since == handset.version else self._state(handset),
            }

    def _state(self, handset: Handset) -> dict[str, Any]:
        session = handset.session
        return {
            "power": handset.power,
            "drop": handset.drop,
            "optout": handset.optout,
            "session": session and {"id": session.id, "waiting": session.waiting},
            "screen": asdict(handset.screen) | asdict(measure(handset.screen.text)),
            "sms": [
                asdict(sms) | asdict(measure(sms.text))
                for sms in handset.sms
                if sms.status != "waiting"
            ],
            "log": self.log(handset.phone),
        }

    def _add(self, phone: str) -> Handset:
        while len(self._handsets) >= HANDSETS:
            self._handsets.pop(next(iter(self._handsets)))
        return self._handsets.setdefault(phone, Handset(phone))
