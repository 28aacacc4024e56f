"""A delivery to its end: on record first, then at the target once, then read back and receipted.

A process may be killed anywhere. Before the record nothing has left; between record and receipt the next try finds the
number at the target, or not; the ledger is written once, with the move that says so.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from traceback import format_tb
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.ledger import api as ledger
from haihe.data.exchange.delivery import granting, receipts, secrets
from haihe.data.exchange.delivery.changes import Base, GrantedChanges
from haihe.data.exchange.delivery.content import GrantedRows, Measured
from haihe.data.exchange.delivery.kinds import TARGETS
from haihe.data.exchange.delivery.models import (
    OPEN_STATES,
    DataDelivery,
    DeliveryKind,
    DeliveryPlan,
    DeliveryState,
)
from haihe.data.exchange.delivery.operations.following import base_of, overtaken, waits_for_receipt
from haihe.data.exchange.delivery.operations.moving import alone, cancel, move
from haihe.data.exchange.delivery.ports import Changes, Content, DeliveryFailed, Fault, Found, OnTheWay, Target
from haihe.data.exchange.lake import SnapshotDamaged
from haihe.data.exchange.models import Snapshot
from haihe.data.exchange.reading import UnknownField
from haihe.data.exchange.records import snapshot_info
from haihe.data.exchange.rules import rules_of
from haihe.data.sharing import api as sharing
from haihe.kernel.mask_rules import MaskError
from haihe.kernel.workflow import ForbiddenMove

logger = logging.getLogger(__name__)
MOST_TRIES = 14
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
_LOOK_AGAIN = timedelta(minutes=5)
_CLIENT = "haihe-delivery"


class _NoLonger(Exception):
    """The grant doesn't carry the delivery any more."""


class _NotYet(Exception):
    """The delivery before is still on its way to a node."""


def deliver_due(*, now: datetime) -> int:
    """Work on every delivery whose time has come, each plan's in order; return how many were worked on."""
    due = DataDelivery.objects.filter(state__in=OPEN_STATES).filter(Q(next_try_at=None) | Q(next_try_at__lte=now))
    return sum(deliver(pk, now=now) for pk in list(due.order_by("created_at", "number").values_list("pk", flat=True)))


def deliver(delivery_id: UUID, *, now: datetime) -> bool:
    """Work on one delivery; False where another process does, or it has ended."""
    plan_id = DataDelivery.objects.values_list("plan_id", flat=True).get(pk=delivery_id)
    with alone(plan_id) as mine:
        row = DataDelivery.objects.select_related("plan__target").get(pk=delivery_id)
        if not mine or not row.is_open:
            return False
        try:
            _work(row, now)
        except _NoLonger:
            cancel(row, now=now)
        except _NotYet:
            DataDelivery.objects.filter(pk=row.pk).update(next_try_at=now + _LOOK_AGAIN)
        except OnTheWay:
            _note_sent(row, now)
        except DeliveryFailed as failed:
            _failed(row, failed, now)
        except ForbiddenMove:
            logger.warning("delivery %s was ended while it was worked on", row.number)
        except Exception as error:
            # An error's message may quote a row, so only its kind and the lines of code are logged.
            where = "".join(format_tb(error.__traceback__))
            logger.error("delivery %s failed: %s\n%s", row.number, type(error).__name__, where)
            _failed(row, DeliveryFailed(Fault.INTERNAL), now)
    return True


def look_again(number: str, *, now: datetime) -> bool:
    """Have a delivery worked on that a node has told of, and what waits for it; False where it has ended."""
    mine = DataDelivery.objects.filter(number=number, state__in=OPEN_STATES)
    waiting = DataDelivery.objects.filter(plan__in=mine.values("plan"), state=DeliveryState.WAITING)
    waiting.update(next_try_at=now)
    return bool(mine.update(next_try_at=now))


def try_again(actor: Actor, delivery_id: UUID, *, now: datetime) -> None:
    """Take up a delivery that was given up. Raises: NotPermitted, ForbiddenMove."""
    row = DataDelivery.objects.select_related("plan").get(pk=delivery_id)
    if not actor.has(Role.OPERATOR):
        require(actor, Role.STEWARD, organisation=row.plan.organisation)
    move(row.id, "try_again", now=now, by=actor.name, tries=0, next_try_at=now, finished_at=None)


