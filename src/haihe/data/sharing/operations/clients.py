"""Systems of a department: registered with a first key, disabled and enabled."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.sharing.errors import InputRefused, NotNow
from haihe.data.sharing.events import announce_client_enabled
from haihe.data.sharing.models import Client
from haihe.data.sharing.models.client import CLIENT_ID_FORM
from haihe.data.sharing.operations.client_keys import IssuedSecret, locked_client, make_key, record_of_client
from haihe.kernel.text import tidy


@transaction.atomic
def register_client(
    *,
    actor: Actor,
    organisation: str,
    client_id: str,
    title: str,
    now: datetime,
    is_platform: bool = False,
    public_key: str = "",
) -> IssuedSecret:
    """Make a system of one's department known, with a new secret or the public key given.

    Raises: NotPermitted, InputRefused.
    """
    require(actor, Role.STEWARD, organisation=organisation)
    title = tidy(title)
    if not re.fullmatch(CLIENT_ID_FORM, client_id):
        raise InputRefused(_("应用编号用小写字母开头，含字母、数字和短横线，3 至 48 位。"), field="client_id")
    if not 1 <= len(title) <= 100:
        raise InputRefused(_("请填写系统名称，不超过 100 个字。"), field="title")
    if Client.objects.filter(client_id=client_id).exists():
        raise InputRefused(_("这个应用编号已被使用，请换一个。"), field="client_id")
    if is_platform and public_key.strip():
        # Our own platforms sign with it, and have nobody else's private key.
        raise InputRefused(_("本平台的接入系统由平台保管密钥，不能登记公钥。"), field="public_key")
    if is_platform and Client.objects.filter(organisation=organisation, is_platform=True).exists():
        raise InputRefused(_("本单位已有平台接入系统。"), field="is_platform")
    row = Client.objects.create(
        client_id=client_id,
        organisation=organisation,
        title=title,
        is_platform=is_platform,
        created_at=now,
        sealed_secret=b"",
        secret_made_at=now,
    )
    issued = make_key(row, public_key=public_key, now=now)
    record_of_client(row, actor, "register_client", now)
    announce_client_enabled(row)
    return issued


def disable_client(*, actor: Actor, client_id: str, now: datetime) -> None:
    """Let the system ask no more; also for the authority. Raises: NotFound, NotPermitted, NotNow."""
    _switch(actor, client_id, enabled=False, now=now)


def enable_client(*, actor: Actor, client_id: str, now: datetime) -> None:
    """Let the system ask again. Raises: NotFound, NotPermitted, NotNow."""
    _switch(actor, client_id, enabled=True, now=now)


@transaction.atomic
def _switch(actor: Actor, client_id: str, *, enabled: bool, now: datetime) -> None:
    row = locked_client(actor, client_id)
    if not actor.has(Role.OPERATOR):
        require(actor, Role.STEWARD, Role.APPROVER, organisation=row.organisation)
    if row.enabled is enabled:
        raise NotNow(_("状态已经变化，请刷新页面后再操作。"))
    row.enabled = enabled
    row.save(update_fields=["enabled"])
    record_of_client(row, actor, "enable_client" if enabled else "disable_client", now)
    if enabled:
        announce_client_enabled(row)
