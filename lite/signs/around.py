"""What lies around the house and must be well: clocks, the gateway, workers, copies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from lite.clock import instant, stamp
from lite.signs import copies
from lite.signs.at_hand import Said
from lite.store.engine import StoreError

if TYPE_CHECKING:
    from lite.app import House


# A code lives ten minutes and a session five: a clock that is off by more shows in both.
_SKEW = timedelta(seconds=30)
_NTP = "correct it: timedatectl set-ntp true"
# A worker says four times a minute that it lives.
_SILENT = timedelta(seconds=90)
# Litestream copies every second at least.
_BEHIND = 60.0
_OLDEST_POSTGRESQL = 15
# A server archives its log once a minute at least, as it is shipped (archive_timeout).
_LATE = timedelta(minutes=10)
_ARCHIVED = (
    "select current_setting('archive_mode'), (select count(*) from pg_stat_replication),"
    " last_archived_time, last_failed_time from pg_stat_archiver"
)


def around(house: House, demo: bool) -> Iterator[Said]:
    """Everything that the store, the clocks and the folders tell."""
    yield from _engine(house)
    yield from _clock(house)
    yield from _workers(house, demo)
    yield from _backups(house, demo)
    yield from _replica(house)


def _engine(house: House) -> Iterator[Said]:
    name, _, release = house.store.sql.version().partition(" ")
    if name == "PostgreSQL" and int(release.split(".")[0]) < _OLDEST_POSTGRESQL:
        yield False, f"PostgreSQL {release} is too old: upgrade it to {_OLDEST_POSTGRESQL} or later"
    if name == "PostgreSQL":
        yield from _takes_changes(house)


def _takes_changes(house: House) -> Iterator[Said]:
    standby, setting = house.store.sql.one(
        "select pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on'"
    ) or (False, False)
    if standby:
        yield False, (
            "the store is a standby and takes no changes: name its primary in LITE_DATABASE, or "
            "both, with ?target_session_attrs=read-write"
        )
    elif setting:
        yield False, (
            "the store takes no changes (default_transaction_read_only is on): make room on its "
            "server's disk if that is why, then set it off; LITE_DATABASE stays"
        )


def gateway(house: House) -> Iterator[Said]:
    """Asked once, and only where there is a key to it: without one nothing is sent anyway."""
    if not house.settings.at_api_key:
        return
    told = house.gateway.date()
    if told is None:
        yield False, (
            f"the gateway does not answer at {house.settings.at_url}: check LITE_AT_URL, the name "
            "server, the firewall; letters wait meanwhile and none is lost"
        )
        return
    yield True, "the gateway answers"
    yield _skew(datetime.now(UTC) - told, "the gateway's")


def _clock(house: House) -> Iterator[Said]:
    if house.store.sql.name == "postgresql":
        row = house.store.sql.one("select now()")
        if row:
            yield _skew(datetime.now(UTC) - row[0].astimezone(UTC), "the store's")
    last, now = house.store.beats.last(), house.clock.now()
    if last and instant(last) > now + _SKEW:
        says = f"something was written at {last[:19]}Z, later than now: a clock is off"
        yield False, f"{says}; {_NTP}"


def _replica(house: House) -> Iterator[Said]:
    """One that is away or behind costs nobody an answer: the store itself gives it."""
    replica = house.store.replica
    if replica is None:
        return
    try:
        age = replica.behind()
    except StoreError as error:
        yield False, f"LITE_DATABASE_REPLICA: {error} Meanwhile the store itself is asked"
        return
    if age is None:
        yield False, "LITE_DATABASE_REPLICA is no standby (any more): name another one"
    elif age > replica.oldest:
        says = f"the standby is {age:.0f} seconds behind, so the store itself is asked"
        yield False, f"{says}: look at pg_stat_replication there"
    else:
        yield True, f"the standby is {age:.0f} seconds behind at most"


def _skew(off: timedelta, whose: str) -> Said:
    seconds = round(off.total_seconds())
    if abs(off) <= _SKEW:
        return True, f"this machine's clock agrees with {whose}"
    where = "ahead of" if seconds > 0 else "behind"
    return False, f"this machine's clock is {abs(seconds)} seconds {where} {whose}: {_NTP}"


def _workers(house: House, demo: bool) -> Iterator[Said]:
    last, now = house.store.beats.last(), house.clock.now()
    living = house.store.beats.living(stamp(now - _SILENT))
    if living:
        yield True, f"workers that live: {living}"
    else:
        since = f"since {last[:19]}Z" if last else "ever"
        says = f"no worker has said {since} that it lives: no letter leaves; start `lite work`"
        yield demo and not last, says


def _backups(house: House, demo: bool) -> Iterator[Said]:
    store, folder = house.settings.store, house.settings.backup
    if isinstance(store, str):
        yield _archived(house, demo)
    elif not folder:
        yield demo, "backups: none that is looked at (LITE_BACKUP, docs/operations.md)"
    elif "://" in folder:
        yield False, (
            f"backups: LITE_BACKUP={folder} is no folder, which is all that can be looked at here: "
            "leave it out and watch the alert LiteBackupStill"
        )
    else:
        yield _copied(store, Path(folder))


def _archived(house: House, demo: bool) -> Said:
    """Whether the server's log leaves it, by `archive_command` or by somebody who follows."""
    mode, followers, last, refused = house.store.sql.one(_ARCHIVED) or ("off", 0, None, None)
    whole = "whole copies: pgbackrest info, barman check"
    if mode == "off" and not followers:
        says = "backups: the server archives nothing, and nobody follows its log"
        return demo, f"{says}: set archive_mode and archive_command (docs/operations.md)"
    if mode == "off":
        return True, f"backups: the server's log is followed by {followers}; {whole}"
    if refused and (last is None or refused > last):
        says = f"backups: the server cannot archive its log, tried at {refused:%Y-%m-%d %H:%M}Z"
        return False, f"{says}: look at its own log and archive_command; {whole}"
    beat = house.store.beats.last()
    if beat and (last is None or instant(beat) - last > _LATE):
        when = f"last at {last:%Y-%m-%d %H:%M}Z" if last else "never"
        says = f"backups: the server's log was archived {when}, and more was written since"
        return False, f"{says}: set archive_timeout, look at archive_command; {whole}"
    return True, f"backups: the server's log is archived; {whole}"


def _copied(store: Path, folder: Path) -> Said:
    """Whether what was written last is in the folder that Litestream copies to."""
    last, behind = copies.last(folder), copies.behind(store, folder)
    if last is None:
        return False, f"backups: none in {folder}: start lite-backup, look at its log"
    when = datetime.fromtimestamp(last, UTC)
    if behind > _BEHIND:
        return False, (
            f"backups: the last is of {when:%Y-%m-%d %H:%M}Z, {behind / 60:.0f} minutes behind the "
            "store: systemctl status lite-backup"
        )
    return True, f"backups: up to date, the last of {when:%Y-%m-%d %H:%M}Z"
