"""A house as the demo furnishes it, served behind the shipped nginx file at the end of the link."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chaos.gateway import gateway
from chaos.home import environment, furnished, settled
from chaos.processes import Process
from lite.app import House
from lite.cli.demo import give_cards
from lite.config import Settings
from lite.papers.signature import new_key
from lite.places import import_agencies
from speed import anchor, certificates
from speed.apart import Apart, apart
from speed.front import BEHIND, HOST, fronted, listens
from speed.link import Profile
from tools.namespaces import inside

ROOT = f"https://{HOST}"
_AGENCIES = Path("lite/demo/agencies.csv")


@dataclass(frozen=True)
class Scene:
    """A house at one end of a link, a phone at the other; `trusted` is the house's public key."""

    house: House
    apart: Apart
    trusted: str
    folder: Path


@contextmanager
def scene(profile: Profile) -> Iterator[Scene]:
    """Everything at work, gone at the end. Raises `Refused`."""
    with TemporaryDirectory(prefix="lite-speed-") as name, gateway() as texts:
        folder = Path(name)
        folder.chmod(0o755)
        new_key(folder / "paper.pem")
        house = _furnished(settled(
            folder, at_url=texts, public_url=ROOT, upstream=f"pretend=pretend://{folder}/fund.db?ripen=0",
            paper_keys=f"pretend={folder}/paper.pem",
        ))  # fmt: skip
        trusted = certificates.make(folder / "tls", HOST)
        with apart(profile, folder) as line, _served(house.settings, line):
            beside = anchor.write(folder / "anchor", house)
            with fronted(folder, inside(line.house), beside):
                yield Scene(house, line, trusted, folder)


def _furnished(settings: Settings) -> House:
    house = furnished(settings)
    import_agencies(house.store, _AGENCIES, demo=True)
    give_cards(house)
    return house


@contextmanager
def _served(settings: Settings, line: Apart) -> Iterator[None]:
    """`lite serve` in the namespace of the house."""
    told = environment(settings, LITE_PUBLIC_URL=ROOT, LITE_PAPER_KEYS=settings.paper_keys)
    web = Process(("serve", "--port", str(BEHIND)), told, before=inside(line.house))
    try:
        web.start()
        listens(web.pid, BEHIND)
        yield
    finally:
        web.kill()
