"""What items have in common: topics, papers that many ask for, and what an authority settles for all its items."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from haihe.platforms.services.items.errors import DefinitionError
from haihe.platforms.services.items.kinds import ObjectKind
from haihe.platforms.services.items.texts import Part, Text

ROOT: Final = Path(__file__).parent
CITY: Final = ROOT / "city"
AUTHORITY: Final = "_authority.toml"


class Topic(Part, frozen=True):
    """What people come for (主题); `objects` says on which tab it stands."""

    slug: str
    name: Text
    icon: str
    objects: tuple[ObjectKind, ...] = (ObjectKind.PERSON,)

    @property
    def is_for_people(self) -> bool:
        return ObjectKind.PERSON in self.objects

    @property
    def is_for_companies(self) -> bool:
        return any(kind is not ObjectKind.PERSON for kind in self.objects)


class _Topics(Part, frozen=True):
    topics: tuple[Topic, ...]


def table(file: Path) -> dict[str, Any]:
    """Read a file of this folder. Raises: DefinitionError naming the file."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise DefinitionError(f"{file.name}: {wrong}") from wrong


@cache
def topics() -> tuple[Topic, ...]:
    """Return the topics in the order in which pages show them. Raises: DefinitionError."""
    try:
        return msgspec.convert(table(ROOT / "topics.toml"), _Topics).topics
    except msgspec.ValidationError as wrong:
        raise DefinitionError(f"topics.toml: {wrong}") from wrong


def topic(slug: str) -> Topic | None:
    return next((one for one in topics() if one.slug == slug), None)


@cache
def frequent(*, is_for_companies: bool) -> list[str]:
    """Return the slugs of the items that the front page offers first. Raises: DefinitionError."""
    return list(table(ROOT / "front.toml").get("companies" if is_for_companies else "people", []))


def text(words: Mapping[str, str]) -> Text:
    """Return a table's zh and en as one text."""
    return Text(zh=words["zh"], en=words["en"])


@cache
def shared_papers() -> dict[str, dict[str, Any]]:
    """Return the papers that many items ask for, as tables, by slug. Raises: DefinitionError."""
    found: dict[str, dict[str, Any]] = {}
    for paper in table(ROOT / "papers.toml").get("papers", []):
        slug = paper.get("slug", "")
        if not slug or slug in found:
            raise DefinitionError(f"papers.toml: {slug or 'a paper'} stands twice or has no slug")
        found[slug] = paper
    return found


@cache
def authority_defaults(authority: str) -> dict[str, Any]:
    """Return what the authority settles for all its items; empty where it settles nothing. Raises: DefinitionError."""
    file = CITY / authority / AUTHORITY
    return table(file) if file.exists() else {}
