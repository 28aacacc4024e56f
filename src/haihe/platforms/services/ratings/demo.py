"""Plant twelve weeks of ratings, so that the public figures tell something, and one low rating that is under way.

All of it is made up and says so: numbers begin with YS (演示), words too. Past weeks are written in bulk: told one by
one they would hold up the start of the demo, and send notices of things that never happened.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from haihe.base.accounts.api import actor_for
from haihe.platforms.services.items import api as items
from haihe.platforms.services.ratings import links, operations
from haihe.platforms.services.ratings.clocks import due_after
from haihe.platforms.services.ratings.counting import COLUMNS, week_of
from haihe.platforms.services.ratings.models import (
    Channel,
    Invitation,
    Kind,
    LowRating,
    LowRatingEvent,
    Rating,
    RatingWeek,
)
from haihe.platforms.services.ratings.operations import Said
from haihe.platforms.services.ratings.tags import Side, tags
from haihe.platforms.services.ratings.workflow import LOW_RATING, VERIFY_WITHIN, Level, LowState, Part

_PREFIX: Final = "YS"
_WEEKS: Final = 12
_BODIES: Final = ("120040", "120012", "120029", "120020", "120011", "120048", "120007")
_ITEMS_EACH: Final = 4
_WINDOWS: Final = ("市政务服务中心 1 号窗口", "市政务服务中心 2 号窗口", "市政务服务中心 3 号窗口")
_LEVELS: Final = {Level.VERY_GOOD: 64, Level.GOOD: 22, Level.FAIR: 9, Level.BAD: 4, Level.VERY_BAD: 1}
_WORDS: Final = "（演示）同样的材料交了两遍。"
_UNDER_WAY: Final = f"{_PREFIX}-GJJ-1"
_DONE: Final = (("verify", Part.SUPERVISOR), ("put_right", Part.SUPERVISOR), ("answer", Part.SUPERVISOR))
_SEED: Final = 2026


@dataclass(frozen=True, slots=True)
class _Said:
    """One made-up rating."""

    number: str
    item: str
    body: str
    window: str
    level: Level
    at: datetime
    tag: str


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Bring made-up ratings in; the same at every scale and day of the week, and harmless when repeated."""
    if not Invitation.objects.filter(subject_number__startswith=f"{_PREFIX}-").exists():
        with transaction.atomic():
            planted = _write(list(_past(now)))
            _one_under_way(now)
        progress(f"{planted} ratings", 1.0)


def _past(now: datetime) -> Iterator[_Said]:
    dice, this_week = random.Random(_SEED), week_of(now)  # noqa: S311 - a demo that looks alike every time
    for index, (slug, body) in enumerate(_chosen_items()):
        for week in range(1, _WEEKS + 1):
            for serial in range(dice.randint(0, 5)):
                day = this_week - timedelta(weeks=week) + timedelta(days=dice.randint(0, 4))
                at = timezone.make_aware(datetime.combine(day, time(9 + dice.randint(0, 7), dice.randint(0, 59))))
                level = dice.choices(list(_LEVELS), list(_LEVELS.values()))[0]
                window = dice.choice((*_WINDOWS, "", "")) if body in _BODIES[:3] else ""
                number = f"{_PREFIX}-{index:02}{week:02}{serial}"
                yield _Said(number, slug, body, window, level, at, dice.choice(_tags(level)))


def _chosen_items() -> list[tuple[str, str]]:
    """Return (slug, body) of some items of each body, by name."""
    found = sorted((item.authority, item.slug) for item in items.items_in_force(authorities=_BODIES))
    taken = Counter[str]()
    chosen = []
    for body, slug in found:
        taken[body] += 1
        if taken[body] <= _ITEMS_EACH:
            chosen.append((slug, body))
    return chosen


def _tags(level: Level) -> list[str]:
    side = Side.LOW if level in (Level.BAD, Level.VERY_BAD) else Side.HIGH
    return [tag.slug for tag in tags() if tag.side is side]


