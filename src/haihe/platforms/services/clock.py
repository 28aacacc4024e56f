"""How long it takes to open and to close a company, for everybody to see: the median, and how many within a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from django.utils.translation import gettext as _

from haihe.platforms.services.companies import within_a_day
from haihe.platforms.services.models import Case
from haihe.platforms.services.workflow import UNDECIDED, CaseState

DAYS: Final = 90
_MOST: Final = 10_000
_HOUR_S: Final = 3600


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One process: cases done in these days, the median in hours, and the share within a working day in per cent."""

    title: str
    done: int
    under_way: int
    median_hours: float | None
    share_within_a_day: int | None


def clocks(*, now: datetime) -> list[ClockRow]:
    """Return the clocks of opening and closing companies. No person, no company: public knowledge."""
    titles = {"company-opening": _("企业开办"), "company-closing": _("企业注销")}
    return [_clock(process, title, now) for process, title in titles.items()]


def _clock(process: str, title: str, now: datetime) -> ClockRow:
    cases = Case.objects.filter(process_case__version__name=process)
    closed = cases.filter(state=CaseState.CLOSED, closed_at__gte=now - timedelta(days=DAYS))
    pairs = [(a, b) for a, b in closed.order_by("-closed_at").values_list("opened_at", "closed_at")[:_MOST] if b]
    hours = [(b - a).total_seconds() / _HOUR_S for a, b in pairs]
    in_time = sum(within_a_day(a, b) for a, b in pairs)
    return ClockRow(
        title=title,
        done=len(pairs),
        under_way=cases.filter(state__in=(*UNDECIDED, CaseState.APPROVED)).count(),
        median_hours=round(median(hours), 1) if hours else None,
        share_within_a_day=round(100 * in_time / len(pairs)) if pairs else None,
    )
