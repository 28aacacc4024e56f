"""Grants: made by an approval, delivered, suspended, resumed, ended (art. 27), and expired when their time is over."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor
from haihe.data.sharing.errors import InputRefused, OtherHandsNeeded
from haihe.data.sharing.events import announce_grant
from haihe.data.sharing.models import Grant, Service, SharingRequest
from haihe.data.sharing.operations.delivering import deliver, make_delivery_move, months_after, start_delivery
from haihe.data.sharing.operations.disposing import open_disposal
from haihe.data.sharing.operations.moving import (
    acting_part,
    check_move,
    check_seen,
    check_words,
    organisation_of,
    record,
)
from haihe.data.sharing.queries.access import grant_for, parts_on_grant
from haihe.data.sharing.workflow import GRANT, LIVE_GRANTS, UNDELIVERED, GrantState, Part
from haihe.kernel.workflow import Move


def make_grant(row: SharingRequest, actor: Actor, part: Part, *, now: datetime) -> Grant:
    """Make the grant of an approved request; inside the approval's transaction.

    Where an open service answers, the data flows at once; everything else is delivered under the clock of art. 22.
    """
    grant = Grant(
        request=row,
        organisation=row.applicant,
        owner=row.owner,
        service=row.service,
        claims=row.claims,
        fields=row.fields,
        purposes=[row.purpose],
        item=row.item,
        legal_basis=row.legal_basis,
        valid_from=now,
        valid_until=months_after(now, row.duration_months),
        quota_per_day=row.quota_per_day,
        last_good_s=row.last_good_s,
        rate_per_s=row.rate_per_s,
    )
    start_delivery(grant, now)
    grant.save(force_insert=True)
    clause = "政务数据共享条例 第22条"
    record(grant, actor, name="grant", part=part, clause=clause, now=now, target=grant.state, organisation=row.owner)
    if grant.is_served and row.service.is_open:
        deliver(grant, "deliver_at_once", now=now)
    announce_grant(grant)
    return grant


def move_grant(
    *,
    actor: Actor,
    grant_id: UUID,
    name: str,
    now: datetime,
    words: str = "",
    seen: int | None = None,
    put_right_by: date | None = None,
) -> None:
    """Make one move of the workflow; `put_right_by` goes with a suspension.

    Raises: NotFound, NotPermitted, NotNow, InputRefused (words or day missing).
    """
    with transaction.atomic():
        row = (
            Grant.objects.select_for_update(of=("self",))
            .select_related("service", "request__renews")
            .get(pk=grant_for(actor, grant_id).pk)
        )
        parts = parts_on_grant(actor, row)
        move = check_move(GRANT, row, name, parts)
        check_seen(row, seen)
        _step(row, actor, acting_part(parts, move), move, check_words(name, words), put_right_by, now)


def suspend_grant(*, actor: Actor, grant_id: UUID, reason: str, put_right_by: date, now: datetime) -> None:
    """Stop a grant for a while and set a day by which things are to be right. Raises: as `move_grant`."""
    move_grant(actor=actor, grant_id=grant_id, name="suspend", now=now, words=reason, put_right_by=put_right_by)


def resume_grant(*, actor: Actor, grant_id: UUID, words: str, now: datetime) -> None:
    """Let a suspended grant go on. What the authority stopped, only it resumes. Raises: as `move_grant`."""
    move_grant(actor=actor, grant_id=grant_id, name="resume", now=now, words=words)


def terminate_grant(*, actor: Actor, grant_id: UUID, reason: str, now: datetime) -> None:
    """End a grant for good. Raises: as `move_grant`."""
    move_grant(actor=actor, grant_id=grant_id, name="terminate", now=now, words=reason)


def resume_after_dispute(grant_id: UUID, *, actor: Actor, number: str, now: datetime) -> None:
    """Let a grant go on whose suspension a dispute found wrong; within the transaction of the dispute's end."""
    row = Grant.objects.select_for_update(of=("self",)).select_related("service", "request__renews").get(pk=grant_id)
    if row.state == GrantState.SUSPENDED:
        words = _("按争议 %(number)s 的处理结果恢复。") % {"number": number}
        _step(row, actor, Part.AUTHORITY, GRANT.move(row.state, "resume"), words, None, now)


