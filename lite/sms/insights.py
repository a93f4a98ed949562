"""Africa's Talking's Insights: asks whether the SIM behind a number was changed lately.

Its coverage of Morocco is unverified. The SDK's call only begins a check; the answer is posted to
us (`SmsDoor.sim`). Imported by the worker alone.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from africastalking.Insights import InsightService

from lite.numbers import msisdn
from lite.sms.africastalking import Gateway

_BEGUN = "Queued"


class Insights(InsightService):  # type: ignore[misc]
    """The SDK's Insights service beside an SMS gateway's address; `timeout` as the gateway's."""

    def __init__(
        self, username: str, api_key: str, url: str, timeout: tuple[float, float] = (3.05, 9.05)
    ) -> None:
        self._url = url.rstrip("/").replace("//api.", "//insights.")
        self._timeout = timeout
        self._lines = threading.local()
        super().__init__(username, api_key)

    def _init_service(self) -> None:
        self._baseUrl = f"{self._url}/v1"

    # No redirect is followed, which would carry the key elsewhere.
    _make_request, _line = Gateway._make_request, Gateway._line

    def ask(self, numbers: Sequence[str]) -> Mapping[str, str]:
        """Number -> the name of its check. Raises on the network's faults and on refusals."""
        answer = self.check_sim_swap_state(list(numbers))
        begun = dict(filter(None, map(_check, _responses(answer))))
        return {number: begun[number] for number in numbers if number in begun}


def _responses(answer: Any) -> list[Any]:
    found = answer.get("responses") if isinstance(answer, dict) else None
    return found if isinstance(found, list) else []


def _check(response: Any) -> tuple[str, str] | None:
    """One number and its check, if one was begun."""
    try:
        number, id = msisdn(str(response["phoneNumber"]["number"])), str(response["requestId"])
        return (number, id) if number and id and response["status"] == _BEGUN else None
    except (KeyError, TypeError):
        return None
