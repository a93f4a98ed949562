"""What the fund's engineer is told is true: the page's examples are read, its lists are whole."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from click.testing import CliRunner

from lite.cli import main
from lite.upstream import fund as open_fund
from lite.upstream.answers import Receipt, RequestState
from lite.upstream.filedrop import Filedrop, receipts, rows
from lite.upstream.filedrop.write import Draft, Head
from lite.upstream.records import DOSSIER_KINDS, DossierStatus

PAGE = Path("docs/filedrop.md").read_text()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def block(begins: str) -> str:
    """The indented block that begins so."""
    start = PAGE.index("    " + begins)
    end = re.search(r"\n(?! {4})", PAGE[start:])
    assert end
    return re.sub(r"^ {4}", "", PAGE[start : start + end.start() + 1], flags=re.M)


def test_the_csv_of_the_page_is_a_batch(tmp_path: Path) -> None:
    table = block("keys,family_key").encode()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "insured.csv").write_bytes(table)
    digest = f"sha256:{sha256(table).hexdigest()}"
    told = re.sub(r"sha256:[^\"]*", digest, block('{"name": "cnss", "created"'))
    assert json.loads(told)["resources"][0]["bytes"] == len(table)
    (tmp_path / "b" / "datapackage.json").write_text(told)
    pull = open_fund("cnss", f"filedrop://{tmp_path}", lambda: NOW).pull(None, "full")
    assert [change.key for page in pull for change in page.changes] == ["cnss:123456789"]
    assert pull.end.complete


def test_the_ndjson_of_the_page_is_a_batch(tmp_path: Path) -> None:
    row = {
        "keys": {"cnss": "123456789"}, "family_key": "cnss:123456789", "role": "head",
        "name": "Aïcha Boulouz", "birth_date": "1980-01-02",
    }  # fmt: skip
    body = (json.dumps(row, ensure_ascii=False) + "\n").encode()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "insured.ndjson").write_bytes(body)
    digest = f"sha256:{sha256(body).hexdigest()}"
    told = block('{"transactionTime"').replace("sha256:…", digest)
    (tmp_path / "b" / "manifest.json").write_text(told)
    pull = open_fund("cnss", f"filedrop://{tmp_path}", lambda: NOW).pull(None, "full")
    assert len([change for page in pull for change in page.changes]) == 1 and pull.end.complete


def test_the_receipts_of_the_page_are_read(tmp_path: Path) -> None:
    lines = block('{"key": "204512345612", "state": "acknowledged"')
    told = re.sub(r'"since": "…"', '"since": "2026-11-22T11:00:00Z"', lines)
    told = told.replace("{…}", "{}").replace(', "file": {', ', "files": {')
    told = re.sub(r',\s*"files": \{[^}]*\}', "", told)
    decoder, rest, found = json.JSONDecoder(), told.strip(), []
    while rest:
        row, end = decoder.raw_decode(rest)
        found.append(row)
        rest = rest[end:].strip()
    for number, row in enumerate(found, 1):
        folder = tmp_path / "receipts" / str(number)
        with Draft(folder, Head(number, "delta", NOW, "cnss"), "ndjson") as draft:
            draft.put("receipt", receipts.COLUMNS, row)
        fund = Filedrop("cnss", tmp_path, lambda: NOW)
        assert fund.poll([Receipt("204512345612")])["204512345612"].state == row["state"]
    paper = fund.document(Receipt("204512345612"))
    assert len(found) == 3 and paper and paper.total == 4_200_000


def test_the_page_lists_every_column_kind_and_status() -> None:
    for kind, columns in rows.columns(NOW.date()).items():
        line = next(line for line in PAGE.splitlines() if line.startswith(f"| {kind} |"))
        for column in columns:
            required = f"**{column.name}**"
            assert (required if column.none is ... else column.name) in line, (kind, column.name)
            assert (required in line) == (column.none is ...)
    words = [*DOSSIER_KINDS, *(status for status in DossierStatus if status != "unknown")]
    words += [state for state in RequestState if state not in ("queued", "sent")]
    assert [word for word in words if word not in PAGE] == []


def lite(*words: object) -> tuple[int, str]:
    ran = CliRunner().invoke(main, [str(word) for word in words])
    return ran.exit_code, ran.output


def test_an_example_passes_its_own_check(tmp_path: Path) -> None:
    code, said = lite("check-drop", tmp_path)
    assert code == 0 and "Nothing lies there yet" in said
    assert lite("example-drop", tmp_path)[0] == 0
    assert lite("example-drop", tmp_path, "--format", "ndjson", "--gzip", "--delta")[0] == 0
    code, said = lite("check-drop", tmp_path)
    assert code == 0 and re.search(r"^\d{4} rows can be read, 0 cannot", said)
    assert not (tmp_path / "out").exists()


def test_a_check_names_the_line_and_says_what_to_do(tmp_path: Path) -> None:
    lite("example-drop", tmp_path)
    path = next(tmp_path.glob("*/dossier.csv"))
    path.write_text(path.read_text() + "x")
    code, said = lite("check-drop", tmp_path)
    assert code == 1 and f"Refused: {path.parent.name}/dossier.csv: " in said
    assert lite("check-drop", tmp_path / "nowhere")[0] == 1
    assert "must be full" in lite("example-drop", tmp_path / "new", "--delta")[1]