def _work(row: DataDelivery, now: datetime) -> None:
    target = TARGETS[row.plan.target.kind]
    settings, secret = _opened(row)
    if row.kind == DeliveryKind.REMOVE:
        _recorded(row, now)
        numbers = list(row.plan.deliveries.filter(kind=DeliveryKind.PUT).values_list("number", flat=True))
        found = target.remove(settings, secret, str(row.plan_id), numbers, row.number)
        if found.rows:
            raise DeliveryFailed(Fault.OTHER_CONTENT)
        _finish(row, found, now)
        return
    if overtaken(row):
        raise _NoLonger
    if waits_for_receipt(row):
        raise _NotYet
    granted, grant = _granted(row, now)
    with granted as rows:
        content = _on_record(row, rows, base_of(row, rows), grant, now)
        put = _put(row, target, content, settings, secret)
    if put is None:
        _widen(row, now)
    else:
        _finish(row, put, now)


def _put(row: DataDelivery, target: Target, content: Content, settings: object, secret: object) -> Found | None:
    """Deliver; None where changes alone didn't make of the target what they should.

    Raises: DeliveryFailed, OnTheWay.
    """
    try:
        found = target.put(settings, secret, content)
        _check(row, found)
    except DeliveryFailed as failed:
        if row.changes and failed.fault is Fault.OTHER_CONTENT:
            return None
        raise
    return found


def _opened(row: DataDelivery) -> tuple[object, object]:
    try:
        return secrets.opened(row.plan.target)
    except secrets.SettingsRefused:
        raise DeliveryFailed(Fault.SETTINGS_WRONG) from None


def _granted(row: DataDelivery, now: datetime) -> tuple[GrantedRows, sharing.GrantInfo]:
    """Ask the grant anew at every try: it may have ended or been suspended. Raises: _NoLonger, DeliveryFailed."""
    grant = granting.in_force(row.under, now=now)
    masks = granting.masks_of(grant) if grant else {}
    snapshot = Snapshot.objects.filter(pk=row.snapshot).first()
    if grant is None or not masks or snapshot is None:
        raise _NoLonger
    schema = rules_of(row.plan.resource)
    try:
        key = row.plan.key_grant
        rows = GrantedRows(snapshot_info(snapshot), schema, grant=key, masks=masks, within=row.plan.within)
        return rows, grant
    except MaskError:
        raise DeliveryFailed(Fault.SETTINGS_WRONG) from None


def _on_record(
    row: DataDelivery, rows: GrantedRows, base: Base | None, grant: sharing.GrantInfo, now: datetime
) -> Content:
    """Fix what is delivered, and write down whose data leaves, in one transaction: once for each delivery."""
    merged = TARGETS[row.plan.target.kind].changes is Changes.MERGED
    changes = None if base is None else GrantedChanges(rows, base, merged=merged)
    if row.state != DeliveryState.RECORDED or row.rows is None:
        try:
            with transaction.atomic():
                _record(row, rows, changes, base, _use(row, rows, grant), now)
        except (SnapshotDamaged, UnknownField):
            raise DeliveryFailed(Fault.SOURCE_DAMAGED) from None
        row.refresh_from_db()
    measured = Measured(row.rows or 0, row.digest)
    content = (changes or rows).content(row.number, str(row.plan_id), measured)
    # What was once brought as changes has had its effect under the number.
    return replace(content, mark=f"{row.number}+") if row.was_widened else content


