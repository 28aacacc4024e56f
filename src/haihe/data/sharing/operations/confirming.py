"""A department's own interface: its address confirmed by the authority, its secret renewed by the owner."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.keys.api import keyring
from haihe.data.sharing.errors import InputRefused, NotNow
from haihe.data.sharing.events import announce_service_started
from haihe.data.sharing.models import Service, ServiceKind
from haihe.data.sharing.operations.delivering import deliver_what_waits
from haihe.data.sharing.operations.moving import record
from haihe.data.sharing.queries.access import service_for
from haihe.data.sharing.sources import check_secret, checked_networks
from haihe.data.sharing.workflow import Part
from haihe.kernel.source_rules import read_rules

_CLAUSE = "政务数据共享条例 第29条"


@transaction.atomic
def confirm_source(*, actor: Actor, slug: str, networks: Iterable[str], now: datetime) -> None:
    """Let the gateway connect to the interface, within these networks and nowhere else; also to change them.

    Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    row = locked_with_source(actor, slug)
    require(actor, Role.OPERATOR)
    if actor.user_id is None:
        raise InputRefused(_("接口地址须由大数据中心的人员确认。"))
    told = checked_networks(networks)
    if row.source_confirmed_at is not None and row.source_networks == told:
        raise NotNow(_("该接口地址已按这些网段确认。"))
    is_first = row.waits_for_confirmation
    row.source_networks = told
    row.source_confirmed_at, row.source_confirmed_by = now, actor.user_id
    row.save(update_fields=["source_networks", "source_confirmed_at", "source_confirmed_by"])
    facts = {"networks": row.source_networks, "url": str((row.source or {})["url"])}
    record(
        row,
        actor,
        name="confirm_source",
        part=Part.AUTHORITY,
        clause=_CLAUSE,
        now=now,
        target="CONFIRMED",
        words="、".join(row.source_networks),
        facts=facts,
    )
    if is_first and row.enabled:
        announce_service_started(row)
        deliver_what_waits(now=now, service=row.pk)


@transaction.atomic
def renew_source_secret(*, actor: Actor, slug: str, secret: str, now: datetime) -> None:
    """Replace the key to one's own interface. Raises: NotFound, NotPermitted, NotNow, InputRefused."""
    row = locked_with_source(actor, slug)
    require(actor, Role.STEWARD, organisation=row.owner)
    check_secret(secret, wanted=bool(read_rules(row.source).secret_header))
    if not secret:
        raise InputRefused(_("请填写访问接口的密钥。"), field="source_secret")
    old = row.sealed_source_secret
    if old is not None and keyring().open(bytes(old), context=row.seal_context) == secret.encode():
        raise NotNow(_("新密钥与原密钥相同，没有更换。"))
    row.sealed_source_secret = keyring().seal(secret.encode(), context=row.seal_context)
    row.save(update_fields=["sealed_source_secret"])
    record(
        row,
        actor,
        name="renew_source_secret",
        part=Part.OWNER_STEWARD,
        clause=_CLAUSE,
        now=now,
        target="RENEWED",
        organisation=row.owner,
    )


def locked_with_source(actor: Actor, slug: str) -> Service:
    """Return the service, locked. Raises: NotFound, NotNow for one that no interface answers."""
    row = Service.objects.select_for_update().get(pk=service_for(actor, slug).pk)
    if row.kind != ServiceKind.PROXY:
        raise NotNow(_("这个服务不由部门接口答复。"))
    return row
