"""Reasons that raters tick: data in tags.toml, read and checked once."""

import tomllib
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from haihe.platforms.services.items.api import Text
from haihe.platforms.services.ratings.workflow import LOW

_FILE: Final = Path(__file__).parent / "tags.toml"


class Side(StrEnum):
    """What a reason speaks for."""

    HIGH = "high"
    LOW = "low"


class Tag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reason."""

    slug: str
    side: Side
    name: Text


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tags: tuple[Tag, ...]


@cache
def tags() -> tuple[Tag, ...]:
    """Return all reasons in the file's order. Raises: msgspec.ValidationError."""
    return msgspec.convert(tomllib.loads(_FILE.read_text(encoding="utf-8")), _File).tags


def fitting(slugs: Iterable[str], *, level: int) -> list[str]:
    """Return the known ones of these that speak for such a level, in the file's order; others are left out."""
    side, wanted = Side.LOW if level in LOW else Side.HIGH, set(slugs)
    return [tag.slug for tag in tags() if tag.side is side and tag.slug in wanted]


def names_of(slugs: Iterable[str]) -> list[str]:
    """Return reasons in the reader's language; one that the file doesn't know any more stands for itself."""
    known = {tag.slug: str(tag.name) for tag in tags()}
    return [known.get(slug, slug) for slug in slugs]
