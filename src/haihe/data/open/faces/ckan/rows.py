"""Rows of a resource: a page of them as was asked, and the fields with what they mean."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from haihe.data.open.columns import OpenColumn
from haihe.data.open.faces.ckan.asking import Asked
from haihe.data.open.faces.ckan.conditions import chosen_of, condition_of, orders_of
from haihe.data.open.faces.ckan.errors import SearchError, ValidationError
from haihe.data.open.models import DatasetVersion
from haihe.data.open.store import Query, QueryTrouble, Store, WrongQuery
from haihe.data.open.store.columns import ROW_ID
from haihe.data.open.store.cursors import read_cursor
from haihe.data.open.store.pages import Row
from haihe.data.open.store.query import MOST_GROUPS, MOST_KEYS, GroupOrder, GroupQuery, Key, Order
from haihe.data.open.store.tree import ID, Condition

USUAL_ROWS: Final = 100
MOST_ROWS: Final = 32_000
MOST_CELLS: Final = 1_000_000
_MOST_OFFSET: Final = 2**62
_TYPES: Final = {
    "text": "text",
    "integer": "int8",
    "decimal": "float8",
    "longitude": "float8",
    "latitude": "float8",
    "date": "date",
    "datetime": "timestamptz",
    "boolean": "bool",
}
type Field = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked of a store. `chosen` are the places of the fields, ID among them."""

    where: Condition | None
    chosen: tuple[int, ...]
    order: tuple[Order, ...]
    limit: int
    offset: int

    def query(self, *, cursor: str = "", columns: Sequence[Any] = ()) -> Query:
        """Raises: WrongQuery, where the cursor belongs to another order."""
        kinds = [columns[each.column].kind for each in self.order if each.column != ID] if cursor else []
        return Query(
            where=self.where,
            select=tuple(place for place in self.chosen if place != ID),
            order=self.order,
            limit=self.limit,
            after=read_cursor(cursor, kinds) if cursor else None,
            offset=0 if cursor else self.offset,
        )

    def told(self, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
        """Return the rows with their cells in the order of the fields; each comes with its id in front."""
        kept = {place: n for n, place in enumerate((ID, *(place for place in self.chosen if place != ID)))}
        places = [kept[place] for place in self.chosen]
        if places == list(range(len(kept))):
            return list(rows)
        return [tuple(row[place] for place in places) for row in rows]


@dataclass(frozen=True, slots=True)
class Found:
    """Rows, how many there are in all (None: wasn't asked), and the cursor of the page behind."""

    rows: list[tuple[Any, ...]]
    total: int | None
    next: str | None


def wanted_of(asked: Asked, store: Store, *, usual: int = USUAL_ROWS, most: int = MOST_ROWS) -> Wanted:
    """Raises: ValidationError."""
    chosen = chosen_of(asked, store.columns)
    limit = asked.integer("limit", usual, most=most)
    return Wanted(
        where=condition_of(asked, store.columns),
        chosen=chosen,
        order=orders_of(asked, store.columns),
        limit=min(limit, MOST_CELLS // len(chosen)),
        offset=asked.integer("offset", 0, most=_MOST_OFFSET),
    )


def page_of(store: Store, wanted: Wanted, *, counts: bool, cursor: str = "") -> Found:
    """Raises: ValidationError, SearchError."""
    try:
        total = store.count(wanted.where) if counts else None
        if wanted.limit == 0 or (total is not None and wanted.offset >= total):
            return Found([], total, None)
        page = store.page(wanted.query(cursor=cursor, columns=store.columns))
    except QueryTrouble as trouble:
        raise _as_action_error(trouble) from None
    return Found(wanted.told(page.rows), total, page.next)


def distinct_of(store: Store, wanted: Wanted) -> Found:
    """Return each combination of the fields once. Raises: ValidationError, SearchError."""
    if ID in wanted.chosen or len(wanted.chosen) > MOST_KEYS:
        raise ValidationError.of(
            "distinct",
            f"请在 fields 中写明 1 到 {MOST_KEYS} 个数据项，不含 _id。",
            f"Name 1 to {MOST_KEYS} fields, without _id.",
        )
    last = wanted.offset + wanted.limit
    if last > MOST_GROUPS:
        raise ValidationError.of("offset", f"最多到第 {MOST_GROUPS} 个。", f"Goes to {MOST_GROUPS} at most.")
    order = tuple(
        GroupOrder(wanted.chosen.index(each.column), each.descending)
        for each in wanted.order
        if each.column in wanted.chosen
    )
    keys = tuple(Key(place) for place in wanted.chosen)
    try:
        groups = store.groups(GroupQuery(keys, (), wanted.where, order, MOST_GROUPS))
    except QueryTrouble as trouble:
        raise _as_action_error(trouble) from None
    return Found(list(groups.rows[wanted.offset : last]), len(groups.rows) if groups.is_whole else None, None)


def pages_of(store: Store, wanted: Wanted, *, rows: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows of any number, so many at once. Raises: TooCostly on the way."""
    left, cursor = wanted.limit, ""
    while left > 0:
        part = Wanted(wanted.where, wanted.chosen, wanted.order, min(rows, left), wanted.offset)
        page = store.page(part.query(cursor=cursor, columns=store.columns))
        yield wanted.told(page.rows)
        left -= len(page.rows)
        if page.next is None:
            return
        cursor = page.next


def fields_of(version: DatasetVersion, store: Store, chosen: Sequence[int]) -> list[Field]:
    """Return the fields with their types, and what each means."""
    told = {column.name: column for column in version.open_columns}
    return [
        {"id": ROW_ID, "type": "int8"} if place == ID else _field(told[store.columns[place].name]) for place in chosen
    ]


def _field(column: OpenColumn) -> Field:
    info = {
        "label": column.title,
        "label_en": column.title_en,
        "notes": column.description,
        "unit": column.unit,
        "code_list": column.code_list,
    }
    told = {key: value for key, value in info.items() if value}
    return {"id": column.name, "type": _TYPES[column.kind], "info": told}


def written(rows: Sequence[Sequence[Any]], *, separator: str) -> str:
    """Return rows as CSV or TSV, what is missing as nothing."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _as_action_error(trouble: QueryTrouble) -> ValidationError | SearchError:
    if isinstance(trouble, WrongQuery):
        return ValidationError.of("query", trouble.zh, trouble.en)
    return SearchError(trouble.zh, trouble.en)
