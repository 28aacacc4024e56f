"""What raters see, as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haihe.city import api as city
from haihe.platforms.services.items import api as items
from haihe.platforms.services.ratings import queries
from haihe.platforms.services.ratings.models import Invitation, LowRating, Rating
from haihe.platforms.services.ratings.tags import Side, Tag, names_of, tags
from haihe.platforms.services.ratings.workflow import LABELS, LOW, LOW_RATING, Level, LowState, Part

FACES: Final = {
    Level.VERY_GOOD: "mood-happy",
    Level.GOOD: "mood-smile",
    Level.FAIR: "mood-empty",
    Level.BAD: "mood-sad",
    Level.VERY_BAD: "mood-angry",
}


@dataclass(frozen=True, slots=True)
class Face:
    """One level to choose."""

    level: int
    label: str
    icon: str
    is_low: bool
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is rated, in words."""

    invitation: Invitation
    title: str

    @property
    def authority(self) -> str:
        return body_name(self.invitation.organisation)


@dataclass(frozen=True, slots=True)
class RatePage:
    """One occasion to rate, or what was said on it; `moves` are the buttons under an answer."""

    occasion: Occasion
    is_open: bool
    faces: tuple[Face, ...]
    reasons: tuple[tuple[str, str, tuple[Tag, ...]], ...]
    rating: Rating | None = None
    low: LowRating | None = None
    tags_said: tuple[str, ...] = ()
    moves: tuple[tuple[str, str | Promise], ...] = ()
    complaint: str = ""
    words: str = ""
    ticked: frozenset[str] = frozenset()

    @property
    def level(self) -> str:
        return str(Level(self.rating.level).label) if self.rating else ""

    @property
    def low_state(self) -> str:
        return str(LowState(self.low.state).label) if self.low else ""


@dataclass(frozen=True, slots=True)
class MyRow:
    """One line of 我的评价."""

    occasion: Occasion
    at: datetime
    state: str
    tone: str
    is_open: bool


def rate_page(
    invitation: Invitation,
    *,
    now: datetime,
    shows_said: bool,
    complaint: str = "",
    words: str = "",
    level: str = "",
    ticked: Iterable[str] = (),
) -> RatePage:
    """Gather one occasion. `shows_said` only to whoever said it."""
    rating = getattr(invitation, "rating", None) if shows_said else None
    low = getattr(rating, "low", None) if rating else None
    return RatePage(
        occasion=occasions([invitation])[0],
        is_open=queries.is_open(invitation, now=now),
        faces=faces(chosen=level),
        reasons=reasons(),
        rating=rating,
        low=low,
        tags_said=tuple(names_of(rating.tags)) if rating else (),
        moves=tuple((one.name, LABELS[one.name]) for one in LOW_RATING.allowed(low.state, [Part.RATER])) if low else (),
        complaint=complaint,
        words=words,
        ticked=frozenset(ticked),
    )


def faces(*, chosen: str = "") -> tuple[Face, ...]:
    """Return the five levels, the best first."""
    return tuple(
        Face(level.value, str(level.label), FACES[level], level in LOW, str(level.value) == chosen) for level in Level
    )


def reasons() -> tuple[tuple[str, str, tuple[Tag, ...]], ...]:
    """Return (side, heading, reasons) of both sides."""
    headings = {Side.HIGH: _("哪里做得好（可以不选）"), Side.LOW: _("哪里不满意（可以不选）")}
    return tuple((side.value, told, tuple(t for t in tags() if t.side is side)) for side, told in headings.items())


def my_rows(invitations: Iterable[Invitation], *, now: datetime) -> list[MyRow]:
    return [_my_row(one, now) for one in occasions(invitations)]


def occasions(invitations: Iterable[Invitation]) -> list[Occasion]:
    """Return what is rated in words; an item that isn't in force any more stands by its slug."""
    rows = list(invitations)
    names = items.names_in_force({row.item_slug for row in rows}, on=timezone.localdate())
    return [Occasion(row, str(names.get(row.item_slug, row.item_slug)) or _("窗口办理")) for row in rows]


def body_name(code: str) -> str:
    """Return a body's name in the reader's language, or its code."""
    found = city.organisation(code)
    if found is None:
        return code
    return ((get_language() or "").startswith("en") and found.name_en) or found.name


def _my_row(occasion: Occasion, now: datetime) -> MyRow:
    invitation = occasion.invitation
    rating = getattr(invitation, "rating", None)
    low = getattr(rating, "low", None) if rating else None
    is_open = queries.is_open(invitation, now=now)
    if low is not None:
        state, tone = str(LowState(low.state).label), "warning" if low.state == LowState.ANSWERED else "info"
    elif rating is not None:
        state, tone = str(Level(rating.level).label), "success"
    else:
        state, tone = (_("等您评价"), "info") if is_open else (_("评价时间已过"), "neutral")
    return MyRow(occasion, invitation.invited_at, state, tone, is_open)
