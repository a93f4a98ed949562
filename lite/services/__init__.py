"""The menu, in order: the digit map. A digit once given keeps its meaning for ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lite.services import (
    activate,
    address,
    agencies,
    attestation,
    callback,
    cancel,
    code,
    complaint,
    delivery,
    dossiers,
    enrol,
    fraud,
    genuine,
    help,
    helper,
    helper_end,
    language,
    life,
    lost,
    lost_phone,
    news,
    paper,
    phone,
    privacy,
    readers,
    requests,
    rights,
    start,
    statement,
    status,
    stop,
    verify,
    web,
)
from lite.services.form import Service

# Under this digit of the first menu stand the services of the second: `5*2` is dialled 5, then 2.
MORE = "5"



def under(services: Iterable[Service], prefix: str) -> list[Service]:
    """The services one digit below a prefix of the map (`""`, or `"5*"`), in the map's order."""
    below = [
        one
        for one in services
        if one.ussd.startswith(prefix) and "*" not in one.ussd.removeprefix(prefix)
    ]
    return sorted(below, key=lambda one: int(one.ussd.removeprefix(prefix)))


SERVICES: Sequence[Service] = (
    dossiers.SERVICE,
    attestation.SERVICE,
    rights.SERVICE,
    code.SERVICE,
    requests.SERVICE,
    callback.SERVICE,
    agencies.SERVICE,
    verify.SERVICE,
    status.SERVICE,
    help.SERVICE,
    privacy.SERVICE,
    stop.SERVICE,
    start.SERVICE,
    genuine.SERVICE,
    fraud.SERVICE,
    lost.SERVICE,
    web.SERVICE,
    readers.SERVICE,
    phone.SERVICE,
    helper.SERVICE,
    helper_end.SERVICE,
    cancel.SERVICE,
    lost_phone.SERVICE,
    complaint.SERVICE,
    life.SERVICE,
    address.SERVICE,
    paper.SERVICE,
    statement.SERVICE,
    news.SERVICE,
    delivery.SERVICE,
    enrol.SERVICE,
    activate.SERVICE,
    language.SERVICE,
)
