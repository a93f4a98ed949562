"""What may be wrong with a batch: each is refused with a reason that names the place, or its bad
rows are set aside; never a crash, and never a page that counts before the end."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from fundside import told_again
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lite.upstream import fund as open_fund
from lite.upstream.answers import Batch, BatchRefused, Change, FundDown, Quarantined, upsert
from lite.upstream.filedrop import export
from lite.upstream.filedrop.columns import Column, of_cells
from lite.upstream.filedrop.values import text
from lite.upstream.filedrop.write import Head
from lite.upstream.records import Dossier, DossierStatus, Insured, PersonKey, Reason
from lite.upstream.writing import written

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SLOW = bool(os.environ.get("LITE_SLOW"))
WHO = PersonKey("cnss", "123456789")
FORMS: tuple[export.Form, ...] = ("csv", "ndjson")
RECORDS = (
    Insured({"cnss": "123456789", "cin": "AB123456"}, "cnss:123456789", "head",
            "Étienne Aït Tafoukt, dit « Titi »", "1980-02-29", ("+212600000001",), "إتيان", "fr"),
    Dossier("D1", WHO, "reimbursement", "2026-10-01", DossierStatus.REJECTED, "2026-11-02",
            (Reason("OUV", 'Droits "non ouverts"; voir\nagence'.replace("\n", " ")),), ("invoice",),
            125050, 100000, None, "MAD", "R7"),
    Dossier("D2", WHO, "ald", None, DossierStatus.UNKNOWN, None, raw="??"),
)  # fmt: skip


def batch(root: Path, form: export.Form = "csv", **head: Any) -> Path:
    """A small good batch in a folder of its own."""
    said = {"sequence": 1, "mode": "full", "as_of": NOW, "fund": "cnss"} | head
    folder = root / f"b{said['sequence']}"
    export.write(folder, Head(**said), [upsert(record) for record in RECORDS], form)
    return folder


def pull(root: Path, since: str | None = None, mode: str = "full", now: datetime = NOW,
         options: str = "") -> tuple[list[Change], list[Quarantined], Batch]:  # fmt: skip
    """A whole pull, as the intake reads one."""
    fund = open_fund("cnss", f"filedrop://{root}{options}", lambda: now)
    read = fund.pull(since, "delta" if mode == "delta" else "full")
    pages = list(read)
    changes = [change for page in pages for change in page.changes]
    return changes, [row for page in pages for row in page.quarantined], read.end


def refused(root: Path, **how: Any) -> str:
    with pytest.raises(BatchRefused) as caught:
        pull(root, **how)
    return caught.value.reason


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what the manifest says."""
    path = manifest_of(folder)
    told = json.loads(path.read_text())
    change(told)
    path.write_text(json.dumps(told))


def manifest_of(folder: Path) -> Path:
    return next(path for path in folder.iterdir() if path.suffix == ".json")


def data_of(folder: Path, kind: str = "dossier") -> Path:
    return next(folder.glob(f"{kind}.*"))


def spoilt(folder: Path, change: Callable[[str], str], kind: str = "dossier") -> None:
    """Change a file, and make the manifest true of it."""
    path = data_of(folder, kind)
    path.write_text(change(path.read_text()), newline="")
    told_again(folder)


@pytest.mark.parametrize("form", FORMS)
def test_what_was_written_is_what_is_read(tmp_path: Path, form: export.Form) -> None:
    batch(tmp_path, form)
    changes, bad, end = pull(tmp_path)
    assert {change.record.__repr__() for change in changes} == {repr(one) for one in RECORDS}
    assert not bad and end.complete and not end.partial and end.as_of == NOW


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["dossier", "manifest", "insured"])
def test_cut_at_every_byte(tmp_path: Path, form: export.Form, kind: str) -> None:
    folder = batch(tmp_path, form)
    path = manifest_of(folder) if kind == "manifest" else data_of(folder, kind)
    whole = path.read_bytes()
    end = len(whole.rstrip()) if kind == "manifest" else len(whole)
    for cut in range(0, end, 1 if SLOW or kind != "manifest" else 7):
        path.write_bytes(whole[:cut])
        assert path.name in refused(tmp_path)


@pytest.mark.parametrize("form", FORMS)
def test_cut_at_every_byte_under_a_manifest_that_believes_it(
    tmp_path: Path, form: export.Form
) -> None:
    """The count of rows, or a row that cannot be read, gives the cut away."""
    folder = batch(tmp_path, form)
    path = data_of(folder)
    whole = path.read_bytes()
    for cut in range(len(whole) - 1):
        path.write_bytes(whole[:cut])
        told_again(folder)
        try:
            _, bad, end = pull(tmp_path)
        except BatchRefused:
            continue
        assert (bad and not end.complete) or cut >= len(whole) - 4  # of the last, free text


