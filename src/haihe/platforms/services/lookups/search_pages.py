"""What the page of the search box shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from haihe.platforms.services.items import api as items
from haihe.platforms.services.items.api import Text, Topic
from haihe.platforms.services.items.ports import Shelf


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was typed and found. Where nothing was, what many people want, and the topics."""

    typed: str
    shelves: Sequence[Shelf]
    corrected: Sequence[tuple[str, str]]
    frequent: Sequence[tuple[str, Text]]
    topics: Sequence[Topic]

    @property
    def loosely(self) -> bool:
        """Whether nothing has all that was typed."""
        return bool(self.shelves) and all(shelf.finds.loosely for shelf in self.shelves)


def search_page(typed: str, shelves: Sequence[Shelf], *, on: date) -> SearchPage:
    """Return the page; it suggests what to do only where nothing fits."""
    corrected = dict(pair for shelf in shelves for pair in shelf.finds.corrected.items())
    slugs = [] if shelves else items.frequent(is_for_companies=False)
    names = items.names_in_force(slugs, on=on)
    frequent = [(slug, names[slug]) for slug in slugs if slug in names]
    return SearchPage(typed, shelves, tuple(corrected.items()), frequent, () if shelves else items.topics())