def _write(said: list[_Said]) -> int:
    invitations = [_invitation(one) for one in said]
    Invitation.objects.bulk_create(invitations)
    pairs = list(zip(said, invitations, strict=True))
    ratings = Rating.objects.bulk_create(
        Rating(
            invitation=invitation,
            level=one.level,
            tags=[one.tag],
            words=_WORDS if one.level in (Level.BAD, Level.VERY_BAD) else "",
            channel=Channel.TERMINAL if one.window else Channel.PHONE,
            rated_at=one.at,
        )
        for one, invitation in pairs
    )
    _weeks(said)
    _lows([rating for rating in ratings if rating.is_low])
    return len(ratings)


def _invitation(one: _Said) -> Invitation:
    pk = uuid7()
    return Invitation(
        pk=pk,
        kind=Kind.VISIT if one.window else Kind.CASE,
        subject_number=one.number,
        item_slug=one.item,
        organisation=one.body,
        window=one.window,
        channel=Channel.WINDOW if one.window else Channel.PHONE,
        token_hash=links.hash_of(links.token_of(pk)),
        invited_at=one.at - timedelta(minutes=2),
        expires_at=one.at + timedelta(days=30),
        used_at=one.at,
    )


def _weeks(said: list[_Said]) -> None:
    counted = Counter((week_of(one.at), one.body, one.item, one.window, COLUMNS[one.level]) for one in said)
    rows: dict[tuple[object, ...], RatingWeek] = {}
    for (week, body, item, window, column), number in counted.items():
        new = RatingWeek(week=week, organisation=body, item_slug=item, window=window)
        row = rows.setdefault((week, body, item, window), new)
        setattr(row, column, number)
        row.invited += number + number // 3
    RatingWeek.objects.bulk_create(rows.values())


def _lows(ratings: list[Rating]) -> None:
    """Tell of each that it was visited back, put right, answered and confirmed, one of six late."""
    rows = []
    for index, rating in enumerate(ratings):
        at, is_late = rating.rated_at, index % 6 == 5
        rows.append(
            LowRating(
                number=f"CP-{timezone.localdate(at):%Y%m%d}-{_PREFIX}{index:03}",
                rating=rating,
                organisation=rating.invitation.organisation,
                state=LowState.CONFIRMED,
                assigned_name="（演示）",
                opened_at=at,
                verify_due_at=due_after(at, VERIFY_WITHIN),
                verified_at=at + timedelta(days=9 if is_late else 1),
                answered_at=at + timedelta(days=10 if is_late else 3),
                answered_in_time=not is_late,
                answer="（演示）已改正，同样的材料只收一次。",
                ended_at=at + timedelta(days=11 if is_late else 4),
            )
        )
    LowRating.objects.bulk_create(rows)
    LowRatingEvent.objects.bulk_create(event for row in rows for event in _story(row))


def _story(row: LowRating) -> Iterator[LowRatingEvent]:
    told: list[tuple[str, Part, datetime | None]] = [("open", Part.SYSTEM, row.opened_at)]
    told += [(name, part, row.verified_at if name == "verify" else row.answered_at) for name, part in _DONE]
    told.append(("confirm", Part.RATER, row.ended_at))
    state = ""
    for name, part, at in told:
        target = LowState.TO_VERIFY if name == "open" else LOW_RATING.move(state, name).target
        yield LowRatingEvent(
            low_rating=row, at=at or row.opened_at, name=name, source=state, target=target, part=part,
            organisation=row.organisation,
            actor_name="（演示）" if part is Part.SUPERVISOR else "",
            words=row.answer if name == "answer" else "",
        )  # fmt: skip
        state = target


def _one_under_way(now: datetime) -> None:
    """Let somebody be not content with a case of the housing fund, and the approver visit back."""
    made = operations.invite(
        kind=Kind.CASE,
        subject_number=_UNDER_WAY,
        item_slug="housing-fund-relief-withdrawal",
        organisation=_BODIES[0],
        window="",
        holder_key=actor_for("wang", now=now).subject_key,
        handlers=(),
        channel=Channel.PHONE,
        now=now,
    )
    said = Said(Level.BAD, tags=("needless-papers",), words=_WORDS)
    rating = operations.rate(
        actor=actor_for("wang", now=now), invitation=made.pk, said=said, channel=Channel.PHONE, now=now
    )
    number = LowRating.objects.get(rating=rating).number
    words = "（演示）已电话回访，情况属实。"
    operations.move(actor=actor_for("approver_gjj", now=now), number=number, name="verify", words=words, now=now)
