"""What each column is, in words: its kind, its unit, what stands in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from haihe.data.open.columns import OpenColumn
from haihe.data.open.insight import ColumnSeen, Seen

type Text = str | Promise

KINDS: Final[Mapping[str, Text]] = {
    "text": gettext_lazy("文本"),
    "integer": gettext_lazy("整数"),
    "decimal": pgettext_lazy("kind of number", "小数"),
    "date": gettext_lazy("日期"),
    "datetime": gettext_lazy("日期和时间"),
    "boolean": gettext_lazy("是或否"),
    "longitude": gettext_lazy("经度"),
    "latitude": gettext_lazy("纬度"),
}


@dataclass(frozen=True, slots=True)
class ColumnTold:
    """One column as a page tells of it; `seen` is what stands in it, empty where nothing is known yet."""

    title: str
    name: str
    kind: Text
    unit: str
    says: str
    seen: str


def told(columns: Iterable[OpenColumn], seen: Seen | None) -> tuple[ColumnTold, ...]:
    facts = {one.name: one for one in seen.columns} if seen else {}
    return tuple(
        ColumnTold(
            title=column.local_title,
            name=column.name,
            kind=KINDS[column.kind],
            unit=column.unit,
            says=column.description,
            seen=_seen(facts[column.name]) if column.name in facts else "",
        )
        for column in columns
    )


def _seen(one: ColumnSeen) -> str:
    if not one.filled:
        return _("没有填写")
    what = _what(one)
    return what if one.filled == 100 else _("%(what)s；%(n)d%% 有值") % {"what": what, "n": one.filled}


def _what(one: ColumnSeen) -> str:
    if one.least:
        return _("%(least)s 至 %(most)s") % {"least": one.least, "most": one.most}
    if len(one.values) > 1 or one.kinds == 1:
        return _("取值：%(values)s") % {"values": _("、").join(one.values)}
    return _("例如 %(value)s") % {"value": one.values[0] if one.values else "—"}
