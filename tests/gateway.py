"""A stand-in for Africa's Talking on a real socket: it takes messages, and fails on demand.

with FakeGateway() as gateway:
    gateway.answers_next("empty", 405, "slow")
    ...
    gateway.messages      # the forms that were posted, in order
    gateway.kept.append(…)    # what came in, for who asks for it again
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

JSON = "application/json"
# A name -> (status, type, body): answers that say nothing about a recipient.
FLAT = {
    "400": (400, "text/plain", "Request is missing required form field 'to'."),
    "401": (401, "text/plain", "The supplied authentication is invalid"),
    "409": (409, JSON, '{"errorMessage": "DoNotDisturbRejection"}'),
    "429": (429, "text/plain", "Too many requests"),
    "500": (500, "text/html", "<h1>Internal Server Error</h1>"),
    "502": (502, "text/html", "<h1>Bad Gateway</h1>"),
    "504": (504, "text/html", "<h1>Gateway Time-out</h1>"),
    "html": (200, "text/html", "<html>Please sign in to this network</html>"),
    "halfjson": (201, JSON, '{"SMSMessageData": {"Message": "Sent to'),
    "list": (201, JSON, "[]"),
    "empty": (201, JSON, '{"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}'),
    "vague": (201, JSON, '{"SMSMessageData": {"Message": "Try again", "Recipients": []}}'),
}


@dataclass
class FakeGateway:
    """Takes what the SDK posts; each message is accepted unless an answer was ordered for it."""

    messages: list[dict[str, str]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    elsewhere: str = ""
    behind: float = 0.0  # seconds that its clock is
    kept: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ordered: list[str | int] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def answers_next(self, *shapes: str | int) -> None:
        """What the next calls are answered: a name, or the code of the recipient."""
        self._ordered += shapes

    def __enter__(self) -> FakeGateway:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(gateway) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                gateway._answer(self)

            def do_GET(self) -> None:
                _fetched(gateway, self)

            def do_HEAD(self) -> None:
                _write(self, 404, "text/plain", "")

            def date_time_string(self, timestamp: float | None = None) -> str:
                return super().date_time_string(time.time() - gateway.behind)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def _answer(self, call: BaseHTTPRequestHandler) -> None:
        body = call.rfile.read(int(call.headers.get("Content-Length") or 0)).decode()
        with self._lock:
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.messages.append(form)
            self.keys.append(call.headers.get("apiKey"))
            shape = self._ordered.pop(0) if self._ordered else "ok"
            number = len(self.messages)
        if shape == "reset":
            call.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            call.connection.close()
            call.close_connection = True
        elif shape == "slow":
            self._closing.wait(5)
        elif shape == "redirect":
            _write(call, 302, "text/plain", "moved", {"Location": self.elsewhere})
        elif shape in FLAT:
            _write(call, *FLAT[str(shape)])
        else:
            _write(call, 201, _type(shape), _sent(form.get("to", ""), shape, number))


_PAGE = 2  # messages: whoever asks must ask again


def _fetched(gateway: FakeGateway, call: BaseHTTPRequestHandler) -> None:
    asked = parse_qs(call.path.partition("?")[2])
    last = int(asked.get("lastReceivedId", ["0"])[0])
    some = [one for one in gateway.kept if one["id"] > last][:_PAGE]
    _write(call, 200, JSON, json.dumps({"SMSMessageData": {"Messages": some}}))


def _type(shape: str | int) -> str:
    return "application/json; charset=utf-8" if shape == "charset" else JSON


def _sent(to: str, shape: str | int, number: int) -> str:
    """The answer for one recipient; `plusless` writes its number in another form."""
    code = shape if isinstance(shape, int) else 101
    taken = code in (100, 101, 102)
    recipient = {
        "statusCode": code,
        "number": to.lstrip("+") if shape == "plusless" else to,
        "status": "Success" if taken else "Refused",
        "cost": "MAD 0.4800" if taken else "0",
        "messageId": f"ATXid_{number}" if taken and shape != "nameless" else "None",
    }
    summary = f"Sent to {int(taken)}/1 Total Cost: MAD 0.4800 Message parts: 1"
    return json.dumps({"SMSMessageData": {"Message": summary, "Recipients": [recipient]}})


def _write(
    call: BaseHTTPRequestHandler, status: int, type: str, body: str,
    headers: dict[str, str] | None = None,
) -> None:  # fmt: skip
    content = body.encode()
    call.send_response(status)
    for name, value in {"Content-Type": type, **(headers or {})}.items():
        call.send_header(name, value)
    call.send_header("Content-Length", str(len(content)))
    call.end_headers()
    call.wfile.write(content)
