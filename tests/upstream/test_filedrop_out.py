"""Requests that leave by the folder, and what the fund says of them."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fundside import asked

from lite.upstream.answers import Receipt, Refused, Request, RequestState, Unreachable
from lite.upstream.filedrop import Filedrop, outbox, receipts
from lite.upstream.filedrop.inbox import scan
from lite.upstream.filedrop.signature import verifier
from lite.upstream.filedrop.write import Draft, Head
from lite.upstream.records import PersonKey

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WHO = PersonKey("cnss", "123456789")


class Time:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def fund(tmp_path: Path, time: Time) -> Filedrop:
    (tmp_path / "drop").mkdir()
    return Filedrop("cnss", tmp_path / "drop", time)


def request(key: str, kind: str = "registration") -> Request:
    return Request(key, kind, WHO, {"from": "2026-01"})


def lying(root: Path) -> list[str]:
    return [one.key for one in asked(root)]


def answer(root: Path, number: int, *rows: dict[str, Any], file: bytes = b"") -> Path:
    """A batch of receipts."""
    folder = root / "receipts" / f"{number:06d}"
    at = NOW + timedelta(minutes=number)
    with Draft(folder, Head(number, "delta", at, "cnss"), "ndjson") as draft:
        for row in rows:
            draft.put("receipt", receipts.COLUMNS, row)
        if file:
            (root / "receipts" / f"{number:06d}.part" / "paper.pdf").write_bytes(file)
    return folder


def said(key: str, state: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "state": state, "since": "2026-11-22T04:00:00+01:00", **more}


def test_the_first_request_leaves_at_once_and_the_next_together(
    fund: Filedrop, time: Time, tmp_path: Path
) -> None:
    root = tmp_path / "drop"
    assert fund.submit(request("1")) == Receipt("1")
    assert lying(root) == ["1"]
    for key in ("2", "3"):
        assert fund.submit(request(key)) == Receipt(key)
    assert lying(root) == ["1"]
    time.now += timedelta(minutes=1)
    fund.submit(request("4"))
    assert lying(root) == ["1", "2", "3", "4"]
    assert len(list(root.glob("out/requests-*"))) == 2
    assert not list(root.glob("out/*.part"))


def test_a_full_batch_leaves_without_waiting(
    fund: Filedrop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MOST", 5)
    for key in range(11):
        fund.submit(request(f"{key:02d}"))
    assert len(lying(tmp_path / "drop")) == 11


def test_what_waits_leaves_with_the_next_pull(fund: Filedrop, tmp_path: Path) -> None:
    fund.submit(request("1"))
    fund.submit(request("2"))
    list(fund.pull(None, "full"))
    assert lying(tmp_path / "drop") == ["1", "2"]


def test_the_same_key_is_one_request_even_after_the_fund_took_it_away(
    fund: Filedrop, time: Time, tmp_path: Path
) -> None:
    root = tmp_path / "drop"
    fund.submit(request("1"))
    for path in root.glob("out/requests-*"):
        path.rename(tmp_path / "taken")
    time.now += timedelta(hours=1)
    assert Filedrop("cnss", root, time).submit(request("1")) == Receipt("1")
    fund.poll([])
    assert lying(root) == []


def test_the_numbers_go_on_where_the_memory_was_lost(
    fund: Filedrop, time: Time, tmp_path: Path
) -> None:
    root = tmp_path / "drop"
    fund.submit(request("1"))
    (root / "out" / ".lite.db").unlink()
    time.now += timedelta(hours=1)
    fund.submit(request("2"))
    assert [path.name for path in sorted(root.glob("out/requests-*"))] == [
        "requests-000001", "requests-000002",
    ]  # fmt: skip


def test_a_crash_before_the_batch_is_written_loses_nothing(
    fund: Filedrop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(outbox.Outbox, "_write", crash)
        with pytest.raises(KeyboardInterrupt):
            fund.submit(request("1"))
    assert lying(tmp_path / "drop") == []
    fund.poll([])
    assert lying(tmp_path / "drop") == ["1"]


def test_a_crash_after_it_was_written_doubles_nothing(
    fund: Filedrop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = outbox.Outbox._write

    def crash(*args: Any) -> None:
        write(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(outbox.Outbox, "_write", crash)
        with pytest.raises(KeyboardInterrupt):
            fund.submit(request("1"))
    fund.poll([])
    assert lying(tmp_path / "drop") == ["1"]


def _submit(root: Path, keys: list[str]) -> None:
    fund = Filedrop("cnss", root, lambda: datetime.now(UTC))
    for key in keys:
        assert fund.submit(request(key)) == Receipt(key)


def test_several_processes_ask_once(fund: Filedrop, tmp_path: Path) -> None:
    root = tmp_path / "drop"
    keys = [f"{key:03d}" for key in range(40)]
    spawn = multiprocessing.get_context("fork")
    workers = [spawn.Process(target=_submit, args=(root, keys[start:] + keys[:start]))
               for start in (0, 13, 27)]  # fmt: skip
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    fund.poll([])
    assert all(worker.exitcode == 0 for worker in workers)
    assert sorted(lying(root)) == keys


def test_what_no_fund_takes_and_a_folder_that_is_away(fund: Filedrop, tmp_path: Path) -> None:
    refused = fund.submit(request("1", "moon"))
    assert isinstance(refused, Refused) and refused.reason.code == "unknown_type"
    (tmp_path / "drop").rename(tmp_path / "away")
    assert isinstance(fund.submit(request("2")), Unreachable)
    assert not (tmp_path / "drop").exists()  # an unmounted stick is not written beside


def test_what_it_says_is_forgotten_once_it_is_written(fund: Filedrop, tmp_path: Path) -> None:
    fund.submit(request("1"))
    assert b"123456789" not in (tmp_path / "drop" / "out" / ".lite.db").read_bytes()


def test_requests_are_signed_with_lites_own_key(tmp_path: Path, time: Time) -> None:
    (root := tmp_path / "drop").mkdir()
    key = Ed25519PrivateKey.generate()
    pem = tmp_path / "lite.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )  # fmt: skip
    Filedrop("cnss", root, time, sign=str(pem)).submit(request("1"))
    found = scan(root / "out", verifier(key.public_key()), "cnss")
    assert list(found.drops) == [1] and not found.refused


PAPER = {
    "reference": "F-1", "kind": "registration", "person": "cnss:123456789",
    "issued_on": "2026-11-22", "valid_until": "2027-02-20", "name": "Aïcha Boulouz",
    "facts": {"scheme": "cnss"},
}  # fmt: skip


def test_the_later_word_counts(fund: Filedrop, tmp_path: Path) -> None:
    root, held = tmp_path / "drop", [Receipt("1"), Receipt("2")]
    answer(root, 2, said("1", "rejected", reason={"code": "OUV", "label": "Droits fermés"}))
    answer(root, 1, said("1", "acknowledged"), said("9", "accepted"))
    told = fund.poll(held)
    assert told.keys() == {"1"}
    assert told["1"].state is RequestState.REJECTED and told["1"].since == NOW
    assert told["1"].reason and told["1"].reason.code == "OUV"


def test_a_paper_and_its_file(fund: Filedrop, tmp_path: Path) -> None:
    digest = f"sha256:{sha256(b'%PDF').hexdigest()}"
    file = {"path": "paper.pdf", "hash": digest, "mediatype": "application/pdf"}
    folder = answer(tmp_path / "drop", 1, said("1", "ready", document={**PAPER, "file": file}),
                    file=b"%PDF")  # fmt: skip
    paper = fund.document(Receipt("1"))
    assert paper and (paper.person, paper.file, paper.total) == (WHO, b"%PDF", None)
    (folder / "paper.pdf").write_bytes(b"other")
    assert fund.document(Receipt("1")) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda paper: paper.pop("person"),
        lambda paper: paper.update(total="12"),
        lambda paper: paper.update(more=1),
        lambda paper: paper.update(file={"path": "../x", "hash": "sha256:" + "0" * 64}),
        lambda paper: paper.update(file=[]),
    ],
)
def test_a_paper_that_cannot_be_believed_is_none(
    fund: Filedrop, tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    paper = dict(PAPER)
    change(paper)
    answer(tmp_path / "drop", 1, said("1", "ready", document=paper))
    assert fund.document(Receipt("1")) is None
    answer(tmp_path / "drop", 2, said("1", "ready", document=PAPER))
    assert fund.document(Receipt("1"))


def test_receipts_that_cannot_be_trusted_say_nothing(fund: Filedrop, tmp_path: Path) -> None:
    root = tmp_path / "drop"
    answer(root, 1, said("1", "acknowledged"))
    folder = answer(root, 2, said("1", "ready"))
    path = folder / "receipt.ndjson"
    path.write_text(path.read_text().replace("ready", "READY"))
    assert fund.poll([Receipt("1")])["1"].state is RequestState.ACKNOWLEDGED
    (folder / "manifest.json").write_text(json.dumps({"output": 1}))
    assert fund.poll([Receipt("1")])["1"].state is RequestState.ACKNOWLEDGED


def test_rows_that_make_no_sense_leave_the_others(fund: Filedrop, tmp_path: Path) -> None:
    answer(
        tmp_path / "drop", 1, {"key": "1"}, said("2", "perhaps"), said("3", "accepted"),
        said("4", "accepted") | {"since": "2026-11-22"}, said("5", "accepted") | {"since": "x"},
    )  # fmt: skip
    assert fund.poll([Receipt(str(n)) for n in range(9)]).keys() == {"3"}


def test_health_says_when_the_funds_clock_runs_ahead(
    fund: Filedrop, time: Time, tmp_path: Path
) -> None:
    assert fund.health().reachable and fund.health().clock_skew is None
    with Draft(tmp_path / "drop" / "b1", Head(1, "full", NOW + timedelta(hours=2), "cnss"),
               "ndjson") as draft:  # fmt: skip
        draft.open("deleted", ())
    assert fund.health().clock_skew == 7200
