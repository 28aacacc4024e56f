"""Three pictures of the calls: how many, which share went wrong, how long they took."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.watch import api as watch

type Option = dict[str, object]
_BLUE, _AMBER, _RED, _GREY = "#1f5fbf", "#c98a12", "#b3261e", "#5f6b7c"


def labels(points: Sequence[watch.Point], span: watch.Span) -> list[str]:
    """Return what stands below each point: the hour and minute, or the day."""
    local = [timezone.localtime(point.at) for point in points]
    if span == watch.Span.DAY:
        return [f"{at.month}/{at.day}" for at in local]
    if span == watch.Span.HOUR and len(points) > 24:
        return [f"{at.month}/{at.day} {at:%H:%M}" for at in local]
    return [f"{at:%H:%M}" for at in local]


def calls(points: Sequence[watch.Point], below: list[str]) -> Option:
    """Return bars: answered, refused and failed on top of each other."""
    series = (
        (_("正常答复"), _BLUE, [point.figures.good for point in points]),
        (_("被拒绝"), _AMBER, [point.figures.refused for point in points]),
        (_("故障"), _RED, [point.figures.faults for point in points]),
    )
    bars: list[Option] = [
        {"type": "bar", "stack": "calls", "name": name, "itemStyle": {"color": colour}, "data": data}
        for name, colour, data in series
    ]
    return _option(below, bars, {"type": "value", "minInterval": 1})


def shares(points: Sequence[watch.Point], below: list[str]) -> Option:
    """Return lines in percent; a point without calls has no share."""
    refused = [_percent(point.figures.refused_share) if point.figures.calls else None for point in points]
    faults = [_percent(point.figures.fault_share) if point.figures.calls else None for point in points]
    lines = [_line(_("被拒绝"), _AMBER, refused), _line(_("故障"), _RED, faults)]
    return _option(below, lines, {"type": "value", "min": 0, "axisLabel": {"formatter": "{value}%"}})


def times(points: Sequence[watch.Point], below: list[str]) -> Option:
    """Return lines in milliseconds: half of the calls, 95 and 99 of a hundred stayed below."""
    lines = [
        _line(name, colour, [rounded(point.figures.quantile_ms(share)) for point in points])
        for name, share, colour in (("p50", 0.5, _GREY), ("p95", 0.95, _BLUE), ("p99", 0.99, _AMBER))
    ]
    return _option(below, lines, {"type": "value", "min": 0, "axisLabel": {"formatter": "{value} ms"}})


def rounded(milliseconds: float | None) -> float | None:
    """Round to what can be told from buckets."""
    return None if milliseconds is None else round(milliseconds, 1 if milliseconds < 100 else 0)


def _percent(share: float) -> float:
    return round(share * 100, 2)


def _line(name: str, colour: str, data: list[float | None]) -> Option:
    style = {"itemStyle": {"color": colour}, "lineStyle": {"color": colour, "width": 2}}
    return {"type": "line", "name": name, "data": data, "symbolSize": 4, **style}


def _option(below: list[str], series: list[Option], axis: Option) -> Option:
    return {
        "xAxis": {"type": "category", "data": below},
        "yAxis": axis,
        "series": series,
        "legend": {"bottom": 0},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
    }
