"""Opening a service on a published resource, and switching it."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, Role, require
from haihe.base.keys.api import keyring
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.claims import check_claims, check_fields
from haihe.data.sharing.errors import InputRefused, NotFound, NotNow
from haihe.data.sharing.events import announce_service_started
from haihe.data.sharing.models import Service, ServiceKind
from haihe.data.sharing.operations.delivering import deliver_what_waits
from haihe.data.sharing.operations.moving import record
from haihe.data.sharing.sources import check_source
from haihe.data.sharing.workflow import Part
from haihe.kernel.text import tidy

_SLUG = re.compile(r"^[a-z][a-z0-9-]{1,63}$")
_LEAST_AGE_S, _MOST_AGE_S = 60, 400 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class NewService:
    """A service to open: with claims (predicates by name, `claim_titles` the same names in words) it verifies, with
    `fields` (mask rules by item) it answers queries; with a `source` too (`kernel.source_rules`), its department's own
    interface answers them, to which `source_secret` is the key. One that `subscribes` tells what changed of the fields.
    """

    slug: str
    title: str
    resource: str
    max_age_s: int
    claims: dict[str, Any] = field(default_factory=dict)
    claim_titles: dict[str, str] = field(default_factory=dict)
    default_claim: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    source: dict[str, Any] | None = None
    source_secret: str = field(default="", repr=False)
    subscribes: bool = False
    summary: str = ""

    @property
    def kind(self) -> ServiceKind:
        if self.source is not None:
            return ServiceKind.PROXY
        if self.subscribes:
            return ServiceKind.SUBSCRIBE
        return ServiceKind.QUERY if self.fields else ServiceKind.VERIFY


@transaction.atomic
def open_service(*, actor: Actor, service: NewService, now: datetime) -> str:
    """Open a service on one's published resource; return its slug. Raises: NotFound, NotPermitted, InputRefused."""
    entry = catalogue.resource(service.resource)
    if entry is None:
        raise NotFound
    require(actor, Role.STEWARD, organisation=entry.owner)
    _check(service, entry)
    row = Service(
        slug=service.slug,
        title=tidy(service.title),
        summary=tidy(service.summary),
        resource=entry.code,
        owner=entry.owner,
        default_claim=service.default_claim,
        claims=service.claims,
        claim_titles=service.claim_titles,
        kind=service.kind,
        fields=service.fields,
        field_titles={item.name: item.title for item in entry.items if item.name in service.fields},
        max_age_s=service.max_age_s,
        source=service.source,
        created_at=now,
    )
    if service.source_secret:
        row.sealed_source_secret = keyring().seal(service.source_secret.encode(), context=row.seal_context)
    row.save()
    _record(row, actor, "open_service", now)
    return row.slug


def set_service(actor: Actor, row: Service, *, enabled: bool, reason: str, now: datetime) -> None:
    """Let the service answer or not; who may and why is the caller's to check, who holds the row. Raises: NotNow."""
    if row.enabled is enabled:
        raise NotNow(_("状态已经变化，请刷新页面后再操作。"))
    if enabled and catalogue.resource(row.resource) is None:
        raise NotNow(_("它的资源已经下线，不能恢复服务；资源重新发布之后再恢复。"))
    row.enabled = enabled
    row.save(update_fields=["enabled"])
    _record(row, actor, "start_service" if enabled else "stop_service", now, words=reason)
    if enabled:
        announce_service_started(row)
        deliver_what_waits(now=now, service=row.pk)


def _check(service: NewService, entry: catalogue.ResourceEntry) -> None:
    if catalogue.SharingForm.SERVICE not in entry.sharing_forms:
        raise InputRefused(_("该资源未登记“服务接口”这种共享方式。"), field="resource")
    if not _SLUG.fullmatch(service.slug) or Service.objects.filter(slug=service.slug).exists():
        raise InputRefused(_("服务名称有误或已被使用。"), field="slug")
    if not 1 <= len(tidy(service.title)) <= 100:
        raise InputRefused(_("请填写服务标题。"), field="title")
    if not _LEAST_AGE_S <= service.max_age_s <= _MOST_AGE_S:
        raise InputRefused(_("数据时效应在一分钟到四百天之间。"), field="max_age_s")
    if service.kind == ServiceKind.VERIFY:
        _check_verify(service, entry)
        return
    _check_query(service, entry)
    if service.source is not None:
        check_source(service.source, fields=service.fields, secret=service.source_secret)


def _check_query(service: NewService, entry: catalogue.ResourceEntry) -> None:
    if service.claims or service.claim_titles or service.default_claim or (service.subscribes and service.source):
        raise InputRefused(_("一个服务要么核验，要么查询；请分开开通。"), field="fields")
    check_fields(service.fields, items={item.name: item for item in entry.items})


def _check_verify(service: NewService, entry: catalogue.ResourceEntry) -> None:
    others = Service.objects.filter(resource=entry.code).values_list("claims", flat=True)
    check_claims(service.claims, items={item.name: item for item in entry.items}, beside=others)
    if service.default_claim not in service.claims or set(service.claim_titles) != set(service.claims):
        raise InputRefused(_("请为每项核验内容写明名称，并选定默认的一项。"), field="claims")


def _record(row: Service, actor: Actor, name: str, now: datetime, *, words: str = "") -> None:
    part = Part.SYSTEM if actor is SYSTEM else Part.OWNER_APPROVER if words else Part.OWNER_STEWARD
    target = "ENABLED" if row.enabled else "DISABLED"
    clause = "政务数据共享条例 第27条" if words else "政务数据共享条例 第22条"
    record(row, actor, name=name, part=part, clause=clause, now=now, target=target, words=words, organisation=row.owner)
