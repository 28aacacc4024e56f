"""Which of a few dozen texts speak of what was typed: lookups, guides through life events, help."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from haihe.data.catalogue import api as catalogue
from haihe.platforms.services.items.api import Bundle, bundles, sayings
from haihe.platforms.services.items.texts import Text
from haihe.platforms.services.lookups import helping, reading
from haihe.platforms.services.lookups.definition import LookupDefinition
from haihe.platforms.services.lookups.helping import Help

_LEAST: Final = 0.5
"""What the best of them has at least of the question; below that they stay silent."""


@dataclass(frozen=True, slots=True)
class Speaking[Thing]:
    """Things by slug, with an index of what they speak of."""

    things: Mapping[str, Thing]
    index: catalogue.Index[str]


def best[Thing](typed: str, speaking: Speaking[Thing], *, limit: int) -> tuple[list[Thing], bool]:
    """Return what speaks of all that was typed, the best first; else of a good half of it, and whether it is so."""
    ranking = speaking.index.rank(catalogue.parts_of(typed, sayings()))
    found = ranking.keys[:limit] if ranking.share >= _LEAST else ()
    return [speaking.things[slug] for slug in found], ranking.loosely


@cache
def spoken_lookups() -> Speaking[LookupDefinition]:
    told = {one.slug: one for one in reading.shipped()}
    return Speaking(told, _index((one.slug, one.name, one.keywords, one.summary) for one in told.values()))


@cache
def spoken_guides() -> Speaking[Bundle]:
    """Return the life events; what their steps are called are their keywords."""
    told = {one.slug: one for one in bundles()}
    return Speaking(told, _index((one.slug, one.name, _steps(one), one.summary) for one in told.values()))


@cache
def spoken_help() -> Speaking[Help]:
    told = {one.slug: one for one in helping.shipped()}
    return Speaking(told, _index((one.slug, one.q, one.keywords, one.a) for one in told.values()))


def _index(told: Iterable[tuple[str, Text, Iterable[str], Text]]) -> catalogue.Index[str]:
    return catalogue.Index((slug, _document(name, keywords, says)) for slug, name, keywords, says in told)


def _steps(guide: Bundle) -> list[str]:
    return [word for step in guide.steps for word in (step.title.zh, step.title.en)]


def _document(name: Text, keywords: Iterable[str], says: Text) -> catalogue.Document:
    return catalogue.document(
        codes=(),
        title=f"{name.zh} {name.en}",
        subject="",
        items=(),
        abstract=f"{says.zh} {says.en}",
        owner=(),
        keywords=keywords,
        ranks_sounds=True,
    )
