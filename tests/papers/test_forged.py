"""Forged and altered papers: facts exchanged, bytes appended, the code of another paper."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pikepdf
from test_attestation import PATHS, REFERENCE, face, keys, months

from lite.numbers import with_check
from lite.papers.attestation import attestation_pdf, check_address
from lite.papers.checking import check
from lite.papers.signature import Signer, read_token

TODAY = date(2026, 11, 24)
OTHER = with_check("2718281829")


def signed() -> tuple[Signer, bytes]:
    from test_attestation import _KEY

    signer = Signer(_KEY)
    return signer, attestation_pdf(face(), months(3), PATHS, signer)


def test_facts_of_one_paper_under_the_signature_of_another_are_nothing() -> None:
    signer, _ = signed()
    mine, raised = (signer.token(one) for one in (face(), replace(face(), total=9_900_000)))
    swapped = f"{raised.partition('.')[0]}.{mine.partition('.')[2]}"
    assert read_token(mine, keys(signer)) and read_token(raised, keys(signer))
    assert read_token(swapped, keys(signer)) is None
    assert check(check_address(PATHS, REFERENCE, swapped).encode(), keys(signer), TODAY).state == (
        "altered"
    )


def test_an_update_appended_to_a_file_is_an_alteration() -> None:
    signer, pdf = signed()
    update = b"\n9 0 obj\n<</Type/Annot>>\nendobj\ntrailer\n<</Size 10>>\n%%EOF\n"
    assert check(pdf, keys(signer), TODAY).state == "genuine"
    assert check(pdf + update, keys(signer), TODAY).state == "altered"


def test_a_trailer_moved_behind_another_file_vouches_for_nothing() -> None:
    signer, pdf = signed()
    trailer = pdf[pdf.rindex(b"\n%lite-signature") :]
    other = attestation_pdf(face(total=9_900_000), months(3), PATHS)
    assert check(other + trailer, keys(signer), TODAY).state == "altered"


def test_a_file_written_anew_by_an_editor_is_no_longer_the_one_that_was_signed() -> None:
    signer, pdf = signed()
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out)
    assert check(out.getvalue(), keys(signer), TODAY).state == "unsigned"


def test_the_code_of_another_paper_tells_the_other_papers_facts() -> None:
    """It is genuine, and about something else: whoever compares the lines sees it."""
    signer, _ = signed()
    other = replace(face(), reference=OTHER, name="IDRISSI Omar", total=1)
    found = check(check_address(PATHS, OTHER, signer.token(other)).encode(), keys(signer), TODAY)
    assert found.state == "genuine"
    assert found.face and (found.face.reference, found.face.name) == (OTHER, "IDRISSI Omar")
    assert found.face.reference != REFERENCE


def test_a_cancelled_paper_is_printed_without_a_signature() -> None:
    _, pdf = signed()
    gone = attestation_pdf(face(), months(3), PATHS, None, date(2026, 11, 24))
    assert b"%lite-signature" in pdf and b"%lite-signature" not in gone
