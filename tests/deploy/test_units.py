"""The shipped units and settings: systemd understands them and finds little to fear."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from lite import config
from lite.config import Settings

UNITS = sorted(Path("deploy/systemd").glob("*.service"))
ANALYZE = "/usr/bin/systemd-analyze"
needs = pytest.mark.skipif(
    not Path(ANALYZE).exists(), reason="systemd is not installed: tools/debian said so"
)
EXPOSED = 20  # tenths: 2.0 and less is what systemd calls OK


def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ANALYZE, *arguments], capture_output=True, text=True, check=False)


@needs
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_it(unit: Path, tmp_path: Path) -> None:
    copy = tmp_path / unit.name.replace("@.", "@8000.")
    copy.write_text(re.sub(r"/opt/lite/bin/\w+", "/bin/true", unit.read_text()))
    found = ran("verify", "--man=no", str(copy))
    assert (found.returncode, found.stderr.strip()) == (0, "")


@needs
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_it_may_do_little(unit: Path) -> None:
    found = ran("security", "--offline=true", f"--threshold={EXPOSED}", str(unit))
    assert found.returncode == 0, found.stdout[-2000:]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_it_runs_a_command_of_ours(unit: Path) -> None:
    from lite.cli import main

    found = re.search(r"^ExecStart=/opt/lite/bin/(\w+) (\w+)", unit.read_text(), re.M)
    assert found
    assert found[2] in (main.commands if found[1] == "lite" else ["replicate"])
    assert "ProtectSystem=strict" in unit.read_text()


def test_every_name_in_the_settings_file_is_a_setting() -> None:
    names = re.findall(r"^(LITE_\w+)=", Path("deploy/lite.env").read_text(), re.M)
    known = {f"LITE_{name.upper()}" for name in Settings.__annotations__}
    assert names
    assert set(names) <= known


def test_a_shell_reads_of_the_settings_file_what_systemd_reads() -> None:
    """An operator types commands with it; systemd takes a value whole, and its quotes away."""
    file = Path("deploy/lite.env")
    pairs = [line.partition("=") for line in file.read_text().splitlines() if line[0] != "#"]
    print_them = "set -a; . ./deploy/lite.env; exec env -0"
    shell = subprocess.run(["/bin/sh", "-c", print_them], capture_output=True, check=True, env={})
    read = dict(one.split("=", 1) for one in shell.stdout.decode().split("\0") if "=" in one)
    for name, _, value in pairs:
        assert read[name] == value.strip('"'), name
    assert list(config.read(read).funds) == ["cnss", "cnops"]


def test_what_the_worker_writes_it_may_write() -> None:
    """`ProtectSystem=strict` leaves it nothing else."""
    given = re.findall(r"^(\w+)=(\S+)$", Path("deploy/lite.env").read_text(), re.M)
    settings = config.read(dict(given))
    unit = Path("deploy/systemd/lite-work.service").read_text()
    (places,) = re.findall(r"^ReadWritePaths=(.*)$", unit, re.M)
    folders = [Path(one.lstrip("-")) for one in places.split()]
    assert any(Path(settings.audit_heads).is_relative_to(one) for one in folders)
