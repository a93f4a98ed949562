"""A line to a gateway that is kept open: the HTTP client's adapter, without what it does anew for
each call (proxies, certificates, cookies, a request built from nothing): half of the time of one.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter

# A line that has rested so long (s) is hung up: the other side may do so at the very moment that a
# message is on its way, and nobody would know whether it was taken.
_IDLE = 2.0


class Line:
    """One thread's own. Follows no redirect, which would carry the key to another host, and reads
    no .netrc, which could replace it. `timeout` in seconds to connect and between two reads."""

    def __init__(self, url: str, headers: Mapping[str, str], timeout: tuple[float, float]) -> None:
        found = requests.Session().merge_environment_settings(url, {}, None, None, None)
        self._ways: dict[str, Any] = {"proxies": found["proxies"], "verify": found["verify"]}
        self._headers, self._timeout = headers, timeout
        self._adapter = HTTPAdapter(pool_connections=1, pool_maxsize=1)
        self._drafts: dict[tuple[str, str], requests.PreparedRequest] = {}
        self._used = 0.0

    def call(self, method: str, url: str, data: Any, params: Any) -> requests.Response:
        """The answer, read whole. Raises what `requests` raises."""
        if time.monotonic() - self._used > _IDLE:
            self._adapter.close()
        call = self._draft(method, url).copy()
        if params:
            call.prepare_url(url, params)
        call.prepare_body(data, None)
        response = self._adapter.send(call, timeout=self._timeout, **self._ways)
        response.content  # noqa: B018 - read here, so that the line is free for the next
        self._used = time.monotonic()
        return response

    def _draft(self, method: str, url: str) -> requests.PreparedRequest:
        """What every call to an address has in common."""
        if (method, url) not in self._drafts:
            request = requests.Request(method, url, headers=dict(self._headers))
            self._drafts[method, url] = request.prepare()
        return self._drafts[method, url]
