"""Open datasets as the search box of the city finds them."""

from collections.abc import Iterable
from dataclasses import dataclass

from haihe.data.open import queries


@dataclass(frozen=True, slots=True)
class Hit:
    """An open dataset that somebody looked for; its page is `open:dataset` with the slug."""

    slug: str
    code: str
    title: str
    summary: str
    owner: str


def find(words: str, *, limit: int) -> list[Hit]:
    """Return what is open and has all of the words, best first, in the reader's language."""
    rows = queries.hits(words, limit)
    return [Hit(row.slug, row.code, row.local_title, row.local_summary, row.owner) for row in rows]


def open_codes(codes: Iterable[str]) -> frozenset[str]:
    """Return which of these catalogue entries everybody has as datasets."""
    return queries.open_codes(codes)
