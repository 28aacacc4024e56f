"""What those see who see to low ratings, as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.kernel.clocks import Lamp, lamp
from haihe.platforms.services.ratings import queries
from haihe.platforms.services.ratings.models import LowRating, LowRatingEvent
from haihe.platforms.services.ratings.pages import Occasion, body_name, occasions
from haihe.platforms.services.ratings.tags import names_of
from haihe.platforms.services.ratings.workflow import DONE, LABELS, LOW_RATING, Level, LowState, Part

_TONES: Final = {Lamp.GREEN: "success", Lamp.YELLOW: "warning", Lamp.RED: "danger", Lamp.UNKNOWN: "neutral"}
_STATE_TONES: Final = {
    LowState.TO_VERIFY: "warning",
    LowState.APPEALED: "info",
    LowState.ESCALATED: "danger",
    LowState.ANSWERED: "info",
    LowState.CONFIRMED: "success",
    LowState.CONCLUDED: "success",
}
_EVENT_TONES: Final = {"open": "warning", "late": "danger", "object": "danger", "confirm": "success"}
_WARN_WORKING_DAYS: Final = 1


@dataclass(frozen=True, slots=True)
class LowRow:
    """One low rating in a list, or at the head of its page."""

    low: LowRating
    occasion: Occasion
    level: str
    state: str
    state_tone: str
    lamp: str
    lamp_label: str

    @property
    def authority(self) -> str:
        return body_name(self.low.organisation)


@dataclass(frozen=True, slots=True)
class Told:
    """One line of history."""

    title: str
    at: datetime
    who: str
    detail: str
    tone: str


@dataclass(frozen=True, slots=True)
class LowPage:
    """One low rating, for whoever sees to it. Who rated isn't told: an answer reaches the rater without."""

    row: LowRow
    tags: tuple[str, ...]
    words: str
    moves: tuple[tuple[str, str | Promise], ...]
    may_take: bool
    events: tuple[Told, ...]
    complaint: str = ""
    typed: str = ""


def low_rows(rows: Iterable[LowRating], *, now: datetime) -> list[LowRow]:
    found = list(rows)
    told = occasions(low.rating.invitation for low in found)
    return [_low_row(low, occasion, now) for low, occasion in zip(found, told, strict=True)]


def _low_row(low: LowRating, occasion: Occasion, now: datetime) -> LowRow:
    light, label = _lamp(low, now)
    return LowRow(
        low=low,
        occasion=occasion,
        level=str(Level(low.rating.level).label),
        state=str(LowState(low.state).label),
        state_tone=_STATE_TONES.get(LowState(low.state), "neutral"),
        lamp=light,
        lamp_label=label,
    )


def low_page(actor: Actor, low: LowRating, *, now: datetime, complaint: str = "", typed: str = "") -> LowPage:
    parts = queries.parts_in(actor, low)
    moves = [one.name for one in LOW_RATING.allowed(low.state, parts)]
    if low.appealed_at is not None and "appeal" in moves:
        moves.remove("appeal")
    return LowPage(
        row=low_rows([low], now=now)[0],
        tags=tuple(names_of(low.rating.tags)),
        words=low.rating.words,
        moves=tuple((name, LABELS[name]) for name in moves),
        may_take=Part.SUPERVISOR in parts and low.ended_at is None and low.assigned_to != actor.user_id,
        events=tuple(_told(event) for event in low.events.all()),
        complaint=complaint,
        typed=typed,
    )


def _lamp(low: LowRating, now: datetime) -> tuple[str, str]:
    if low.ended_at is not None or low.due_at is None:
        return "", ""
    light = lamp(timezone.localdate(low.due_at), timezone.localdate(now), warn_working_days=_WARN_WORKING_DAYS)
    labels = {Lamp.GREEN: _("未到期"), Lamp.YELLOW: _("快到期"), Lamp.RED: _("已超期"), Lamp.UNKNOWN: _("期限未定")}
    return _TONES[light], labels[light]


def _told(event: LowRatingEvent) -> Told:
    title = str(DONE.get(event.name, event.name))
    if event.name == "take":
        title = _("改由这位同事办理")
    who = event.actor_name or {Part.RATER: _("评价人")}.get(Part(event.part), "")
    return Told(title, event.at, who, event.words, _EVENT_TONES.get(event.name, "info"))
