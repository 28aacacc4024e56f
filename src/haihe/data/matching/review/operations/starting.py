"""Asking for a linkage: by a steward, of two registers that the department may compare whole."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.jobs import api as jobs
from haihe.base.numbering.api import next_number
from haihe.data.matching.errors import InputRefused
from haihe.data.matching.offers import Offer, offers_for
from haihe.data.matching.review.models import LinkageRun
from haihe.data.matching.review.roles import can_be_linked, roles_of
from haihe.data.matching.review.tasks import process_linkage


def start_linkage(
    *, actor: Actor, organisation: str, purpose: str, legal_basis: str, left: str, right: str, now: datetime
) -> str:
    """Ask for a linkage of two registers; return its number. Raises: NotPermitted, InputRefused."""
    require(actor, Role.STEWARD, organisation=organisation)
    if left == right:
        raise InputRefused(_("请选择两份不同的数据。"))
    if not 1 <= len(legal_basis.strip()) <= 200:
        raise InputRefused(_("请写明依据，不超过 200 个字。"))
    offered = {one.resource: one for one in offers_for(organisation, purpose, now=now)}
    roles = {"left": _roles(offered.get(left)), "right": _roles(offered.get(right))}
    with transaction.atomic():
        run = LinkageRun.objects.create(
            number=next_number("GL", LinkageRun.objects.all(), now),
            organisation=organisation,
            purpose=purpose,
            legal_basis=legal_basis.strip(),
            left_resource=left,
            right_resource=right,
            roles=roles,
            asked_by=actor.user_id,
            asked_name=actor.name,
            queued_at=now,
        )
        process_linkage.configure(queueing_lock=str(run.id)).defer(run_id=str(run.id), **jobs.trace())
    return run.number


def _roles(offer: Offer | None) -> dict[str, str]:
    if offer is None or not can_be_linked(offer):
        raise InputRefused(_("请选择可以关联的数据：要有姓名，还要有出生日期、电话、地址或者区划，并且不脱敏。"))
    return roles_of(offer.fields)
