"""What the living component page (/ui) shows: one of everything, with invented values."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.web.components import Figure

COLOURS = ("blue", "blue-deep", "warm", "red", "green", "amber", "ink", "ink-3")
TONES = (
    ("neutral", _("未开始")),
    ("info", _("办理中")),
    ("success", _("已通过")),
    ("warning", _("待核实")),
    ("danger", _("未通过")),
)
STEPS = (_("提交申请"), _("核验数据"), _("审批"), _("办结"))
FIGURES = (
    Figure(_("常住人口"), 15_600_000, _("人"), icon="users"),
    Figure(_("开放数据总量"), 13_060_000, _("条"), icon="database"),
    Figure(_("接入单位"), 9_600, _("家"), icon="network"),
    Figure(_("视频信号"), None, icon="video", hint=_("一网建成后接入")),
)
ROWS = 45


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the sample time line."""

    at: datetime
    title: str | Promise
    detail: str | Promise
    tone: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sample table."""

    label: str
    tone: str
    state: str | Promise
    value: int


@dataclass(frozen=True, slots=True)
class LivingPage:
    """All that /ui shows."""

    now: datetime
    events: tuple[Event, ...]
    rows: Page[Row]
    colours: tuple[str, ...] = COLOURS
    tones: tuple[tuple[str, Promise | str], ...] = TONES
    steps: tuple[Promise | str, ...] = STEPS
    figures: tuple[Figure, ...] = FIGURES
    id_number: str = "120103197905121012"


def living_page(*, now: datetime, page: str) -> LivingPage:
    """Return the page; `page` is the number in the address, nonsense included."""
    events = (
        Event(now - timedelta(hours=2), _("提交申请"), _("市民在手机上提交。"), "info"),
        Event(now - timedelta(hours=1), _("数据核验一致"), _("无需提交纸质证明。"), "success"),
        Event(now, _("等待审批"), _("一个工作日内办结。"), "neutral"),
    )
    rows = [Row(f"120012/{n:06}", *TONES[n % len(TONES)], 1234 * n * n) for n in range(1, ROWS + 1)]
    return LivingPage(now, events, Paginator(rows, 5).get_page(page))
