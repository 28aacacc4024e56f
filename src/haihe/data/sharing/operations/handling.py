"""The way of a request through both offices, under the legal clock."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.data.catalogue.api import SharingType
from haihe.data.sharing.errors import NotNow, OtherHandsNeeded
from haihe.data.sharing.models import Grant, SharingRequest
from haihe.data.sharing.operations.granting import make_grant
from haihe.data.sharing.operations.moving import (
    acting_part,
    check_move,
    check_seen,
    check_words,
    organisation_of,
    record,
)
from haihe.data.sharing.queries.access import parts_on_request, request_for
from haihe.data.sharing.workflow import ANSWER_CLOCKS, EXTENSION_CLOCK, REQUEST, RequestState
from haihe.kernel.clocks import working_days_left

type _Effect = Callable[[SharingRequest, Actor, datetime, str], None]


def move_request(
    *, actor: Actor, request_id: UUID, name: str, now: datetime, words: str = "", seen: int | None = None
) -> None:
    """Make one move of the workflow with what belongs to it. `seen`: lines of history the person saw, to find races.

    Raises: NotFound, NotPermitted, NotNow, InputRefused (words missing).
    """
    if name == "resubmit":
        raise NotNow(_("请在修改页面重新提交。"))
    _move(actor=actor, request_id=request_id, name=name, now=now, words=words, seen=seen)


def approve_request(*, actor: Actor, request_id: UUID, now: datetime, words: str = "", seen: int | None = None) -> UUID:
    """Agree, as the owner's head; the grant is made with it, and its id returned. Raises: as `move_request`."""
    row = _move(actor=actor, request_id=request_id, name="approve", now=now, words=words, seen=seen)
    return Grant.objects.get(request=row).id


def refuse_request(*, actor: Actor, request_id: UUID, reason: str, now: datetime, seen: int | None = None) -> None:
    """Disagree, as the owner's head, and say why. Raises: as `move_request`."""
    _move(actor=actor, request_id=request_id, name="refuse", now=now, words=reason, seen=seen)


def extend_request(*, actor: Actor, request_id: UUID, now: datetime, words: str = "", seen: int | None = None) -> None:
    """Consent, as the authority, to the owner's asking for more time. Raises: as `move_request`."""
    _move(actor=actor, request_id=request_id, name="consent_extension", now=now, words=words, seen=seen)


@transaction.atomic
def _move(*, actor: Actor, request_id: UUID, name: str, now: datetime, words: str, seen: int | None) -> SharingRequest:
    row = SharingRequest.objects.select_for_update().get(pk=request_for(actor, request_id).pk)
    parts = parts_on_request(actor, row)
    move = check_move(REQUEST, row, name, parts)
    check_seen(row, seen)
    words = check_words(name, words)
    _check_eyes(row, actor, name)
    source, row.state = row.state, RequestState(move.target)
    if effect := _EFFECTS.get(name):
        effect(row, actor, now, words)
    if row.state != RequestState.OWNER_REVIEW:
        row.stop_clock()
    row.save()
    part = acting_part(parts, move)
    record(
        row,
        actor,
        name=name,
        part=part,
        clause=move.clause,
        now=now,
        source=source,
        target=row.state,
        words=words,
        organisation=organisation_of(part, applicant=row.applicant, owner=row.owner),
        facts={"due_on": row.due_on.isoformat() if row.due_on else None},
    )
    if name == "approve":
        make_grant(row, actor, part, now=now)
    return row


def _check_eyes(row: SharingRequest, actor: Actor, name: str) -> None:
    """Whoever wrote a request doesn't approve it, and nobody approves for both offices."""
    if name in {"approve_by_office", "return_by_office", "approve", "refuse"} and (
        actor.user_id is None or actor.user_id in {row.created_by, row.office_approved_by}
    ):
        raise OtherHandsNeeded(_("申请、本单位审批和提供部门审批应由不同的人办理。"))


def _approve_by_office(row: SharingRequest, actor: Actor, now: datetime, words: str) -> None:
    row.office_approved_by, row.office_approved_at = actor.user_id, now
    row.start_clock(timezone.localdate(now), ANSWER_CLOCKS[SharingType(row.sharing_type)].working_days)


def _ask_supplement(row: SharingRequest, actor: Actor, now: datetime, words: str) -> None:
    if row.supplement_asked_at is not None:
        raise NotNow(_("补正只能一次性告知，这件申请已经告知过。"))
    left = _days_left(row, now)
    if left < 0:
        raise NotNow(_("答复期限已过，不能再要求补正；请尽快答复。"))
    # The clock rests with what was left, and at least a day to answer when it goes on.
    row.supplement_asked_at, row.clock_days = now, max(left, 1)


def _supplement(row: SharingRequest, actor: Actor, now: datetime, words: str) -> None:
    row.start_clock(timezone.localdate(now), row.clock_days)


def _ask_extension(row: SharingRequest, actor: Actor, now: datetime, words: str) -> None:
    if row.sharing_type != SharingType.CONDITIONAL:
        raise NotNow(_("无条件共享的资源不得延长答复期限。"))
    if row.extension_asked_at is not None:
        raise NotNow(_("延长答复期限只能提出一次。"))
    if _days_left(row, now) < 0:
        raise NotNow(_("答复期限已过，不能再延长；请尽快答复。"))
    row.extension_asked_at = now


def _consent_extension(row: SharingRequest, actor: Actor, now: datetime, words: str) -> None:
    if row.extension_asked_at is None or row.extended_at is not None or row.clock_started_on is None:
        raise NotNow(_("数据提供部门没有提出延长，或者已经延长过一次。"))
    row.extended_at = now
    row.start_clock(row.clock_started_on, row.clock_days + EXTENSION_CLOCK.working_days)


def _decide(row: SharingRequest, actor: Actor, now: datetime, words: str) -> None:
    row.decided_by, row.decided_at = actor.user_id, now
    if row.state == RequestState.REFUSED:
        row.refusal_reason = words


def _days_left(row: SharingRequest, now: datetime) -> int:
    """Count the working days left; past the calendar's end, all of them."""
    today = timezone.localdate(now)
    if row.due_on is not None and today > row.due_on:
        return -1
    left = working_days_left(row.due_on, today) if row.due_on else None
    return row.clock_days if left is None else left


_EFFECTS: dict[str, _Effect] = {
    "approve_by_office": _approve_by_office,
    "ask_supplement": _ask_supplement,
    "supplement": _supplement,
    "ask_extension": _ask_extension,
    "consent_extension": _consent_extension,
    "approve": _decide,
    "refuse": _decide,
}
