"""The shipped nginx file in front of a real Lite: what it lets in, what it writes, what it adds."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from front import HOST, Front, free_port, fronted

from tests import engines

pytestmark = pytest.mark.skipif(
    not Path("/usr/sbin/nginx").exists(), reason="nginx is not installed: tools/debian said so"
)
SECRET = "a-secret-that-nobody-may-read"
BODY = urlencode({"sessionId": "s1", "phoneNumber": "+212611223344", "text": ""})
DIAL = (
    f"POST /at/{SECRET}/ussd\nContent-Type: application/x-www-form-urlencoded\r\n"
    f"Content-Length: {len(BODY)}\r\n\r\n{BODY}"
)


@pytest.fixture(scope="module")
def behind(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A real `lite serve`."""
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    engines.copy(filled, folder)
    environment = os.environ | {
        "LITE_DATABASE": engines.address(folder),
        "LITE_KEY_FILE": str(folder / "lite.keys"),
        "LITE_UPSTREAM": f"pretend=pretend://{folder / 'fund.db'}",
        "LITE_WEBHOOK_SECRETS": SECRET,
        "LITE_PUBLIC_URL": f"https://{HOST}",
    }
    command = [sys.executable, "-m", "lite", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment) as server:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
        server.terminate()


@pytest.fixture(scope="module")
def front(behind: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with fronted(tmp_path_factory.mktemp("nginx"), behind) as running:
        running.folder.chmod(0o755)
        yield running


def test_a_call_is_answered_through_it(front: Front) -> None:
    status, headers = front.ask(DIAL)
    assert status == 200
    assert headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_old_and_new_phones_come_in(front: Front, version: ssl.TLSVersion) -> None:
    status, _ = front.ask("GET /fr/\n", front.connect(front.context(version)))
    assert status == 200


def test_what_is_older_does_not(front: Front) -> None:
    context = front.context()
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        front.connect(context)


def test_who_can_gets_the_small_certificate(front: Front) -> None:
    with front.connect() as line:
        assert "ECDSA" in line.cipher()[0] or line.version() == "TLSv1.3"
        small = len(line.getpeercert(binary_form=True) or b"")
    assert small < 600, "an RSA one is 800 bytes and more"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_phone_that_comes_back_is_known(front: Front, version: ssl.TLSVersion) -> None:
    context = front.context(version)
    with front.connect(context) as line:
        line.sendall(f"GET /fr/ HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        while line.recv(65536):
            pass
        session = line.session
    with front.connect(context, session) as line:
        assert line.session_reused


def test_text_travels_in_small_records(front: Front) -> None:
    """Read below TLS: no record is larger than a segment holds."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = front.context().wrap_bio(incoming, outgoing, server_hostname=HOST)
    seen = b""
    with socket.create_connection(("127.0.0.1", front.port), timeout=20) as raw:

        def pump(step: object) -> object:
            nonlocal seen
            while True:
                try:
                    done = step()  # type: ignore[operator]
                    raw.sendall(outgoing.read())
                    return done
                except ssl.SSLWantReadError:
                    raw.sendall(outgoing.read())
                    data = raw.recv(65536)
                    seen += data
                    incoming.write(data)

        pump(tls.do_handshake)
        script = "/static/" + _script(front)
        tls.write(f"GET {script} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        seen = b""
        total = 0
        try:
            while more := pump(lambda: tls.read(65536)):
                total += len(more)  # type: ignore[arg-type]
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            pass
    sizes = list(_records(seen))
    assert total > 10_000
    assert max(sizes) <= 1_400 + 40


def _script(front: Front) -> str:
    from lite.web import assets

    scripts = assets.load().scripts
    return max(scripts, key=lambda path: len(scripts[path])).rpartition("/")[2]


def _records(data: bytes) -> Iterator[int]:
    at = 0
    while at + 5 <= len(data):
        size = int.from_bytes(data[at + 3 : at + 5], "big")
        if data[at] == 23:
            yield size
        at += 5 + size


def test_the_headers_that_are_its_own(front: Front) -> None:
    _, headers = front.ask("GET /fr/\n")
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["server"] == "nginx"


def test_no_log_holds_the_secret_or_a_reference(front: Front) -> None:
    front.ask(DIAL)
    front.ask("GET /fr/verify/271828182898\n")
    front.ask(f"GET /at/{SECRET}/nothing/of/ours\n")
    front.ask("GET /fr/services/dossiers?dossier=1032598369\n")
    time.sleep(0.2)
    written = front.written
    assert "/at/-/ussd" in written
    assert "/fr/verify" in written
    for private in (SECRET, "271828182898", "1032598369", "127.0.0.1"):
        assert private not in written


def test_the_secret_is_not_written_when_lite_is_gone(tmp_path: Path) -> None:
    with fronted(tmp_path, free_port()) as alone:
        assert alone.ask(DIAL)[0] in (502, 504)
        assert SECRET not in alone.written


def test_what_is_too_long_is_refused(front: Front) -> None:
    head = "POST /fr/services/callback\nContent-Type: application/x-www-form-urlencoded\r\n"
    assert front.ask(f"{head}Content-Length: 70000\r\n\r\n")[0] == 413
    assert front.ask(f"GET /fr/?{'x' * 9000}\n")[0] == 414


def test_metrics_and_the_simulator_are_not_public(front: Front) -> None:
    assert front.ask("GET /phone\n")[0] == 404
    assert front.ask("GET /metrics\n")[0] == 404
    assert front.ask("GET /metrics\nX-Forwarded-For: 127.0.0.1\r\n")[0] == 404


def test_in_clear_everything_moves_and_no_webhook_answers(front: Front) -> None:
    def ask(path: str) -> bytes:
        with socket.create_connection(("127.0.0.1", front.plain), timeout=10) as line:
            head = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
            line.sendall(head.encode())
            return line.recv(65536)

    assert b" 308 " in ask("/fr/")
    assert f"Location: https://{HOST}/fr/".encode() in ask("/fr/")
    assert b" 403 " in ask(f"/at/{SECRET}/ussd")
    assert SECRET not in front.written


def test_slow_senders_keep_nobody_waiting(front: Front) -> None:
    """Two hundred open a connection and dribble; each probe of somebody else is answered."""
    slow = [socket.create_connection(("127.0.0.1", front.port), timeout=20) for _ in range(200)]
    try:
        for one in slow:
            one.sendall(b"\x16")
        assert [front.ask("GET /fr/status\n")[0] for _ in range(20)] == [200] * 20
    finally:
        for one in slow:
            one.close()


def test_look_ups_from_one_address_are_slowed_not_refused_at_once(front: Front) -> None:
    found = [front.ask("GET /fr/verify/271828182898\n")[0] for _ in range(30)]
    assert set(found) == {200}
    assert "limit_req zone=lite_verify burst=200;" in Path("deploy/nginx/lite.conf").read_text()