LIES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "hash": (lambda told: told["resources"][1].update(hash="sha256:" + "0" * 64), "sha256"),
    "no hash": (lambda told: told["resources"][1].pop("hash"), "'hash'"),
    "md5": (lambda told: told["resources"][1].update(hash="0" * 32), "'sha256:'"),
    "bytes": (lambda told: told["resources"][1].update(bytes=7), "the manifest says 7"),
    "fewer rows": (lambda told: told["resources"][2].update(rows=1), "more rows are there"),
    "more rows": (lambda told: told["resources"][2].update(rows=9), "2 rows are there"),
    "rows of truth": (lambda told: told["resources"][1].update(rows=True), "a whole number"),
    "sequence": (lambda told: told.pop("lite:sequence"), "'lite:sequence'"),
    "zero": (lambda told: told.update({"lite:sequence": 0}), "1 or more"),
    "mode": (lambda told: told.update({"lite:mode": "some"}), "full (everything)"),
    "no zone": (lambda told: told.update(created="2026-11-22T03:00:00"), "2026-11-22T03:00:00Z"),
    "a day": (lambda told: told.update(created="2026-11-22"), "a time such as"),
    "the year 0": (lambda told: told.update(created="0001-01-01T00:00:00+14:00"), "a time such"),
    "other fund": (lambda told: told.update({"lite:fund": "cnops"}), "of the fund 'cnops'"),
    "nothing": (lambda told: told.update(resources=[]), "one file at least"),
    "no list": (lambda told: told.update(resources={}), "a list"),
    "texts": (lambda told: told.update(resources=["a"]), "must be an object"),
    "kind": (lambda told: told["resources"][1].update(name="patients"), "'patients'"),
    "named twice": (lambda told: told["resources"][1].update(name="dossier"), "same name"),
    "file twice": (lambda told: told["resources"][1].update(path="dossier.csv"), "one file twice"),
    "encoding": (lambda told: told["resources"][1].update(encoding="windows-1256"), "UTF-8"),
    "delimiter": (lambda told: told["resources"][1].update(dialect={"delimiter": "#"}), "'#'"),
    "quotes": (lambda told: told["resources"][1].update(dialect={"quoteChar": "'"}), "quoteChar"),
    "format": (lambda told: told["resources"][1].update(format="xlsx"), "xlsx"),
    "parts": (lambda told: told["resources"][1].update(path=["a", "b"]), "one file a resource"),
    "no schema": (lambda told: told["resources"][1].pop("schema"), "'schema'"),
    "future": (lambda told: told.update(created="2026-11-22T03:06:00Z"), "in the future"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_manifest_that_lies(tmp_path: Path, lie: str) -> None:
    folder = batch(tmp_path)
    change, expected = LIES[lie]
    edit(folder, change)
    reason = refused(tmp_path)
    assert expected in reason and reason.startswith("b1/")


BULK_LIES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "hash": (lambda told: told["output"][0]["extension"].update(hash="sha256:" + "0" * 64),
             "sha256"),
    "no hash": (lambda told: told["output"][0].pop("extension"), "has no hash"),
    "size": (lambda told: told["output"][0].update(fileSize=1), "the manifest says 1"),
    "count": (lambda told: told["output"][0].update(count=7), "the manifest says 7"),
    "token": (lambda told: told.update(requiresAccessToken=True), "requiresAccessToken"),
    "url": (lambda told: told["output"][0].update(url="https://cnss.example/a.ndjson"), "beside"),
    "type": (lambda told: told["output"][0].update(type="Patient"), "'Patient'"),
    "no output": (lambda told: [told.pop("output"), told.pop("deleted")], "'output'"),
    "time": (lambda told: told.pop("transactionTime"), "'transactionTime'"),
    "no sequence": (lambda told: told.pop("extension"), "'sequence'"),
}  # fmt: skip


@pytest.mark.parametrize("lie", BULK_LIES)
def test_a_bulk_manifest_that_lies(tmp_path: Path, lie: str) -> None:
    folder = batch(tmp_path, "ndjson")
    change, expected = BULK_LIES[lie]
    edit(folder, change)
    reason = refused(tmp_path)
    assert expected in reason and reason.startswith("b1/")


