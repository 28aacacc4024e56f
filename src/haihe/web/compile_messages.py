"""Compile the translations: `.po` files, which people edit, into the `.mo` files that Django reads.

In Python, because gettext's own msgfmt may be missing. Run by make, and by the test suite before it starts.
"""

from collections.abc import Iterator
from pathlib import Path

import polib

SOURCE = Path(__file__).parents[1]


def compile_messages(source: Path = SOURCE) -> list[Path]:
    """Compile every catalogue below `source` that is newer than what was compiled from it; return those."""
    return [_compile(catalogue) for catalogue in _stale(source)]


def _stale(source: Path) -> Iterator[Path]:
    for catalogue in sorted(source.rglob("locale/*/LC_MESSAGES/*.po")):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            yield catalogue


def _compile(catalogue: Path) -> Path:
    compiled = catalogue.with_suffix(".mo")
    unfinished = compiled.with_suffix(".mo.new")
    polib.pofile(str(catalogue)).save_as_mofile(str(unfinished))
    unfinished.replace(compiled)
    return compiled


if __name__ == "__main__":
    for compiled in compile_messages():
        print(f"compiled {compiled.relative_to(SOURCE)}")
