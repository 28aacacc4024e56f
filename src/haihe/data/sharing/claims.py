"""What an owner lets be asked of a register: claims, as predicates over the items in the catalogue, and fields.

`{"all": […]}`, `{"any": […]}` or `{"field": …, "op": "eq|ne|in|not_in|ge|gt|le|lt", "value": …}`; "$today" is the day
in the city. The gateway compiles the same form; a contract test holds the two together.

A threshold ("income below 2,000") stands here, is requested and granted by its name, and no request can carry another:
who chose it freely would find the value in a dozen questions. Even fixed ones narrow a number down to the band between
two of them, so the services of a resource together may draw only a few across one item.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from haihe.data.catalogue.api import ItemEntry
from haihe.data.sharing.errors import InputRefused
from haihe.kernel.mask_rules import MaskError, compile_mask

TODAY = "$today"
CLAIM_NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
_SETS = frozenset({"in", "not_in"})
_THRESHOLDS = frozenset({"ge", "gt", "le", "lt"})
_OPERATORS = frozenset({"eq", "ne"}) | _SETS | _THRESHOLDS
_NUMBERS = frozenset("INYBF")
"""Whole numbers, amounts, and numbers with decimals. Claims compare them with whole numbers only."""
_DATES = frozenset({"D"})
_MAX_DEPTH = 8
_MOST_PARTS = 20
_MOST_THRESHOLDS = 5
_MOST_FIELDS = 40
_MASKABLE: Mapping[str, frozenset[str]] = {"bucket": _NUMBERS, "year": _DATES}


def check_claims(
    claims: Mapping[str, Any], *, items: Mapping[str, ItemEntry], beside: Iterable[Mapping[str, Any]] = ()
) -> None:
    """`beside` are the claims of the resource's other services: together they may draw no more thresholds.

    Raises: InputRefused, naming the claim that asks for no such item, or compares what can't be compared.
    """
    if not 1 <= len(claims) <= _MOST_PARTS:
        raise InputRefused(_("至少定义一项核验内容。"), field="claims")
    for name, predicate in claims.items():
        if not CLAIM_NAME.fullmatch(name):
            raise InputRefused(
                _("核验内容的名称“%(name)s”应为小写字母、数字和下划线。") % {"name": name}, field="claims"
            )
        _check(predicate, name, items, depth=0)
    _check_thresholds([*beside, claims], items)


def fields_of(predicate: object) -> set[str]:
    """Return the items that a checked predicate looks at."""
    return {str(comparison["field"]) for comparison in _comparisons(predicate)}


def check_fields(fields: Mapping[str, Any], *, items: Mapping[str, ItemEntry]) -> None:
    """Check what a QUERY service gives out. What identifies a person is never given out whole.

    Raises: InputRefused, naming the field that is no item, or whose mask doesn't fit it.
    """
    if not 1 <= len(fields) <= _MOST_FIELDS:
        raise InputRefused(_("请列出 1 至 %(n)s 个可查询的字段。") % {"n": _MOST_FIELDS}, field="fields")
    for name, rule in fields.items():
        item = items.get(name)
        if item is None or not CLAIM_NAME.fullmatch(name):
            raise InputRefused(_("字段“%(name)s”未在目录中登记。") % {"name": name}, field="fields")
        try:
            compile_mask(rule)
        except MaskError:
            raise InputRefused(_("字段“%(name)s”的脱敏规则无法识别。") % {"name": item.title}, field="fields") from None
        if item.data_type not in _MASKABLE.get(rule["mask"], item.data_type):
            raise InputRefused(_("字段“%(name)s”的脱敏规则与其类型不符。") % {"name": item.title}, field="fields")
        if item.is_identifying and rule["mask"] == "none":
            raise InputRefused(_("“%(name)s”能识别到个人，须脱敏后提供。") % {"name": item.title}, field="fields")


def _comparisons(predicate: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(predicate, dict) and "field" in predicate:
        yield predicate
        return
    for part in next(iter(predicate.values())) if isinstance(predicate, dict) and predicate else []:
        yield from _comparisons(part)


def _check_thresholds(services: list[Mapping[str, Any]], items: Mapping[str, ItemEntry]) -> None:
    drawn: dict[str, set[object]] = {}
    for comparison in (each for claims in services for claim in claims.values() for each in _comparisons(claim)):
        item = items.get(comparison["field"])
        if comparison["op"] in _THRESHOLDS and item is not None and item.data_type in _NUMBERS:
            drawn.setdefault(item.name, set()).add(comparison["value"])
    for field, values in drawn.items():
        if len(values) > _MOST_THRESHOLDS:
            said = {"field": items[field].title, "n": _MOST_THRESHOLDS}
            raise InputRefused(_("“%(field)s”的分界值过多，会推知具体数值；至多 %(n)s 个。") % said, field="claims")


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
    values = value if op in _SETS and isinstance(value, list) and value else [value]
    if (op in _SETS) != isinstance(value, list) or not all(_fits(one, item) for one in values):
        said = {"name": name, "field": item.title}
        raise InputRefused(_("核验内容“%(name)s”中与“%(field)s”比较的值，类型不符。") % said, field="claims")


def _fits(value: object, item: ItemEntry) -> bool:
    if isinstance(value, bool):
        return False
    if item.data_type in _NUMBERS:
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
