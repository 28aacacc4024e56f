"""Claims: what an owner lets be asked of a register, as predicates over the items in the catalogue.

`{"all": […]}`, `{"any": […]}` or `{"field": …, "op": "eq|ne|in|ge|le", "value": …}`; "$today" is the day in the city.
The gateway compiles the same form; a contract test holds the two together.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from haihe.data.catalogue.api import ItemEntry
from haihe.data.sharing.errors import InputRefused

TODAY = "$today"
CLAIM_NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
_OPERATORS = frozenset({"eq", "ne", "in", "ge", "le"})
_INTEGERS = frozenset({"I"})
_DATES = frozenset({"D"})
_MAX_DEPTH = 8
_MOST_PARTS = 20


def check_claims(claims: Mapping[str, Any], *, items: Mapping[str, ItemEntry]) -> None:
    """Raises: InputRefused, naming the claim that asks for no such item, or compares what can't be compared."""
    if not 1 <= len(claims) <= _MOST_PARTS:
        raise InputRefused(_("至少定义一项核验内容。"), field="claims")
    for name, predicate in claims.items():
        if not CLAIM_NAME.fullmatch(name):
            raise InputRefused(
                _("核验内容的名称“%(name)s”应为小写字母、数字和下划线。") % {"name": name}, field="claims"
            )
        _check(predicate, name, items, depth=0)


def fields_of(predicate: object) -> set[str]:
    """Return the items that a checked predicate looks at."""
    if isinstance(predicate, dict) and "field" in predicate:
        return {str(predicate["field"])}
    parts = next(iter(predicate.values())) if isinstance(predicate, dict) and predicate else []
    return set().union(*(fields_of(part) for part in parts))


def _check(predicate: object, name: str, items: Mapping[str, ItemEntry], *, depth: int) -> None:
    if not isinstance(predicate, dict) or depth > _MAX_DEPTH:
        raise _unreadable(name)
    if set(predicate) == {"field", "op", "value"}:
        _check_comparison(predicate, name, items)
        return
    combination, parts = next(iter(predicate.items()), ("", None))
    if len(predicate) != 1 or combination not in {"all", "any"} or not isinstance(parts, list):
        raise _unreadable(name)
    if not 1 <= len(parts) <= _MOST_PARTS:
        raise _unreadable(name)
    for part in parts:
        _check(part, name, items, depth=depth + 1)


def _check_comparison(predicate: Mapping[str, object], name: str, items: Mapping[str, ItemEntry]) -> None:
    item, op, value = items.get(str(predicate["field"])), predicate["op"], predicate["value"]
    if item is None:
        said = {"name": name, "field": predicate["field"]}
        raise InputRefused(_("核验内容“%(name)s”用到的信息项“%(field)s”未在目录中登记。") % said, field="claims")
    if not isinstance(op, str) or op not in _OPERATORS:
        raise _unreadable(name)
    values = value if op == "in" and isinstance(value, list) and value else [value]
    if (op == "in") != isinstance(value, list) or not all(_fits(one, item) for one in values):
        said = {"name": name, "field": item.title}
        raise InputRefused(_("核验内容“%(name)s”中与“%(field)s”比较的值，类型不符。") % said, field="claims")


def _fits(value: object, item: ItemEntry) -> bool:
    if isinstance(value, bool):
        return False
    if item.data_type in _INTEGERS:
        return isinstance(value, int)
    if not isinstance(value, str) or not value:
        return False
    return item.data_type not in _DATES or value == TODAY or _is_date(value)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unreadable(name: str) -> InputRefused:
    return InputRefused(_("核验内容“%(name)s”的规则无法识别。") % {"name": name}, field="claims")
