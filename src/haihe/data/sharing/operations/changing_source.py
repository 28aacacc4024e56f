"""Changing how a department's own interface is asked, once its service is open: each change is a version of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.keys.api import keyring
from haihe.data.sharing.errors import NotNow
from haihe.data.sharing.models import Service
from haihe.data.sharing.operations.confirming import locked_with_source
from haihe.data.sharing.operations.moving import record
from haihe.data.sharing.source_versions import ADDRESS, CHANGED, changes_between, version_of
from haihe.data.sharing.sources import check_source
from haihe.data.sharing.telling_source import tell_source_waits
from haihe.data.sharing.workflow import Part
from haihe.kernel.source_rules import SourceRules, read_rules

_CLAUSE = "政务数据共享条例 第29条"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSource:
    """The rules as they shall be, whole. `seen` is the version that the person looked at; `secret` replaces the sealed
    one, "" keeps it.
    """

    rules: Mapping[str, Any]
    seen: int
    secret: str = field(default="", repr=False)


@transaction.atomic
def change_source(*, actor: Actor, slug: str, changed: ChangedSource, now: datetime) -> bool:
    """Let one's own interface be asked in another way; return whether the authority must confirm it anew.

    It must where address or method changed: until then nothing is asked. The fields stay those that were opened, since
    grants name them. Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    row = locked_with_source(actor, slug)
    require(actor, Role.STEWARD, organisation=row.owner)
    version = version_of(row)
    if changed.seen != version:
        raise NotNow(_("您打开页面之后，接口规则已有新的修改。请看过最新的规则再改。"))
    old, new = read_rules(row.source), _checked(row, changed)
    found = changes_between(old, new)
    if not found and not changed.secret:
        raise NotNow(_("没有任何改动。"))
    row.source = dict(changed.rules)
    _seal(row, new, changed.secret)
    waits = any(name in found for name in ADDRESS)
    if waits:
        row.source_networks, row.source_confirmed_at, row.source_confirmed_by = [], None, None
    row.save()
    record(
        row,
        actor,
        name=CHANGED,
        part=Part.OWNER_STEWARD,
        clause=_CLAUSE,
        now=now,
        target="WAITING" if waits else "CHANGED",
        organisation=row.owner,
        facts={"version": version + 1, "changed": found, "secret": bool(changed.secret)},
    )
    if waits:
        tell_source_waits(row, version=version + 1, now=now)
    return waits


def _checked(row: Service, changed: ChangedSource) -> SourceRules:
    """Check the rules as at the opening; a secret that is there and stays needn't be told again."""
    header = str(changed.rules.get("secret_header") or "")
    kept = bool(header) and not changed.secret and row.sealed_source_secret is not None
    check_source(changed.rules, fields=row.fields, secret=changed.secret, has_secret=kept)
    return read_rules(changed.rules)


def _seal(row: Service, rules: SourceRules, secret: str) -> None:
    if not rules.secret_header:
        row.sealed_source_secret = None
    elif secret:
        row.sealed_source_secret = keyring().seal(secret.encode(), context=row.seal_context)
