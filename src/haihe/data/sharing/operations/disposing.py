"""The data that a user holds is disposed of when its grant has ended, as the owner asks (art. 27)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor
from haihe.data.sharing.errors import InputRefused
from haihe.data.sharing.models import Disposal, DisposalMethod, Grant
from haihe.data.sharing.operations.moving import (
    acting_part,
    check_move,
    check_overdue,
    check_seen,
    check_words,
    organisation_of,
    record,
)
from haihe.data.sharing.queries.access import disposal_for, parts_on_grant
from haihe.data.sharing.queries.clocks import working_days
from haihe.data.sharing.workflow import LIVE_GRANTS, ClockName, Part
from haihe.data.sharing.workflow_closing import DISPOSAL, DisposalState
from haihe.kernel.clocks import due_after
from haihe.kernel.workflow import Move


def open_disposal(grant: Grant, *, now: datetime) -> None:
    """Start the user's clock where the grant that just ended leaves data, and no renewal goes on with the purpose."""
    goes_on = Grant.objects.filter(request__renews=grant, state__in=LIVE_GRANTS).exists()
    if goes_on or not grant.leaves_data:
        return
    row = Disposal(grant=grant, opened_at=now)
    _start_clock(row, now)
    row.save(force_insert=True)
    _record(row, SYSTEM, "open_disposal", Part.SYSTEM, DISPOSAL.moves[0].clause, now)


def move_disposal(
    *,
    actor: Actor,
    disposal_id: UUID,
    name: str,
    now: datetime,
    words: str = "",
    method: str = "",
    disposed_on: date | None = None,
    seen: int | None = None,
) -> None:
    """Make one move of the workflow; `method` and `disposed_on` go with the user's report.

    Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    with transaction.atomic():
        row = _locked(disposal_for(actor, disposal_id).pk)
        parts = parts_on_grant(actor, row.grant)
        move = check_move(DISPOSAL, row, name, parts)
        check_seen(row, seen)
        words = check_words(name, words)
        if name == "urge":
            check_overdue(row, now)
        if name == "report_disposal":
            row.method, row.disposed_on = _checked(row, method, disposed_on, now)
        _make(row, actor, acting_part(parts, move), move, words, now)


def accept_by_rule(*, now: datetime) -> int:
    """Take a report as good that the owner left uncontested through a clock of its own; return how many."""
    rows = Disposal.objects.filter(state=DisposalState.REPORTED)
    return sum(_accept_by_rule(pk, now=now) for pk in list(rows.values_list("pk", flat=True)))


def report_gone(row: Disposal, words: str, *, method: str, on: date, now: datetime) -> None:
    """Report by a receipt that what was delivered is gone; the row is locked by the caller."""
    row.method, row.disposed_on = method, on
    _make(row, SYSTEM, Part.SYSTEM, DISPOSAL.move(row.state, "report_by_receipt"), words, now)


def note_late_disposal(row: Disposal, *, now: datetime) -> None:
    """Write down that the user lets it lie; the row is locked by the caller."""
    _make(row, SYSTEM, Part.SYSTEM, DISPOSAL.move(row.state, "overdue"), "", now)


@transaction.atomic
def _accept_by_rule(disposal_id: UUID, *, now: datetime) -> bool:
    row = _locked(disposal_id)
    if row.state != DisposalState.REPORTED or row.reported_at is None:
        return False
    days = working_days(ClockName.DISPOSAL, owner=row.owner, resource=row.grant.service.resource)
    until = due_after(timezone.localdate(row.reported_at), days)
    if until is None or timezone.localdate(now) <= until:
        return False
    _make(row, SYSTEM, Part.SYSTEM, DISPOSAL.move(row.state, "accept_by_rule"), "", now)
    return True


def _locked(pk: UUID) -> Disposal:
    rows = Disposal.objects.select_for_update(of=("self",)).select_related("grant__service", "grant__request")
    return rows.get(pk=pk)


def _make(row: Disposal, actor: Actor, part: Part, move: Move, words: str, now: datetime) -> None:
    source, row.state = row.state, DisposalState(move.target)
    if move.name == "instruct":
        row.instructions = words
    if move.target == DisposalState.REPORTED:
        row.what, row.reported_at, row.due_on = words, now, None
    if move.name == "object_disposal":
        _start_clock(row, now)
        row.overdue_told_at = None
    if move.name == "overdue":
        row.overdue_told_at = now
    row.closed_at = now if row.state in DISPOSAL.terminal else None
    row.save()
    _record(row, actor, move.name, part, move.clause, now, source=source, words=words)


def _start_clock(row: Disposal, now: datetime) -> None:
    days = working_days(ClockName.DISPOSAL, owner=row.owner, resource=row.grant.service.resource)
    row.start_clock(timezone.localdate(now), days)


def _checked(row: Disposal, method: str, disposed_on: date | None, now: datetime) -> tuple[str, date]:
    if method not in DisposalMethod.values:
        raise InputRefused(_("请选择处置的方式。"), field="method")
    if disposed_on is None or not timezone.localdate(row.grant.valid_from) <= disposed_on <= timezone.localdate(now):
        raise InputRefused(_("请写明处置的日期，不晚于今天。"), field="disposed_on")
    return method, disposed_on


def _record(
    row: Disposal,
    actor: Actor,
    name: str,
    part: Part,
    clause: str,
    now: datetime,
    *,
    source: str = "",
    words: str = "",
) -> None:
    is_report = name in {"report_disposal", "report_by_receipt"}
    facts = {"method": row.method, "disposed_on": str(row.disposed_on)} if is_report else {}
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
        organisation=organisation_of(part, applicant=row.organisation, owner=row.owner),
        facts=facts,
    )
