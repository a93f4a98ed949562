"""Africa's Talking, outward: one SMS posted with its SDK, and what each of its answers means.

Imported by the worker alone: the SDK brings all of its services with it. Nothing here logs or
stores a key, a phone, a text, or words of an answer that could repeat them.
"""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import requests
from africastalking.Service import AfricasTalkingException
from africastalking.SMS import SMSService
from urllib3.exceptions import NewConnectionError

from lite.clock import stamp
from lite.fit import cost, fold
from lite.notices.stages import asleep, morning
from lite.numbers import msisdn
from lite.outbox import Accepted, Carrier, Down, Later, Lost, Never, Outcome
from lite.sms.line import Line
from lite.text import say, unpack

if TYPE_CHECKING:
    from lite.desk.office import Office
    from lite.store.letters import LetterRow

_log = logging.getLogger("lite.africastalking")

# Seconds before one letter tries what an operator must mend first: credit, key, address.
_MENDING = 120.0
_THROTTLED = 60.0
_TOMORROW = 3_600.0

# What Africa's Talking says of one recipient: name, and what follows from it.
_TAKEN = (100, 101, 102)
_REFUSALS: Mapping[int, Outcome] = {
    401: Never("RiskHold"),
    402: Never("InvalidSenderId"),
    403: Never("InvalidPhoneNumber"),
    404: Never("UnsupportedNumberType"),
    405: Down("InsufficientBalance", _MENDING),
    406: Never("UserInBlacklist"),
    407: Never("CouldNotRoute"),
    409: Later("DoNotDisturbRejection", _TOMORROW),
    429: Down("TooManyRequests", _THROTTLED),
    500: Later("InternalServerError"),
    501: Later("GatewayError"),
    502: Later("RejectedByGateway"),
}
_OPTED_OUT = 406
# Classes of letters that STOP stops.
_UNASKED = ("notice", "news")
# An operator is to look at these: a retry alone mends nothing.
_ALERTS = (401, 402, 405, 407)
# The whole call refused, by HTTP status. Behind a proxy, 502 and 504 say nothing of the message.
_STATUSES: Mapping[int, Outcome] = {
    401: Down("the key is refused", _MENDING),
    403: Down("the key is refused", _MENDING),
    409: Later("DoNotDisturbRejection", _TOMORROW),
    429: Down("TooManyRequests", _THROTTLED),
    502: Lost("HTTP 502"),
    504: Lost("HTTP 504"),
}


class Refused(AfricasTalkingException):  # type: ignore[misc]
    """The gateway answered the call with another status than success."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class Gateway(SMSService):  # type: ignore[misc]
    """The SDK's SMS service at an address of our choice; `timeout` in seconds to connect and
    between two reads. One object for fake, sandbox and live."""

    def __init__(
        self, username: str, api_key: str, url: str, timeout: tuple[float, float] = (3.05, 9.05)
    ) -> None:
        self._url = url.rstrip("/")
        self._timeout = timeout
        self._lines = threading.local()
        super().__init__(username, api_key)

    def _init_service(self) -> None:
        super()._init_service()
        self._baseUrl = self._contentUrl = f"{self._url}/version1"

    def _make_request(
        self, url: str, method: str, headers: Any, data: Any, params: Any, callback: Any = None,
        timeout: Any = None,
    ) -> Any:  # fmt: skip
        """As the SDK does, but on a line that is kept open and follows no redirect; it keeps the
        status of a refusal, and reads JSON whatever charset its type names."""
        response = self._line(headers).call(method, url, data, params)
        if not 200 <= response.status_code < 300:
            raise Refused(response.status_code)
        return response.json()

    def date(self) -> datetime | None:
        """What time it is there; None if nobody answers. Nothing is sent, and no key."""
        try:
            answer = requests.head(self._url, timeout=self._timeout, allow_redirects=False)
            return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
        except (requests.RequestException, KeyError, ValueError):
            return None

    def _line(self, headers: Any) -> Line:
        """This thread's own."""
        if not hasattr(self._lines, "line"):
            self._lines.line = Line(self._url, headers, self._timeout)
        return self._lines.line  # type: ignore[no-any-return]


