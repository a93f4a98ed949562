"""What a network and a server do on a bad day: the old data stays, and the reason can be read."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lite.upstream import fund as open_fund
from lite.upstream import wire as wires
from lite.upstream.port import FundDown, Health
from lite.upstream.wire import Wire, address
from tests.upstream.openimis_house import Commands
from tests.upstream.openimis_server import PASSWORD, ROOT, OpenImis, clean, outcome, send

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
Http = BaseHTTPRequestHandler


@pytest.fixture
def server() -> Iterator[OpenImis]:
    with OpenImis(clean()) as made:
        yield made


def html(http: Http) -> None:
    send(http, 200, b"<html>Please sign in to this network</html>", "text/html")


def error_inside(http: Http) -> None:
    send(http, 200, json.dumps(outcome("database is locked")).encode())


def other_json(http: Http) -> None:
    send(http, 200, b'{"detail": "hello"}')


def a_list(http: Http) -> None:
    send(http, 200, b"[]")


def cut(http: Http) -> None:
    send(http, 200, b'{"resourceType": "Bundle", "entry": [')


def broken_off(http: Http) -> None:
    http.send_response(200)
    http.send_header("Content-Type", "application/json")
    http.send_header("Content-Length", "5000")
    http.end_headers()
    http.wfile.write(b'{"resourceType": "Bundle"}')
    http.close_connection = True


def reset(http: Http) -> None:
    http.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    http.close_connection = True


def trickle(http: Http) -> None:
    http.send_response(200)
    http.send_header("Content-Type", "application/json")
    http.end_headers()
    try:
        for _ in range(100):
            http.wfile.write(b" ")
            time.sleep(0.1)
    except OSError:
        pass
    http.close_connection = True


def trickled_headers(http: Http) -> None:
    try:
        http.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(60):
            http.wfile.write(f"X-{number}: a\r\n".encode())
            time.sleep(0.1)
    except OSError:
        pass
    http.close_connection = True


def elsewhere(http: Http) -> None:
    http.send_response(302)
    http.send_header("Location", f"http://127.0.0.2:1{ROOT}Patient/")
    http.send_header("Content-Length", "0")
    http.end_headers()


def in_circles(http: Http) -> None:
    http.send_response(302)
    http.send_header("Location", http.path)
    http.send_header("Content-Length", "0")
    http.end_headers()


def not_available(http: Http) -> None:
    send(http, 503, b"<html>later</html>", "text/html")


def failing(http: Http) -> None:
    send(http, 500, b"<html>Server Error (500)</html>", "text/html")


def forbidden(http: Http) -> None:
    send(http, 403, json.dumps(outcome("no permission")).encode())


def bomb(http: Http) -> None:
    http.send_response(200)
    http.send_header("Content-Type", "application/json")
    http.end_headers()
    try:
        for _ in range(40):
            http.wfile.write(b" " * 2**20)
    except OSError:
        pass
    http.close_connection = True


FAULTS: dict[str, tuple[Callable[[Http], None], str]] = {
    "a page instead of data": (html, "a page instead of data"),
    "200 with an error inside": (error_inside, "fails at every row"),
    "other JSON": (other_json, "no bundle"),
    "a list": (a_list, "is not a resource"),
    "cut": (cut, "is cut or cannot be read"),
    "broken off": (broken_off, "broke off"),
    "reset": (reset, "broke off"),
    "trickle": (trickle, "no whole answer in 1 s"),
    "trickled headers": (trickled_headers, "no whole answer in 1 s"),
    "another host": (elsewhere, "another host"),
    "in circles": (in_circles, "in circles"),
    "503": (not_available, "is not available"),
    "500": (failing, "fails at every row"),
    "403": (forbidden, "refused with 403"),
    "too large": (bomb, "is larger than"),
}


def test_the_old_data_stays_and_the_reason_is_told(
    server: OpenImis, tmp_path: Path
) -> None:
    lite = Commands(tmp_path, f"x={server.url()}?timeout=1")
    assert lite.pull() == 0
    before = lite.export("openimis", "105000002")
    server.rows["Claim"], server.rows["ClaimResponse"] = [], []
    for fault, reason in FAULTS.values():

        def failed(http: Http, path: str, fault: Callable[[Http], None] = fault) -> bool:
            if "/Patient/" in path:
                fault(http)
            return "/Patient/" in path

        server.fault = failed
        pulled, told = lite.run("pull", "--full"), lite.doctor()
        assert pulled.exit_code == 1, reason
        assert f"127.0.0.1:{server.port}: " in told and reason in told
        assert reason in pulled.stderr
        assert PASSWORD not in told + pulled.output
        assert lite.export("openimis", "105000002") == before


@pytest.mark.parametrize("kind", ["Group", "Coverage", "Claim", "ClaimResponse"])
@pytest.mark.parametrize("fault", ["500", "403", "broken off", "cut", "200 with an error inside"])
def test_what_is_missing_of_a_pull_is_said_and_never_deleted(
    server: OpenImis, tmp_path: Path, kind: str, fault: str
) -> None:
    lite = Commands(tmp_path, f"x={server.url()}")
    assert lite.pull() == 0
    before = lite.export("openimis", "105000002")

    def failed(http: Http, path: str) -> bool:
        if f"/{kind}/" in path:
            FAULTS[fault][0](http)
        return f"/{kind}/" in path

    server.fault = failed
    assert lite.pull("--full") in (1, 3)
    after = lite.export("openimis", "105000002")
    for told in ("insured", "rights"):
        assert after[told] == before[told]
    assert [row["number"] for row in after["dossiers"]] == [
        row["number"] for row in before["dossiers"]
    ]
    assert [row["status"] for row in after["dossiers"]] == ["received", "received"]


def test_a_page_cut_at_any_byte_is_never_half_read(server: OpenImis) -> None:
    keep = ("resourceType", "id", "identifier", "name", "birthDate")
    people = server.rows["Patient"][:1]
    server.rows = {kind: [] for kind in server.rows} | {
        "Patient": [{name: row[name] for name in keep} for row in people]
    }
    fund = open_fund("x", server.url(), lambda: NOW)
    assert sum(len(page.changes) for page in fund.pull(None, "full")) == 1
    whole = json.dumps(
        {"resourceType": "Bundle", "entry": [{"resource": server.rows["Patient"][0]}], "total": 1}
    ).encode()
    for size in range(len(whole)):

        def cut_short(http: Http, path: str, size: int = size) -> bool:
            if "/Patient/" in path:
                send(http, 200, whole[:size])
            return "/Patient/" in path

        server.fault = cut_short
        with pytest.raises(FundDown):
            list(fund.pull(None, "full"))


def test_a_redirect_on_the_same_host_is_followed(server: OpenImis) -> None:
    def moved(http: Http, path: str) -> bool:
        if "moved" in path or "login" in path:
            return False
        http.send_response(307)
        http.send_header("Location", f"{path}&moved=1" if "?" in path else path)
        http.send_header("Content-Length", "0")
        http.end_headers()
        return True

    server.fault = moved
    pull = open_fund("x", server.url(), lambda: NOW).pull(None, "full")
    assert sum(len(page.changes) for page in pull) > 60 and pull.end.complete


@pytest.mark.parametrize("told,seconds", [("120", 120), ("x", 60), ("999999", 3600), (None, 60)])
def test_when_to_come_back_is_the_funds_to_say(
    server: OpenImis, told: str | None, seconds: int
) -> None:
    def later(http: Http, _: str) -> bool:
        http.send_response(429)
        if told:
            http.send_header("Retry-After", told)
        http.send_header("Content-Length", "0")
        http.end_headers()
        return True

    server.fault = later
    with pytest.raises(FundDown) as down:
        list(open_fund("x", server.url(), lambda: NOW).pull(None, "full"))
    assert down.value.retry_after == seconds


@pytest.mark.parametrize("told", ["120", "Sun, 22 Nov 2026 03:02:00 GMT"])
def test_a_fund_that_asks_to_be_left_alone_is_not_asked_before(
    server: OpenImis, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, asked = [1000.0], list[str]()
    monkeypatch.setattr(wires, "time", SimpleNamespace(
        monotonic=lambda: now[0], time=lambda: datetime(2026, 11, 22, 3, tzinfo=UTC).timestamp(),
    ))  # fmt: skip

    def later(http: Http, path: str) -> bool:
        asked.append(path)
        http.send_response(503)
        http.send_header("Retry-After", told)
        http.send_header("Content-Length", "0")
        http.end_headers()
        return True

    server.fault = later
    fund = open_fund("x", server.url(), lambda: NOW)
    assert not fund.health().reachable and len(asked) == 1
    now[0] += 60
    with pytest.raises(FundDown, match="60 s") as down:
        list(fund.pull(None, "full"))
    assert down.value.retry_after == 60 and len(asked) == 1
    server.fault = None
    now[0] += 61
    assert fund.health().reachable


def test_nobody_there() -> None:
    fund = open_fund("x", "openimis+http://me:hidden-word@127.0.0.1:1/api/", lambda: NOW)
    with pytest.raises(FundDown) as down:
        list(fund.pull(None, "full"))
    assert down.value.reason == "127.0.0.1:1: no connection, or it broke off"
    assert fund.health() == Health(False, None, None)
    assert "hidden-word" not in repr(vars(fund)) + str(down.value)


def test_no_file_of_this_machine_speaks_in_our_name(
    server: OpenImis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    pull = open_fund("x", server.url(), lambda: NOW).pull(None, "full")
    assert list(pull) and pull.end.complete


@pytest.mark.parametrize("url", ["openimis+http://", "openimis+https:///x", "fhir+http:x"])
def test_an_address_without_a_host_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="lacks a host"):
        open_fund("x", url, lambda: NOW)


def test_an_address_is_read_and_its_password_not_shown() -> None:
    where = address("openimis+https://a%40b:p%2Fw@host.example:8443/api/api_fhir_r4?currency=MAD")
    assert where.root == "https://host.example:8443/api/api_fhir_r4/"
    assert (where.user, where.password) == ("a@b", "p/w")
    assert "p/w" not in repr(where)


def _certificate(
    name: str, issuer: x509.Certificate | None = None, key: ec.EllipticCurvePrivateKey | None = None
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    own = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    began = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=9))
        .add_extension(x509.BasicConstraints(issuer is None, None), True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
    )
    return made.sign(key or own, hashes.SHA256()), own


@pytest.mark.parametrize("name,well", [("localhost", True), ("other.example", False)])
def test_a_certificate_must_be_the_hosts_and_of_somebody_we_believe(
    server: OpenImis, tmp_path: Path, name: str, well: bool
) -> None:
    authority, its_key = _certificate("an authority")
    ours, key = _certificate(name, authority, its_key)
    (tmp_path / "ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "own.pem").write_bytes(
        ours.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "own.pem")
    server.sealed(context)
    url = f"openimis+https://admin:{PASSWORD}@localhost:{server.port}{ROOT}"
    for known in (True, False):
        fund = open_fund("x", url + (f"?ca={tmp_path / 'ca.pem'}" if known else ""), lambda: NOW)
        if known and well:
            pull = fund.pull(None, "full")
            assert list(pull) and pull.end.complete
            continue
        with pytest.raises(FundDown) as down:
            list(fund.pull(None, "full"))
        assert "its certificate is not one we may trust" in down.value.reason


def test_an_answer_that_is_too_large_is_left_unread(server: OpenImis) -> None:
    wire = Wire(address(server.url("fhir")), largest=1000)
    server.fault = lambda http, _: send(http, 200, b'{"a": "' + b"x" * 2000 + b'"}') is None
    with pytest.raises(FundDown, match="does not answer") as down:
        wire.get("Patient")
    assert "larger than 1000 bytes" in down.value.reason
