"""Taking a certificate away is for two: one of the issuer proposes with a reason, another one decides."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.platforms.services.certificates import telling
from haihe.platforms.services.certificates.errors import NotNow
from haihe.platforms.services.certificates.models import CertificateProposal
from haihe.platforms.services.certificates.operations.moving import locked, move, record, told_reason
from haihe.platforms.services.certificates.queries import parts_in
from haihe.platforms.services.certificates.workflow import BY_TWO, ProposalState, leads


@transaction.atomic
def propose(*, actor: Actor, number: str, name: str, reason: str, now: datetime) -> None:
    """Propose to suspend or revoke. Raises: CertificateNotFound, NotPermitted, NotNow, InputRefused."""
    row = locked(actor, number)
    if actor.user_id is None or not parts_in(actor, row):
        raise NotPermitted(f"proposing is for officers of {row.issuer}")
    if name not in BY_TWO or not leads(row.state, name):
        raise NotNow(_("状态已经变化，请刷新页面后再操作。"))
    told = told_reason(reason)
    try:
        with transaction.atomic():
            CertificateProposal.objects.create(
                certificate=row,
                move=name,
                reason=told,
                proposed_by=actor.user_id,
                proposed_name=actor.name,
                proposed_at=now,
            )
    except IntegrityError:
        raise NotNow(_("已有一项提议等待决定。")) from None
    record(row, f"propose-{name}", actor=actor, now=now, words=told)
    telling.tell_approvers(row, now=now)


@transaction.atomic
def decide(*, actor: Actor, number: str, agree: bool, now: datetime) -> None:
    """Confirm or refuse the open proposal; whoever proposed it doesn't. Raises: as `propose`."""
    row = locked(actor, number)
    proposal = CertificateProposal.objects.select_for_update().filter(certificate=row, state=ProposalState.OPEN).first()
    if proposal is None:
        raise NotNow(_("没有等待决定的提议。"))
    if Role.APPROVER not in parts_in(actor, row) or actor.user_id in (None, proposal.proposed_by):
        raise NotPermitted(f"another approver of {row.issuer} decides")
    proposal.state = ProposalState.CONFIRMED if agree else ProposalState.REFUSED
    proposal.decided_by, proposal.decided_name, proposal.decided_at = actor.user_id, actor.name, now
    proposal.save()
    if agree:
        move(row, proposal.move, actor=actor, now=now, words=proposal.reason)
    else:
        record(row, f"refuse-{proposal.move}", actor=actor, now=now)