def test_the_standards_own_words_say_full_or_delta(tmp_path: Path) -> None:
    """A snapshot begins its epoch; later in the epoch it is what changed."""
    folder = batch(tmp_path, "ndjson")
    edit(folder, lambda told: told["extension"].pop("mode"))
    assert pull(tmp_path)[2].complete
    edit(folder, lambda told: told.update(epochStartTime="2026-11-01T00:00:00Z"))
    assert "the first batch must be full" in refused(tmp_path)
    fields = [{"url": "https://x.example/sequence", "valueInteger": 1}]
    edit(folder, lambda told: [told.update(extension=fields), told.pop("epochStartTime")])
    assert pull(tmp_path)[2].complete


PATHS = ["/etc/passwd", "../b1/dossier.csv", "a/../../x", ".hidden", "a/.git/x", "", "a//b",
         "a\\b", "C:x", "dossier.csv\x00", "a" * 300, "ع" * 200, "sub", "missing.csv"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_leads_elsewhere(tmp_path: Path, path: str) -> None:
    folder = batch(tmp_path)
    (folder / "sub").mkdir()
    edit(folder, lambda told: told["resources"][1].update(path=path, format="csv"))
    assert refused(tmp_path)


def test_links_are_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    folder = batch(root)
    data_of(folder).rename(outside)
    (folder / "dossier.csv").symlink_to(outside)
    assert "is a link" in refused(root)
    (folder / "dossier.csv").unlink()
    (folder / "sub").symlink_to(tmp_path)
    edit(folder, lambda told: told["resources"][2].update(path="sub/outside"))
    assert refused(root)
    (root / "b9").symlink_to(folder)  # a folder that is a link is no batch
    assert "b9" not in refused(root)


def test_what_is_no_file(tmp_path: Path) -> None:
    folder = batch(tmp_path)
    path = data_of(folder)
    path.unlink()
    os.mkfifo(path)
    assert "is a folder, not a file" in refused(tmp_path) or "not a file" in refused(tmp_path)
    path.unlink()
    path.mkdir()
    assert "not a file" in refused(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    data_of(batch(tmp_path)).chmod(0)
    assert "give Lite's user the right" in refused(tmp_path)


BODIES = {
    "windows-1256": (b"dossier.csv" + "الملف".encode("cp1256") + b"\n", "is not UTF-8"),
    "utf-16": ("number,insured".encode("utf-16"), "is not UTF-8"),
    "html": (b"<!DOCTYPE html><p>Erreur 500</p>\n", "columns must be those"),
    "empty": (b"", "columns must be those"),
    "zeros": (bytes(1000), "columns must be those"),
    "one long line": (b"a" * 400_000, "longer than"),
}


@pytest.mark.parametrize("body", BODIES)
def test_a_file_that_is_something_else(tmp_path: Path, body: str) -> None:
    folder = batch(tmp_path)
    data_of(folder).write_bytes(BODIES[body][0])
    told_again(folder)
    reason = refused(tmp_path)
    assert BODIES[body][1] in reason and "b1/dossier.csv line 1" in reason


def test_the_line_of_a_byte_that_is_no_utf8(tmp_path: Path) -> None:
    folder = batch(tmp_path)
    path = data_of(folder)
    path.write_bytes(path.read_bytes() + "D3,مرحبا".encode("cp1256"))
    told_again(folder)
    assert "dossier.csv line 4: the byte 0xE3 is not UTF-8 (an export in windows-1256" in refused(
        tmp_path
    )


MANIFESTS = [b"", b"<html>", b"[]", b"null", b'{"a": 1, "a": 2}', b"[" * 100_000, b"\xff\xfe{}",
             b'{"a": NaN}', b'{"resources": ' + b"9" * 5_000 + b"}", b" " * 5_000_000]  # fmt: skip


@pytest.mark.parametrize("name", ["datapackage.json", "manifest.json"])
@pytest.mark.parametrize("body", MANIFESTS, ids=range(len(MANIFESTS)))
def test_a_manifest_that_is_something_else(tmp_path: Path, name: str, body: bytes) -> None:
    (tmp_path / "b1").mkdir()
    (tmp_path / "b1" / name).write_bytes(body)
    assert f"b1/{name}: " in refused(tmp_path)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("form", FORMS)
def test_ends_of_lines_and_byte_order_marks(
    tmp_path: Path, form: export.Form, end: str, mark: str
) -> None:
    folder = batch(tmp_path, form)
    spoilt(folder, lambda text: mark + text.replace("\n", end))
    changes, bad, batch_read = pull(tmp_path)
    assert len(changes) == len(RECORDS) and not bad and batch_read.complete


def test_a_semicolon_as_spreadsheets_write_it(tmp_path: Path) -> None:
    folder = batch(tmp_path)
    path = data_of(folder, "insured")
    path.write_text(
        "keys;family_key;role;name;birth_date\n"
        '"{""cnss"": ""123456789""}";cnss:123456789;head;Aïcha Boulouz;1980-01-02\n'
    )
    told_again(folder)

    def say(told: dict[str, Any]) -> None:
        names = ("keys", "family_key", "role", "name", "birth_date")
        table = next(one for one in told["resources"] if one["name"] == "insured")
        table |= {"dialect": {"delimiter": ";"}}
        table["schema"] = {"fields": [{"name": name} for name in names]}

    edit(folder, say)
    assert "Aïcha Boulouz" in repr(pull(tmp_path)[0])


HEADERS = {
    "missing": (("status,", ""), "the column 'status' is missing"),
    "extra": (("number,", "number,diagnosis,"), "Lite knows no column 'diagnosis' of dossier"),
    "twice": (("claimed,", "claimed,claimed,"), "the column 'claimed' stands twice"),
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_that_is_not_the_one_agreed(tmp_path: Path, header: str) -> None:
    folder = batch(tmp_path)
    (old, new), expected = HEADERS[header]
    spoilt(folder, lambda text: text.replace(old, new, 1))
    assert "columns must be those of the manifest" in refused(tmp_path)

    def say(told: dict[str, Any]) -> None:
        names = data_of(folder).read_text().splitlines()[0].split(",")
        told["resources"][-1]["schema"] = {"fields": [{"name": name} for name in names]}

    edit(folder, say)
    assert expected in refused(tmp_path)


ROWS = {
    "amount": ("125050", "1250.50", "'claimed' is not a whole number of minor units"),
    "negative": ("125050", "-5", "'claimed' is not a whole number"),
    "arabic digits": ("125050", "١٢٥", "'claimed' is not a whole number"),
    "day": ("2026-10-01", "01/10/2026", "'submitted_on' is not a date"),
    "no day": ("2026-10-01", "2026-02-30", "is no day of the calendar"),
    "future": ("2026-10-01", "2027-10-01", "'submitted_on' is not between"),
    "person": ("cnss:123456789", "123456789", "'insured' is not a person"),
    "kind": ("reimbursement", "cadeau", "'kind' is none of"),
    "nobody": ("cnss:123456789", "", "'insured'"),
    "currency": ("MAD", "DH", "'currency' is not an ISO 4217"),
    "control": ("R7", "R\x007", "'raw' holds control characters"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("row", ROWS)
def test_a_row_that_cannot_be_read_is_set_aside(
    tmp_path: Path, form: export.Form, row: str
) -> None:
    old, new, expected = ROWS[row]
    folder = batch(tmp_path, form)
    if form == "ndjson":
        new = new.replace("\x00", "\\u0000")
        quoted = f'"{new}"' if old == "125050" else new
        spoilt(folder, lambda text: text.replace(old, quoted, 1))
        expected = "'claimed' must be a whole number" if old == "125050" else expected
    else:
        spoilt(folder, lambda text: text.replace(old, new, 1))
    changes, bad, end = pull(tmp_path)
    assert len(changes) == 2 and len(bad) == 1 and not end.complete
    assert bad[0].where.startswith("b1/dossier.") and bad[0].where.endswith(
        f"line {2 if form == 'csv' else 1}"
    )
    assert expected in bad[0].reason


def test_a_status_nobody_listed_is_unknown_and_kept_raw(tmp_path: Path) -> None:
    spoilt(batch(tmp_path), lambda text: text.replace("rejected", "EN_COURS_X").replace("R7", ""))
    dossiers = [one.record for one in pull(tmp_path)[0] if isinstance(one.record, Dossier)]
    assert (dossiers[0].status, dossiers[0].raw) == (DossierStatus.UNKNOWN, "EN_COURS_X")


def test_the_header_again_in_the_middle(tmp_path: Path) -> None:
    folder = batch(tmp_path)
    spoilt(folder, lambda text: text + text.splitlines(keepends=True)[0])
    edit(folder, lambda told: told["resources"][-1].update(rows=3))
    assert pull(tmp_path)[1][0].reason == "is the header again"


def test_a_quote_that_never_closes(tmp_path: Path) -> None:
    spoilt(batch(tmp_path), lambda text: text + '"' + "x\n" * 100_000)
    assert "dossier.csv line" in refused(tmp_path)


def test_long_cells_do_not_fill_the_memory() -> None:
    read = of_cells((Column("raw", text),), ("raw",), written)
    tracemalloc.start()
    try:
        for number in range(4_000):
            read([f"{number:02000}"])
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()


def pack(folder: Path, body: bytes, rows: int = 2) -> None:
    """The dossiers as a gzip file of this content."""
    (folder / "dossier.csv.gz").write_bytes(body)
    digest = sha256(body).hexdigest()
    told = {"path": "dossier.csv.gz", "bytes": len(body), "hash": f"sha256:{digest}", "rows": rows}
    edit(folder, lambda manifest: manifest["resources"][-1].update(told))


def test_gzip_in_one_piece_and_in_several(tmp_path: Path) -> None:
    folder = batch(tmp_path)
    whole = data_of(folder).read_bytes()
    pack(folder, gzip.compress(whole))
    assert len(pull(tmp_path)[0]) == 3
    pack(folder, gzip.compress(whole[:50]) + gzip.compress(whole[50:]))
    assert len(pull(tmp_path)[0]) == 3


def test_gzip_that_is_cut_damaged_or_none(tmp_path: Path) -> None:
    folder = batch(tmp_path)
    whole = gzip.compress(data_of(folder).read_bytes())
    for cut in range(len(whole)):
        pack(folder, whole[:cut])
        assert refused(tmp_path)
    pack(folder, whole[:-8] + bytes(8))
    assert "a damaged one" in refused(tmp_path)
    pack(folder, b"number,insured\n")
    assert "not a gzip file" in refused(tmp_path)


@pytest.mark.parametrize("line", [b"", b"x" * 999 + b"\n"], ids=["zeros", "lines"])
def test_a_zip_bomb_is_stopped_early(tmp_path: Path, line: bytes) -> None:
    folder = batch(tmp_path)
    head = data_of(folder).read_bytes()
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = line * 1_000 if line else bytes(1_000_000)
    body = b"".join([packer.compress(head), *(packer.compress(block) for _ in range(100))])
    pack(folder, body + packer.flush(), rows=10**9)
    assert any(word in refused(tmp_path) for word in ("expands to far more", "longer than"))


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    """The bytes that are parsed are the bytes that are hashed."""
    folder = batch(tmp_path)
    many = [upsert(Dossier(f"D{n}", WHO, "ald", None, DossierStatus.PAID, None))
            for n in range(9_000)]  # fmt: skip
    export.write(tmp_path / "b2", Head(2, "delta", NOW + timedelta(minutes=1), "cnss"), many, "csv")
    _, _, end = pull_one(tmp_path)
    fund = open_fund("cnss", f"filedrop://{tmp_path}", lambda: NOW + timedelta(hours=1))
    read = iter(fund.pull(end.cursor, "delta"))
    next(read)
    path = data_of(tmp_path / "b2")
    with path.open("r+b") as file:
        file.seek(-40, os.SEEK_END)
        file.write(b"#")
    with pytest.raises(BatchRefused, match="sha256"):
        list(read)
    assert folder.exists()


def pull_one(root: Path) -> tuple[list[Change], list[Quarantined], Batch]:
    """Only the first batch, whatever lies beside it."""
    hidden = (root / "b2").rename(root / ".b2")
    try:
        return pull(root)
    finally:
        hidden.rename(root / "b2")


_GOOD: dict[str, dict[str, bytes]] = {}


def fresh(root: Path, form: export.Form) -> Path:
    """The small good batch again, without waiting for the disk."""
    shutil.rmtree(root, ignore_errors=True)
    if form not in _GOOD:
        made = batch(root, form)
        _GOOD[form] = {path.name: path.read_bytes() for path in made.iterdir()}
        shutil.rmtree(root)
    (root / "b1").mkdir(parents=True)
    for name, body in _GOOD[form].items():
        (root / "b1" / name).write_bytes(body)
    return root / "b1"


@settings(
    max_examples=20_000 if SLOW else 150, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(data=st.data())
def test_a_mutated_batch_is_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Bytes changed, put in or taken away anywhere, sometimes under a manifest that agrees."""
    root = tmp_path_factory.getbasetemp() / "mutated"
    folder = fresh(root, data.draw(st.sampled_from(FORMS)))
    path = data.draw(st.sampled_from(sorted(folder.iterdir())))
    body = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=4) | st.sampled_from([b'"', b"{}", b"\n", b"\r", b"\x00", b"9"])
        )
    path.write_bytes(body)
    if path.suffix != ".json" and data.draw(st.booleans()):
        told_again(folder)
    try:
        changes, _, end = pull(root)
    except (BatchRefused, FundDown):
        return
    assert len(changes) <= len(RECORDS) + 3 and end.cursor
