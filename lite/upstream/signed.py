"""Who we are to a fund: a token had by a login and renewed once, or Basic, or nobody."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from urllib.parse import urljoin

from lite.upstream.answers import FundDown
from lite.upstream.wire import Address, Reply, Wire

_REFUSED = (400, 401, 403)


class Signed:
    """A wire whose every question says who asks. The token stays in memory, and in no message."""

    def __init__(self, wire: Wire, login: str = "") -> None:
        self._wire, self._login, self._token = wire, login, ""
        self.asked = 0  # questions so far

    @property
    def where(self) -> Address:
        return self._wire.where

    def get(self, path: str) -> Reply:
        return self._answered(lambda headers: self._wire.get(path, headers))

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> Reply:
        return self._answered(
            lambda signed: self._wire.post(path, body, {**signed, **(headers or {})})
        )

    def below(self, url: str) -> str:
        """The address that a link means; FundDown when it leads to another host."""
        return self._wire.own(urljoin(self.where.root, url))

    def down(self, reason: str) -> FundDown:
        return self._wire.down(reason)

    def _answered(self, ask: Callable[[Mapping[str, str]], Reply]) -> Reply:
        """The answer; a 401 says that the token is too old, and is believed once."""
        self.asked += 1
        fresh = not self._token
        reply = ask(self._signature())
        if reply.status == 401 and self._login and not fresh:
            self._token = ""
            reply = ask(self._signature())
        if reply.status == 401:
            raise self.down("it does not know who we are (401)")
        return reply

    def _signature(self) -> dict[str, str]:
        where = self.where
        if not where.user:
            return {}
        if not self._login:
            pair = b64encode(f"{where.user}:{where.password}".encode()).decode()
            return {"Authorization": f"Basic {pair}"}
        self._token = self._token or self._logged_in()
        return {"Authorization": f"Bearer {self._token}"}

    def _logged_in(self) -> str:
        who = {"username": self.where.user, "password": self.where.password}
        reply = self._wire.post(self._login, who, {"Content-Type": "application/json"})
        token = reply.body.get("token")
        if reply.status in _REFUSED:
            raise self.down(f"it refuses our login ({reply.status})")
        if reply.status >= 300 or not isinstance(token, str) or not token.isascii():
            raise self.down(f"its login gives no token ({reply.status})")
        return token
