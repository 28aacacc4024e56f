"""Move a low rating by the table: who may, in which words, and which clock begins."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted
from haihe.kernel.text import tidy
from haihe.kernel.workflow import ForbiddenMove, Move
from haihe.platforms.services.ratings import queries, telling
from haihe.platforms.services.ratings.clocks import due_after
from haihe.platforms.services.ratings.counting import COLUMNS, count
from haihe.platforms.services.ratings.errors import InputRefused, NotNow
from haihe.platforms.services.ratings.models import Invitation, LowRating
from haihe.platforms.services.ratings.operations.recording import record
from haihe.platforms.services.ratings.workflow import CLOCKS, LOW_RATING, WITHOUT_WORDS, Level, LowState, Part

SHORTEST_WORDS: Final = 5
LONGEST_WORDS: Final = 1000
_ANSWERS: Final = frozenset({"answer", "explain", "conclude"})
_BATCH: Final = 200


@transaction.atomic
def move(*, actor: Actor, number: str, name: str, words: str = "", now: datetime) -> None:
    """Let an officer make one move. Raises: NotFound, NotPermitted, NotNow, InputRefused."""
    seen = queries.low_rating_for(actor, number)
    low = _locked(seen.pk)
    _make(low, name, actor=actor, parts=queries.parts_in(actor, low), words=words, now=now)


@transaction.atomic
def move_by_rater(*, invitation: Invitation, name: str, words: str = "", now: datetime) -> None:
    """Let whoever rated say whether the answer contents them. Raises: NotNow, NotPermitted, InputRefused."""
    found = LowRating.objects.filter(rating__invitation=invitation).first()
    if found is None:
        raise NotNow(_("这次评价没有需要确认的答复。"))
    _make(_locked(found.pk), name, actor=SYSTEM, parts=frozenset({Part.RATER}), words=words, now=now)


@transaction.atomic
def assign(*, actor: Actor, number: str, now: datetime) -> None:
    """Take a low rating over from a colleague. Raises: NotFound, NotPermitted, NotNow."""
    seen = queries.low_rating_for(actor, number)
    low = _locked(seen.pk)
    if Part.SUPERVISOR not in queries.parts_in(actor, low):
        raise NotPermitted("somebody who answers for the body and handled nothing of it")
    if low.ended_at is not None:
        raise NotNow(_("这件差评已经办结。"))
    low.assigned_to, low.assigned_name = actor.user_id, actor.name
    low.save()
    record(low, "take", actor=actor, part=Part.SUPERVISOR, source=low.state, now=now)


def sweep(*, now: datetime) -> int:
    """Report what is late and end what nobody answered any more; return how many of both."""
    late = [_report_late(pk, now) for pk in queries.late_ones(now=now).values_list("pk", flat=True)[:_BATCH]]
    lapsed = [_lapse(pk, now) for pk in queries.unheard_ones(now=now).values_list("pk", flat=True)[:_BATCH]]
    return sum(late) + sum(lapsed)


def _make(low: LowRating, name: str, *, actor: Actor, parts: frozenset[Part], words: str, now: datetime) -> None:
    try:
        step = LOW_RATING.move(low.state, name)
    except ForbiddenMove:
        raise NotNow(_("状态已经变化，请刷新页面后再操作。")) from None
    part = next((Part(role) for role in step.roles if role in parts), None)
    if part is None:
        raise NotPermitted(f"{name} needs one of {', '.join(step.roles)}")
    told = tidy(words.replace("\x00", ""))[:LONGEST_WORDS]
    if name not in WITHOUT_WORDS and len(told) < SHORTEST_WORDS:
        raise InputRefused("words", _("请写明情况，至少 5 个字。"))
    if name == "appeal":
        _check_appeal(low)
    _arrive(low, step, actor=actor, part=part, words=told, now=now)


def _check_appeal(low: LowRating) -> None:
    if low.appealed_at is not None:
        raise NotNow(_("已经申诉过一次，不能再次申诉。请整改并答复。"))


def _arrive(low: LowRating, step: Move, *, actor: Actor, part: Part, words: str, now: datetime) -> None:
    source, low.state = low.state, step.target
    _keep(low, step.name, source, words, now)
    clock = CLOCKS.get(LowState(low.state))
    if clock is not None:
        low.due_at, low.late_at = due_after(now, clock), None
    if low.state in LOW_RATING.terminal:
        low.ended_at, low.due_at = now, None
    low.save()
    record(low, step.name, actor=actor, part=part, source=source, now=now, clause=step.clause, words=words)
    _tell(low, step.name, now)


def _keep(low: LowRating, name: str, source: str, words: str, now: datetime) -> None:
    """Keep what figures and the rater are told: `due_at` is still that of the step before."""
    if name == "verify" and low.verified_at is None:
        low.verified_at = now
    if name in _ANSWERS:
        low.answer = words
    if name in ("answer", "explain") and low.answered_at is None:
        low.answered_at = now
        low.answered_in_time = low.due_at is None or now <= low.due_at
    if name == "appeal":
        low.appealed_at = now
    if name == "uphold_appeal":
        rating = low.rating
        count(rating.invitation, COLUMNS[Level(rating.level)], at=rating.rated_at, by=-1)


def _tell(low: LowRating, name: str, now: datetime) -> None:
    if name in ("answer", "explain"):
        telling.tell_rater(low, is_answer=True, now=now)
    elif name in ("appeal", "object"):
        telling.tell_judges(low, now=now)
    elif name in ("uphold_appeal", "reject_appeal", "send_back", "conclude"):
        telling.tell_body(low, now=now)
    if name in ("uphold_appeal", "conclude", "lapse"):
        telling.tell_rater(low, is_answer=False, now=now)


@transaction.atomic
def _report_late(pk: int, now: datetime) -> bool:
    low = _locked(pk)
    if low.ended_at is not None or low.late_at is not None or low.due_at is None or low.due_at >= now:
        return False
    low.late_at = now
    low.reported_at = low.reported_at or now
    low.save()
    record(low, "late", actor=SYSTEM, part=Part.SYSTEM, source=low.state, now=now)
    telling.tell_late(low, now=now)
    return True


@transaction.atomic
def _lapse(pk: int, now: datetime) -> bool:
    low = _locked(pk)
    if low.state != LowState.ANSWERED or low.due_at is None or low.due_at >= now:
        return False
    _make(low, "lapse", actor=SYSTEM, parts=frozenset({Part.SYSTEM}), words="", now=now)
    return True


def _locked(pk: int) -> LowRating:
    rows = LowRating.objects.select_related("rating__invitation").select_for_update(of=("self",))
    return rows.get(pk=pk)