def _record(
    row: DataDelivery,
    rows: GrantedRows,
    changes: GrantedChanges | None,
    base: Base | None,
    use: ledger.UseOfMany,
    now: datetime,
) -> None:
    evidence: list[str] = list(row.evidence)
    recorded = len(evidence) > row.evidence_before

    def hear(subjects: Sequence[bytes]) -> None:
        if not recorded:
            evidence.extend(ledger.append_uses(use, subjects, now=now))

    told: dict[str, Any] = {}
    if changes is not None and base is not None:
        found = changes.measure(hear)
        measured = found.found
        told = {"base": base.snapshot.id, "sequence": base.sequence, "upserts": found.upserts, "deletes": found.deletes}
    else:
        measured = rows.measure(hear)
    move(
        row.id,
        "record",
        now=now,
        rows=measured.rows,
        digest=measured.digest,
        columns=list(rows.columns),
        evidence=evidence,
        changes=told,
        shape=rows.shape,
    )


def _use(row: DataDelivery, rows: GrantedRows, grant: sharing.GrantInfo) -> ledger.UseOfMany:
    return ledger.UseOfMany(
        kind="DELIVER",
        consumer=row.plan.organisation,
        client=_CLIENT,
        owner=row.plan.owner,
        service=grant.service,
        resource=row.plan.resource,
        grant=grant.id,
        purpose=grant.purposes[0],
        legal_basis=grant.legal_basis,
        case=row.number,
        fields=rows.columns[1:],
        snapshot=rows.snapshot.id,
        as_of=rows.snapshot.as_of,
    )


def _widen(row: DataDelivery, now: datetime) -> None:
    """Somebody changed what is at the target, or took it away: bring all rows instead, at once."""
    told: dict[str, Any] = {"changes": {}, "rows": None, "digest": "", "evidence_before": len(row.evidence)}
    move(row.id, "widen", now=now, next_try_at=now, **told)
    row.refresh_from_db()
    _work(row, now)


def _recorded(row: DataDelivery, now: datetime) -> None:
    if row.state == DeliveryState.WAITING:
        move(row.id, "record", now=now)
        row.refresh_from_db()


def _check(row: DataDelivery, found: Found) -> None:
    if (found.rows, found.digest) != (row.rows, row.digest):
        raise DeliveryFailed(Fault.OTHER_CONTENT)


def _finish(row: DataDelivery, found: Found, now: datetime) -> None:
    receipt, signature = receipts.receipt_of(row, found, now=now)
    with transaction.atomic():
        # The plans first, so that of two removals that end together the later one sees the earlier.
        plans = list(DeliveryPlan.objects.select_for_update().filter(grant=row.plan.grant).order_by("pk"))
        move(row.id, "finish", now=now, receipt=receipt, signature=signature)
        if row.kind == DeliveryKind.PUT:
            sharing.hand_over_by_receipt(grant_id=row.under, number=row.number, rows=found.rows, now=now)
        else:
            _report_removal(row.plan.grant, plans, now)


def _report_removal(grant: UUID, plans: Sequence[DeliveryPlan], now: datetime) -> None:
    """Tell sharing once nothing is left at any target of the grant; until then its user answers for the rest."""
    gone = DataDelivery.objects.filter(plan__in=plans, kind=DeliveryKind.REMOVE, state=DeliveryState.DONE)
    numbers = sorted(gone.values_list("number", flat=True))
    if len(numbers) == len(plans):
        sharing.report_removal(grant_id=grant, numbers=numbers, now=now)


def _note_sent(row: DataDelivery, now: datetime) -> None:
    """A receipt will be heard of; to look again now and then costs little."""
    if row.moves.order_by("-id").values_list("name", flat=True).first() == "send":
        DataDelivery.objects.filter(pk=row.pk).update(next_try_at=now + _LOOK_AGAIN)
    else:
        move(row.id, "send", now=now, next_try_at=now + _LOOK_AGAIN)


def _failed(row: DataDelivery, failed: DeliveryFailed, now: datetime) -> None:
    tries = row.tries + 1
    try:
        if not failed.may_pass or tries >= MOST_TRIES:
            move(row.id, "give_up", now=now, fault=failed.fault, tries=tries)
        else:
            pause = min(_FIRST_PAUSE * 2**row.tries, _LONGEST_PAUSE)
            move(row.id, "retry", now=now, fault=failed.fault, tries=tries, next_try_at=now + pause)
    except ForbiddenMove:
        logger.warning("delivery %s was ended while it was worked on", row.number)
