"""Read lookup files, and what the city settles for all of them."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from haihe.platforms.services.items.texts import Part
from haihe.platforms.services.lookups.definition import LookupDefinition
from haihe.platforms.services.lookups.errors import DefinitionError, LookupNotFound

ROOT: Final = Path(__file__).parent
CITY: Final = ROOT / "city"


class Front(Part, frozen=True):
    """In whose name the city's citizens ask, and what the front page offers first."""

    asker: str
    frequent: tuple[str, ...]


def parse(text: str) -> LookupDefinition:
    """Read one file's text. Raises: DefinitionError."""
    try:
        lookup = msgspec.convert(tomllib.loads(text), LookupDefinition, strict=False)
        complaints = list(lookup.complaints)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, KeyError) as wrong:
        raise DefinitionError(str(wrong)) from wrong
    if complaints:
        raise DefinitionError("; ".join(complaints))
    return lookup


@cache
def shipped() -> tuple[LookupDefinition, ...]:
    """Return the lookups of this release, by department and slug. Raises: DefinitionError naming the file."""
    found: dict[str, Path] = {}
    lookups = []
    for file in lookup_files():
        lookup = _read_file(file)
        for word in (lookup.slug, lookup.service):
            if other := found.get(word):
                raise DefinitionError(f"{_where(file)}: {word} is {_where(other)} already")
        found |= {lookup.slug: file, lookup.service: file}
        lookups.append(lookup)
    return tuple(lookups)


@cache
def front() -> Front:
    """Return what front.toml settles. Raises: DefinitionError."""
    try:
        settled = msgspec.convert(_table(ROOT / "front.toml"), Front)
    except msgspec.ValidationError as wrong:
        raise DefinitionError(f"front.toml: {wrong}") from wrong
    if unknown := set(settled.frequent) - {lookup.slug for lookup in shipped()}:
        raise DefinitionError(f"front.toml: {', '.join(sorted(unknown))} isn't a lookup")
    return settled


@cache
def _by_slug() -> dict[str, LookupDefinition]:
    return {lookup.slug: lookup for lookup in shipped()}


def lookup(slug: str) -> LookupDefinition:
    """Raises: LookupNotFound."""
    try:
        return _by_slug()[slug]
    except KeyError:
        raise LookupNotFound from None


@cache
def by_service() -> dict[tuple[str, str], LookupDefinition]:
    """Return the lookups by the service and purpose that stand in the ledger."""
    return {(lookup.service, lookup.purpose): lookup for lookup in shipped()}


def lookup_files() -> list[Path]:
    """Return the files of all lookups, sorted."""
    return sorted(CITY.glob("*/*.toml"))


def _read_file(file: Path) -> LookupDefinition:
    try:
        lookup = parse(file.read_text(encoding="utf-8"))
    except DefinitionError as wrong:
        raise DefinitionError(f"{_where(file)}: {wrong}") from wrong
    if (lookup.authority, lookup.slug) != (file.parent.name, file.stem):
        raise DefinitionError(f"{_where(file)}: the file must be called {lookup.authority}/{lookup.slug}.toml")
    return lookup


def _where(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _table(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
