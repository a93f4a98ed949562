"""The menu, in order: the digit map. A digit once given keeps its meaning for ever."""

from __future__ import annotations

from collections.abc import Sequence

from lite.services import (
    agencies,
    attestation,
    callback,
    code,
    dossiers,
    enrol,
    fraud,
    genuine,
    help,
    language,
    lost,
    privacy,
    requests,
    rights,
    start,
    status,
    stop,
    verify,
    web,
)
from lite.services.form import Service

# Under this digit of the first menu stand the services of the second: `5*2` is dialled 5, then 2.
MORE = "5"

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
    enrol.SERVICE,
    language.SERVICE,
)
