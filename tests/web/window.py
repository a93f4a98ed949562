"""A browser with a window, on a screen that nobody sees (Xvfb): dillo and netsurf, which no driver
drives. What they draw is a picture to be looked at."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

BROWSERS = {
    "dillo": ["dillo", "-g", "{width}x{height}+0+0"],
    "netsurf": ["netsurf-gtk", "--window_x=0", "--window_y=0", "--window_width={width}",
                "--window_height={height}"],
}  # fmt: skip
SIZE = (300, 560)  # their bars take what a phone's screen has not
_PATIENCE = 30.0


def seen(browser: str, address: str, home: Path, picture: Path) -> None:
    """Open a page and keep what stands on the screen, once it no longer changes. Skips, loudly,
    what is not installed."""
    command = BROWSERS[browser]
    for one in (command[0], "Xvfb", "import"):
        if not shutil.which(one):
            pytest.skip(f"NOT TESTED: {one} is not installed (`make browser`)")
    home.mkdir(parents=True, exist_ok=True)
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten",
         "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as pipe:
        display = f":{pipe.readline().strip()}"
    environment = {"HOME": str(home), "DISPLAY": display, "PATH": os.environ["PATH"],
                   "LC_ALL": "C.UTF-8", "XDG_RUNTIME_DIR": str(home)}  # fmt: skip
    shown = [part.format(width=SIZE[0], height=SIZE[1]) for part in command]
    window = subprocess.Popen([*shown, address], env=environment, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        _settled(environment, picture)
    finally:
        for one in (window, screen):
            one.terminate()
            one.wait(10)


def _settled(environment: dict[str, str], picture: Path) -> None:
    """Take pictures until three are the same and show something."""
    end, last, same = time.monotonic() + _PATIENCE, b"", 0
    while same < 3:
        assert time.monotonic() < end, "nothing is drawn"
        time.sleep(0.7)
        subprocess.run(["import", "-window", "root", "-strip", "-define", "png:exclude-chunks=date",
                        str(picture)], env=environment, check=True, timeout=30)  # fmt: skip
        drawn = picture.read_bytes()
        same, last = (same + 1 if drawn == last and len(drawn) > 3000 else 0), drawn
