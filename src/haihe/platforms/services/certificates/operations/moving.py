"""The one way in which a certificate changes its state: locked, allowed by the table, recorded, and told its holder."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted
from haihe.kernel.workflow import ForbiddenMove
from haihe.platforms.services.certificates import telling
from haihe.platforms.services.certificates.errors import InputRefused, NotNow
from haihe.platforms.services.certificates.models import Certificate, CertificateEvent
from haihe.platforms.services.certificates.queries import desk_certificate, parts_in
from haihe.platforms.services.certificates.workflow import (
    CERTIFICATE,
    ENDABLE,
    ProposalState,
    leads,
)

SHORTEST_REASON = 5
LONGEST_REASON = 500
_MOST_AT_ONCE = 1000


@transaction.atomic
def resume(*, actor: Actor, number: str, reason: str, now: datetime) -> None:
    """Give a suspended certificate back. Raises: CertificateNotFound, NotPermitted, NotNow, InputRefused."""
    move(locked(actor, number), "resume", actor=actor, now=now, words=told_reason(reason))


@transaction.atomic
def end(*, actor: Actor, number: str, reason: str, now: datetime) -> None:
    """Cancel a certificate because its holder asks, died, or was dissolved. Raises: as `resume`."""
    move(locked(actor, number), "cancel", actor=actor, now=now, words=told_reason(reason))


@transaction.atomic
def cancel_all_of(*, subject_key: bytes, case_number: str, now: datetime) -> int:
    """Cancel all that a body holds which a case has ended (行政许可法 第70条); return how many they were."""
    rows = Certificate.objects.select_for_update().filter(subject_key=subject_key)
    standing = list(rows.exclude(state__in=CERTIFICATE.terminal))
    for row in standing:
        move(row, "cancel", actor=SYSTEM, now=now, facts={"case": case_number})
    return len(standing)


def expire_due(*, now: datetime) -> int:
    """Write down whose term is over; return how many they were."""
    due = Certificate.objects.filter(state__in=ENDABLE, valid_until__lt=timezone.localdate(now))
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True)[:_MOST_AT_ONCE])
        for row in rows:
            move(row, "expire", actor=SYSTEM, now=now)
    return len(rows)


def locked(actor: Actor, number: str) -> Certificate:
    """Return a certificate of the actor's body, locked. Raises: CertificateNotFound."""
    return Certificate.objects.select_for_update().get(pk=desk_certificate(actor, number).pk)


def move(
    row: Certificate,
    name: str,
    *,
    actor: Actor,
    now: datetime,
    words: str = "",
    facts: dict[str, str] | None = None,
) -> None:
    """Move a locked certificate and save it. Raises: NotNow, NotPermitted. That two agreed was checked before."""
    try:
        step = CERTIFICATE.move(row.state, name)
    except ForbiddenMove:
        raise NotNow(_("状态已经变化，请刷新页面后再操作。")) from None
    if actor is not SYSTEM and parts_in(actor, row).isdisjoint(step.roles):
        raise NotPermitted(f"{name} needs one of {', '.join(step.roles)} of {row.issuer}")
    source, row.state = row.state, step.target
    row.save()
    record(
        row,
        name,
        actor=actor,
        now=now,
        source=source,
        target=step.target,
        clause=step.clause,
        words=words,
        facts=facts,
    )
    _void_proposals(row, now)
    telling.tell_holder(row, name, now=now)


def _void_proposals(row: Certificate, now: datetime) -> None:
    for proposal in row.proposals.filter(state=ProposalState.OPEN):
        if not leads(row.state, proposal.move):
            proposal.state, proposal.decided_at = ProposalState.VOID, now
            proposal.save()


def record(
    row: Certificate,
    name: str,
    *,
    actor: Actor,
    now: datetime,
    source: str = "",
    target: str = "",
    clause: str = "",
    words: str = "",
    facts: dict[str, str] | None = None,
) -> None:
    """Append one line to the history of a certificate."""
    part = "SYSTEM" if actor is SYSTEM else next(iter(sorted(parts_in(actor, row))), "CITIZEN")
    CertificateEvent.objects.create(
        certificate=row,
        at=now,
        name=name,
        source=source,
        target=target,
        part=part,
        organisation=row.issuer if part not in ("SYSTEM", "CITIZEN") else "",
        actor_id=actor.user_id,
        actor_name="" if part in ("SYSTEM", "CITIZEN") else actor.name,
        clause=clause,
        words=words,
        facts=facts or {},
    )


def told_reason(reason: str) -> str:
    """Return the reason as it is kept. Raises: InputRefused."""
    told = reason.replace("\x00", "").strip()[:LONGEST_REASON]
    if len(told) < SHORTEST_REASON:
        raise InputRefused(_("请写明理由，至少 5 个字；持证人会看到。"))
    return told
