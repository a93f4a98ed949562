"""The bytes of a drop: opened without leaving the folder, hashed while read, never held whole.

What is hashed is what is parsed: a file that changes while it is read cannot pass.
"""

from __future__ import annotations

import errno
import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import StringIO
from pathlib import Path

from lite.upstream.answers import BatchRefused, FundDown

CHUNK = 256 * 1024
LONGEST_LINE = 64 * 1024  # characters: a row of a fund has a few hundred
LARGEST = 64 * 1024**3  # bytes of one file once expanded: 20 million dossiers are 6 GB
RATIO, FREE = 200, 16 * 1024**2  # real extracts pack 5 to 30 times; zlib goes up to 1,032
RETRY_AFTER = 300

_WHY = {
    errno.ENOENT: "is not there",
    errno.ELOOP: "is a link; put the file itself into the folder",
    errno.ENOTDIR: "is not a file of the folder",
    errno.EISDIR: "is a folder, not a file",
    errno.ENXIO: "is not a file",
    errno.EACCES: "may not be read; give Lite's user the right to read it",
    errno.ENAMETOOLONG: "has too long a name",
}


def safe(name: str) -> bool:
    """Whether a path of a manifest stays inside the folder: relative, nothing hidden, no `..`."""
    odd = any(ord(letter) < 32 or letter in '\\:*?"<>|' for letter in name)
    return not odd and all(part and not part.startswith(".") for part in name.split("/"))


def opened(folder: Path, name: str) -> int:
    """A descriptor of a plain file under the folder, no link followed on the way.

    BatchRefused says what stands there instead; FundDown when the disk itself does not answer.
    """
    if not safe(name):
        raise BatchRefused(f"{name!r}: a path must lead to a file inside the batch's own folder")
    held = -1
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for part in name.split("/")[:-1]:
            held = _step(held, part, os.O_DIRECTORY)
        held = _step(held, name.rpartition("/")[2], os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(held).st_mode):
            raise IsADirectoryError(errno.EISDIR, "no plain file")
        return held
    except OSError as error:
        _close(held)
        raise _told(name, error) from error


def _step(held: int, part: str, flag: int) -> int:
    try:
        return os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | flag, dir_fd=held)
    finally:
        os.close(held)


def _close(held: int) -> None:
    try:
        os.close(held)
    except OSError:
        return  # a step that failed has closed it


def _told(name: str, error: OSError) -> Exception:
    why = _WHY.get(error.errno or 0)
    return BatchRefused(f"{name}: {why}") if why else FundDown(RETRY_AFTER)


def whole(folder: Path, name: str, most: int) -> bytes:
    """A small file, whole; BatchRefused when it is larger than `most` bytes."""
    with os.fdopen(opened(folder, name), "rb") as file:
        try:
            body = file.read(most + 1)
        except OSError as error:
            raise _told(name, error) from error
    if len(body) > most:
        raise BatchRefused(f"{name}: larger than {most} bytes")
    return body


def checked(folder: Path, name: str, size: int | None, digest: str) -> Iterator[bytes]:
    """The bytes of a file in chunks; BatchRefused after the last when size or sha256 differ."""
    with os.fdopen(opened(folder, name), "rb", buffering=0) as file:
        there = os.fstat(file.fileno()).st_size
        if size is not None and there != size:
            raise BatchRefused(f"{name}: {there} bytes are there, the manifest says {size}")
        seen = sha256()
        try:
            while chunk := file.read(CHUNK):
                seen.update(chunk)
                yield chunk
        except OSError as error:
            raise _told(name, error) from error
    if seen.hexdigest() != digest:
        raise BatchRefused(f"{name}: its sha256 is not the manifest's; send the batch again")


def expanded(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """What a gzip file holds, in bounded pieces; BatchRefused when it swells beyond reason."""
    machine, taken, given = zlib.decompressobj(31), 0, 0
    for chunk in chunks:
        taken += len(chunk)
        while chunk:
            if machine.eof:
                machine = zlib.decompressobj(31)
            try:
                piece = machine.decompress(chunk, CHUNK)
            except zlib.error as error:
                raise BatchRefused(f"{name}: not a gzip file, or a damaged one") from error
            given += len(piece)
            if given > LARGEST or given > FREE + RATIO * taken:
                raise BatchRefused(f"{name}: expands to far more than it should")
            yield piece
            chunk = machine.unused_data if machine.eof else machine.unconsumed_tail
    if not machine.eof:
        raise BatchRefused(f"{name}: the gzip file is cut short")


def lines(chunks: Iterable[bytes], name: str) -> Iterator[str]:
    """The lines of a UTF-8 text with their ends, a BOM dropped; BatchRefused names the line."""
    count, rest = 0, b""
    for chunk in chunks:
        block = rest + chunk
        cut = block.rfind(b"\n") + 1
        block, rest = block[:cut], block[cut:]
        yield from _decoded(block, name, count)
        count += block.count(b"\n")
        if len(rest) > 4 * LONGEST_LINE:
            raise _long(name, count + 1)
    yield from _decoded(rest, name, count)


def _decoded(block: bytes, name: str, before: int) -> Iterator[str]:
    try:
        text = block.decode()
    except UnicodeDecodeError as error:
        number = before + block.count(b"\n", 0, error.start) + 1
        raise BatchRefused(
            f"{name} line {number}: the byte 0x{block[error.start]:02X} is not UTF-8 (an export in "
            "windows-1256 or latin-1?); write the file in UTF-8"
        ) from error
    text = text if before else text.removeprefix("\ufeff")
    for place, line in enumerate(StringIO(text), 1):
        if len(line) > LONGEST_LINE:
            raise _long(name, before + place)
        yield line


def _long(name: str, line: int) -> BatchRefused:
    return BatchRefused(f"{name} line {line}: longer than {LONGEST_LINE} characters")