def expire_grants(*, now: datetime) -> int:
    """End the grants whose time is over; return how many. The gateway refuses them from the second, with or without."""
    # One that was never delivered has no term yet.
    over = Grant.objects.filter(state__in=(GrantState.ACTIVE, GrantState.SUSPENDED), valid_until__lte=now)
    count = 0
    for grant_id in over.values_list("pk", flat=True):
        with transaction.atomic():
            row = (
                Grant.objects.select_for_update(of=("self",))
                .select_related("service", "request__renews")
                .get(pk=grant_id)
            )
            if row.state in GRANT.terminal:
                continue
            _step(row, SYSTEM, Part.SYSTEM, GRANT.move(row.state, "expire"), "", None, now)
            count += 1
    return count


def end_grants_with_resource(service: Service, *, words: str, now: datetime) -> list[Grant]:
    """End what was given of a service whose entry is gone; within the caller's transaction. Return those that ended."""
    rows = Grant.objects.select_for_update(of=("self",)).filter(service=service, state__in=LIVE_GRANTS)
    found = list(rows.select_related("service", "request__renews").order_by("pk"))
    for row in found:
        _step(row, SYSTEM, Part.SYSTEM, GRANT.move(row.state, "end_with_resource"), words, None, now)
    return found


def note_overdue_grant(row: Grant, *, now: datetime) -> None:
    """Write down that the data doesn't flow, or isn't put right, in time; the row is locked by the caller."""
    _step(row, SYSTEM, Part.SYSTEM, GRANT.move(row.state, "overdue"), "", None, now)


def _step(
    row: Grant, actor: Actor, part: Part, move: Move, words: str, put_right_by: date | None, now: datetime
) -> None:
    if row.state in UNDELIVERED and move.target not in GRANT.terminal:
        make_delivery_move(row, actor, part, move, words, now)
        announce_grant(row)
        return
    source, row.state = row.state, GrantState(move.target)
    row.stop_clock()
    if row.state == GrantState.SUSPENDED:
        _put_right(row, part, move, put_right_by, now)
    else:
        if move.name == "resume":
            _check_hands(row, part)
        row.suspended_by, row.put_right_by, row.put_right_reported_at = "", None, None
    row.ended_at = now if row.state in GRANT.terminal else None
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
        facts={"put_right_by": row.put_right_by.isoformat()} if row.put_right_by else {},
    )
    announce_grant(row)
    if row.state in GRANT.terminal and source != GrantState.PREPARING:
        open_disposal(row, now=now)


def _put_right(row: Grant, part: Part, move: Move, put_right_by: date | None, now: datetime) -> None:
    """What is to be put right: the term, the user's report, a new term, the term's end."""
    if move.name == "suspend":
        row.suspended_by = part
    if move.name == "reject_put_right":
        _check_hands(row, part)
    if move.name in {"suspend", "reject_put_right"}:
        row.put_right_by, row.put_right_reported_at = _checked_day(put_right_by, now), None
        row.overdue_told_at = None
    if move.name == "report_put_right":
        row.put_right_reported_at = now
    if move.name == "overdue":
        row.overdue_told_at = now


def _check_hands(row: Grant, part: Part) -> None:
    if row.suspended_by == Part.AUTHORITY and part != Part.AUTHORITY:
        raise OtherHandsNeeded(_("由大数据中心暂停的授权，只能由大数据中心恢复或者退回整改。"))


def _checked_day(day: date | None, now: datetime) -> date:
    if day is None or day <= timezone.localdate(now):
        raise InputRefused(_("请写明整改期限，应晚于今天。"), field="put_right_by")
    return day
