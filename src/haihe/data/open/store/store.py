"""A published version, opened: pages of rows, exact counts, groups, whole files."""

import math
import threading
from collections import OrderedDict
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from haihe.data.open.store.columns import Column, Value, read_datetime, written_datetime
from haihe.data.open.store.cursors import Position, written_cursor
from haihe.data.open.store.engine import Engine
from haihe.data.open.store.exporting import exported
from haihe.data.open.store.manifest import FIGURES, PAGES, Manifest, read_manifest
from haihe.data.open.store.pages import PagesFile, Row
from haihe.data.open.store.query import (
    Aggregate,
    GroupQuery,
    Key,
    Order,
    Query,
    name_of_aggregate,
    name_of_key,
)
from haihe.data.open.store.sql import DUCK, LITE, Dialect, NotHere, Sql, behind, column_name, condition, order, with_id
from haihe.data.open.store.tree import Condition

LIMIT_S = 10.0
_REMEMBERED = 1_000
_EVERYTHING = Sql("TRUE")
_FALSE_TRUE = (False, True)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as JSON would tell them, each with its id in front. `next` is the cursor of the page behind, if any."""

    columns: tuple[Column, ...]
    rows: list[Row]
    next: str | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Groups:
    """`is_whole` False: there are more groups than were asked for."""

    names: tuple[str, ...]
    rows: list[Row]
    is_whole: bool


class Store:
    """May be used by any number of threads."""

    def __init__(self, folder: Path, *, engine: Engine | None = None) -> None:
        """Without an engine it makes its own at the first question that needs one. Raises: StoreDamaged."""
        self.folder = folder
        self.manifest: Manifest = read_manifest(folder)
        self.columns = self.manifest.columns
        self._pages = PagesFile(folder / PAGES)
        self._engine, self._owns_engine, self._name = engine, engine is None, ""
        self._lock = threading.Lock()
        self._counts: OrderedDict[Condition | None, int] = OrderedDict({None: self.manifest.rows})
        self._groups: OrderedDict[GroupQuery, Groups] = OrderedDict()
        self._costly: OrderedDict[object, None] = OrderedDict()

    def page_at_once(self, query: Query) -> Page | None:
        """Return a page if an index finds it within milliseconds, None if it takes `page`."""
        total = None
        if query.count and (total := self._counts.get(query.where)) is None:
            return None
        shape = (query.where, query.order)
        if shape in self._costly:
            return None
        chosen = self._chosen(query)
        try:
            where = _where(query, LITE)
        except NotHere:
            return None
        rows = self._pages.page(chosen, where, order(query.order), query.limit + 1, offset=query.offset)
        if rows is None:
            _remember(self._costly, shape, None)
            return None
        return self._page(query, chosen, rows, total)

    def page(self, query: Query, *, limit_s: float = LIMIT_S) -> Page:
        """Return a page. Raises: TooCostly."""
        at_once = self.page_at_once(query)
        if at_once is not None:
            return at_once
        chosen, where = self._chosen(query), _where(query, DUCK)
        statement = f"SELECT id FROM {self._table()} WHERE {where.text} ORDER BY {order(query.order)} LIMIT ? OFFSET ?"
        asked = (*where.values, query.limit + 1, query.offset)
        ids = [row[0] for row in self._duck().rows(statement, asked, limit_s=limit_s)]
        rows = self._pages.by_ids(chosen, ids)
        return self._page(query, chosen, rows, self.count(query.where, limit_s=limit_s) if query.count else None)

    def count(self, where: Condition | None = None, *, limit_s: float = LIMIT_S) -> int:
        """Return how many rows there are, exactly; counted once for each condition. Raises: TooCostly."""
        known = self._counts.get(where)
        if known is not None:
            return known
        found = condition(where, DUCK) if where is not None else _EVERYTHING
        statement = f"SELECT count(*) FROM {self._table()} WHERE {found.text}"
        ((counted,),) = self._duck().rows(statement, found.values, limit_s=limit_s)
        _remember(self._counts, where, counted)
        return int(counted)

    def groups(self, query: GroupQuery, *, limit_s: float = LIMIT_S) -> Groups:
        """Return groups with their figures. Raises: TooCostly."""
        known = self._groups.get(query)
        if known is not None:
            return known
        where = condition(query.where, DUCK) if query.where is not None else _EVERYTHING
        keys = [_key(key) for key in query.keys]
        figures = [_figure(each) for each in query.aggregates]
        statement = (
            f"SELECT {', '.join([*keys, *figures])} FROM {self._table()} WHERE {where.text} "
            + (f"GROUP BY {', '.join(str(n + 1) for n in range(len(keys)))} " if keys else "")
            + f"ORDER BY {_group_order(query)} LIMIT ?"
        )
        rows = self._duck().rows(statement, (*where.values, query.limit + 1), limit_s=limit_s)
        names = (
            *(name_of_key(key, self.columns) for key in query.keys),
            *(name_of_aggregate(each, self.columns) for each in query.aggregates),
        )
        told = [tuple(map(_told, row)) for row in rows[: query.limit]]
        groups = Groups(names, told, len(rows) <= query.limit)
        _remember(self._groups, query, groups)
        return groups

    def export(self, where: Condition | None, form: str, *, base: str = "", guard: bool = False) -> Generator[bytes]:
        """Yield a whole file of all rows, or of some: `form` is one of `FORMS`. Raises: KeyError, TooCostly.

        `base` is the address of the dataset, for formats that name things by address; `guard` writes CSV so that a
        spreadsheet runs no formula and loses no digit.
        """
        found = condition(where, DUCK) if where is not None else _EVERYTHING
        return exported(self._duck(), self._table(), found, self.columns, form, base=base, guard=guard)

    def close(self) -> None:
        self._pages.close()
        if self._engine is not None and self._name:
            self._engine.detach(self._name)
        if self._engine is not None and self._owns_engine:
            self._engine.close()

    def _duck(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = Engine()
            if not self._name:
                self._name = self._engine.attach(self.folder / FIGURES)
            return self._engine

    def _table(self) -> str:
        self._duck()
        return f"{self._name}.rows"

    def _chosen(self, query: Query) -> tuple[int, ...]:
        return tuple(range(len(self.columns))) if query.select is None else query.select

    def _page(self, query: Query, chosen: Sequence[int], rows: list[Row], total: int | None) -> Page:
        shown = rows[: query.limit]
        following = None
        if len(rows) > query.limit:
            following = written_cursor(self._position(query.order, chosen, shown[-1]))
        columns = tuple(self.columns[place] for place in chosen)
        return Page(columns, _as_told(columns, shown), following, total)

    def _position(self, orders: Sequence[Order], chosen: Sequence[int], last: Row) -> Position:
        wanted = [each.column for each in with_id(orders)[:-1]]
        if any(place not in chosen for place in wanted):
            (row,) = self._pages.by_ids(wanted, [last[0]])
            chosen, last = wanted, row
        by_place = dict(zip(chosen, last[1:], strict=True))
        return Position(tuple(self._value(place, by_place[place]) for place in wanted), last[0])

    def _value(self, place: int, kept: Any) -> Value | None:
        if kept is None:
            return None
        match self.columns[place].kind:
            case "date":
                return date.fromisoformat(kept)
            case "datetime":
                return read_datetime(kept)
            case "boolean":
                return bool(kept)
        value: Value = kept
        return value


def open_store(folder: Path, *, engine: Engine | None = None) -> Store:
    """Open a version. Raises: StoreDamaged."""
    return Store(folder, engine=engine)


def _where(query: Query, dialect: Dialect) -> Sql:
    parts = [condition(query.where, dialect)] if query.where is not None else []
    if query.after is not None:
        parts.append(behind(query.after, query.order, dialect))
    if not parts:
        return _EVERYTHING
    return Sql(" AND ".join(part.text for part in parts), tuple(value for part in parts for value in part.values))


def _as_told(columns: Sequence[Column], rows: list[Row]) -> list[Row]:
    """Return the rows with times and truths as JSON tells them."""
    changed = {place + 1: column.kind for place, column in enumerate(columns) if column.kind in ("datetime", "boolean")}
    if not changed:
        return rows
    told = []
    for row in rows:
        cells = list(row)
        for place, kind in changed.items():
            if cells[place] is not None:
                cells[place] = _FALSE_TRUE[cells[place]] if kind == "boolean" else cells[place] + "+08:00"
        told.append(tuple(cells))
    return told


def _key(key: Key) -> str:
    name = column_name(key.column)
    match key.part:
        case "year":
            return f"year({name})"
        case "month":
            return f"strftime({name}, '%Y-%m')"
        case "day":
            return f"strftime({name}, '%Y-%m-%d')"
    return name


def _figure(aggregate: Aggregate) -> str:
    if aggregate.column is None:
        return "count(*)"
    name = column_name(aggregate.column)
    return f"count(DISTINCT {name})" if aggregate.function == "count_distinct" else f"{aggregate.function}({name})"


def _group_order(query: GroupQuery) -> str:
    """Return the wished order, with the keys as its end."""
    wished = [f"{each.place + 1} {'DESC' if each.descending else 'ASC'}" for each in query.order]
    named = {each.place for each in query.order}
    rest = [f"{place + 1} ASC" for place in range(len(query.keys)) if place not in named]
    return ", ".join([*wished, *rest]) or "1"


def _told(value: Any) -> Any:
    match value:
        case datetime():
            return written_datetime(value)
        case date():
            return value.isoformat()
        case float() if not math.isfinite(value):
            return None
        case int() if not -(2**63) <= value < 2**63:
            return float(value)
    return value


def _remember[K, V](known: OrderedDict[K, V], key: K, value: V) -> None:
    known[key] = value
    if len(known) > _REMEMBERED:
        known.popitem(last=False)
