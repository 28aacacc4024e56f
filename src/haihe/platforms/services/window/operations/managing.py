"""Halls and counters are created, changed and closed; whose appointment can't be kept is told.

The data centre's operators do it for every hall, the approvers of the body that runs one for theirs. Each change is a
line of a history that only grows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.city import api as city
from haihe.platforms.services.window import hours, telling
from haihe.platforms.services.window.errors import InputRefused, NotFound, NotNow
from haihe.platforms.services.window.models import (
    Appointment,
    AppointmentState,
    Counter,
    Hall,
    HallEvent,
    QueueTicket,
    Sitting,
)
from haihe.platforms.services.window.models.halls import MINUTES_OF_A_DAY
from haihe.platforms.services.window.operations.booking import give_back
from haihe.platforms.services.window.queries import manageable
from haihe.platforms.services.window.workflow import OPEN

_SLUG: Final = re.compile(r"[a-z][a-z0-9-]{1,33}")
_MOST_COUNTERS: Final = 200
_MOST_WAIT_MIN: Final = 240
_MOST_PER_HOUR: Final = 500


@dataclass(frozen=True, slots=True)
class HallFacts:
    """What is said of a hall. `hours` are pairs of minutes since midnight, in order, none touching another."""

    name: str
    name_en: str
    organisation: str
    division: str
    address: str
    address_en: str
    hotline: str
    hours: tuple[tuple[int, int], ...]
    is_daily: bool
    wait_limit_min: int
    slot_capacity: int


@transaction.atomic
def create_hall(*, actor: Actor, slug: str, facts: HallFacts, now: datetime) -> Hall:
    """Raises: NotPermitted, InputRefused."""
    _require(actor, facts.organisation)
    if not _SLUG.fullmatch(slug):
        raise InputRefused("slug", _("网址名只能用小写字母、数字和连字符，2 到 34 个字符。"))
    _check(facts)
    try:
        with transaction.atomic():
            hall = Hall.objects.create(slug=slug, **_columns(facts))
    except IntegrityError:
        raise InputRefused("slug", _("这个网址名已有大厅在用。")) from None
    _note(hall, "create", actor, now, _columns(facts))
    return hall


@transaction.atomic
def change_hall(*, actor: Actor, slug: str, facts: HallFacts, now: datetime) -> int:
    """Change a hall; return how many appointments no longer fit and were cancelled. Raises: NotFound, InputRefused."""
    hall = _locked(actor, slug)
    if facts.organisation != hall.organisation:
        _require(actor, facts.organisation)
    _check(facts)
    before = {name: getattr(hall, name) for name in _columns(facts)}
    changed = {name: value for name, value in _columns(facts).items() if before[name] != value}
    for name, value in changed.items():
        setattr(hall, name, value)
    hall.save()
    cancelled = _cancel_stranded(hall, now)
    _note(hall, "change", actor, now, changed | {"cancelled": cancelled})
    return cancelled


@transaction.atomic
def close_hall(*, actor: Actor, slug: str, now: datetime) -> int:
    """Close a hall that nobody is in; return how many appointments were cancelled. Raises: NotFound, NotNow."""
    hall = _locked(actor, slug)
    waiting = QueueTicket.objects.filter(hall=hall, day=timezone.localdate(now), state__in=OPEN)
    if waiting.exists() or Sitting.objects.filter(counter__hall=hall, until=None).exists():
        raise NotNow(_("大厅里还有人在等候或者在岗。请等今天的号办完、窗口离岗以后再停用。"))
    hall.is_open = False
    hall.save(update_fields=["is_open"])
    cancelled = _cancel_stranded(hall, now)
    _note(hall, "close", actor, now, {"cancelled": cancelled})
    return cancelled


@transaction.atomic
def reopen_hall(*, actor: Actor, slug: str, now: datetime) -> None:
    """Raises: NotFound."""
    hall = _locked(actor, slug)
    hall.is_open = True
    hall.save(update_fields=["is_open"])
    _note(hall, "reopen", actor, now, {})


@transaction.atomic
def set_counter(
    *, actor: Actor, slug: str, number: int, authorities: frozenset[str], is_in_use: bool, now: datetime
) -> Counter:
    """Create a counter, or change what it serves: everything where no department is named.

    Raises: NotFound, InputRefused, NotNow.
    """
    hall = _locked(actor, slug)
    if not 1 <= number <= _MOST_COUNTERS:
        raise InputRefused("number", _("窗口号是 1 到 200 的数。"))
    if any(city.organisation(code) is None for code in authorities):
        raise InputRefused("authorities", _("请从列表里选择单位。"))
    if not is_in_use and Sitting.objects.filter(counter__hall=hall, counter__number=number, until=None).exists():
        raise NotNow(_("这个窗口有人在岗，离岗以后再停用。"))
    told = {"serves_all": not authorities, "authorities": sorted(authorities), "is_in_use": is_in_use}
    counter, _is_new = Counter.objects.update_or_create(hall=hall, number=number, defaults=told)
    _note(hall, "counter", actor, now, told | {"number": number})
    return counter


def _require(actor: Actor, organisation: str) -> None:
    if not actor.has(Role.OPERATOR) and not actor.has(Role.APPROVER, organisation):
        raise NotPermitted("the data centre's operators, or approvers of the body that runs the hall")


def _locked(actor: Actor, slug: str) -> Hall:
    found = manageable(actor).filter(slug=slug).first()
    if found is None:
        raise NotFound
    return Hall.objects.select_for_update().get(pk=found.pk)


def _check(facts: HallFacts) -> None:
    for field, text in (("name", facts.name), ("address", facts.address)):
        if not text.strip():
            raise InputRefused(field, _("请填写大厅的名称和地址。"))
    if city.organisation(facts.organisation) is None:
        raise InputRefused("organisation", _("请选择管理大厅的单位。"))
    if city.division(facts.division) is None:
        raise InputRefused("division", _("请选择所在的区。"))
    _check_hours(facts.hours)
    if not 1 <= facts.wait_limit_min <= _MOST_WAIT_MIN:
        raise InputRefused("wait_limit_min", _("等候上限是 1 到 240 分钟。"))
    if not 0 <= facts.slot_capacity <= _MOST_PER_HOUR:
        raise InputRefused("slot_capacity", _("每小时可预约的人数是 0 到 500。"))


def _check_hours(pairs: tuple[tuple[int, int], ...]) -> None:
    wrong = _("请按“09:00-12:00 13:30-17:00”填写开放时间：按先后排列，互不重叠。")
    if not pairs:
        raise InputRefused("hours", wrong)
    last = -1
    for begin, end in pairs:
        if not last < begin < end <= MINUTES_OF_A_DAY:
            raise InputRefused("hours", wrong)
        last = end


def _columns(facts: HallFacts) -> dict[str, object]:
    return {
        "name": facts.name.strip(),
        "name_en": facts.name_en.strip(),
        "organisation": facts.organisation,
        "division": facts.division,
        "address": facts.address.strip(),
        "address_en": facts.address_en.strip(),
        "hotline": facts.hotline.strip(),
        "hours": [list(pair) for pair in facts.hours],
        "is_daily": facts.is_daily,
        "wait_limit_min": facts.wait_limit_min,
        "slot_capacity": facts.slot_capacity,
    }


def _cancel_stranded(hall: Hall, now: datetime) -> int:
    """Cancel the appointments at which the hall won't be open, and tell whose they were."""
    today = timezone.localdate(now)
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("slot")
    booked = rows.filter(slot__hall=hall, slot__day__gte=today, state=AppointmentState.BOOKED)
    fitting = set(hours.slot_hours(hall))
    stranded = [
        one
        for one in booked
        if hours.at_minute(one.slot.day, one.slot.hour * 60) > now
        and not (one.slot.hour in fitting and hours.is_open_day(hall, one.slot.day))
    ]
    for one in stranded:
        one.state, one.ended_at = AppointmentState.CANCELLED, now
        one.save(update_fields=["state", "ended_at"])
        give_back(one.slot)
        telling.tell_stranded(one, hall, now=now)
    return len(stranded)


def _note(hall: Hall, name: str, actor: Actor, now: datetime, facts: Mapping[str, object]) -> None:
    part = Role.OPERATOR if actor.has(Role.OPERATOR) else Role.APPROVER
    HallEvent.objects.create(
        hall=hall,
        at=now,
        name=name,
        part=part,
        actor_id=actor.user_id,
        actor_name=actor.name,
        facts=dict(facts),
    )
