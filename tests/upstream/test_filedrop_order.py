"""Batches in their order, who may have sent them, and what other tools say of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lite.upstream import fund as open_fund
from lite.upstream.answers import Batch, BatchRefused, Change, Mode, upsert
from lite.upstream.filedrop import export
from lite.upstream.filedrop.write import Head
from lite.upstream.records import Dossier, DossierStatus, PersonKey

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
SLOW = bool(os.environ.get("LITE_SLOW"))
WHO = PersonKey("cnss", "123456789")
ROWS = 1_000_000 if SLOW else 100_000


def dossier(number: str, status: str = "received") -> Change:
    return upsert(Dossier(number, WHO, "ald", None, DossierStatus(status), None))


def gone(number: str) -> Change:
    return Change("delete", "dossier", number, None, "")


def drop(root: Path, sequence: int, mode: Mode, *changes: Change, name: str = "",
         at: datetime | None = None) -> Path:  # fmt: skip
    """Batch `sequence`, of an hour after the one before."""
    folder = root / (name or f"b{sequence}")
    head = Head(sequence, mode, at or NOW + timedelta(hours=sequence), "cnss")
    export.write(folder, head, changes, "csv")
    return folder


def pull(root: Path, since: str | None = None, options: str = "") -> tuple[dict[str, str], Batch]:
    """number -> status (or `gone`), and the end."""
    fund = open_fund("cnss", f"filedrop://{root}{options}", lambda: LATER)
    read = fund.pull(since, "delta" if since else "full")
    changes = [change for page in read for change in page.changes]
    return {one.key: _status(one) for one in changes}, read.end


def _status(change: Change) -> str:
    return change.record.status if isinstance(change.record, Dossier) else "gone"


def refused(root: Path, since: str | None = None, options: str = "") -> str:
    with pytest.raises(BatchRefused) as caught:
        pull(root, since, options)
    return caught.value.reason


def test_a_folder_without_a_manifest_is_nothing_yet(tmp_path: Path) -> None:
    (tmp_path / "b1").mkdir()
    (tmp_path / "b1" / "dossier.csv").write_text("number")
    (tmp_path / "b1" / "datapackage.json.part").write_text("{")
    (tmp_path / "b2.part").mkdir()
    (tmp_path / "b2.part" / "datapackage.json").write_text("{")
    (tmp_path / ".trash").mkdir()
    (tmp_path / ".trash" / "datapackage.json").write_text("{")
    told, end = pull(tmp_path)
    assert not told and end.cursor is None and not end.complete


def test_batches_come_one_by_one_oldest_first(tmp_path: Path) -> None:
    drop(tmp_path, 1, "full", dossier("A"), dossier("B"))
    _, first = pull(tmp_path)
    assert first.complete and not first.more
    drop(tmp_path, 2, "delta", dossier("A", "paid"))
    drop(tmp_path, 3, "delta", gone("B"))
    told, second = pull(tmp_path, first.cursor)
    assert told == {"A": "paid"} and second.more and not second.complete
    told, third = pull(tmp_path, second.cursor)
    assert told == {"B": "gone"} and not third.more
    told, again = pull(tmp_path, third.cursor)
    assert not told and (again.cursor, again.as_of) == (third.cursor, third.as_of)


def test_a_full_pull_is_the_last_full_batch_and_all_that_followed(tmp_path: Path) -> None:
    drop(tmp_path, 1, "full", dossier("X"))
    drop(tmp_path, 2, "full", dossier("A"), dossier("B"), dossier("C"), dossier("D"))
    drop(tmp_path, 3, "delta", dossier("A", "approved"), gone("B"), gone("C"))
    drop(tmp_path, 4, "delta", dossier("A", "paid"), dossier("C", "in_review"))
    told, end = pull(tmp_path)
    assert told == {"A": "paid", "C": "in_review", "D": "received"}
    assert end.complete and end.as_of == NOW + timedelta(hours=4)


def test_a_full_batch_in_its_turn_is_complete(tmp_path: Path) -> None:
    drop(tmp_path, 1, "full", dossier("A"))
    _, first = pull(tmp_path)
    drop(tmp_path, 2, "full", dossier("B"))
    told, second = pull(tmp_path, first.cursor)
    assert told == {"B": "received"} and second.complete


def test_a_batch_that_is_missing_is_waited_for(tmp_path: Path) -> None:
    drop(tmp_path, 1, "full", dossier("A"))
    _, first = pull(tmp_path)
    drop(tmp_path, 3, "delta", dossier("A", "paid"))
    assert "batch 2 is missing: b3/datapackage.json is batch 3" in refused(tmp_path, first.cursor)
    drop(tmp_path, 2, "delta", dossier("B"))
    assert pull(tmp_path, first.cursor)[1].more


def test_two_batches_of_one_number(tmp_path: Path) -> None:
    drop(tmp_path, 1, "full", dossier("A"))
    _, first = pull(tmp_path)
    drop(tmp_path, 2, "delta", dossier("B"))
    other = drop(tmp_path, 2, "delta", dossier("C"), name="other")
    assert "b2/datapackage.json and other/datapackage.json are both batch 2" in refused(
        tmp_path, first.cursor
    )
    assert "are both batch 2" in refused(tmp_path)
    shutil.rmtree(other)
    assert pull(tmp_path, first.cursor)[0] == {"B": "received"}


def test_a_batch_that_comes_again_changes_nothing(tmp_path: Path) -> None:
    shutil.copytree(drop(tmp_path, 1, "full", dossier("A")), tmp_path / "copy")
    told, first = pull(tmp_path)
    assert told == {"A": "received"}
    drop(tmp_path, 1, "full", dossier("Z"), name="forged")
    told, again = pull(tmp_path, first.cursor)
    assert not told and again.cursor == first.cursor


@pytest.mark.parametrize("hours", [-1, 0])
def test_a_time_that_is_not_later(tmp_path: Path, hours: int) -> None:
    drop(tmp_path, 1, "full", dossier("A"), at=NOW)
    _, first = pull(tmp_path)
    drop(tmp_path, 2, "delta", dossier("B"), at=NOW + timedelta(hours=hours))
    assert "is not later than" in refused(tmp_path, first.cursor)
    assert "is not later than" in refused(tmp_path)


def test_a_broken_batch_does_not_hide_the_good_one_before_it(tmp_path: Path) -> None:
    drop(tmp_path, 1, "full", dossier("A"))
    _, first = pull(tmp_path)
    drop(tmp_path, 2, "delta", dossier("B"))
    (drop(tmp_path, 3, "delta") / "datapackage.json").write_text("<html>")
    told, second = pull(tmp_path, first.cursor)
    assert told == {"B": "received"}
    assert "b3/datapackage.json: is not JSON" in refused(tmp_path, second.cursor)


def test_a_delta_cannot_come_first(tmp_path: Path) -> None:
    drop(tmp_path, 5, "delta", dossier("A"))
    assert "the first batch must be full" in refused(tmp_path)


def test_the_cursor_of_another_adapter(tmp_path: Path) -> None:
    drop(tmp_path, 1, "full", dossier("A"))
    for cursor in ("2026-11-22", "{}", "[]", '{"sequence": 1}'):
        assert "lite pull --full" in refused(tmp_path, cursor)


# Who sent it


def keys(folder: Path, name: str = "fund") -> tuple[Ed25519PrivateKey, Path]:
    key = Ed25519PrivateKey.generate()
    public = folder / f"{name}.pub.pem"
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return key, public


def test_with_a_key_only_what_the_fund_signed_is_read(tmp_path: Path) -> None:
    (root := tmp_path / "drop").mkdir()
    own, public = keys(tmp_path)
    other, _ = keys(tmp_path, "other")
    manifest = drop(root, 1, "full", dossier("A")) / "datapackage.json"
    asked = f"?key={public}"
    assert "is not signed as it must be" in refused(root, options=asked)
    signature = manifest.with_name("datapackage.json.sig")
    for wrong in (other.sign(manifest.read_bytes()), b"", bytes(64), bytes(65), b"text"):
        signature.write_bytes(wrong)
        assert "sign" in refused(root, options=asked)
    signature.write_bytes(own.sign(manifest.read_bytes()))
    assert pull(root, options=asked)[0] == {"A": "received"}
    manifest.write_bytes(manifest.read_bytes() + b" ")
    assert "is not the fund's signature" in refused(root, options=asked)


def test_what_openssl_signs_is_signed(tmp_path: Path) -> None:
    """The commands that the fund's engineer is told to run."""
    (root := tmp_path / "drop").mkdir()
    manifest = drop(root, 1, "full", dossier("A")) / "datapackage.json"
    for command in (
        "genpkey -algorithm ed25519 -out fund.pem",
        "pkey -in fund.pem -pubout -out fund.pub.pem",
        f"pkeyutl -sign -rawin -inkey fund.pem -in {manifest} -out {manifest}.sig",
    ):
        subprocess.run(["openssl", *command.split()], cwd=tmp_path, check=True)
    assert pull(root, options=f"?key={tmp_path}/fund.pub.pem")[0]


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("filedrop://srv/cnss", "three slashes"),
        ("filedrop:srv/cnss", "three slashes"),
        ("filedrop:///", "three slashes"),
        ("filedrop:///srv/cnss?kez=/a", "no option 'kez'; known: key, sign"),
        ("filedrop:///srv/cnss?key=/nowhere.pem", "openssl pkey"),
        ("filedrop:///srv/cnss?sign=/nowhere.pem", "openssl genpkey -algorithm ed25519"),
        ("filedrop:///srv/cnss?key=/dev/null", "is not a key in PEM"),
    ],
)
def test_an_address_that_makes_no_sense(url: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=".*" + remedy.replace("?", r"\?")):
        open_fund("cnss", url, lambda: NOW)


