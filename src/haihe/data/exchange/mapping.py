"""Which column of a file is which column of the schema, by title."""

from collections.abc import Sequence
from dataclasses import dataclass

from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import RegisterSchema, fold_title

OPERATION = "_op"
"""The column by which rows of a delta say what to do with them: upsert or delete."""
UNREADABLE = "_message"
"""The column in which a message that nobody could read stands; its row has no other cell, and is rejected."""
OURS = frozenset({OPERATION, UNREADABLE})
"""Columns that are no department's."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """`positions` follow the schema's columns; None for an optional column the file lacks."""

    positions: tuple[int | None, ...]
    ignored: tuple[str, ...]


def known_titles(cells: Sequence[str], schema: RegisterSchema) -> int:
    """Count the cells that are titles of this schema: how much a line looks like its header."""
    titles = {fold_title(title) for column in schema.columns for title in column.titles}
    return sum(fold_title(cell) in titles for cell in cells)


def map_header(cells: Sequence[str], schema: RegisterSchema) -> Mapping:
    """Find each column of the schema by its title or an alias, in any order. Raises: FileRefused."""
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        places.setdefault(fold_title(cell), []).append(place)
    found = [_places_of(column.titles, places) for column in schema.columns]
    _refuse_repeated([c.title for c, at in zip(schema.columns, found, strict=True) if len(at) > 1])
    _refuse_missing([c.title for c, at in zip(schema.columns, found, strict=True) if c.required and not at])
    used = {place for at in found for place in at}
    ignored = tuple(
        cell.strip()[:200]
        for place, cell in enumerate(cells)
        if place not in used and cell.strip() and cell.strip() not in OURS
    )
    return Mapping(tuple(at[0] if at else None for at in found), ignored)


def _places_of(titles: Sequence[str], places: dict[str, list[int]]) -> list[int]:
    return [place for title in titles for place in places.get(fold_title(title), [])]


def _refuse_repeated(titles: list[str]) -> None:
    if titles:
        raise FileRefused(Refusal.REPEATED_COLUMN, f"表头中有重复的列：{'、'.join(titles)}。请每列只保留一次。")


def _refuse_missing(titles: list[str]) -> None:
    if titles:
        raise FileRefused(Refusal.MISSING_COLUMNS, f"表头缺少必需的列：{'、'.join(titles)}。请按目录中的信息项补全。")
