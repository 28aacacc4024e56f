"""The way of a request through both offices, under the legal clock."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor
from haihe.data.catalogue import api as catalogue
from haihe.data.catalogue.api import SharingType
from haihe.data.sharing.errors import NotNow, OtherHandsNeeded
from haihe.data.sharing.models import Grant, Service, SharingRequest
from haihe.data.sharing.operations.effects import EFFECTS
from haihe.data.sharing.operations.granting import make_grant
from haihe.data.sharing.operations.moving import (
    acting_part,
    check_move,
    check_seen,
    check_words,
    organisation_of,
    record,
)
from haihe.data.sharing.operations.prechecking import check_still_shared
from haihe.data.sharing.queries.access import parts_on_request, request_for
from haihe.data.sharing.queries.clocks import promised_days
from haihe.data.sharing.workflow import ANSWER_RUNS, OPEN_REQUESTS, REQUEST, ClockName, GrantState, Part, RequestState
from haihe.kernel.workflow import Move

_BY_OFFICE = frozenset({"approve_by_office", "approve_to_precheck"})
_BY_DIFFERENT_HANDS = _BY_OFFICE | {"return_by_office", "approve", "refuse"}


def move_request(
    *, actor: Actor, request_id: UUID, name: str, now: datetime, words: str = "", seen: int | None = None
) -> None:
    """Make one move of the workflow with what belongs to it. `seen`: lines of history the person saw, to find races.

    Raises: NotFound, NotPermitted, NotNow, InputRefused (words missing).
    """
    if name == "resubmit":
        raise NotNow(_("请在修改页面重新提交。"))
    if name == "approve_to_precheck":
        raise NotNow(_("是否预审由规则决定，请使用“同意提出申请”。"))
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
def answer_by_rule(request_id: UUID, *, now: datetime) -> bool:
    """Agree in the system's name if the resource is shared unconditionally, as art. 21 wants within the day.

    Return False where people must answer: it is shared conditionally (by now), or its service rests.
    """
    row = SharingRequest.objects.select_for_update(of=("self",)).select_related("service").get(pk=request_id)
    entry = catalogue.resource(row.service.resource)
    unconditional = {row.sharing_type, entry.sharing_type if entry else ""} == {SharingType.UNCONDITIONAL}
    if row.state != RequestState.OWNER_REVIEW or not unconditional or not row.service.is_open:
        return False
    if _waits_for_the_old(row):
        return False
    _make(row, SYSTEM, check_move(REQUEST, row, "approve_by_rule", {Part.SYSTEM}), Part.SYSTEM, "", now)
    make_grant(row, SYSTEM, Part.SYSTEM, now=now)
    return True


@transaction.atomic
def pass_by_rule(request_id: UUID, *, now: datetime) -> bool:
    """Hand a request to its owner whose pre-check outlasts its time; False where somebody was faster."""
    row = SharingRequest.objects.select_for_update(of=("self",)).select_related("service").get(pk=request_id)
    if row.state != RequestState.PRE_REVIEW:
        return False
    _make(row, SYSTEM, REQUEST.move(row.state, "pass_by_rule"), Part.SYSTEM, "", now)
    return True


def note_overdue(row: SharingRequest, *, now: datetime) -> None:
    """Write down that the answer is overdue; the row is locked by the caller."""
    _make(row, SYSTEM, REQUEST.move(row.state, "overdue"), Part.SYSTEM, "", now)


def end_requests_with_resource(service: Service, *, words: str, now: datetime) -> int:
    """Close what still waits for an answer about a service whose entry is gone; within the caller's transaction."""
    rows = SharingRequest.objects.select_for_update(of=("self",)).filter(service=service, state__in=OPEN_REQUESTS)
    found = list(rows.select_related("service"))
    for row in found:
        _make(row, SYSTEM, REQUEST.move(row.state, "end_with_resource"), Part.SYSTEM, words, now)
    return len(found)


@transaction.atomic
def _move(*, actor: Actor, request_id: UUID, name: str, now: datetime, words: str, seen: int | None) -> SharingRequest:
    row = SharingRequest.objects.select_for_update().get(pk=request_for(actor, request_id).pk)
    parts = parts_on_request(actor, row)
    if name == "approve_by_office" and _is_prechecked(row):
        name = "approve_to_precheck"
    move = check_move(REQUEST, row, name, parts)
    check_seen(row, seen)
    words = check_words(name, words)
    _check_eyes(row, actor, name)
    if name in _BY_OFFICE:
        check_still_shared(row)
    if name == "approve" and catalogue.resource(row.service.resource) is None:
        raise NotNow(_("该资源已经下线，不能再同意共享。"))
    if name == "approve" and _waits_for_the_old(row):
        raise NotNow(_("原授权正在暂停整改，恢复或者终止之后再同意续期。"))
    part = acting_part(parts, move)
    _make(row, actor, move, part, words, now)
    if name == "approve":
        make_grant(row, actor, part, now=now)
    if name == "approve_by_office":
        answer_by_rule(row.id, now=now)
    return row


def _make(row: SharingRequest, actor: Actor, move: Move, part: Part, words: str, now: datetime) -> None:
    source, row.state = row.state, RequestState(move.target)
    if effect := EFFECTS.get(move.name):
        effect(row, actor, now, words)
    if row.state not in ANSWER_RUNS:
        row.stop_clock()
    row.save()
    record(
        row,
        actor,
        name=move.name,
        part=part,
        clause=move.clause,
        now=now,
        source=source,
        target=row.state,
        words=words,
        organisation=organisation_of(part, applicant=row.applicant, owner=row.owner),
        facts={"due_on": row.due_on.isoformat() if row.due_on else None},
    )


def _is_prechecked(row: SharingRequest) -> bool:
    """True where city or owner want the authority's eye first. What is shared freely is answered at once."""
    if row.sharing_type != SharingType.CONDITIONAL:
        return False
    return promised_days(ClockName.PRECHECK, owner=row.owner, resource=row.service.resource) is not None


def _waits_for_the_old(row: SharingRequest) -> bool:
    """True while the grant to be renewed is suspended: what is to be put right isn't walked round by a new grant."""
    return row.renews is not None and row.renews.state == GrantState.SUSPENDED


def _check_eyes(row: SharingRequest, actor: Actor, name: str) -> None:
    """Whoever wrote a request doesn't approve it, and nobody approves for both offices."""
    if name in _BY_DIFFERENT_HANDS and (
        actor.user_id is None or actor.user_id in {row.created_by, row.office_approved_by}
    ):
        raise OtherHandsNeeded(_("申请、本单位审批和提供部门审批应由不同的人办理。"))
