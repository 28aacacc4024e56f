"""A published version, opened: pages of rows, exact counts, groups, whole files."""

import math
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
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
from haihe.data.open.store.searching import narrowed
from haihe.data.open.store.sql import (
    AT_ANY_TIME,
    DUCK,
    EVERYTHING,
    LITE,
    NotHere,
    Sql,
    all_of,
    any_of,
    behind,
    column_name,
    condition,
    order,
    with_id,
)
from haihe.data.open.store.told import TOLD, ToldFile, as_told
from haihe.data.open.store.tree import Condition
from haihe.data.open.store.trouble import WrongQuery
from haihe.data.open.store.words import WORDS, WordsFile

LIMIT_S = 10.0
MOST_BYTES = 8 << 20
"""A page of rows that are larger is shorter than was asked for: the next one goes on."""
_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as JSON would tell them, each with its id in front. `next` is the cursor of the page behind, if any.

    `lines` are the rows as finished JSON, where that was asked for and all columns are wanted; `rows` is empty then.
    """

    columns: tuple[Column, ...]
    rows: list[Row]
    next: str | None
    total: int | None
    lines: list[bytes] | None = None

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.rows if self.lines is None else self.lines)


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
        # Versions that were built before there were such files go without.
        rows, files = self.manifest.rows, self.manifest.sha256
        self._told = ToldFile(folder, rows) if TOLD in files else None
        self._words = WordsFile(folder / WORDS, rows) if WORDS in files else None
        self._engine, self._owns_engine, self._name = engine, engine is None, ""
        self._let_go = [_when_gone(self, self._pages.close)]
        self._lock = threading.Lock()
        self._counts: OrderedDict[Condition | None, int] = OrderedDict({None: self.manifest.rows})
        self._groups: OrderedDict[GroupQuery, Groups] = OrderedDict()
        self._costly: OrderedDict[object, None] = OrderedDict()

    def page_at_once(self, query: Query, *, as_lines: bool = False) -> Page | None:
        """Return a page if an index finds it within milliseconds, None if it takes `page`.

        `as_lines`: give whole rows as finished JSON if there are such; else, and if columns were chosen, as cells.
        """
        total = None
        if query.count and (total := self._counts.get(query.where)) is None:
            return None
        shape = (query.where, query.order)
        if shape in self._costly:
            return None
        try:
            where = condition(query.where, LITE) if query.where is not None else EVERYTHING
        except NotHere:
            return None
        stretches = [all_of((where, part)) for part in behind(self._after(query), query.order, LITE)]
        if query.offset and len(stretches) > 1:
            return None
        ids = self._pages.ids(stretches, order(query.order), query.limit + 1, offset=query.offset)
        if ids is None:
            _remember(self._costly, shape, None)
            return None
        return self._page(query, ids, total, as_lines=as_lines)

    def page(self, query: Query, *, as_lines: bool = False, limit_s: float = LIMIT_S) -> Page:
        """Return a page. Raises: TooCostly."""
        at_once = self.page_at_once(query, as_lines=as_lines)
        if at_once is not None:
            return at_once
        where = all_of((self._found(query.where), any_of(behind(self._after(query), query.order, DUCK))))
        statement = f"SELECT id FROM {self._table()} WHERE {where.text} ORDER BY {order(query.order)} LIMIT ? OFFSET ?"
        asked = (*where.values, query.limit + 1, query.offset)
        ids = [row[0] for row in self._duck().rows(statement, asked, limit_s=limit_s)]
        total = self.count(query.where, limit_s=limit_s) if query.count else None
        return self._page(query, ids, total, as_lines=as_lines)

    def count(self, where: Condition | None = None, *, limit_s: float = LIMIT_S) -> int:
        """Return how many rows there are, exactly; counted once for each condition. Raises: TooCostly."""
        known = self._counts.get(where)
        if known is not None:
            return known
        found = self._found(where)
        statement = f"SELECT count(*) FROM {self._table()} WHERE {found.text}"
        ((counted,),) = self._duck().rows(statement, found.values, limit_s=limit_s)
        _remember(self._counts, where, counted)
        return int(counted)

    def groups(self, query: GroupQuery, *, limit_s: float = LIMIT_S) -> Groups:
        """Return groups with their figures. Raises: TooCostly."""
        known = self._groups.get(query)
        if known is not None:
            return known
        where = self._found(query.where)
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
        found = self._found(where)
        return self._held(exported(self._duck(), self._table(), found, self.columns, form, base=base, guard=guard))

    def _held(self, pieces: Generator[bytes]) -> Generator[bytes]:
        """Yield the pieces; while somebody takes them, who takes them holds this version open."""
        yield from pieces

    def close(self) -> None:
        for let_go in self._let_go:
            let_go()
        if self._engine is not None and self._owns_engine:
            self._engine.close()

    def _duck(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = Engine()
            if not self._name:
                self._name = self._engine.attach(self.folder / FIGURES)
                self._let_go.append(_when_gone(self, self._engine.detach, self._name))
            return self._engine

    def _table(self) -> str:
        self._duck()
        return f"{self._name}.rows"

    def _found(self, where: Condition | None) -> Sql:
        """Return the condition for the engine of figures, with the ids that full text leaves."""
        if where is None:
            return EVERYTHING
        found = condition(where, DUCK)
        if self._words is None or self._told is None:
            return found
        narrow = narrowed(where, self._words, self._told.ids)
        return found if narrow is None else all_of((narrow, found))

    def _page(self, query: Query, ids: Sequence[int], total: int | None, *, as_lines: bool) -> Page:
        """Make a page of the rows of these ids: one more than were asked for if there are more."""
        shown = ids[: self._fitting(ids[: query.limit])]
        following = None
        if len(ids) > len(shown):
            following = written_cursor(self._position(query.order, shown[-1]))
        if as_lines and query.select is None and self._told is not None:
            return Page(self.columns, [], following, total, self._told.lines(shown))
        chosen = range(len(self.columns)) if query.select is None else query.select
        return Page(tuple(self.columns[place] for place in chosen), self._rows(chosen, shown), following, total)

    def _fitting(self, ids: Sequence[int]) -> int:
        """Return how many of the rows fit into one answer, at least one."""
        if self._told is None or self._told.longest * len(ids) <= MOST_BYTES:
            return len(ids)
        sizes = accumulate(self._told.sizes(ids))
        return max(1, sum(size <= MOST_BYTES for size in sizes))

    def _rows(self, chosen: Sequence[int], ids: Sequence[int]) -> list[Row]:
        columns = [self.columns[place] for place in chosen]
        if self._told is None:
            return as_told(columns, self._pages.by_ids(chosen, ids))
        return self._told.rows(columns, ids)

    def _after(self, query: Query) -> Position | None:
        """Return where the page begins. Raises: WrongQuery."""
        if query.after is None or query.after.values is not None:
            return query.after
        try:
            return self._position(query.order, query.after.id)
        except KeyError as gone:
            raise WrongQuery(
                "cursor 所指的行已经不在，请从第一页重新开始。",
                "The row of the cursor is gone; begin again with the first page.",
            ) from gone

    def _position(self, orders: Sequence[Order], last: int) -> Position:
        """Raises: KeyError where there is no such row."""
        wanted = [each.column for each in with_id(orders)[:-1]]
        ((_, *cells),) = self._pages.by_ids(wanted, [last])
        return Position(tuple(map(self._value, wanted, cells)), last)

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


def _when_gone(store: Store, let_go: Callable[..., None], *what: str) -> "weakref.finalize[..., Store]":
    """Let go once: when the store is closed, or when nobody holds it any more."""
    last = weakref.finalize(store, let_go, *what)
    last.atexit = False  # the engine is closed by then, and all files with the process
    return last


def _key(key: Key) -> str:
    name = column_name(key.column)
    match key.part:
        case "year":
            return f"year({name})"
        case "month":
            return f"strftime({AT_ANY_TIME.format(name)}, '%Y-%m')"
        case "day":
            return f"strftime({AT_ANY_TIME.format(name)}, '%Y-%m-%d')"
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
