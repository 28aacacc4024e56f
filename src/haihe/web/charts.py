"""Charts as data: options that `chart.js` hands to ECharts in the shared theme."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from haihe.base.ledger import api as ledger

GREEN, GREY, AMBER, BLUE, LIGHT_GREY = "#1b7a43", "#5f6b7c", "#c98a12", "#1f5fbf", "#8a95a5"


def days_chart(days: Sequence[ledger.DayCounts]) -> dict[str, object]:
    """Return stacked bars of the answers of each day; names stand at the bars of the last day, not in a legend."""
    series = [
        (_("核验一致"), GREEN, [day.match for day in days]),
        (_("不在名册"), GREY, [day.no_match for day in days]),
        (_("无法确认"), AMBER, [day.unknown for day in days]),
    ]
    if any(day.found + day.not_found for day in days):
        series[2:2] = [
            (_("查到"), BLUE, [day.found for day in days]),
            (_("未查到"), LIGHT_GREY, [day.not_found for day in days]),
        ]
    return {
        "xAxis": {"type": "category", "data": [f"{day.day.month}/{day.day.day}" for day in days]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {"type": "bar", "stack": "answers", "name": name, "itemStyle": {"color": colour}, "data": data}
            for name, colour, data in series
        ],
        "legend": {"bottom": 0},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
    }
