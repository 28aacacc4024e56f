"""Keeping a node out."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.exchange.nodes.errors import InputRefused, NotFound
from haihe.data.exchange.nodes.models import Node
from haihe.data.exchange.nodes.operations.noting import move
from haihe.data.exchange.nodes.workflow import Part
from haihe.kernel.text import tidy
from haihe.kernel.workflow import ForbiddenMove


@transaction.atomic
def revoke(*, actor: Actor, name: str, reason: str, now: datetime) -> None:
    """Void all that was issued to a node. The hub hears of it within seconds and hangs up.

    Raises: NotPermitted, NotFound, InputRefused.
    """
    require(actor, Role.OPERATOR)
    node = Node.objects.select_for_update(of=("self",)).filter(pk=name).first()
    if node is None:
        raise NotFound(name)
    reason = tidy(reason)
    if not reason:
        raise InputRefused(_("请写明吊销的理由。"))
    try:
        move(node, "revoke", part=Part.AUTHORITY, actor=actor, now=now, words=reason)
    except ForbiddenMove:
        raise InputRefused(_("这台前置机已经吊销。")) from None
    node.keys.filter(revoked_at__isnull=True).update(revoked_at=now)
    node.code_sha256, node.code_expires_at = "", None
    node.save(update_fields=["state", "code_sha256", "code_expires_at"])