# What others say of it


@pytest.mark.parametrize("packed", [False, True])
def test_frictionless_finds_nothing_wrong(tmp_path: Path, packed: bool) -> None:
    frictionless = pytest.importorskip("frictionless")
    fund = open_fund("cnss", f"pretend://{tmp_path}/fund.db", lambda: NOW)
    changes = [change for page in fund.pull(None, "full") for change in page.changes]
    export.write(tmp_path / "b1", Head(1, "full", NOW, "cnss"), changes, "csv", packed)
    report = frictionless.validate(str(tmp_path / "b1" / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])[:5]
    if packed:
        return  # it has no words for a gzip file that is cut
    path = next((tmp_path / "b1").glob("dossier.*"))
    path.write_bytes(path.read_bytes()[:-30])
    assert not frictionless.validate(str(tmp_path / "b1" / "datapackage.json")).valid


def test_many_rows_in_little_memory(tmp_path: Path) -> None:
    """Measured in a process of its own: the peak of this one is everybody's."""
    many = (dossier(f"D{n}") for n in range(ROWS))
    export.write(tmp_path / "b1", Head(1, "full", NOW, "cnss"), many, "csv", packed=True)
    program = (
        "from datetime import UTC, datetime; from lite.upstream import fund;"
        f"pull = fund('cnss', 'filedrop://{tmp_path}', lambda: datetime(2026, 12, 1, tzinfo=UTC))"
        ".pull(None, 'full'); rows = sum(len(page.changes) for page in pull);"
        # Not `ru_maxrss`: a child begins with the peak of the process that made it.
        "peak = next(int(line.split()[1]) for line in open('/proc/self/status')"
        " if line.startswith('VmHWM')) // 1024; print(rows, pull.end.complete, peak)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    rows, complete, peak = ran.stdout.split()
    assert (int(rows), complete) == (ROWS, "True")
    assert int(peak) < 120
