"""One process at a time pulls from a source."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import timedelta
from time import monotonic

from lite.clock import Clock, stamp
from lite.store import Store

# A process that is silent for so long is believed to be dead; on this machine we look.
_SILENT = timedelta(seconds=60)
_RENEW = 10.0


class Busy(Exception):
    """Another process is at it; it says which."""


class Lease:
    """Taken for a `with`; kept by `keep` in each transaction of the work, which thereby fails as
    soon as another process believed this one dead and took over. Raises `Busy`."""

    def __init__(self, store: Store, clock: Clock, name: str) -> None:
        self._store, self._clock, self._name = store, clock, name
        self._holder = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
        self._kept = 0.0

    def __enter__(self) -> Lease:
        with self._store.transaction():
            now, until = self._times()
            holder = self._store.leases.holder(self._name, now)
            gone = holder if holder and _dead(holder) else None
            if not self._store.leases.take(self._name, self._holder, now, until, gone):
                raise Busy(f"Another process is at work ({self._name}; {holder}).")
        return self

    def __exit__(self, *raised: object) -> None:
        with self._store.transaction():
            self._store.leases.leave(self._name, self._holder)

    def keep(self) -> None:
        """In a transaction: this is still ours."""
        if not self._store.leases.keep(self._name, self._holder, self._times()[1]):
            raise Busy(f"Another process took over ({self._name}).")
        self._kept = monotonic()

    def keep_alive(self) -> None:
        """Say so now and then while there is nothing to write."""
        if monotonic() - self._kept > _RENEW:
            with self._store.transaction():
                self.keep()

    def _times(self) -> tuple[str, str]:
        now = self._clock.now()
        return stamp(now), stamp(now + _SILENT)


def _dead(holder: str) -> bool:
    """Whether it was a process of this machine that is no more."""
    host, pid, _ = holder.rsplit("/", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
