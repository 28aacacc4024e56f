"""A running legal clock with its light (红黄灯), as pages show it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext

from haihe.kernel.clocks import Lamp, lamp, working_days_left

_TONES: Final = {Lamp.RED: "danger", Lamp.YELLOW: "warning", Lamp.GREEN: "success", Lamp.UNKNOWN: "neutral"}


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day, the tone of its light, and how much time is left, in words."""

    due_on: date | None
    tone: str
    left: str


def deadline(due_on: date | None, today: date) -> Deadline:
    days = working_days_left(due_on, today) if due_on else None
    return Deadline(due_on, _TONES[lamp(due_on, today)], _left(days))


def _left(days: int | None) -> str:
    if days is None:
        return gettext("工作日历尚未发布，期限待定")
    if days < 0:
        return gettext("已超期 %(n)s 个工作日") % {"n": -days}
    return gettext("还剩 %(n)s 个工作日") % {"n": days} if days else gettext("今天到期")
