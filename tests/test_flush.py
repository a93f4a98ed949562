"""A commit is on the disk before anybody is answered; those that commit together wait once."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysqlite3 as sqlite3
import pytest

from lite.store.engine import StoreError
from lite.store.flush import ROOM, has_room
from lite.store.sqlite import Sqlite

INSERT = "insert into told (word) values (?)"


@pytest.fixture
def sql(tmp_path: Path) -> Iterator[Sqlite]:
    made = Sqlite(tmp_path / "store.db")
    made.run("create table told (word text)")
    yield made
    made.close()


class Disk:
    """Counts the flushes; may refuse one, or take its time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.flushes, self.refuses = 0, False
        self.busy, self.free = threading.Event(), threading.Event()
        self.free.set()
        monkeypatch.setattr("lite.store.flush.os.fdatasync", self._flush)

    def _flush(self, _: Any) -> None:
        self.flushes += 1
        self.busy.set()
        assert self.free.wait(10)
        if self.refuses:
            self.refuses = False  # a disk tells of a failure once
            raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def words(sql: Sqlite) -> set[str]:
    return {word for (word,) in sql.all("select word from told")}


def test_a_transaction_ends_on_the_disk_once(sql: Sqlite, disk: Disk) -> None:
    with sql.transaction():
        sql.run(INSERT, "one")
        with sql.transaction():
            sql.run(INSERT, "two")
        assert disk.flushes == 0
    assert disk.flushes == 1


def test_a_change_outside_of_a_transaction_is_one(sql: Sqlite, disk: Disk) -> None:
    sql.run(INSERT, "one")
    assert sql.one(f"{INSERT} returning word", "two") == ("two",)
    assert sql.all(f"{INSERT} returning word", "three") == [("three",)]
    sql.each(INSERT, [("four",), ("five",)])
    assert disk.flushes == 4
    assert words(sql) == {"one", "two", "three", "four", "five"}
    assert disk.flushes == 4


def looks(sql: Sqlite) -> None:
    with sql.transaction():
        words(sql)


def test_a_look_that_wrote_nothing_waits_for_what_others_wrote(sql: Sqlite, disk: Disk) -> None:
    looks(sql)
    other = Sqlite(sql.path)
    other.run(INSERT, "one")
    other.close()
    assert disk.flushes == 2
    looks(sql)
    assert disk.flushes == 3


def test_a_look_at_what_is_long_kept_leaves_the_disk_asleep(sql: Sqlite, disk: Disk) -> None:
    sql.run(INSERT, "one")
    looks(sql)
    flushes = disk.flushes
    looks(sql)
    looks(sql)
    assert disk.flushes == flushes


def test_a_repeat_waits_for_the_turn_that_it_repeats(sql: Sqlite, disk: Disk) -> None:
    looks(sql)
    disk.free.clear()
    turn, repeat = Writers(sql), threading.Thread(target=looks, args=[sql])
    turn.write("one")
    repeat.start()
    repeat.join(0.2)
    assert repeat.is_alive()
    disk.free.set()
    repeat.join(10)
    turn.end()
    assert (repeat.is_alive(), turn.kept) == (False, {"one"})


def test_what_is_undone_waits_for_nothing(sql: Sqlite, disk: Disk) -> None:
    with pytest.raises(LookupError), sql.transaction():
        sql.run(INSERT, "one")
        raise LookupError
    assert (disk.flushes, words(sql)) == (0, set())


class Writers:
    """Threads that each write a word; what became of them."""

    def __init__(self, sql: Sqlite) -> None:
        self.sql, self.kept, self.failed = sql, set[str](), set[str]()
        self._threads: list[threading.Thread] = []

    def write(self, word: str) -> None:
        thread = threading.Thread(target=self._write, args=[word])
        self._threads.append(thread)
        thread.start()
        while word not in words(self.sql):  # it is committed, and waits for the disk
            pass

    def _write(self, word: str) -> None:
        try:
            self.sql.run(INSERT, word)
            self.kept.add(word)
        except StoreError:
            self.failed.add(word)

    def end(self) -> None:
        for thread in self._threads:
            thread.join()


def test_those_that_commit_during_a_flush_share_the_next(sql: Sqlite, disk: Disk) -> None:
    disk.free.clear()
    writers = Writers(sql)
    for word in ("one", "two", "three", "four"):
        writers.write(word)
    assert writers.kept == set()
    disk.free.set()
    writers.end()
    assert writers.kept == {"one", "two", "three", "four"}
    assert disk.flushes == 2


def test_a_flush_that_fails_fails_all_that_wait_for_it(sql: Sqlite, disk: Disk) -> None:
    disk.free.clear()
    disk.refuses = True
    writers = Writers(sql)
    for word in ("one", "two", "three"):
        writers.write(word)
    disk.free.set()
    writers.end()
    assert (writers.kept, disk.flushes) == (set(), 1)
    sql.run(INSERT, "four")  # the store is whole again by itself
    assert words(sql) == {"one", "two", "three", "four"}
    assert not sql.flush.doubtful


def test_after_an_error_the_log_is_not_built_on(sql: Sqlite, disk: Disk) -> None:
    disk.refuses = True
    with pytest.raises(StoreError):
        sql.run(INSERT, "one")
    disk.refuses = True
    with pytest.raises(StoreError):
        sql.run(INSERT, "two")
    assert words(sql) == {"one"}
    sql.run(INSERT, "three")
    assert words(sql) == {"one", "three"}


