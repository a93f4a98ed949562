"""Compiles the catalogues into the package; everything else is in pyproject.toml."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCatalogues(build_py):
    """An installed package has no source tree beside it: it carries its compiled catalogues."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:  # there the source tree is beside it
            for source, target in self._catalogues().items():
                target.parent.mkdir(parents=True, exist_ok=True)
                with source.open("rb") as text, target.open("wb") as compiled:
                    write_mo(compiled, read_po(text))

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        outputs: list[str] = super().get_outputs(include_bytecode)
        return outputs + [str(target) for target in self._catalogues().values()]

    def _catalogues(self) -> dict[Path, Path]:
        package = Path(self.build_lib) / "lite"
        sources = Path("translations").glob("*/LC_MESSAGES/messages.po")
        return {source: package / source.with_suffix(".mo") for source in sources}


setup(cmdclass={"build_py": BuildWithCatalogues})
