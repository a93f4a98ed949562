"""What Lite remembers: the SQL stands under the promise it keeps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from lite.store.access import Access
from lite.store.audit import Audit
from lite.store.backlog import Backlog
from lite.store.beats import Beats
from lite.store.boxes import Boxes
from lite.store.cards import Cards
from lite.store.changes import Changes
from lite.store.contacts import Contacts
from lite.store.delivery import Delivery
from lite.store.engine import Asked, Contended, Sql, StoreError, again
from lite.store.enrolments import Enrolments
from lite.store.erasure import Erasure
from lite.store.funds import Funds
from lite.store.kept import Kept
from lite.store.lanes import Lanes
from lite.store.leases import Leases
from lite.store.leaving import Leaving
from lite.store.letters import Letters
from lite.store.mandates import Mandates
from lite.store.moves import Moves
from lite.store.news import News
from lite.store.notices import Notices
from lite.store.opening import opened, standby
from lite.store.pending import Pending
from lite.store.people import People
from lite.store.places import Places
from lite.store.requests import Requests
from lite.store.restored import Restored
from lite.store.retention import Retention
from lite.store.sealed import Sealed
from lite.store.shelf import Shelf
from lite.store.sims import Sims
from lite.store.staff import Staff
from lite.store.staging import Staging
from lite.store.talks import Talks
from lite.store.told import Told

__all__ = ["Contended", "Sql", "Store", "StoreError", "again"]

MIGRATIONS = Path(__file__).parent / "migrations"


class Store:
    """One store, by subject. Everything of one turn goes in one `transaction`."""

    def __init__(self, where: str | Path, replica: str = "") -> None:
        """`replica`: the address of a standby, asked what may be some seconds old."""
        self.sql: Sql = opened(where)
        self.replica = standby(self.sql, replica) if replica else None
        self._aged: Asked = self.replica or self.sql
        self.talks = Talks(self.sql)
        self.requests = Requests(self.sql)
        self.access = Access(self.sql)
        self.pending_pages = Pending(self.sql)
        self.kept_forms = Kept(self.sql)
        self.cards = Cards(self.sql)
        self.changes = Changes(self.sql)
        self.mandates = Mandates(self.sql)
        self.sims = Sims(self.sql)
        self.contacts = Contacts(self.sql)
        self.places = Places(self.sql, self._aged)
        self.notices, self.told = Notices(self.sql), Told(self.sql)
        self.staff = Staff(self.sql)
        self.audit = Audit(self.sql)
        self.enrolments = Enrolments(self.sql)
        self.retention = Retention(self.sql)
        self.sealed = Sealed(self.sql)
        self.erasure = Erasure(self.sql)
        self._of_the_letters()
        self._of_the_funds()

    def _of_the_letters(self) -> None:
        """What leaves, how it is known to have arrived, and who carries it."""
        self.letters = Letters(self.sql)
        self.lanes = Lanes(self.sql)
        self.delivery = Delivery(self.sql)
        self.shelf, self.backlog = Shelf(self.sql, self._aged), Backlog(self._aged)
        self.beats, self.restored = Beats(self.sql), Restored(self.sql)

    def _of_the_funds(self) -> None:
        """What they tell, what a pull writes ahead of it, and what it leaves."""
        self.people = People(self.sql)
        self.funds = Funds(self.sql)
        self.staging = Staging(self.sql)
        self.moves, self.news = Moves(self.sql), News(self.sql)
        self.leases = Leases(self.sql)
        self.leaving, self.boxes = Leaving(self.sql), Boxes(self.sql)

    def transaction(self, *alone: str) -> AbstractContextManager[None]:
        """All of it, or nothing. Whoever else names one of `alone` waits until it ends: for what
        is read and then written. In which order: `Sql.alone`."""
        return self.sql.transaction(*alone)

    def ahead(self) -> AbstractContextManager[None]:
        """For what nobody sees yet: a power cut may undo what was committed within it."""
        return self.sql.ahead()

    def alone(self, *names: str, patiently: bool = False) -> None:
        """The same within a transaction; `patiently`: however long the other one takes."""
        if patiently:
            self.sql.unhurried()
        self.sql.alone(*names)

    def at_end(self, work: Callable[[], None]) -> None:
        """Done last in this transaction, or at once outside of one."""
        self.sql.at_end(work)

    def migrate(self) -> list[str]:
        """Bring the store to this release; the names of the migrations applied."""
        with self.transaction():
            done = self.sql.migrate(MIGRATIONS)
            self.audit.guard()
        return done

    def pending(self) -> list[str]:
        """The migrations that this store still lacks."""
        return self.sql.pending(MIGRATIONS)
