"""From "agreed" to data that flows (art. 22): at once where a service answers, by hand and receipt else."""

import calendar
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor
from haihe.data.sharing.errors import NotNow
from haihe.data.sharing.events import announce_grant
from haihe.data.sharing.models import Grant
from haihe.data.sharing.operations.moving import check_overdue, organisation_of, record
from haihe.data.sharing.queries.clocks import working_days
from haihe.data.sharing.workflow import GRANT, ClockName, GrantState, Part
from haihe.kernel.clocks import due_after
from haihe.kernel.workflow import Move

BY_HAND = frozenset({"hand_over", "confirm_receipt", "object_receipt"})


def start_delivery(row: Grant, now: datetime) -> None:
    """Start the clock that art. 22 gives from the approval on."""
    days = working_days(ClockName.DELIVERY, owner=row.owner, resource=row.service.resource)
    row.start_clock(timezone.localdate(now), days)


def deliver(row: Grant, name: str, *, now: datetime) -> None:
    """Let a grant begin because its service answers; the caller holds the row and announces."""
    make_delivery_move(row, SYSTEM, Part.SYSTEM, GRANT.move(row.state, name), "", now)


def make_delivery_move(row: Grant, actor: Actor, part: Part, move: Move, words: str, now: datetime) -> None:
    """Make a move of a grant that isn't delivered yet. Raises: NotNow."""
    if move.name in BY_HAND and row.is_served:
        raise NotNow(_("服务接口的授权在服务开通后自动生效，不需要人工提供。"))
    if move.name == "urge":
        check_overdue(row, now)
    source, row.state = row.state, GrantState(move.target)
    if row.state == GrantState.RECEIVING:
        row.handed_over_at = now
    if move.name == "overdue":
        row.overdue_told_at = now
    if row.state == GrantState.ACTIVE:
        row.stop_clock()
        row.valid_from = max(now, row.follows_until or now)
        row.valid_until = months_after(row.valid_from, row.request.duration_months)
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
        organisation=organisation_of(part, applicant=row.organisation, owner=row.owner),
        facts={"due_on": row.due_on.isoformat() if row.due_on else None},
    )


def deliver_what_waits(*, now: datetime, service: int | None = None) -> int:
    """Let begin what only waited for its service to start, or for a receipt nobody gave in time; return how many."""
    rows = Grant.objects.filter(state__in=(GrantState.PREPARING, GrantState.RECEIVING))
    if service is not None:
        rows = rows.filter(service=service)
    return sum(_deliver_by_rule(pk, now=now) for pk in list(rows.values_list("pk", flat=True)))


def months_after(start: datetime, months: int) -> datetime:
    """Return the same moment some months on, in the city's time; the last day of a shorter month."""
    local = timezone.localtime(start)
    year, month0 = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, calendar.monthrange(year, month0 + 1)[1])
    return local.replace(year=year, month=month0 + 1, day=day)


@transaction.atomic
def _deliver_by_rule(grant_id: UUID, *, now: datetime) -> bool:
    row = Grant.objects.select_for_update(of=("self",)).select_related("service", "request").get(pk=grant_id)
    name = _rule_of(row, now)
    if name:
        deliver(row, name, now=now)
        announce_grant(row)
    return bool(name)


def _rule_of(row: Grant, now: datetime) -> str:
    """Return the move that the rules make of the grant now, or ""."""
    if row.state == GrantState.PREPARING and row.is_served and row.service.is_open:
        return "deliver_by_rule"
    if row.state != GrantState.RECEIVING or row.handed_over_at is None:
        return ""
    days = working_days(ClockName.RECEIPT, owner=row.owner, resource=row.service.resource)
    receive_by = due_after(timezone.localdate(row.handed_over_at), days)
    return "receive_by_rule" if receive_by and timezone.localdate(now) > receive_by else ""
