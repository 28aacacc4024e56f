"""What may be asked of a dataset: pages of rows, and groups of rows, read from the parameters of an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from haihe.data.open.store.columns import NUMBERS, Column
from haihe.data.open.store.conditions import read_condition
from haihe.data.open.store.cursors import Position, read_cursor
from haihe.data.open.store.reading import Reader
from haihe.data.open.store.tree import ID, Condition
from haihe.data.open.store.trouble import WrongQuery

MOST_ROWS, USUAL_ROWS = 1000, 100
MOST_GROUPS, USUAL_GROUPS = 10_000, 1000
MOST_ORDERS, MOST_KEYS, MOST_AGGREGATES = 4, 4, 10
type Part = Literal["", "year", "month", "day"]
type Function = Literal["count", "sum", "avg", "min", "max", "count_distinct"]
_PARTS: tuple[Part, ...] = ("year", "month", "day")
_FUNCTIONS: tuple[Function, ...] = ("count", "sum", "avg", "min", "max")


@dataclass(frozen=True, slots=True)
class Order:
    column: int
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A page of rows. `select` None: all columns. Rows of the same order stand by their id, in the last direction.

    `offset` leaves so many rows out, for clients that count rows instead of taking a cursor: the more, the slower.
    """

    where: Condition | None = None
    select: tuple[int, ...] | None = None
    order: tuple[Order, ...] = ()
    limit: int = USUAL_ROWS
    after: Position | None = None
    count: bool = False
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Key:
    """What to group by: a column, or a part of a date."""

    column: int
    part: Part = ""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`column` None: of rows."""

    function: Function
    column: int | None = None


@dataclass(frozen=True, slots=True)
class GroupOrder:
    """`place` counts the keys first, then the aggregates."""

    place: int
    descending: bool = False


@dataclass(frozen=True, slots=True)
class GroupQuery:
    keys: tuple[Key, ...] = ()
    aggregates: tuple[Aggregate, ...] = (Aggregate("count"),)
    where: Condition | None = None
    order: tuple[GroupOrder, ...] = ()
    limit: int = USUAL_GROUPS


def read_query(parameters: Mapping[str, str], columns: Sequence[Column]) -> Query:
    """Read the parameters of a page. Raises: WrongQuery."""
    _only(parameters, "where", "select", "order", "limit", "cursor", "count")
    order = _order(parameters.get("order", ""), columns)
    cursor = parameters.get("cursor", "")
    return Query(
        where=read_where(parameters, columns),
        select=_select(parameters.get("select", ""), columns),
        order=order,
        limit=_limit(parameters, usual=USUAL_ROWS, most=MOST_ROWS),
        after=read_cursor(cursor, [columns[each.column].kind for each in order if each.column != ID])
        if cursor
        else None,
        count=_flag(parameters, "count"),
    )


def read_groups(parameters: Mapping[str, str], columns: Sequence[Column]) -> GroupQuery:
    """Read the parameters of a question for groups. Raises: WrongQuery."""
    _only(parameters, "where", "group", "aggregate", "order", "limit")
    keys = _keys(parameters.get("group", ""), columns)
    aggregates = _aggregates(parameters.get("aggregate", "") or "count(*)", columns)
    names = [*(name_of_key(key, columns) for key in keys), *(name_of_aggregate(each, columns) for each in aggregates)]
    if len(set(names)) < len(names):
        raise WrongQuery("group 和 aggregate 中有重复的内容。", "group and aggregate name something twice.")
    return GroupQuery(
        keys=keys,
        aggregates=aggregates,
        where=read_where(parameters, columns),
        order=_group_order(parameters.get("order", ""), columns, names),
        limit=_limit(parameters, usual=USUAL_GROUPS, most=MOST_GROUPS),
    )


def read_where(parameters: Mapping[str, str], columns: Sequence[Column]) -> Condition | None:
    """Read the condition, if there is one. Raises: WrongQuery."""
    text = parameters.get("where", "")
    return read_condition(text, columns) if text.strip() else None


def name_of_key(key: Key, columns: Sequence[Column]) -> str:
    """Return what the key is called in answers."""
    return f"{key.part}_{columns[key.column].name}" if key.part else columns[key.column].name


def name_of_aggregate(aggregate: Aggregate, columns: Sequence[Column]) -> str:
    """Return what the figure is called in answers."""
    if aggregate.column is None:
        return aggregate.function
    return f"{aggregate.function}_{columns[aggregate.column].name}"


def _only(parameters: Mapping[str, str], *known: str) -> None:
    for name in parameters:
        if name not in known:
            names = "、".join(known)
            raise WrongQuery(
                f"没有参数 {name[:40]}，可以使用：{names}。",
                f"There is no parameter {name[:40]}; there are {', '.join(known)}.",
            )


def _select(text: str, columns: Sequence[Column]) -> tuple[int, ...] | None:
    if text.strip() in ("", "*"):
        return None
    reader = Reader.of(text, columns, what="select")
    chosen = [reader.column()]
    while reader.took_sign(","):
        chosen.append(reader.column())
    reader.expect_end()
    return tuple(place for place in dict.fromkeys(chosen) if place != ID)


def _order(text: str, columns: Sequence[Column]) -> tuple[Order, ...]:
    if not text.strip():
        return ()
    reader = Reader.of(text, columns, what="order")
    orders: list[Order] = []
    while not orders or reader.took_sign(","):
        descending = reader.took_sign("-")
        column = reader.column()
        if column in [each.column for each in orders]:
            raise reader.wrong("同一个数据项出现了两次", "a column is there twice")
        orders.append(Order(column, descending))
    reader.expect_end()
    if len(orders) > MOST_ORDERS:
        raise WrongQuery(f"order 最多 {MOST_ORDERS} 项。", f"order takes at most {MOST_ORDERS} columns.")
    # Nothing is left to order behind the row's id.
    places = [each.column for each in orders]
    return tuple(orders[: places.index(ID) + 1] if ID in places else orders)


def _keys(text: str, columns: Sequence[Column]) -> tuple[Key, ...]:
    if not text.strip():
        return ()
    reader = Reader.of(text, columns, what="group")
    keys = [_key(reader)]
    while reader.took_sign(","):
        keys.append(_key(reader))
    reader.expect_end()
    if len(keys) > MOST_KEYS:
        raise WrongQuery(f"group 最多 {MOST_KEYS} 项。", f"group takes at most {MOST_KEYS} columns.")
    return tuple(keys)


def _key(reader: Reader) -> Key:
    part: Part = next((part for part in _PARTS if reader.calls(part)), "")
    if not part:
        return Key(_no_id(reader))
    reader.next()
    reader.expect_sign("(")
    mark, column = reader.mark, _no_id(reader)
    if reader.described(column).kind not in ("date", "datetime"):
        raise reader.wrong("这里应当是日期或者时间", "a date or a time was expected here", mark)
    reader.expect_sign(")")
    return Key(column, part)


def _aggregates(text: str, columns: Sequence[Column]) -> tuple[Aggregate, ...]:
    reader = Reader.of(text, columns, what="aggregate")
    aggregates = [_aggregate(reader)]
    while reader.took_sign(","):
        aggregates.append(_aggregate(reader))
    reader.expect_end()
    if len(aggregates) > MOST_AGGREGATES:
        raise WrongQuery(
            f"aggregate 最多 {MOST_AGGREGATES} 项。", f"aggregate takes at most {MOST_AGGREGATES} figures."
        )
    return tuple(aggregates)


def _aggregate(reader: Reader) -> Aggregate:
    function = next((each for each in _FUNCTIONS if reader.calls(each)), None)
    if function is None:
        raise reader.wrong(
            "这里应当是 count(*)、count(distinct …)、sum、avg、min 或者 max",
            "count(*), count(distinct …), sum, avg, min or max was expected here",
        )
    reader.next()
    reader.expect_sign("(")
    aggregate = _counted(reader) if function == "count" else _figured(reader, function)
    reader.expect_sign(")")
    return aggregate


def _counted(reader: Reader) -> Aggregate:
    if reader.took_sign("*"):
        return Aggregate("count")
    if reader.mark.is_word("distinct") and not reader.marks[reader.place + 1].is_sign(")"):
        reader.next()
        return Aggregate("count_distinct", _no_id(reader))
    return Aggregate("count", _no_id(reader))


def _figured(reader: Reader, function: Function) -> Aggregate:
    mark, column = reader.mark, _no_id(reader)
    if function in ("sum", "avg") and reader.described(column).kind not in NUMBERS:
        raise reader.wrong("这里应当是数字数据项", "a column of numbers was expected here", mark)
    return Aggregate(function, column)


def _no_id(reader: Reader) -> int:
    mark, column = reader.mark, reader.column()
    if column == ID:
        raise reader.wrong("行号不能用在这里", "the row's id can't be used here", mark)
    return column


def _group_order(text: str, columns: Sequence[Column], names: Sequence[str]) -> tuple[GroupOrder, ...]:
    if not text.strip():
        return ()
    reader = Reader.of(text, columns, what="order")
    orders: list[GroupOrder] = []
    while not orders or reader.took_sign(","):
        descending, mark = reader.took_sign("-"), reader.next()
        if mark.sort not in ("name", "quoted") or mark.text not in names:
            known = ", ".join(names)
            raise reader.wrong(
                f"这里应当是答复中的一列：{known}", f"one of the answer was expected here: {known}", mark
            )
        orders.append(GroupOrder(names.index(mark.text), descending))
    reader.expect_end()
    if len(orders) > MOST_ORDERS:
        raise WrongQuery(f"order 最多 {MOST_ORDERS} 项。", f"order takes at most {MOST_ORDERS} columns.")
    return tuple(orders)


def _limit(parameters: Mapping[str, str], *, usual: int, most: int) -> int:
    text = parameters.get("limit", "") or str(usual)
    if not (text.isascii() and text.isdecimal() and len(text) <= 6 and 1 <= int(text) <= most):
        raise WrongQuery(f"limit 应当是 1 到 {most} 的整数。", f"limit is a whole number from 1 to {most}.")
    return int(text)


def _flag(parameters: Mapping[str, str], name: str) -> bool:
    text = parameters.get(name, "") or "false"
    if text not in ("true", "false", "1", "0"):
        raise WrongQuery(f"{name} 应当是 true 或者 false。", f"{name} is true or false.")
    return text in ("true", "1")
