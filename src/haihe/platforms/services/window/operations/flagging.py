"""A clerk asks for a paper: needless ones are told at once and counted; who insists says why."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.platforms.services.items.api import ItemNotFound, version_in_force
from haihe.platforms.services.window.errors import InputRefused, NotFound, NotNow
from haihe.platforms.services.window.models import PaperFlag
from haihe.platforms.services.window.needless import judge
from haihe.platforms.services.window.operations.serving import serving

SHORTEST_REASON = 5
_LONGEST_REASON = 300


@transaction.atomic
def ask_for_paper(*, actor: Actor, ticket_id: UUID, slug: str, paper: str, now: datetime) -> PaperFlag | None:
    """Ask the person for a paper; return the flag where nobody needs to bring it, None where it is rightly asked for.

    Asked for twice in one visit, it is one flag. Raises: NotFound, NotNow, InputRefused.
    """
    ticket = serving(actor, ticket_id)
    if ticket.clerk is None:
        raise NotFound
    today = timezone.localdate(now)
    try:
        item = version_in_force(slug, on=today).definition
    except ItemNotFound:
        raise NotFound from None
    if not paper.strip():
        raise InputRefused("paper", _("请写明要收什么材料。"))
    judged = judge(item, paper, on=today)
    if judged.kind is None:
        return None
    verify = judged.verify
    flag, _is_new = PaperFlag.objects.get_or_create(
        ticket=ticket,
        item_slug=item.slug,
        paper=judged.slug,
        paper_name=judged.name,
        defaults={
            "hall": ticket.hall,
            "at": now,
            "kind": judged.kind,
            "authority": item.authority,
            "resource": verify.resource if verify else "",
            "source": verify.source if verify else "",
            "clerk": ticket.clerk,
            "clerk_name": actor.name,
        },
    )
    return flag


@transaction.atomic
def insist(*, actor: Actor, ticket_id: UUID, flag_id: int, reason: str, now: datetime) -> PaperFlag:
    """Have the paper brought all the same, and say why. Raises: NotFound, NotNow, InputRefused."""
    ticket = serving(actor, ticket_id)
    flag = PaperFlag.objects.select_for_update(of=("self",)).filter(pk=flag_id, ticket=ticket).first()
    if flag is None:
        raise NotFound
    if flag.insisted_at is not None:
        raise NotNow(_("已经登记过坚持收取的理由。"))
    told = reason.replace("\x00", "").strip()[:_LONGEST_REASON]
    if len(told) < SHORTEST_REASON:
        raise InputRefused("reason", _("请写明为什么还要收，至少 5 个字；理由会计入统计，供负责人核查。"))
    flag.reason, flag.insisted_at = told, now
    flag.save(update_fields=["reason", "insisted_at"])
    return flag
