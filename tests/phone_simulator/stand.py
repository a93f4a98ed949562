"""The real SDK in front of the simulator, and behind it a product that records what it gets."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import requests
from africastalking.SMS import SMSService
from werkzeug.wrappers import Request, Response

CODE = "*384*3939#"


FATIMA, YOUSSEF = "+212600000001", "+212600000002"


PEOPLE: list[dict[str, Any]] = [
    {
        "phone": FATIMA,
        "insured": "100000001",
        "name": "فاطمة الزهراء بنعبد الرحمان",
        "language": "ar",
        "dossiers": [{"number": "260000017", "status": "paid"}],
        "card": {"1": "402911", "12": "118204"},
    },
    {"phone": YOUSSEF, "insured": "2", "name": "Youssef Amrani", "language": "fr", "dossiers": []},
]


MENU = "CON CNSS Lite\n1 Mes dossiers\n2 Attestation"


class Sdk(SMSService):  # type: ignore[misc]
    """The real SDK, pointed at the simulator."""

    def __init__(self, root: str) -> None:
        self._root = root
        super().__init__("sandbox", "any-key")

    def _init_service(self) -> None:
        super()._init_service()
        self._baseUrl = self._contentUrl = self._root + "/version1"


@dataclass
class Product:
    """Records what is posted to it; answers with `answers[path]`, 200 otherwise."""

    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    hops: list[str | None] = field(default_factory=list)
    answers: dict[str, Callable[[dict[str, str]], Response]] = field(default_factory=dict)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        raw = request.get_data(as_text=True)
        fields = dict(parse_qsl(raw, keep_blank_values=True, strict_parsing=True))
        path = request.path.removeprefix("/at/secret")
        self.seen.append((path, fields))
        self.hops.append(request.headers.get("at-ussd-hop-metadata"))
        answer = self.answers.get(path, lambda _: Response("ok"))
        return answer(fields)(environ, start_response)

    def says(self, body: str, status: int = 200, hop: str = "") -> None:
        headers = {"at-ussd-hop-metadata": hop} if hop else {}
        self.answers["/ussd"] = lambda _: Response(body, status, headers, mimetype="text/plain")

    def wait(self, path: str, count: int = 1) -> list[dict[str, str]]:
        """What was posted there, once it was posted that many times."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            found = [fields for seen, fields in list(self.seen) if seen == path]
            if len(found) >= count:
                return found
            time.sleep(0.01)
        raise AssertionError(f"{path}: not posted {count} times; seen: {self.seen}")


class Steady:
    """A steady clock that a test moves."""

    def __init__(self) -> None:
        self.moment = 1000.0

    def __call__(self) -> float:
        return self.moment


@dataclass
class World:
    root: str
    product: Product
    steady: Steady

    def do(self, deed: str, phone: str = FATIMA, **body: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.root}/phone/{deed}", json={"phone": phone, **body})
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()["state"]
        return state

    def get(self, path: str, **query: str) -> Any:
        return requests.get(f"{self.root}{path}", params=query).json()

    def sms(self, phone: str = FATIMA) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("/phone/inbox", phone=phone)
        return found

    def wait_sms(self, status: str, phone: str = FATIMA) -> dict[str, Any]:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            for sms in self.sms(phone):
                if sms["status"] == status:
                    return sms
            time.sleep(0.01)
        raise AssertionError(f"no SMS is {status}: {self.sms(phone)}")
