"""A sealed file: opened by its reader alone, and only as it was, whole and in order."""

from __future__ import annotations

import io

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from lite.upstream.answers import BatchRefused
from lite.upstream.filedrop.sealing import PIECE, Sealer, unsealed

KEY = X25519PrivateKey.generate()
HEAD, SEALED = 94, PIECE + 16


def sealed(data: bytes) -> bytes:
    out = io.BytesIO()
    sealer = Sealer(out, KEY.public_key())
    sealer.write(data)
    sealer.close()
    return out.getvalue()


def opened(body: bytes, key: X25519PrivateKey = KEY) -> bytes:
    chunks = (body[at : at + 999] for at in range(0, len(body), 999))
    return b"".join(unsealed(chunks, key, "x"))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_is_opened(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    assert opened(sealed(data[:size])) == data[:size]


def test_it_is_for_one_reader() -> None:
    with pytest.raises(BatchRefused, match="another machine"):
        opened(sealed(b"hello"), X25519PrivateKey.generate())


@pytest.mark.parametrize("left", [0, 5, HEAD - 1, HEAD, HEAD + 9, HEAD + SEALED, HEAD + 2 * SEALED])
def test_a_piece_that_was_cut_off_is_missed(left: int) -> None:
    with pytest.raises(BatchRefused):
        opened(sealed(bytes(3 * PIECE))[:left])


def test_pieces_stay_in_their_order_and_in_their_file() -> None:
    one, other = sealed(bytes(3 * PIECE)), sealed(bytes(3 * PIECE))
    first, second = one[HEAD : HEAD + SEALED], one[HEAD + SEALED : HEAD + 2 * SEALED]
    rest = one[HEAD + 2 * SEALED :]
    for wrong in (second + first + rest, first + rest, first + second + first + rest,
                  other[HEAD : HEAD + SEALED] + second + rest):  # fmt: skip
        with pytest.raises(BatchRefused):
            opened(one[:HEAD] + wrong)
