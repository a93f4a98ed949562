"""The attestation on paper: one tagged A4 sheet in two languages, signed, with its QR code."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pypdf import PdfReader

from lite.numbers import with_check
from lite.papers.attestation import Paths, attestation_pdf
from lite.papers.signature import (
    Face,
    Signer,
    Trusted,
    key_id,
    new_key,
    read_file,
    read_token,
)
from lite.papers.wording import amount, sheet
from lite.text import Text, Value, formatted, say

REFERENCE = with_check("2718281828")
PATHS = Paths("https://lite.example.ma", "3939", "*384*3939#")


def face(kind: str = "salaries", total: int | None = 2_700_000, fund: str = "cnss") -> Face:
    return Face(
        REFERENCE, kind, fund, "2026-11-20", "2027-02-20", "ZEROUALI Fatima-Zahra",
        "فاطمة الزهراء الزروالي", total, "MAD",
    )  # fmt: skip


def months(count: int) -> dict[str, object]:
    rows = [
        {"month": f"{2024 + n // 12}-{n % 12 + 1:02}", "employer": "Conserves SARL", "days": 26,
         "amount": 450_000 + n}
        for n in range(count)
    ]  # fmt: skip
    return {"from": rows[0]["month"], "to": rows[-1]["month"], "months": rows}


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return new_key(tmp_path_factory.mktemp("keys") / "papers.pem")


def keys(signer: Signer, fund: str = "cnss") -> dict[str, Trusted]:
    return {key_id(signer.public): Trusted(fund, signer.public)}


def read(pdf: bytes) -> str:
    reader = PdfReader(io.BytesIO(pdf))
    return "\n".join(page.extract_text() for page in reader.pages)


def scanned(pdf: bytes, folder: Path) -> str:
    """What a scanner reads of the printed paper."""
    (folder / "a.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "150", "-f", "1", "-l", "1", "-png", "-singlefile",
         str(folder / "a.pdf"), str(folder / "a")], check=True,
    )  # fmt: skip
    found = subprocess.run(
        ["zbarimg", "-q", "--raw", "--nodbus", str(folder / "a.png")], check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    return found.stdout.strip()


@pytest.mark.parametrize("count", [3, 6, 12])
def test_a_year_of_salaries_is_one_sheet_of_less_than_50_kilobytes(
    count: int, signer: Signer
) -> None:
    pdf = attestation_pdf(face(), months(count), PATHS, signer)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    assert len(pdf) <= 50_000
    for n in range(count):
        assert amount(450_000 + n) in read(pdf).replace("\u202f", "\xa0")


def test_it_can_be_heard_and_carries_its_own_fonts(signer: Signer) -> None:
    reader = PdfReader(io.BytesIO(attestation_pdf(face(), months(6), PATHS, signer)))
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in catalogue["/Metadata"].get_data()
    fonts = {str(font.get_object()["/BaseFont"]) for page in reader.pages
             for font in page["/Resources"]["/Font"].values()}  # fmt: skip
    assert {name.partition("+")[2].partition("-")[0] for name in fonts} == {
        "NotoSans", "NotoNaskhArabic",
    }  # fmt: skip


def test_it_says_the_same_in_both_languages(signer: Signer) -> None:
    told = read(attestation_pdf(face(), months(6), PATHS, signer))
    for words in ("Attestation de salaires", "ZEROUALI Fatima-Zahra", "20/11/2026", "27000 DH"):
        assert words in told
    for words in ("شهادة", "الأجور"):
        assert words in told or words[::-1] in told


def test_the_same_facts_make_the_same_bytes(signer: Signer) -> None:
    one, other = (attestation_pdf(face(), months(6), PATHS, signer) for _ in range(2))
    assert one == other
    assert one != attestation_pdf(face(total=1), months(6), PATHS, signer)


_ELSEWHERE = """
import hashlib, json, sys
sys.path.insert(0, "tests/papers")
from test_attestation import PATHS, Signer, _KEY, attestation_pdf, face, months
print(hashlib.sha256(attestation_pdf(face(), months(6), PATHS, Signer(_KEY))).hexdigest())
"""


def test_another_process_another_day_makes_the_same_bytes() -> None:
    """Whoever keeps the file can compare it with one that is made again, years later."""
    here = sha256(attestation_pdf(face(), months(6), PATHS, Signer(_KEY))).hexdigest()
    for seed, zone in (("0", "UTC"), ("4711", "Asia/Tokyo")):
        found = subprocess.run(
            [sys.executable, "-c", _ELSEWHERE], check=True, capture_output=True, text=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        assert found.stdout.strip() == here


def test_without_a_key_it_says_that_it_is_not_official(signer: Signer) -> None:
    assert "pièce officielle" in read(attestation_pdf(face(), months(3), PATHS))
    assert "pièce officielle" not in read(attestation_pdf(face(), months(3), PATHS, signer))


def test_the_code_of_the_paper_carries_the_signed_facts(tmp_path: Path, signer: Signer) -> None:
    address = scanned(attestation_pdf(face(), months(6), PATHS, signer), tmp_path)
    where, _, token = address.partition("#")
    assert where == f"https://lite.example.ma/verify/{REFERENCE}"
    found = read_token(token, keys(signer))
    assert found == face().telling(months(6))
    assert found.told == (("from", "2024-01"), ("to", "2024-06"))


def test_without_a_key_the_code_leads_to_the_check_alone(tmp_path: Path) -> None:
    address = scanned(attestation_pdf(face(), months(6), PATHS), tmp_path)
    assert address == f"https://lite.example.ma/verify/{REFERENCE}"


@given(st.data())
def test_a_token_with_one_other_character_is_nothing(data: st.DataObject) -> None:
    signer = Signer(_KEY)
    token = signer.token(face())
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCDEFwxyz0189-_."))
    assume(other != token[at])
    assert read_token(token[:at] + other + token[at + 1 :], keys(signer)) is None


@given(st.text(max_size=60))
def test_nonsense_is_no_token(text: str) -> None:
    assert read_token(text, keys(Signer(_KEY))) is None


def test_a_token_of_another_key_is_nothing(signer: Signer) -> None:
    assert read_token(Signer(_KEY).token(face()), keys(signer)) is None


def test_a_key_vouches_for_its_own_fund_alone(signer: Signer) -> None:
    token = signer.token(face(fund="cnops"))
    assert read_token(token, keys(signer, "cnss")) is None
    assert read_token(token, keys(signer, "")) == face(fund="cnops")


def test_a_file_with_any_byte_changed_is_told(signer: Signer) -> None:
    pdf = attestation_pdf(face(), months(3), PATHS, signer)
    assert read_file(pdf, keys(signer))
    for at in range(0, len(pdf), 997):
        forged = bytearray(pdf)
        forged[at] ^= 1
        assert read_file(bytes(forged), keys(signer)) is None
    assert read_file(pdf + b"x", keys(signer)) is None
    assert read_file(pdf[:-1], keys(signer)) in (None, pdf[: pdf.rfind(b"\n%lite")])
    assert read_file(attestation_pdf(face(), months(3), PATHS), keys(signer)) is None


@pytest.mark.parametrize(
    ("kind", "facts", "says"),
    [
        ("registration", {"scheme": "cnss", "number": "123456789", "registered_on": "2010-05-01"},
         "Attestation d'immatriculation"),
        ("registration", {"number": None}, "Attestation de non-immatriculation"),
        ("family_allowances", {"receiving": False}, "aucune à la date de ce papier"),
        ("amo", {"scheme": "cnss", "from": "2020-01-01", "to": None, "dependants": []},
         "non communiqué"),
        ("pension", {"from": "2026-01", "to": "2026-02",
                     "months": [{"month": "2026-01", "amount": 300000}]}, "3\xa0000,00"),
        ("a kind of tomorrow", {}, "Attestation"),
    ],
)  # fmt: skip
def test_every_kind_has_its_words(kind: str, facts: dict[str, object], says: str) -> None:
    told = "".join(read(attestation_pdf(face(kind, None), facts, PATHS)).split())
    assert "".join(says.split()) in told


def test_what_the_fund_left_out_is_a_dash() -> None:
    rows = sheet(face(), {"months": [{"month": "2026-01"}]}).rows
    assert [tuple(row) for row in rows] == [("01/2026", "-", "-", "-")]


def test_a_career_runs_on_to_a_second_sheet() -> None:
    pdf = attestation_pdf(face(), months(120), PATHS)
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) > 1
    assert all(REFERENCE in page.extract_text() for page in reader.pages)
    assert len(sheet(face(), months(120)).rows) == 120


def _fixed() -> object:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


_KEY = _fixed()


def said(value: Value) -> str:
    return say(value, "fr") if isinstance(value, Text) else formatted(value, "fr")


EMPTY = {"month": "2026-09", "employer": None, "days": 0, "amount": None}


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("salaries", {"months": [EMPTY]}),
        ("salaries", {"months": None}),
        ("amo", {"scheme": None, "dependants": [{"name": "SAMI", "name_ar": None, "to": None}]}),
        ("amo", {"scheme": "", "dependants": None}),
        ("family_allowances", {"months": [{"month": None, "amount": 0}], "children": None}),
        ("pension", {"months": [{}]}),
    ],
)
def test_what_a_fund_left_empty_is_a_dash(kind: str, facts: dict[str, object]) -> None:
    made = sheet(face(kind), facts)
    cells = [cell for row in made.rows for cell in row]
    told = [*cells, *(said(value) for _, value in made.lines)]
    assert not [one for one in told if not one or "none" in one.casefold()]
    if facts.get("months") and kind == "salaries":
        assert cells == ["09/2026", "-", "0", "-"]
