"""datastore_search's filters, q, sort and fields as a tree of the store's: columns by place, values by kind."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from haihe.data.open.faces.ckan.asking import Asked, checked_text, has_forbidden, is_scalar
from haihe.data.open.faces.ckan.errors import ValidationError
from haihe.data.open.store import Column
from haihe.data.open.store.columns import ROW_ID, Value, read_date, read_datetime
from haihe.data.open.store.conditions import MOST_VALUES, MOST_WORDS
from haihe.data.open.store.folding import words_of
from haihe.data.open.store.query import MOST_ORDERS, Order
from haihe.data.open.store.tree import ID, All, Among, Comparison, Condition, Like, Missing, Not, Search, Sign

_MOST_FILTERS: Final = 30
_INTEGERS: Final = range(-(2**63), 2**63)
_SIGNS: Final[Mapping[str, Sign]] = {"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_ROW_ID: Final = Column(ROW_ID, "", "", "integer")
type Columns = Sequence[Column]


def place_of(name: object, columns: Columns, *, parameter: str) -> int:
    """Raises: ValidationError."""
    if name == ROW_ID:
        return ID
    for place, column in enumerate(columns):
        if column.name == name:
            return place
    told = str(name)[:60]
    raise ValidationError.of(parameter, f"没有数据项“{told}”。", f'field "{told}" not in table')


def condition_of(asked: Asked, columns: Columns) -> Condition | None:
    """Return what filters, q and full_text ask together. Raises: ValidationError."""
    parts = [*_filters(asked.mapping("filters"), columns), *_words(asked, columns)]
    if asked.text("full_text").strip():
        parts.append(_search("full_text", asked.text("full_text")))
    return parts[0] if len(parts) == 1 else All(tuple(parts)) if parts else None


def orders_of(asked: Asked, columns: Columns) -> tuple[Order, ...]:
    """Raises: ValidationError."""
    orders: list[Order] = []
    for part in _parts(asked, "sort"):
        name, direction = _direction(part)
        place = place_of(name, columns, parameter="sort")
        if place not in [each.column for each in orders]:
            orders.append(Order(place, direction == "desc"))
        if place == ID:
            break
    if len(orders) > MOST_ORDERS:
        raise ValidationError.of("sort", f"最多按 {MOST_ORDERS} 项排序。", f"Takes at most {MOST_ORDERS} fields.")
    return tuple(orders)


def chosen_of(asked: Asked, columns: Columns) -> tuple[int, ...]:
    """Return the places of the fields asked for, the row's id among them; all of them if none is named.

    Raises: ValidationError.
    """
    names = [_unquoted(part) for part in _parts(asked, "fields")]
    if not names:
        return (ID, *range(len(columns)))
    return tuple(dict.fromkeys(place_of(name, columns, parameter="fields") for name in names))


def _parts(asked: Asked, name: str) -> list[str]:
    return [part.strip() for part in asked.texts(name) if part.strip()]


def _direction(part: str) -> tuple[str, str]:
    """Take `name desc nulls last` apart; names may stand in double quotes and hold spaces."""
    words = part.lower()
    for end in (" nulls last", " nulls first"):
        if words.endswith(end):
            part = part[: -len(end)].rstrip()
            words = part.lower()
    for direction in ("asc", "desc"):
        if words.endswith(" " + direction):
            return _unquoted(part[: -len(direction)].strip()), direction
    return _unquoted(part), "asc"


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if len(name) > 1 and name[0] == name[-1] == '"' else name


def _filters(filters: Mapping[str, Any], columns: Columns) -> list[Condition]:
    if len(filters) > _MOST_FILTERS:
        raise ValidationError.of("filters", f"最多 {_MOST_FILTERS} 项。", f"Takes at most {_MOST_FILTERS} fields.")
    found: list[Condition] = []
    for name, wanted in filters.items():
        place = place_of(name, columns, parameter="filters")
        found += _of_column(place, _ROW_ID if place == ID else columns[place], wanted)
    return found


def _of_column(place: int, column: Column, wanted: Any) -> list[Condition]:
    """A value, a list of values of which one must hold, bounds, or a list of bounds that all must hold."""
    if isinstance(wanted, dict):
        return [_bound(place, column, sign, value) for sign, value in wanted.items()]
    if isinstance(wanted, list) and wanted and all(isinstance(one, dict) for one in wanted):
        if len(wanted) > _MOST_FILTERS:
            raise _too_many()
        return [each for one in wanted for each in _of_column(place, column, one)]
    return [_among(place, column, wanted if isinstance(wanted, list) else [wanted])]


def _bound(place: int, column: Column, sign: str, value: Any) -> Condition:
    if sign == "in" and isinstance(value, list):
        return _among(place, column, value)
    if sign not in _SIGNS:
        told = sign[:20]
        raise ValidationError.of("filters", f"不认识“{told}”。", f"There is no operator {told}; use eq, ne, lt, gte …")
    if value is None:
        return Not(Missing(place)) if sign == "ne" else Missing(place)
    return Comparison(place, _SIGNS[sign], value_of(column, value))


def _among(place: int, column: Column, wanted: list[Any]) -> Condition:
    if len(wanted) > MOST_VALUES:
        raise _too_many()
    values = tuple(dict.fromkeys(value_of(column, one) for one in wanted if one is not None))
    if None in wanted and not values:
        return Missing(place)
    if not values:
        return _nothing()
    if None in wanted:
        raise ValidationError.of("filters", "空值不能和别的值放在一起。", "null can't stand beside other values.")
    return Comparison(place, "=", values[0]) if len(values) == 1 else Among(place, values)


def _too_many() -> ValidationError:
    return ValidationError.of("filters", f"最多 {MOST_VALUES} 个值。", f"Takes at most {MOST_VALUES} values.")


def value_of(column: Column, told: Any) -> Value:
    """Return a value as the column's kind. Raises: ValidationError."""
    try:
        if not is_scalar(told) or has_forbidden(told):
            raise ValueError(told)
        return _value(column.kind, told)
    except (ValueError, OverflowError):
        kind, name = column.kind, column.name
        raise ValidationError.of("filters", f"“{name}”的值类型不对。", f'"{name}" is compared with: {kind}') from None


