"""What everybody sees of ratings, as data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.platforms.services.items import api as items
from haihe.platforms.services.ratings.figures import FEWEST_SHOWN, WEEKS, Board, By, Shown, Week, board
from haihe.platforms.services.ratings.pages import body_name
from haihe.platforms.services.ratings.queries import rated_bodies

_MOST_ROWS: Final = 100
_CHARTED: Final = 12
_GREEN, _BLUE = "#1b7a43", "#1f5fbf"


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the address is understood; what isn't counts as not said."""

    by: By
    weeks: int
    body: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row in words."""

    name: str
    of: str
    shown: Shown
    satisfied: str


@dataclass(frozen=True, slots=True)
class RatingsPage:
    """The public page. `at` is the moment up to which is counted."""

    asked: Asked
    board: Board
    rows: tuple[Row, ...]
    left_out: int
    tiles: tuple[tuple[str, str], ...]
    last_day: date
    tabs: tuple[tuple[str, str], ...]
    spans: tuple[tuple[int, str], ...]
    bodies: tuple[tuple[str, str], ...]
    weeks_chart: dict[str, object]
    rows_chart: dict[str, object]
    at: datetime
    fewest_shown: int = FEWEST_SHOWN


def read_asked(told: "dict[str, str]") -> Asked:
    """Read the address's query; whatever stands there, something sensible comes of it."""
    by = By(told["by"]) if told.get("by") in list(By) else By.DEPARTMENT
    weeks = next((one for one in WEEKS if str(one) == told.get("weeks")), WEEKS[0])
    body = told.get("body", "")[:12] if by is not By.DEPARTMENT else ""
    return Asked(by, weeks, body)


def ratings_page(asked: Asked, *, now: datetime) -> RatingsPage:
    found = board(asked.by, weeks=asked.weeks, now=now, body=asked.body)
    rows = _rows(found, asked.by)
    return RatingsPage(
        asked=asked,
        board=found,
        rows=rows[:_MOST_ROWS],
        left_out=max(0, len(rows) - _MOST_ROWS),
        tiles=_tiles(found),
        last_day=found.until - timedelta(days=1),
        tabs=((By.DEPARTMENT.value, _("按部门")), (By.ITEM.value, _("按事项")), (By.WINDOW.value, _("按窗口"))),
        spans=tuple((one, _("最近 %(n)s 周") % {"n": one}) for one in WEEKS),
        bodies=_bodies(asked),
        weeks_chart=_weeks_chart(found.weeks),
        rows_chart=_rows_chart(rows),
        at=now,
    )


def ratings_rows(asked: Asked, *, now: datetime) -> Iterator[Sequence[str]]:
    """Yield the file's rows: what it is and until when, the head, the rows."""
    found = board(asked.by, weeks=asked.weeks, now=now, body=asked.body)
    yield [_("自"), found.since.isoformat(), _("至"), (found.until - timedelta(days=1)).isoformat()]
    yield [_("名称"), _("部门"), _("评价次数"), _("满意率"), _("差评")]
    for row in _rows(found, asked.by):
        few = f"<{FEWEST_SHOWN}"
        yield [
            row.name,
            row.of,
            few if row.shown.rated is None else str(row.shown.rated),
            row.satisfied,
            few if row.shown.low is None else str(row.shown.low),
        ]


def _rows(found: Board, by: By) -> tuple[Row, ...]:
    bodies = {row.body: body_name(row.body) for row in found.rows}
    names = _item_names(found) if by is By.ITEM else {}
    return tuple(_row(row, by, bodies[row.body], names.get(row.key, row.key)) for row in found.rows)


def _item_names(found: Board) -> dict[str, str]:
    """Return the names of items in the reader's language; one that isn't in force any more stands by its slug."""
    known = items.names_in_force({row.key for row in found.rows}, on=timezone.localdate())
    return {slug: str(name) for slug, name in known.items()}


def _row(row: Shown, by: By, body: str, name: str) -> Row:
    if by is By.DEPARTMENT:
        return Row(body, "", row, _satisfied(row))
    return Row(name, body, row, _satisfied(row))


def _satisfied(row: Shown) -> str:
    if row.satisfied is None:
        return "—"
    return _("不低于 %(n)s%%") % {"n": row.satisfied} if row.is_at_least else f"{row.satisfied}%"


def _tiles(found: Board) -> tuple[tuple[str, str], ...]:
    """Return what stands on top: the whole city, and how low ratings were seen to."""
    return (
        (_("评价次数"), _number(found.total.rated)),
        (_("满意率"), _satisfied(found.total)),
        (_("差评按时回访"), _per_cent(found.handling.visited_in_time)),
        (_("差评按时答复"), _per_cent(found.handling.answered_in_time)),
    )


def _number(value: int | None) -> str:
    return _("少于 %(n)s") % {"n": FEWEST_SHOWN} if value is None else f"{value:,}"


def _per_cent(value: int | None) -> str:
    return "—" if value is None else f"{value}%"


def _bodies(asked: Asked) -> tuple[tuple[str, str], ...]:
    if asked.by is By.DEPARTMENT:
        return ()
    return tuple(sorted(((code, body_name(code)) for code in rated_bodies()), key=lambda pair: pair[1]))


def _weeks_chart(weeks: Sequence[Week]) -> dict[str, object]:
    """Return the share of the satisfied week by week, in per cent; a week in which too few rated is left out."""
    known = [week for week in weeks if week.satisfied is not None]
    return {
        "xAxis": {"type": "category", "data": [f"{week.week.month}/{week.week.day}" for week in known]},
        "yAxis": {"type": "value", "min": 0, "max": 100},
        "series": [
            {
                "type": "line",
                "name": _("满意率（%）"),
                "itemStyle": {"color": _GREEN},
                "data": [week.satisfied for week in known],
            }
        ],
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
    }


def _rows_chart(rows: Sequence[Row]) -> dict[str, object]:
    """Return how many rated, for those rows that most rated: lying, so that a phone has room for their names."""
    known = [row for row in rows if row.shown.rated is not None][:_CHARTED]
    return {
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [row.name for row in known],
            "axisLabel": {"width": 120, "overflow": "break", "interval": 0},
        },
        "series": [
            {
                "type": "bar",
                "barMaxWidth": 24,
                "label": {"show": True, "position": "right"},
                "name": _("评价次数"),
                "itemStyle": {"color": _BLUE},
                "data": [row.shown.rated for row in known],
            }
        ],
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
    }