def test_a_reader_that_stays_keeps_nobody_from_writing_after_an_error(
    sql: Sqlite, disk: Disk, tmp_path: Path
) -> None:
    copier = Sqlite(sql.path)  # as Litestream, which reads as long as it lives
    sql.run(INSERT, "one")
    with copier.snapshot():
        words(copier)
        disk.refuses = True
        with pytest.raises(StoreError):
            sql.run(INSERT, "two")
        flushes = disk.flushes
        sql.run(INSERT, "three")
        assert disk.flushes == flushes + 2  # the log once more, then the change
        assert words(copier) == {"one"}
        assert words(found_after_a_power_cut(sql.path, tmp_path)) == {"one", "two", "three"}
    copier.close()


def found_after_a_power_cut(store: Path, folder: Path) -> Sqlite:
    copy = folder / "copy.db"
    copy.write_bytes(store.read_bytes())
    Path(f"{copy}-wal").write_bytes(Path(f"{store}-wal").read_bytes())
    return Sqlite(copy)


def test_a_store_behind_a_link_has_its_log_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    link = tmp_path / "store.db"
    link.symlink_to(tmp_path / "disk" / "real.db")
    sql = Sqlite(link)
    sql.run("create table told (word text)")
    sql.make_room()
    sql.run(INSERT, "one")
    assert has_room(tmp_path / "disk" / "real.db-wal")
    assert words(sql) == {"one"}
    sql.close()


def test_room_is_made_once_and_kept_when_what_was_deleted_is_scrubbed(
    sql: Sqlite, tmp_path: Path
) -> None:
    log = tmp_path / "store.db-wal"
    sql.run(INSERT, "one")
    sql.make_room()
    assert has_room(log)
    sql.run(INSERT, "two")
    sql.make_room()
    assert log.stat().st_size == ROOM
    assert sql.scrub()
    assert has_room(log)
    sql.run(INSERT, "three")
    found = found_after_a_power_cut(sql.path, tmp_path)
    assert words(found) == {"one", "two", "three"}
    found.close()


def test_a_disk_without_plenty_is_left_alone(
    sql: Sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lite.store.flush._SPARE", 10**9)
    sql.make_room()
    assert not has_room(tmp_path / "store.db-wal")


def test_who_starts_while_others_write_starts_without(
    sql: Sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lite.store.file.PATIENCE_MS", 30)
    other = Sqlite(tmp_path / "store.db")
    with other.transaction():
        sql.make_room()
    assert not has_room(tmp_path / "store.db-wal")
    sql.make_room()
    assert has_room(tmp_path / "store.db-wal")
    other.close()


def test_whoever_writes_finds_the_pages_of_whoever_wrote_before(sql: Sqlite) -> None:
    by: list[Any] = []

    def write(word: str) -> None:
        with sql.transaction():
            sql.run(INSERT, word)
            by.append(sql._to.writing)

    for word in ("one", "two"):
        thread = threading.Thread(target=write, args=[word])
        thread.start()
        thread.join()
    assert by[0] is by[1]


def test_who_reads_sees_nothing_of_a_transaction_that_is_under_way(sql: Sqlite) -> None:
    seen: list[set[str]] = []
    with sql.transaction():
        sql.run(INSERT, "one")
        assert words(sql) == {"one"}
        reader = threading.Thread(target=lambda: seen.append(words(sql)))
        reader.start()
        reader.join()
    assert (seen, words(sql)) == ([set()], {"one"})


def test_a_snapshot_is_of_its_own_thread(sql: Sqlite) -> None:
    sql.run(INSERT, "one")
    with sql.snapshot():
        assert words(sql) == {"one"}
        sql.run(INSERT, "two")
        seen: list[set[str]] = []
        reader = threading.Thread(target=lambda: seen.append(words(sql)))
        reader.start()
        reader.join()
        assert (words(sql), seen) == ({"one"}, [{"one", "two"}])
    assert words(sql) == {"one", "two"}


def test_a_connection_that_went_wrong_is_not_read_by_again(sql: Sqlite) -> None:
    with pytest.raises(sqlite3.OperationalError):
        sql.all("select nothing from nowhere")
    sql.run(INSERT, "one")
    assert words(sql) == {"one"}
    pages = sql.pages("select word from told", 1)
    next(pages)
    del pages  # left in the middle
    assert words(sql) == {"one"}


def test_what_a_transaction_wrote_it_reads_however_it_asks(sql: Sqlite) -> None:
    with sql.transaction():
        sql.each(INSERT, [("one",), ("two",)])
        assert words(sql) == {"one", "two"}
        assert list(sql.pages("select word from told", 1)) == [[("one",)], [("two",)]]
        assert "told" in sql.tables()


def test_a_file_that_is_damaged_or_no_store_is_told_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "garbage.db").write_bytes(b"no store at all " * 1000)
    with pytest.raises(StoreError, match=r"garbage\.db is no store, or damaged .* Restore"):
        Sqlite(tmp_path / "garbage.db")
    sql = Sqlite(tmp_path / "store.db")
    sql.run("create table told (word text)")
    sql.each(INSERT, [(f"{number:>100}",) for number in range(1000)])
    assert sql.scrub()
    sql.close()
    with (tmp_path / "store.db").open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 40960)
    with pytest.raises(StoreError, match=r"damaged .* Restore"):
        words(Sqlite(tmp_path / "store.db"))