def carrier(gateway: Gateway, office: Office, sender: str) -> Carrier:
    """Carries `sms` letters. `sender` is our short code or name, empty for the gateway's own."""

    def carry(letter: LetterRow) -> Outcome:
        caller = office.store.talks.caller(letter.address)
        if caller.blocked:
            return Never("UserInBlacklist")
        if caller.quiet and letter.klass in _UNASKED:
            return Never("not wanted")
        if letter.klass == "news" and asleep(now := office.clock.now()):
            return Later("night", (morning(now) - now).total_seconds())
        content = office.open(f"letters.sealed:{letter.id}", letter.sealed)
        if msisdn(content["to"]) != content["to"]:
            return Never("InvalidPhoneNumber")
        code, outcome = _sent(gateway, content["to"], _text(content, letter.language), sender)
        if code == _OPTED_OUT:
            office.store.talks.set_blocked(letter.address, True, stamp(office.clock.now()))
        return outcome

    return carry


def _text(content: Mapping[str, Any], language: str) -> str:
    """The letter's lines in its language, in the alphabet that they cost least in."""
    return fold("\n".join(say(unpack(line), language) for line in content["lines"]))


def _sent(gateway: Gateway, phone: str, text: str, sender: str) -> tuple[int, Outcome]:
    """Post one SMS: the recipient's code (0 if none was told), and what became of it."""
    try:
        answer = gateway.send(text, [phone], sender or None)
    except Refused as refused:
        return 0, _refusal(refused.status)
    except requests.RequestException as fault:
        return 0, _fault(fault)
    code, recipient = judged(answer, phone)
    if code in _TAKEN:
        return code, _accepted(recipient, text)
    if code in _ALERTS:
        _log.error("the gateway needs mending", extra={"code": code})
    return code, _REFUSALS.get(code, Lost("an answer we cannot read"))


def judged(answer: Any, phone: str) -> tuple[int, Mapping[str, Any]]:
    """The status code of one recipient, and all that was said of it. Numbers are compared by
    their digits. With no recipient at all the code is that of the error named in `Message`, 500
    for any other; 0 for an answer of another shape."""
    try:
        data = answer["SMSMessageData"]
        recipients = data["Recipients"]
        for one in recipients:
            if _digits(one["number"]) == _digits(phone):
                return int(one["statusCode"]), one
        return (0 if recipients else _named(str(data.get("Message", "")))), {}
    except (KeyError, TypeError, ValueError, AttributeError):
        return 0, {}


def _named(message: str) -> int:
    """The code of the error that a free text names: `InvalidSenderId`, `Invalid Sender Id`."""
    squeezed = "".join(message.split()).casefold()
    for code, outcome in _REFUSALS.items():
        if isinstance(outcome, Never | Later | Down) and outcome.reason.casefold() in squeezed:
            return code
    return 500


def _accepted(recipient: Mapping[str, Any], text: str) -> Accepted:
    id = str(recipient.get("messageId") or "None")[:100]
    price = recipient.get("cost")
    return Accepted(
        message_id=None if id == "None" else id,
        segments=cost(text).segments,
        cost=None if price is None else str(price)[:30],
    )


def _refusal(status: int) -> Outcome:
    """The whole call was refused: a redirect or a request at fault is for an operator to mend."""
    if status < 500 and status != 429:
        _log.error("the gateway refuses our calls", extra={"status": status})
    mend = Down(f"HTTP {status}", _MENDING if status < 500 else None)
    return _STATUSES.get(status, mend)


def _fault(fault: requests.RequestException) -> Outcome:
    """The network failed: before anything left, trying again is safe; later, nobody knows."""
    name = type(fault).__name__
    if _misaddressed(fault):
        _log.error("the gateway cannot be called as configured", extra={"why": name})
        return Down(name, _MENDING)
    if isinstance(fault, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return Down(name)
    return Down(name) if isinstance(_cause(fault), NewConnectionError) else Lost(name)


def _misaddressed(fault: requests.RequestException) -> bool:
    """Whether nothing left because the address, a header or the certificate is wrong."""
    if isinstance(fault, requests.exceptions.JSONDecodeError):
        return False
    certificate = getattr(_cause(fault), "args", ())
    return isinstance(fault, ValueError) or any(
        isinstance(part, ssl.SSLCertVerificationError) for part in certificate
    )


def _cause(fault: requests.RequestException) -> object:
    """What urllib3 gave up for."""
    return getattr(fault.args[0], "reason", None) if fault.args else None


def _digits(number: Any) -> str:
    return "".join(sign for sign in str(number) if sign in "0123456789")
