"""Systems of a department and their secrets: shown once when made, sealed from then on."""

import re
import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.keys.api import keyring
from haihe.data.sharing.errors import InputRefused, NotNow
from haihe.data.sharing.events import announce_client_enabled
from haihe.data.sharing.models import Client
from haihe.data.sharing.models.client import CLIENT_ID_FORM
from haihe.data.sharing.operations.moving import record
from haihe.data.sharing.queries.access import client_for
from haihe.data.sharing.workflow import Part
from haihe.kernel.signing import SECRET_BYTES
from haihe.kernel.text import tidy

_CLAUSE = "政务数据共享条例 第29条"


@dataclass(frozen=True, slots=True)
class IssuedSecret:
    """A secret in base64, for the one time that it is shown."""

    client_id: str
    secret: str = field(repr=False)


@transaction.atomic
def register_client(
    *, actor: Actor, organisation: str, client_id: str, title: str, now: datetime, is_platform: bool = False
) -> IssuedSecret:
    """Make a system of one's department known. Raises: NotPermitted, InputRefused."""
    require(actor, Role.STEWARD, organisation=organisation)
    title = tidy(title)
    if not re.fullmatch(CLIENT_ID_FORM, client_id):
        raise InputRefused(_("应用编号用小写字母开头，含字母、数字和短横线，3 至 48 位。"), field="client_id")
    if not 1 <= len(title) <= 100:
        raise InputRefused(_("请填写系统名称，不超过 100 个字。"), field="title")
    if Client.objects.filter(client_id=client_id).exists():
        raise InputRefused(_("这个应用编号已被使用，请换一个。"), field="client_id")
    if is_platform and Client.objects.filter(organisation=organisation, is_platform=True).exists():
        raise InputRefused(_("本单位已有平台接入系统。"), field="is_platform")
    row = Client(client_id=client_id, organisation=organisation, title=title, is_platform=is_platform, created_at=now)
    issued = _seal_new_secret(row, now)
    row.save()
    _record(row, actor, "register_client", now)
    announce_client_enabled(row)
    return issued


@transaction.atomic
def rotate_secret(*, actor: Actor, client_id: str, now: datetime) -> IssuedSecret:
    """Make a new secret; the old one ends with this transaction. Raises: NotFound, NotPermitted."""
    row = _mine(actor, client_id)
    issued = _seal_new_secret(row, now)
    row.save()
    _record(row, actor, "rotate_secret", now)
    return issued


def disable_client(*, actor: Actor, client_id: str, now: datetime) -> None:
    """Let the system ask no more; also for the authority. Raises: NotFound, NotPermitted, NotNow."""
    _switch(actor, client_id, enabled=False, now=now)


def enable_client(*, actor: Actor, client_id: str, now: datetime) -> None:
    """Let the system ask again. Raises: NotFound, NotPermitted, NotNow."""
    _switch(actor, client_id, enabled=True, now=now)


@transaction.atomic
def _switch(actor: Actor, client_id: str, *, enabled: bool, now: datetime) -> None:
    row = _locked(actor, client_id)
    if not actor.has(Role.OPERATOR):
        require(actor, Role.STEWARD, Role.APPROVER, organisation=row.organisation)
    if row.enabled is enabled:
        raise NotNow(_("状态已经变化，请刷新页面后再操作。"))
    row.enabled = enabled
    row.save(update_fields=["enabled"])
    _record(row, actor, "enable_client" if enabled else "disable_client", now)
    if enabled:
        announce_client_enabled(row)


def _mine(actor: Actor, client_id: str) -> Client:
    row = _locked(actor, client_id)
    require(actor, Role.STEWARD, organisation=row.organisation)
    return row


def _locked(actor: Actor, client_id: str) -> Client:
    return Client.objects.select_for_update().get(pk=client_for(actor, client_id).pk)


def _seal_new_secret(row: Client, now: datetime) -> IssuedSecret:
    secret = secrets.token_bytes(SECRET_BYTES)
    row.sealed_secret, row.secret_made_at = keyring().seal(secret, context=row.seal_context), now
    return IssuedSecret(row.client_id, b64encode(secret).decode())


def _record(row: Client, actor: Actor, name: str, now: datetime) -> None:
    of_the_department = actor.has(Role.STEWARD, row.organisation) or actor.has(Role.APPROVER, row.organisation)
    part = Part.APPLICANT_STEWARD if of_the_department else Part.AUTHORITY
    target = "ENABLED" if row.enabled else "DISABLED"
    record(row, actor, name=name, part=part, clause=_CLAUSE, now=now, target=target, organisation=row.organisation)
