"""What becomes of a request: forwarded, taken into the plan, refused with a ground, pointed to what is open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted
from haihe.data.open import api as open_data
from haihe.data.participation.errors import InputRefused
from haihe.data.participation.events import REQUEST_ANSWERED, REQUEST_FORWARDED, REQUEST_FULFILLED, announce
from haihe.data.participation.models import DataRequest, ParticipationEvent, PlanEntry
from haihe.data.participation.operations.entering import entry_for
from haihe.data.participation.operations.following import look_after_bundles
from haihe.data.participation.operations.recording import allowed, make_move, words_for
from haihe.data.participation.persons import departments
from haihe.data.participation.queries import request_for
from haihe.data.participation.telling import path_of, tell_of_request
from haihe.data.participation.workflow import (
    ANSWER,
    ANSWERED_REQUESTS,
    HELPFUL_REQUESTS,
    MODERATION,
    RefusalGround,
    RequestState,
)
from haihe.kernel.clocks import working_days_left


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`owner` to forward, `ground` to refuse, `dataset` to point to or fulfil with, `due_on` and `code` to plan."""

    words: str = ""
    owner: str = ""
    ground: str = ""
    dataset: str = ""
    code: str = ""
    due_on: date | None = None


def move_request(*, actor: Actor, number: str, name: str, decision: Decision, now: datetime) -> None:
    """Make one move of a request. Raises: NotFound, NotPermitted, NotNow, InputRefused."""
    if name not in _SETTLE:
        raise NotPermitted(f"{name} is no button")
    with transaction.atomic():
        row = DataRequest.objects.select_for_update(of=("self",)).get(pk=request_for(actor, number).pk)
        settle(row, actor, name, decision, now=now)


def settle(row: DataRequest, actor: Actor, name: str, decision: Decision, *, now: datetime) -> None:
    """Make the move on a locked row, with all that follows from it."""
    move = allowed(row, actor, name)
    words = words_for(row, name, decision.words)
    _SETTLE[name](row, actor, decision, words, now)
    if move.target in ANSWERED_REQUESTS and row.answered_at is None:
        _stop_clock(row, now)
    event = make_move(row, actor, move, now=now, words=words)
    _follow(row, event, now)


def _forward(row: DataRequest, actor: Actor, told: Decision, words: str, now: datetime) -> None:
    if told.owner not in departments():
        raise InputRefused(_("请选择转给哪个部门。"))
    row.owner, row.answer = told.owner, ""
    _start_clock(row, ANSWER.working_days, ANSWER.due(timezone.localdate(now)), now)


def _hand_back(row: DataRequest, actor: Actor, told: Decision, words: str, now: datetime) -> None:
    row.owner, row.answer = "", words
    _start_clock(row, MODERATION.working_days, MODERATION.due(timezone.localdate(now)), now)


def _accept(row: DataRequest, actor: Actor, told: Decision, words: str, now: datetime) -> None:
    row.plan = entry_for(actor, owner=row.owner, title=row.title, code=told.code, due_on=told.due_on, now=now)
    row.answer = words


def _refuse(row: DataRequest, actor: Actor, told: Decision, words: str, now: datetime) -> None:
    if told.ground not in RefusalGround.values:
        raise InputRefused(_("请选择法律规定的理由。"))
    row.ground, row.answer = told.ground, words


def _point(row: DataRequest, actor: Actor, told: Decision, words: str, now: datetime) -> None:
    found = open_data.datasets_named([told.dataset]).get(told.dataset)
    if found is None or not found.is_open:
        raise InputRefused(_("请选择已经开放的数据集。"))
    # Why it was handed back is no answer.
    kept = "" if row.state == RequestState.HANDED_BACK else row.answer
    row.dataset, row.answer = found.slug, words or kept
    row.owner = row.owner or found.owner


def _reopen(row: DataRequest, actor: Actor, told: Decision, words: str, now: datetime) -> None:
    row.answer = row.ground = row.dataset = ""
    row.plan, row.answered_at, row.answer_days = None, None, None
    _start_clock(row, ANSWER.working_days, ANSWER.due(timezone.localdate(now)), now)


def _only_words(row: DataRequest, actor: Actor, told: Decision, words: str, now: datetime) -> None:
    row.answer = words


_SETTLE: Final[Mapping[str, Callable[[DataRequest, Actor, Decision, str, datetime], None]]] = {
    "forward": _forward,
    "reject": _only_words,
    "hand_back": _hand_back,
    "accept": _accept,
    "refuse": _refuse,
    "point": _point,
    "fulfil": _point,
    "withdraw": _only_words,
    "reopen": _reopen,
}
BY_HAND: Final = tuple(_SETTLE)


def fulfil_from_plan(entry: PlanEntry, *, now: datetime) -> None:
    """What an entry of the plan promised is open: so is what the requests behind it asked for."""
    for row in _waiting_for(entry):
        row.dataset = entry.dataset
        event = make_move(row, SYSTEM, allowed(row, SYSTEM, "fulfil"), now=now)
        _follow(row, event, now)


def refuse_from_plan(entry: PlanEntry, ground: str, *, now: datetime) -> None:
    """What an entry promised won't be opened: the requests behind it hear why."""
    for row in _waiting_for(entry):
        row.ground, row.answer = ground, entry.reason
        event = make_move(row, SYSTEM, allowed(row, SYSTEM, "drop"), now=now, words=entry.reason)
        _follow(row, event, now)


def _waiting_for(entry: PlanEntry) -> list[DataRequest]:
    rows = DataRequest.objects.select_for_update(of=("self",)).filter(plan=entry, state=RequestState.ACCEPTED)
    return list(rows.order_by("pk"))


def _start_clock(row: DataRequest, days: int, due: date | None, now: datetime) -> None:
    row.clock_started_on, row.clock_days, row.due_on = timezone.localdate(now), days, due
    row.overdue_told_at = None


def _stop_clock(row: DataRequest, now: datetime) -> None:
    row.answered_at = now
    taken = working_days_left(timezone.localdate(now), row.clock_started_on)
    row.answer_days = max(taken, 0) if taken is not None else None


def _follow(row: DataRequest, event: ParticipationEvent, now: datetime) -> None:
    """Tell people and neighbours, and see how the bundles stand that the request is in."""
    topic = {"forward": REQUEST_FORWARDED, "reopen": REQUEST_FORWARDED}.get(event.name, "")
    if row.state in ANSWERED_REQUESTS:
        topic = REQUEST_FULFILLED if row.state in HELPFUL_REQUESTS else REQUEST_ANSWERED
    if topic:
        announce(
            topic,
            name=row.number,
            title=row.title,
            state=row.state,
            owner=row.owner,
            datasets=[row.dataset],
            path=path_of(row),
            now=now,
        )
    tell_of_request(row, event)
    look_after_bundles(row, now=now)
