"""Questions and answers of items, found by what somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from haihe.data.catalogue import api as catalogue
from haihe.platforms.services.items import bundles
from haihe.platforms.services.items.models import ItemVersion
from haihe.platforms.services.items.queries import versions_in_force
from haihe.platforms.services.items.texts import Text
from haihe.platforms.services.items.wording import sayings


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with its answer; `number` counts from one on the page of the item or life event that has it."""

    slug: str
    about: Text
    is_bundle: bool
    number: int
    q: Text
    a: Text


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that speak of what was asked, the best first; `loosely` and `share` as in the catalogue's ranking."""

    rows: Sequence[Answer]
    loosely: bool
    share: float


def find_answers(text: str, *, on: date, limit: int) -> Answers:
    """Return the questions of items in force and of life events that come closest to what was asked."""
    index = _index(on, ItemVersion.objects.count())
    ranking = index.rank(catalogue.parts_of(text, sayings()))
    return Answers(ranking.keys[:limit], ranking.loosely, ranking.share)


@lru_cache(maxsize=1)
def _index(on: date, _count: int) -> catalogue.Index[Answer]:
    """Versions never change and end by days: it is read anew each day, and when there are more versions."""
    told = [*_of_items(on), *_of_bundles()]
    return catalogue.Index((one, _document(one)) for one in sorted(told, key=lambda one: len(one.q.zh)))


def _of_items(on: date) -> list[Answer]:
    rows = versions_in_force(on=on).filter(content__faq__0__isnull=False)
    return [
        Answer(row.slug, row.definition.name, False, number, one.q, one.a)
        for row in rows
        for number, one in enumerate(row.definition.faq, start=1)
    ]


def _of_bundles() -> list[Answer]:
    return [
        Answer(bundle.slug, bundle.name, True, number, one.q, one.a)
        for bundle in bundles.bundles()
        for number, one in enumerate(bundle.faq, start=1)
    ]


def _document(one: Answer) -> catalogue.Document:
    return catalogue.document(
        codes=(),
        title=f"{one.q.zh} {one.q.en}",
        subject=f"{one.about.zh} {one.about.en}",
        items=(),
        abstract=f"{one.a.zh} {one.a.en}",
        owner=(),
        ranks_sounds=True,
    )
