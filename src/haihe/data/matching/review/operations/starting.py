"""Asking for a linkage, by a steward, of two registers that the department may compare whole; and stopping it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, require
from haihe.base.jobs import api as jobs
from haihe.base.numbering.api import next_number
from haihe.data.matching.errors import InputRefused, NotNow
from haihe.data.matching.offers import Offer, offers_for
from haihe.data.matching.queries import parts_in
from haihe.data.matching.review.asking import Wish
from haihe.data.matching.review.models import LinkageRun
from haihe.data.matching.review.queries import run_for
from haihe.data.matching.review.roles import can_be_linked, check_chosen, roles_of
from haihe.data.matching.review.tasks import process_linkage
from haihe.data.matching.review.workflow import RUN
from haihe.kernel.workflow import ForbiddenMove


def start_linkage(*, actor: Actor, wish: Wish, now: datetime) -> str:
    """Ask for a linkage of two registers; return its number. Raises: NotPermitted, InputRefused."""
    require(actor, Role.STEWARD, organisation=wish.organisation)
    if wish.left == wish.right:
        raise InputRefused(_("请选择两份不同的数据。"))
    if not 1 <= len(wish.legal_basis.strip()) <= 200:
        raise InputRefused(_("请写明依据，不超过 200 个字。"))
    thresholds, roles = wish.thresholds(), _roles(wish, now)
    with transaction.atomic():
        run = LinkageRun.objects.create(
            number=next_number("GL", LinkageRun.objects.all(), now),
            organisation=wish.organisation,
            purpose=wish.purpose,
            legal_basis=wish.legal_basis.strip(),
            left_resource=wish.left,
            right_resource=wish.right,
            roles=roles,
            link_bits=thresholds.link,
            review_bits=thresholds.review,
            asked_by=actor.user_id,
            asked_name=actor.name,
            queued_at=now,
        )
        process_linkage.configure(queueing_lock=str(run.id)).defer(run_id=str(run.id), **jobs.trace())
    return run.number


def cancel_linkage(*, actor: Actor, number: str, now: datetime) -> None:
    """Stop a run that waits or works; it hears of it within a second. Raises: NotFound, NotPermitted, NotNow."""
    with transaction.atomic():
        run = LinkageRun.objects.select_for_update().get(pk=run_for(actor, number).pk)
        try:
            move = RUN.move(run.state, "cancel")
        except ForbiddenMove:
            raise NotNow(_("状态已经变化，请刷新页面后再操作。")) from None
        if parts_in(actor, run.organisation).isdisjoint(move.roles):
            raise NotPermitted(f"cancel {run}")
        run.state, run.ended_at = move.target, now
        run.outcome = _("由%(name)s取消。") % {"name": actor.name}
        run.save(update_fields=["state", "ended_at", "outcome"])


def _roles(wish: Wish, now: datetime) -> dict[str, dict[str, str]]:
    offered = {one.resource: one for one in offers_for(wish.organisation, wish.purpose, now=now)}
    left, right = (_linkable(offered.get(code)) for code in (wish.left, wish.right))
    chosen = wish.fields or {"left": roles_of(left.fields), "right": roles_of(right.fields)}
    check_chosen(left, right, chosen)
    return {side: dict(of_one) for side, of_one in chosen.items()}


def _linkable(offer: Offer | None) -> Offer:
    if offer is None or not can_be_linked(offer):
        raise InputRefused(_("请选择可以关联的数据：要有姓名，还要有出生日期、电话、地址或者区划，并且不脱敏。"))
    return offer
