"""The grid of sample rows: an item a line, a made-up row a column, so that it is read as a table on a phone too."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from haihe.data.catalogue.models.item import MOST_SAMPLES
from haihe.data.catalogue.records import NewItem, NewResource

COLUMNS = range(1, MOST_SAMPLES + 1)


@dataclass(frozen=True, slots=True)
class Cell:
    """One input."""

    name: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class SampleGrid:
    """The entry's items with what each row says of them."""

    entry: NewResource

    @property
    def numbers(self) -> range:
        return COLUMNS

    @property
    def lines(self) -> list[tuple[NewItem, list[Cell]]]:
        rows = [*self.entry.samples, *({} for _n in COLUMNS)][:MOST_SAMPLES]
        return [
            (item, [Cell(_name(n, item.name), n, rows[n - 1].get(item.name, "")) for n in COLUMNS])
            for item in self.entry.items
        ]


def samples_from(told: Mapping[str, str], entry: NewResource) -> NewResource:
    """Return the entry with the rows that were typed."""
    rows = tuple(
        {item.name: text for item in entry.items if (text := told.get(_name(n, item.name), "").replace("\x00", ""))}
        for n in COLUMNS
    )
    return replace(entry, samples=rows)


def _name(number: int, item: str) -> str:
    return f"row-{number}-{item}"
