"""A browser of text in a terminal, by its own keys: w3m, lynx, links2, as a person presses them.

The terminal is tmux (Debian): it draws what the browser writes, so that a test reads the screen
itself, and knows where the cursor stands.

    Terminal("w3m", folder, f"{address}/fr/").follows("Mes dossiers").sees("Mes dossiers")
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from lite.web.page import NAMES

_PATIENCE, _TURN = 15.0, 0.02  # seconds
_MOST = 60  # keys on the way to a link
_SIZE = (64, 32)  # columns and lines of a small terminal
# What stands before a name: the sign of a button, of a choice, its digit.
_SIGNS = re.compile(r"^ *(?:\(\w+\) )?(?:[\[(]?[ *X]?[\])] ?)?(?:\d{1,2} )*")


@dataclass(frozen=True)
class Keys:
    """How a browser is told things; `edits` says that a field is opened and closed by Enter."""

    next: str
    quit: str
    edits: bool = False
    asks: str = ""  # how it asks whether a cookie may be kept
    allow: str = ""  # the key that says yes
    welcome: str = ""  # what its first start says, until Enter
    reload: str = ""  # it shows a page again that it was told not to keep, until this key
    saves: tuple[tuple[str, tuple[str, ...]], ...] = ()  # what it says of a file, and the keys


BROWSERS = {
    "w3m": Keys("Tab", "Q", edits=True,
                saves=(("Save file to:", ("Enter",)), ("Download complete", ("B",)))),
    "lynx": Keys("Down", "Q", asks="cookie", allow="A",
                 saves=(("D)ownload", ("D",)), ("Save to disk", ("Down", "Enter")),
                        ("Enter a filename", ("Enter", "Left")))),
    "links2": Keys("Down", "Q", welcome="Welcome to links!", reload="C-r",
                   saves=(("[ Save ]", ("Enter",)), ("Save to file", ("Enter",)))),
}  # fmt: skip


class Terminal:
    """One browser on one screen. Its home is a folder that nothing else has touched."""

    def __init__(self, browser: str, home: Path, address: str) -> None:
        for command in (browser, "tmux"):
            if not shutil.which(command):
                pytest.skip(f"NOT TESTED: {command} is not installed (`make browser`)")
        self.keys = BROWSERS[browser]
        self._folder = tempfile.mkdtemp(prefix="lite-")  # a socket's path must be short
        home.mkdir(exist_ok=True)
        self.home = home
        environment = {"HOME": str(home), "TERM": "screen", "LC_ALL": "C.UTF-8",
                       "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}  # fmt: skip
        given = [f"{name}={value}" for name, value in environment.items()]
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(_SIZE[0]), "-y", str(_SIZE[1]),
                   "-c", str(home), "env", "-i", *given, browser, address)  # fmt: skip
        if self.keys.welcome:
            try:
                self.sees(self.keys.welcome).press("Enter")
            except BaseException:
                self.close()  # nobody else knows of it
                raise

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run(
            ["tmux", "-S", f"{self._folder}/s", *arguments], capture_output=True, text=True,
            check=True, timeout=30, env={**os.environ, "LC_ALL": "C.UTF-8", "TMUX": ""},
        ).stdout  # fmt: skip

    def close(self) -> None:
        subprocess.run(["tmux", "-S", f"{self._folder}/s", "kill-server"], check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def screen(self) -> str:
        """What stands on the screen; a space that keeps words together looks like any other."""
        return self._tmux("capture-pane", "-p").replace("\N{NO-BREAK SPACE}", " ")

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and line."""
        x, y = self._tmux("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        return int(x), int(y)

    def press(self, *keys: str) -> Terminal:
        self._tmux("send-keys", *keys)
        return self

    def types(self, text: str) -> Terminal:
        self._tmux("send-keys", "-l", text)
        return self

    def sees(self, *words: str) -> Terminal:
        """Wait until the screen shows all of this; a cookie is allowed on the way."""
        end = time.monotonic() + _PATIENCE
        while missing := [one for one in words if one not in _plain(screen := self.screen)]:
            if self.keys.asks and self.keys.asks in screen.lower():
                self.press(self.keys.allow)
            assert time.monotonic() < end, f"no {missing} on:\n{screen}"
            time.sleep(_TURN)
        return self

    def goes_to(self, label: str) -> Terminal:
        """Move on, link by link, to the one of this name, or whose name ends in this number."""

        def named(before: str, after: str) -> bool:
            name = _SIGNS.sub("", after).strip()
            alone = name == label or name in [f"{label} {one}" for one in NAMES.values()]
            return alone or (label.isdigit() and name.endswith(f" {label}"))

        return self._goes(named, label)

    def goes_after(self, label: str) -> Terminal:
        """Move on to the field that stands right after this label."""
        return self._goes(lambda before, after: before.rstrip(" [_").endswith(label), label)

    def _goes(self, there: Callable[[str, str], bool], label: str) -> Terminal:
        for _ in range(_MOST):
            if there(*self._around()):
                return self
            before = after = self.cursor, self.screen
            self.press(self.keys.next)
            end = time.monotonic() + 1
            while (after == before or after != (self.cursor, self.screen)) and (
                time.monotonic() < end
            ):
                after = self.cursor, self.screen
                time.sleep(_TURN)
        raise AssertionError(f"no way to « {label} » on:\n{self.screen}")

    def _around(self) -> tuple[str, str]:
        """What stands before the cursor, with the line above; and after it."""
        (column, row), lines = self.cursor, self.screen.split("\n")
        line, above = lines[row], lines[row - 1] if row else ""
        at = _index(line, column)
        if line[at : at + 1].isalnum():  # links2 stands inside of a button's name
            at = len(re.sub(r"\w+$", "", line[:at]))
        return f"{above} {line[:at]}", line[at:]

    def follows(self, label: str) -> Terminal:
        """Go to a link, a choice or a button and press Enter."""
        return self.goes_to(label).press("Enter")

    def fills(self, label: str, text: str) -> Terminal:
        """Go to the field after a label and type."""
        self.goes_after(label)
        if self.keys.edits:
            self.press("Enter").sees("TEXT:").types(text).sees(text).press("Enter")
        else:
            self.types(text)
        return self.sees(text)

    def anew(self, *words: str) -> Terminal:
        """Fetch the page again, where a browser shows an old one, until it shows all of this. An
        answer that is on its way is waited for: it may bring a new cookie."""
        for _ in range(5 if self.keys.reload else 0):
            time.sleep(1)
            if all(one in _plain(self.screen) for one in words):
                break
            self.press(self.keys.reload)
        return self.sees(*words)

    def saves(self, label: str) -> bytes:
        """Follow a link to a file, save it under the name that is offered, take it along."""
        before = set(self.home.iterdir())
        self.follows(label)
        for words, keys in self.keys.saves:
            self.sees(words).press(*keys)
        end, last, data = time.monotonic() + _PATIENCE, b"-", b""
        while last != data or not data:
            assert time.monotonic() < end, self.screen
            time.sleep(0.3)
            files = [one for one in self.home.iterdir() if one not in before and one.is_file()]
            last, data = data, files[0].read_bytes() if files else b""
        files[0].unlink()
        return data

    def quits(self) -> None:
        """Close the browser by its key; its terminal ends with it."""
        self.press(self.keys.quit)
        end = time.monotonic() + _PATIENCE
        while subprocess.run(["tmux", "-S", f"{self._folder}/s", "has-session"],
                             capture_output=True, check=False).returncode == 0:  # fmt: skip
            assert time.monotonic() < end, self.screen
            time.sleep(_TURN)

    def kept(self, words: list[str]) -> list[str]:
        """Which words stand in which files that the browser left at home."""
        files = [file for file in self.home.rglob("*") if file.is_file()]
        return [f"{one} in {file.name}" for one in words for file in files
                if one.encode() in file.read_bytes()]  # fmt: skip


def _plain(screen: str) -> str:
    """A screen as an eye reads it: a sentence goes on in the next line."""
    return " ".join(screen.split())


def _index(line: str, column: int) -> int:
    """Where a column stands in a line: a mark above a letter takes none."""
    for index, char in enumerate(line):
        if column <= 0 and not unicodedata.combining(char):
            return index
        column -= not unicodedata.combining(char)
    return len(line)
