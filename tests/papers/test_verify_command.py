"""`lite verify FILE`: a clerk of a bank, with a file or a scanned code, and no network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytest_socket import disable_socket, enable_socket
from test_attestation import PATHS, face, months

from lite.cli import main
from lite.papers.attestation import attestation_pdf, check_address
from lite.papers.signature import Signer, new_key, public_pem

RUN = CliRunner()


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    made = new_key(tmp_path / "cnss.pem")
    (tmp_path / "cnss.pub").write_text(public_pem(made.public))
    return made


def verified(folder: Path, data: bytes | str, key: str = "cnss.pub") -> Result:
    file = folder / "paper"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    disable_socket()
    try:
        return RUN.invoke(main, ["verify", str(file), "--key", str(folder / key)])
    finally:
        enable_socket()


def test_a_genuine_file(tmp_path: Path, signer: Signer) -> None:
    found = verified(tmp_path, attestation_pdf(face(), months(6), PATHS, signer))
    assert found.exit_code == 0
    assert found.output.startswith("GENUINE. Signed by the fund")
    for line in ("ZEROUALI Fatima-Zahra", "27000.00 MAD", "2027-02-20"):
        assert line in found.output


def test_what_a_scanner_reads(tmp_path: Path, signer: Signer) -> None:
    address = check_address(PATHS, face().reference, signer.token(face()))
    assert verified(tmp_path, address + "\n").exit_code == 0
    forged = address.replace("#W", "#X")
    found = verified(tmp_path, forged)
    assert (found.exit_code, found.output[:11]) == (1, "NOT GENUINE")


def test_past_its_last_day(tmp_path: Path, signer: Signer) -> None:
    old = replace(face(), issued_on="2020-01-01", valid_until="2020-04-01")
    found = verified(tmp_path, attestation_pdf(old, months(3), PATHS, signer))
    assert (found.exit_code, "past its last day" in found.output) == (2, True)


def test_a_forged_total(tmp_path: Path, signer: Signer) -> None:
    """The page of another paper, behind the signature of a genuine one."""
    genuine = attestation_pdf(face(), months(6), PATHS, signer)
    raised = attestation_pdf(face(total=9_900_000), months(6), PATHS)
    trailer = genuine[genuine.rfind(b"\n%lite-signature") :]
    found = verified(tmp_path, raised + trailer)
    assert (found.exit_code, found.output[:11]) == (1, "NOT GENUINE")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"hello", bytes(range(256)) * 40])
def test_what_nobody_signed(tmp_path: Path, signer: Signer, data: bytes) -> None:
    found = verified(tmp_path, data)
    assert (found.exit_code, found.output[:10]) == (1, "NOT SIGNED")


def test_without_a_key_it_says_what_to_give(tmp_path: Path) -> None:
    (tmp_path / "paper").write_bytes(b"%PDF-1.7")
    found = RUN.invoke(
        main, ["verify", str(tmp_path / "paper")], env={"LITE_PAPER_KEYS": "", "LITE_DATABASE":
        f"sqlite:///{tmp_path}/x.db"},
    )  # fmt: skip
    assert found.exit_code == 1
    assert "--key FILE.pem" in found.output


def test_a_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    made = RUN.invoke(main, ["papers", "key", str(tmp_path / "keys" / "x.pem")])
    assert made.exit_code == 0
    assert (tmp_path / "keys" / "x.pem").stat().st_mode & 0o777 == 0o600
    assert "BEGIN PUBLIC KEY" in made.output
    again = RUN.invoke(main, ["papers", "key", str(tmp_path / "keys" / "x.pem")])
    assert (again.exit_code, "Nothing was written" in again.output) == (1, True)
