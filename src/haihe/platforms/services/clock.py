"""How long it takes to open and to close a company, for everybody to see: the median, and how many within a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from haihe.kernel.calendar import WorkCalendar
from haihe.platforms.services.items.api import ItemVersion
from haihe.platforms.services.models import Case
from haihe.platforms.services.workflow import UNDECIDED, CaseState

DAYS: Final = 90
_MOST: Final = 10_000
_TIMES: Final = """
WITH newest AS (
    SELECT opened_at, closed_at FROM services_case
    WHERE item_slug = ANY(%(slugs)s) AND state = 'CLOSED' AND closed_at >= %(since)s
    ORDER BY closed_at DESC LIMIT %(most)s
), median AS (
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY closed_at - opened_at) AS took FROM newest
)
SELECT (opened_at AT TIME ZONE 'Asia/Shanghai')::date, (closed_at AT TIME ZONE 'Asia/Shanghai')::date, count(*),
    (SELECT extract(epoch FROM took) / 3600 FROM median)
FROM newest GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One process: cases done in these days, the median in hours, and the share within a working day in per cent.

    Under way are no more than are counted: a city has never so many at once.
    """

    title: str
    done: int
    under_way: int
    median_hours: float | None
    share_within_a_day: int | None


def clocks(*, now: datetime) -> list[ClockRow]:
    """Return the clocks of opening and closing companies. No person, no company: public knowledge."""
    titles = {"company-opening": _("企业开办"), "company-closing": _("企业注销")}
    newest = ItemVersion.objects.aggregate(pk=Max("pk"))["pk"] or 0
    return [_clock(_items_by(process, newest), title, now) for process, title in titles.items()]


@lru_cache(maxsize=8)
def _items_by(process: str, _newest: int) -> list[str]:
    """Return the items whose cases go by a process; read anew once there is another version of an item."""
    return list(ItemVersion.objects.filter(content__process=process).values_list("slug", flat=True).distinct())


def _clock(slugs: list[str], title: str, now: datetime) -> ClockRow:
    with connection.cursor() as cursor:
        cursor.execute(_TIMES, {"slugs": slugs, "since": now - timedelta(days=DAYS), "most": _MOST})
        rows = cursor.fetchall()
    done = sum(count for _opened, _closed, count, _median in rows)
    in_time = sum(count for opened, closed, count, _median in rows if closed <= _working_day_after(opened))
    return ClockRow(
        title=title,
        done=done,
        under_way=_under_way(slugs),
        median_hours=round(float(rows[0][3]), 1) if rows else None,
        share_within_a_day=round(100 * in_time / done) if rows else None,
    )


@lru_cache(maxsize=2 * DAYS)
def _working_day_after(opened: date) -> date:
    return WorkCalendar().add_working_days(opened, 1)


def _under_way(slugs: list[str]) -> int:
    cases = Case.objects.filter(item_slug__in=slugs)
    undecided = cases.filter(state__in=UNDECIDED).values_list("pk", flat=True)[:_MOST]
    return len(undecided) + len(cases.filter(state=CaseState.APPROVED).values_list("pk", flat=True)[:_MOST])
