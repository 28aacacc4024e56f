"""The pages on which halls are managed, as data; and what was typed there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role
from haihe.city import api as city
from haihe.platforms.services.window import hours, queries
from haihe.platforms.services.window.models import Counter, Hall, HallEvent
from haihe.platforms.services.window.operations import HallFacts

_PAIR: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—至]\s*(\d{1,2}):(\d{2})")
_BETWEEN: Final = re.compile(r"[\s,，;；、]*")
_NOTHING: Final = -1
_EVENTS: Final = 20
_NEW: Final = {
    "hotline": "12345",
    "hours": "09:00-12:00 13:30-17:00",
    "wait_limit_min": "20",
    "slot_capacity": "6",
}
_TEXTS: Final = ("name", "name_en", "organisation", "division", "address", "address_en", "hotline")


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what changed, in words."""

    event: HallEvent
    told: str


@dataclass(frozen=True, slots=True)
class ManagePage:
    """One hall to be managed, or a new one; `typed` is what stands in the form."""

    hall: Hall | None
    typed: Mapping[str, str]
    is_daily: bool
    organisations: list[tuple[str, str]]
    divisions: list[tuple[str, str]]
    counters: list[Counter]
    departments: list[tuple[str, str]]
    changes: list[Change]


def read_facts(posted: QueryDict) -> HallFacts:
    """Read what was typed; what is no number is one that is refused."""
    texts = {name: posted.get(name, "").replace("\x00", "")[:200] for name in _TEXTS}
    return HallFacts(
        **texts,
        hours=read_hours(posted.get("hours", "")),
        is_daily=posted.get("is_daily") == "on",
        wait_limit_min=number(posted.get("wait_limit_min", "")),
        slot_capacity=number(posted.get("slot_capacity", "")),
    )


def read_hours(typed: str) -> tuple[tuple[int, int], ...]:
    """Read "09:00-12:00 13:30-17:00"; nothing where any of it reads otherwise."""
    found = tuple(
        (int(begin) * 60 + int(minute), int(end) * 60 + int(last)) for begin, minute, end, last in _PAIR.findall(typed)
    )
    rest = _BETWEEN.sub("", _PAIR.sub("", typed[:200]))
    return () if rest else found


def number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else _NOTHING


def page_for(actor: Actor, hall: Hall | None, posted: QueryDict | None = None) -> ManagePage:
    """Gather the page of a hall, or of a new one; what was typed comes before what is kept."""
    kept = _kept(hall) if hall else dict(_NEW)
    names = (*kept, *_TEXTS, "slug")
    typed = kept | {name: posted.get(name, "") for name in names} if posted else kept
    events = HallEvent.objects.filter(hall=hall).order_by("-id")[:_EVENTS] if hall else []
    return ManagePage(
        hall=hall,
        typed=typed,
        is_daily=posted.get("is_daily") == "on" if posted else bool(hall and hall.is_daily),
        organisations=_bodies(actor),
        divisions=[(one.code, one.name) for level in (2, 3) for one in city.divisions(level=level)],
        counters=list(hall.counters.all()) if hall else [],
        departments=_departments() if hall else [],
        changes=[Change(event, _told(event)) for event in events],
    )


def halls_of(actor: Actor) -> list[Hall]:
    return list(queries.manageable(actor).prefetch_related("counters"))


def _kept(hall: Hall) -> dict[str, str]:
    texts = {name: str(getattr(hall, name)) for name in _TEXTS}
    told = " ".join(f"{hours.told(begin)}-{hours.told(end)}" for begin, end in hall.hours)
    numbers = {"wait_limit_min": str(hall.wait_limit_min), "slot_capacity": str(hall.slot_capacity)}
    return texts | numbers | {"hours": told, "slug": hall.slug}


def _bodies(actor: Actor) -> list[tuple[str, str]]:
    every = _departments()
    if actor.has(Role.OPERATOR):
        return every
    own = actor.organisations(Role.APPROVER)
    return [(code, name) for code, name in every if code in own]


def _departments() -> list[tuple[str, str]]:
    return [(one.code, one.short_name or one.name) for one in city.organisations(level=2)]


def _told(event: HallEvent) -> str:
    told = {
        "create": _("新建大厅"),
        "change": _("修改大厅信息"),
        "close": _("停用大厅"),
        "reopen": _("恢复开放"),
        "counter": _("设置 %(number)s 号窗口") % {"number": event.facts.get("number", "")},
    }.get(event.name, event.name)
    cancelled = event.facts.get("cancelled")
    return told + (_("，取消预约 %(n)s 个并通知了本人") % {"n": cancelled} if cancelled else "")
