"""The keys that funds named for their papers: which sign here, and which are only trusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lite.papers.signature import PublicKeys, Signer, Trusted, key_id, load


@dataclass(frozen=True)
class PaperKeys:
    """`signers` by fund: the first key of each that signs. `public` by key id: all of them, so
    that a paper signed before a key was changed is still known."""

    signers: Mapping[str, Signer] = field(default_factory=dict)
    public: PublicKeys = field(default_factory=dict)


def load_keys(named: Iterable[tuple[str, Path]]) -> PaperKeys:
    """The keys of (fund, PEM file) pairs, in order. Raises `BadKey` with the remedy."""
    signers: dict[str, Signer] = {}
    public: dict[str, Trusted] = {}
    for fund, file in named:
        key = load(file)
        if isinstance(key, Signer):
            signers.setdefault(fund, key)
        half = key.public if isinstance(key, Signer) else key
        public[key_id(half)] = Trusted(fund, half)
    return PaperKeys(signers, public)
