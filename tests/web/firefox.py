"""A real Firefox ESR on its own profile, driven by Marionette, which is built into it.

Its protocol is JSON over a socket, each message after its length: `23:[0,1,"WebDriver:Back",{}]`.
The browser is told nothing that a person would not set, but to be quiet on the network; so what it
leaves in its profile is what it would leave on a machine of a cybercafé.

    fox = Firefox(folder, address)
    fox.goes("/fr/").follows("Mes dossiers").sees("Mes dossiers")
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cramjam
import pytest

_PATIENCE, _TURN = 30.0, 0.05  # seconds
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name of a reference in WebDriver
_NAMED = '//*[self::a or self::button or self::label][contains(normalize-space(), "{label}")]'
_PACKED = {
    b"mozLz40\0": lambda data: cramjam.lz4.decompress_block(data[8:]),
    b"\xff\x06\0\0sNaPpY": lambda data: b"".join(_chunks(data)),
    b"\x1f\x8b": lambda data: zlib.decompressobj(31).decompress(data),
}
# Nothing is asked of its maker's servers; the state of its tabs is written at once.
_QUIET = {
    "marionette.port": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.startup.page": 0,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "services.settings.server": "data:,",
    "toolkit.telemetry.server": "data:,",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "browser.sessionstore.interval": 500,
    "browser.download.folderList": 2,
}


class Firefox:
    """One browser. Skips, loudly, where it is not installed."""

    def __init__(self, folder: Path, root: str, *, script: bool = True) -> None:
        if not shutil.which("firefox-esr"):
            pytest.skip("NOT TESTED: firefox-esr is not installed (`make browser`)")
        self.root, self.profile, self.saved = root, folder / "profile", folder / "saved"
        for one in (self.profile, self.saved):
            one.mkdir(parents=True)
        wishes = {**_QUIET, "javascript.enabled": script, "browser.download.dir": str(self.saved)}
        (self.profile / "user.js").write_text(
            "".join(f"user_pref({json.dumps(a)}, {json.dumps(b)});\n" for a, b in wishes.items())
        )
        self._process = subprocess.Popen(
            ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile",
             str(self.profile)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={"HOME": str(folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        try:
            self._joins()
        except BaseException:
            self.ends()
            raise

    def _joins(self) -> None:
        """Take up its own door, once it stands open."""
        self._number = 0
        port = self.profile / "MarionetteActivePort"
        self._until(lambda: port.exists() and port.read_text(), "Firefox does not start")
        self._socket = socket.create_connection(("127.0.0.1", int(port.read_text())), _PATIENCE)
        self._stream = self._socket.makefile("rb")
        self._hears()
        self._asks("WebDriver:NewSession")

    def _until(self, true: Any, otherwise: Any) -> None:
        end = time.monotonic() + _PATIENCE
        while not true():
            assert time.monotonic() < end, otherwise() if callable(otherwise) else otherwise
            time.sleep(_TURN)

    def _hears(self) -> Any:
        length = b""
        while (one := self._stream.read(1)) != b":":
            assert one, "Firefox is gone"
            length += one
        return json.loads(self._stream.read(int(length)))

    def _asks(self, command: str, **given: Any) -> Any:
        """The result of a command. Raises `LookupError` with what Firefox says is wrong."""
        self._number += 1
        sent = json.dumps([0, self._number, command, given]).encode()
        self._socket.sendall(b"%d:%s" % (len(sent), sent))
        _, _, wrong, result = self._hears()
        if wrong:
            raise LookupError(f"{wrong['error']}: {wrong['message']}")
        return result

    def close(self) -> None:
        """Close it as a person does: what it keeps on disk is written."""
        if self._process.poll() is None:
            self._asks("Marionette:Quit", flags=["eAttemptQuit"])
            self._process.wait(_PATIENCE)
        self._socket.close()

    def ends(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait(_PATIENCE)

    @property
    def page(self) -> str:
        """The page as it stands now."""
        return str(self._asks("WebDriver:GetPageSource")["value"])

    @property
    def words(self) -> str:
        """What an eye reads."""
        text = self._asks("WebDriver:GetElementText", id=self._one("css selector", "body"))["value"]
        return " ".join(str(text).split())

    def _one(self, using: str, value: str) -> str:
        return str(self._asks("WebDriver:FindElement", using=using, value=value)["value"][_ELEMENT])

    def goes(self, path: str) -> Firefox:
        self._asks("WebDriver:Navigate", url=self.root + path)
        return self

    def back(self) -> Firefox:
        self._asks("WebDriver:Back")
        return self

    def follows(self, label: str) -> Firefox:
        """A link, a choice or a button, by what it says; its digit may stand before."""
        return self.presses(_NAMED.format(label=label), "xpath")

    def presses(self, value: str, using: str = "css selector") -> Firefox:
        self._asks("WebDriver:ElementClick", id=self._one(using, value))
        return self

    def fills(self, selector: str, text: str) -> Firefox:
        field = self._one("css selector", selector)
        self._asks("WebDriver:ElementSendKeys", id=field, text=text)
        return self

    def label(self, id: str) -> str:
        """What stands before a field."""
        found = self._one("css selector", f"label[for={id}]")
        return str(self._asks("WebDriver:GetElementText", id=found)["value"])

    def sees(self, *words: str) -> Firefox:
        """Wait until the page shows all of this."""
        self._until(lambda: all(one in self.shown() for one in words),
                    lambda: f"no {words} in: {self.shown()}")  # fmt: skip
        return self

    def shown(self) -> str:
        """What an eye reads, or nothing while the page changes."""
        try:
            return self.words
        except LookupError:
            return ""

    def download(self) -> bytes:
        """The file that was saved, once it is whole."""
        self._until(self._whole, "nothing was saved")
        return self._whole()[0].read_bytes()

    def _whole(self) -> list[Path]:
        files = list(self.saved.iterdir())
        partly = [one for one in files if one.suffix == ".part" or not one.stat().st_size]
        return [] if partly else files

    def kept(self, words: list[str]) -> list[str]:
        """Which words stand in which files of its profile, in either of its alphabets."""
        files = [one for one in self.profile.rglob("*") if one.is_file()]
        return [
            f"{word} in {file.relative_to(self.profile)}"
            for file in files
            for data in _unpacked(file.read_bytes())
            for word in words
            if word.encode() in data or word.encode("utf-16-le") in data
        ]


def _unpacked(data: bytes) -> Iterator[bytes]:
    """What a file holds as it is, and what is packed in it: the state of the tabs, the copies of
    a worker, the answers of a server."""
    yield data
    for start, unpack in _PACKED.items():
        if data.startswith(start):
            yield bytes(unpack(data))


def _chunks(data: bytes) -> Iterator[bytes]:
    """Snappy's chunks: a kind, three bytes of length, a sum (Firefox's own, so nobody else can
    check it), then what is packed (kind 0) or not (1)."""
    while data:
        kind, end = data[0], 4 + int.from_bytes(data[1:4], "little")
        packed, data = data[8:end], data[end:]
        if kind < 2:
            yield packed if kind else bytes(cramjam.snappy.decompress_raw(packed))
