"""Stopping a service (art. 27): with a due reason, talked over with its users, filed; in an emergency first stopped."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, Role, require
from haihe.base.numbering.api import next_number
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.errors import AlreadyOpen, InputRefused, NotNow
from haihe.data.sharing.models import Grant, Service, ServiceStop
from haihe.data.sharing.operations.moving import (
    acting_part,
    check_move,
    check_overdue,
    check_seen,
    check_words,
    record,
)
from haihe.data.sharing.operations.services import set_service
from haihe.data.sharing.queries.access import parts_on_stop, service_for, stop_for
from haihe.data.sharing.queries.clocks import working_days
from haihe.data.sharing.workflow import LIVE_GRANTS, ClockName, Part
from haihe.data.sharing.workflow_closing import CONSULT_WORKING_DAYS, OPEN_STOPS, STOP, StopState
from haihe.kernel.clocks import due_after
from haihe.kernel.workflow import Move


@transaction.atomic
def plan_stop(*, actor: Actor, slug: str, reason: str, planned_on: date | None, token: UUID, now: datetime) -> str:
    """Tell the users of a service that it is to stop, when and why; return the stop's number.

    Raises: NotFound, NotPermitted, NotNow, InputRefused, AlreadyOpen.
    """
    service = _of_ones_own(actor, slug)
    if planned_on is None or planned_on <= timezone.localdate(now):
        raise InputRefused(_("请写明计划停止的日期，应晚于今天。"), field="planned_on")
    row = _open(actor, service, reason, planned_on, token, now)
    return row.number


@transaction.atomic
def stop_at_once(*, actor: Actor, slug: str, reason: str, token: UUID, now: datetime) -> str:
    """Stop a service in an emergency, whether its stop is planned or not; it is filed within the clock.

    Return the stop's number. Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    service = _of_ones_own(actor, slug)
    reason = check_words("stop_at_once", reason)
    planned = service.stops.select_for_update().filter(state__in=OPEN_STOPS).first()
    row = planned or _open(actor, service, reason, timezone.localdate(now), token, now)
    if not row.is_off:
        row.is_emergency = True
        _make(row, actor, Part.OWNER_APPROVER, STOP.move(row.state, "stop_at_once"), reason, now)
    return row.number


def move_stop(*, actor: Actor, number: str, name: str, now: datetime, words: str = "", seen: int | None = None) -> None:
    """Make one move of the workflow. Raises: NotFound, NotPermitted, NotNow, InputRefused (words missing)."""
    with transaction.atomic():
        row = _locked(stop_for(actor, number).pk)
        parts = parts_on_stop(actor, row)
        if name == "stop_at_once":
            raise NotNow(_("请在服务页面紧急停止。"))
        move = check_move(STOP, row, name, parts)
        check_seen(row, seen)
        words = check_words(name, words)
        _check_time(row, name, now)
        part = acting_part(parts, move)
        _make(row, actor, part, move, words, now, organisation=_user_of(row, actor) if name == "reply_to_stop" else "")


@transaction.atomic
def start_service(*, actor: Actor, slug: str, reason: str, now: datetime) -> None:
    """Let a service answer again, and end the stop that it rests by. Raises: as `move_stop`."""
    service = _of_ones_own(actor, slug)
    stop = service.stops.filter(state__in=OPEN_STOPS).first()
    if stop is not None and stop.is_off:
        move_stop(actor=actor, number=stop.number, name="restore", now=now, words=reason)
        return
    set_service(actor, service, enabled=True, reason=check_words("restore", reason), now=now)


def note_late_filing(row: ServiceStop, *, now: datetime) -> None:
    """Write down that an emergency stop isn't filed in time; the row is locked by the caller."""
    _make(row, SYSTEM, Part.SYSTEM, STOP.move(row.state, "overdue"), "", now)


def end_with_resource(service: Service, *, now: datetime) -> None:
    """End what is planned or ordered about a service whose entry is gone; the service is locked by the caller."""
    rows = service.stops.select_for_update().filter(state__in=STOP.move(StopState.FILED, "end_with_resource").sources)
    for row in rows:
        _make(row, SYSTEM, Part.SYSTEM, STOP.move(row.state, "end_with_resource"), "", now)


def replied(row: ServiceStop) -> set[str]:
    """Return which users have replied."""
    return set(row.events.filter(name="reply_to_stop").values_list("organisation", flat=True))


