"""What people are told while they aren't looking: their appointment, the day before it, and waits that are too long."""

from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import get_language, gettext

from haihe.base.accounts.api import Actor, Role, user_with
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts, Person
from haihe.platforms.services.window.models import Appointment, Assistance, Hall, QueueTicket

_BOOKED: Final = "window.booked"
_REMINDER: Final = "window.reminder"
_LONG_WAIT: Final = "window.long_wait"
_HELPED: Final = "window.helped"
_STRANDED: Final = "window.stranded"


def tell_booked(one: Appointment, actor: Actor, *, now: datetime) -> None:
    if actor.user_id is not None:
        _tell(one, _BOOKED, f"{_BOOKED}:{one.pk}:{one.moved}", Person(actor.user_id), now)


def tell_reminder(one: Appointment, *, now: datetime) -> None:
    """Remind the holder, where they have an account to be told by."""
    user = user_with(bytes(one.holder_key), now=now)
    if user is not None:
        _tell(one, _REMINDER, f"{_REMINDER}:{one.pk}:{one.moved}", Person(user), now)


def tell_stranded(one: Appointment, hall: Hall, *, now: datetime) -> None:
    """Tell the holder that the hall won't be open at their hour, where they have an account to be told by."""
    user = user_with(bytes(one.holder_key), now=now)
    if user is not None:
        one.slot.hall = hall
        _tell(one, _STRANDED, f"{_STRANDED}:{one.pk}", Person(user), now)


def tell_long_wait(ticket: QueueTicket, *, minutes: int, now: datetime) -> None:
    """Tell the hall's supervisors of a number that has waited too long, once."""
    notices.tell(
        to=[Desk(Role.APPROVER, ticket.hall.organisation)],
        kind=_LONG_WAIT,
        key=f"{_LONG_WAIT}:{ticket.pk}",
        facts={"number": ticket.label, "hall": ticket.hall.name, "hall_en": ticket.hall.name_en, "minutes": minutes},
        path=reverse("window:supervise"),
        now=now,
    )


def tell_helped(one: Assistance, *, now: datetime) -> None:
    """Tell somebody that another acts for them by their consent, where they have an account to be told by."""
    user = user_with(bytes(one.person_key), now=now)
    if user is None:
        return
    notices.tell(
        to=[Person(user)],
        kind=_HELPED,
        key=f"{_HELPED}:{one.pk}",
        facts={"helper": one.helper_name},
        path=reverse("window:helped"),
        now=now,
    )


def _tell(one: Appointment, kind: str, key: str, to: Person, now: datetime) -> None:
    facts = {
        "hall": one.slot.hall.name,
        "hall_en": one.slot.hall.name_en,
        "day": one.slot.day.isoformat(),
        "hour": one.slot.hour,
    }
    notices.tell(to=[to], kind=kind, key=key, facts=facts, path=reverse("window:appointment", args=[one.pk]), now=now)


@notices.words(_BOOKED)
def _say_booked(facts: Facts) -> str:
    return gettext("已预约 %(day)s %(hour)s 点到%(hall)s，请带身份证，到场后扫码签到。") % _said(facts)


@notices.words(_REMINDER)
def _say_reminder(facts: Facts) -> str:
    return gettext("明天 %(hour)s 点您在%(hall)s有预约（%(day)s）。来不了请提前取消，把时间让给别人。") % _said(facts)


@notices.words(_STRANDED)
def _say_stranded(facts: Facts) -> str:
    told = gettext("%(hall)s 到时不开放，您 %(day)s %(hour)s 点的预约已取消。请改约别的时间或者别的大厅。")
    return told % _said(facts)


@notices.words(_HELPED)
def _say_helped(facts: Facts) -> str:
    return gettext("%(helper)s 记下了您的同意，替您办一件事。没有同意的，请马上收回。") % {"helper": facts["helper"]}


@notices.words(_LONG_WAIT)
def _say_long_wait(facts: Facts) -> str:
    return gettext("%(hall)s %(number)s 号已等 %(minutes)s 分钟，请加开窗口。") % _said(facts)


def _said(facts: Facts) -> dict[str, object]:
    in_english = (get_language() or "").startswith("en")
    return dict(facts) | {"hall": facts.get("hall_en") if in_english else facts["hall"]}