def _value(kind: str, told: str | int | float | bool) -> Value:
    text = str(told)
    if len(text) > 4096 or (isinstance(told, bool) and kind != "boolean"):
        raise ValueError(told)
    match kind:
        case "text":
            return text
        case "integer":
            return _integer(text)
        case "boolean":
            return _truth(text.lower())
        case "date":
            return read_date(text[:10] if text[10:11] in ("T", " ") else text)
        case "datetime":
            return read_datetime(text)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(told)
    return number


def _integer(text: str) -> int:
    text = text.strip().removesuffix(".0")
    if len(text) > 20 or (number := int(text)) not in _INTEGERS:
        raise ValueError(text)
    return number


def _truth(word: str) -> bool:
    if word not in ("true", "false", "t", "f", "1", "0"):
        raise ValueError(word)
    return word in ("true", "t", "1")


def _words(asked: Asked, columns: Columns) -> list[Condition]:
    """q is words for the whole row, or words by column."""
    told = asked.values.get("q")
    by_column = told if isinstance(told, dict) else None
    if isinstance(told, str) and told.lstrip().startswith("{"):
        by_column = asked.mapping("q")
    if by_column is None:
        return [_search("q", asked.text("q"))] if asked.text("q").strip() else []
    if len(by_column) > _MOST_FILTERS:
        raise ValidationError.of("q", f"最多 {_MOST_FILTERS} 项。", f"Takes at most {_MOST_FILTERS} fields.")
    return [_holds(name, text, columns) for name, text in by_column.items()]


def _search(parameter: str, text: str) -> Condition:
    words = words_of(text.replace(":*", " "))
    if not words:
        return _nothing()
    if len(words) > MOST_WORDS:
        raise ValidationError.of(parameter, f"最多 {MOST_WORDS} 个词。", f"Takes at most {MOST_WORDS} words.")
    return Search(words)


def _holds(name: object, text: object, columns: Columns) -> Condition:
    place = place_of(name, columns, parameter="q")
    if not isinstance(text, str) or place == ID or columns[place].kind != "text":
        raise ValidationError.of("q", "只能在文字数据项中查找文字。", "Only texts are searched, in fields of text.")
    word = checked_text("q", text, longest=200).replace(":*", "").strip()
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, "\\" + sign)
    return Like(place, f"%{word}%")


def _nothing() -> Condition:
    """Return what holds for no row: there was something to look for, and no row can have it."""
    return All((Missing(ID), Not(Missing(ID))))