def _of_ones_own(actor: Actor, slug: str) -> Service:
    row = Service.objects.select_for_update().get(pk=service_for(actor, slug).pk)
    require(actor, Role.APPROVER, organisation=row.owner)
    return row


def _open(actor: Actor, service: Service, reason: str, planned_on: date, token: UUID, now: datetime) -> ServiceStop:
    if same := ServiceStop.objects.filter(token=token, owner=service.owner).first():
        return same
    if actor.user_id is None:
        raise NotPermitted("plan_stop")
    if not service.enabled:
        raise NotNow(_("服务已经停止。"))
    held = Grant.objects.filter(service=service, state__in=LIVE_GRANTS).order_by("organisation")
    row = ServiceStop(
        token=token,
        service=service,
        owner=service.owner,
        users=list(held.values_list("organisation", flat=True).distinct()),
        reason=check_words("stop_at_once", reason),
        planned_on=planned_on,
        opened_by=actor.user_id,
        opened_name=actor.name,
        opened_at=now,
    )
    try:
        with transaction.atomic():
            row.number = next_number("TF", ServiceStop.objects.all(), now)
            row.save(force_insert=True)
    except IntegrityError as clash:
        if "service_stop_one_open" not in str(clash):
            raise
        number = service.stops.get(state__in=OPEN_STOPS).number
        raise AlreadyOpen(_("已有正在办理的停止 %(number)s。") % {"number": number}, number=number) from None
    clause = STOP.moves[0].clause
    _record(row, actor, "plan_stop", Part.OWNER_APPROVER, clause, now, words=row.reason, organisation=row.owner)
    return row


def _check_time(row: ServiceStop, name: str, now: datetime) -> None:
    today = timezone.localdate(now)
    if name == "urge":
        check_overdue(row, now)
    if name == "demand_restoring" and catalogue.resource(row.service.resource) is None:
        raise NotNow(_("它的资源已经下线，不能恢复服务；资源重新发布之后再恢复。"))
    if name == "stop" and today < row.planned_on:
        raise NotNow(_("还没有到计划停止的日期；紧急情况请用紧急停止。"))
    if name == "file" and row.state == StopState.CONSULTING:
        silent = set(row.users) - replied(row)
        until = due_after(timezone.localdate(row.opened_at), CONSULT_WORKING_DAYS)
        if silent and (until is None or today <= until):
            said = {"n": CONSULT_WORKING_DAYS}
            raise NotNow(_("还有使用部门没有答复；全部答复后，或者满 %(n)s 个工作日后再备案。") % said)


def _make(
    row: ServiceStop, actor: Actor, part: Part, move: Move, words: str, now: datetime, *, organisation: str = ""
) -> None:
    source, row.state = row.state, StopState(move.target)
    if move.name in {"file", "file_afterwards"}:
        row.filed_at = now
    if move.name == "overdue":
        row.overdue_told_at = now
    if move.name == "stop_at_once":
        days = working_days(ClockName.STOP_FILING, owner=row.owner, resource=row.service.resource)
        row.start_clock(timezone.localdate(now), days)
    if row.state != StopState.TO_FILE:
        row.stop_clock()
    if move.name in {"stop", "stop_at_once"}:
        row.stopped_at = now
    row.closed_at = now if row.state in STOP.terminal else None
    row.save()
    owner = row.owner if part in {Part.OWNER_STEWARD, Part.OWNER_APPROVER} else ""
    _record(
        row, actor, move.name, part, move.clause, now, source=source, words=words, organisation=organisation or owner
    )
    if move.name in {"stop", "stop_at_once", "restore"}:
        reason = words or row.reason
        set_service(actor, row.service, enabled=move.name == "restore", reason=reason, now=now)


def _user_of(row: ServiceStop, actor: Actor) -> str:
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    return next(code for code in row.users if code in mine)


def _locked(pk: UUID) -> ServiceStop:
    return ServiceStop.objects.select_for_update(of=("self",)).select_related("service").get(pk=pk)


def _record(
    row: ServiceStop,
    actor: Actor,
    name: str,
    part: Part,
    clause: str,
    now: datetime,
    *,
    source: str = "",
    words: str = "",
    organisation: str = "",
) -> None:
    record(
        row,
        actor,
        name=name,
        part=part,
        clause=clause,
        now=now,
        source=source,
        target=row.state,
        words=words,
        organisation=organisation,
        facts={"planned_on": row.planned_on.isoformat()},
    )
