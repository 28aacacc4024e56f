"""A drawing as the chart component takes it, and its name in words."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from haihe.data.open.charting import Drawing
from haihe.data.open.columns import OpenColumn

_WITH_POINTS: Final = 8
"""A line of fewer moments than these shows each."""


def option(drawing: Drawing) -> dict[str, object]:
    axis = {"type": "category", "data": drawing.labels}
    values = {"type": "value", "scale": drawing.kind == "line"}
    series = {"type": drawing.kind, "data": drawing.values, "showSymbol": len(drawing.values) < _WITH_POINTS}
    told: dict[str, object] = {"series": [series], "tooltip": {"trigger": "axis", "renderMode": "richText"}}
    if drawing.kind == "line":
        return told | {"xAxis": axis, "yAxis": values}
    # Names of kinds are long: bars lie, the first on top.
    return told | {"yAxis": axis | {"inverse": True, "axisLabel": {"interval": 0}}, "xAxis": values}


def label(drawing: Drawing, columns: Iterable[OpenColumn]) -> str:
    titles = {column.name: column.local_title for column in columns}
    told = {"by": titles[drawing.by], "value": titles.get(drawing.value, ""), "only": drawing.only}
    if drawing.how == "count":
        return _("按%(by)s计数") % told
    if drawing.how == "sum":
        return _("按%(by)s看%(value)s（合计）") % told
    if drawing.only:
        return _("%(only)s：按%(by)s看%(value)s（平均）") % told
    return _("按%(by)s看%(value)s（平均）") % told
