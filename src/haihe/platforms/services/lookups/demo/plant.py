"""Lay the registers down, open a service for each lookup and grant it to those in whose name the city asks."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from django.utils import timezone

from haihe.base.accounts.api import Actor, Role
from haihe.data.catalogue.demo.bulk import publish_many
from haihe.data.exchange.demo.bulk import feed_many
from haihe.data.sharing import api as sharing
from haihe.data.sharing.demo.bulk import Pair, grant_many
from haihe.platforms.services.lookups.definition import LookupDefinition
from haihe.platforms.services.lookups.demo.registers import registers
from haihe.platforms.services.lookups.reading import front, shipped

CLIENT: Final = "zwb-platform"
BORROWED: Final = {"own-relief-status": "120012/000001", "own-relief-amount": "120012/000001"}
"""Services on registers that the demo had before."""
LEGAL_BASIS: Final = "《个人信息保护法》第四十五条：个人有权查阅其个人信息；《政务数据共享条例》第二十条"
_DAY_S: Final = 24 * 3600
_MAX_AGE_S: Final = 60 * _DAY_S
_QUOTA: Final = 1_000_000
_RATE: Final = 500


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Plant what isn't there yet; the same at every scale."""
    progress("目录", 0.1)
    codes = publish_many([register.entry() for register in registers()], now=now)
    progress("数据", 0.3)
    today = timezone.localdate(now)
    feed_many([one.small(codes[one.owner, one.title], today=today) for one in registers()], now=now)
    progress("授权", 0.8)
    _register_client(now)
    grant_many(list(_pairs(codes)), now=now)


def _register_client(now: datetime) -> None:
    asker = front().asker
    if sharing.has_platform(asker):
        return
    office = Actor(
        uuid5(NAMESPACE_OID, f"haihe-demo:STEWARD:{asker}"), "演示经办人", frozenset({(str(Role.STEWARD), asker)})
    )
    title = "政务服务平台（指尖查）"
    sharing.register_client(actor=office, organisation=asker, client_id=CLIENT, title=title, is_platform=True, now=now)


def _pairs(codes: dict[tuple[str, str], str]) -> Iterator[Pair]:
    for lookup in shipped():
        yield _service(lookup, _resource(lookup, codes)), _application(lookup)


def _resource(lookup: LookupDefinition, codes: dict[tuple[str, str], str]) -> str:
    """Return the register of the owner that has all of the lookup's fields."""
    if borrowed := BORROWED.get(lookup.service):
        return borrowed
    found = [
        codes[register.owner, register.title]
        for register in registers()
        if register.owner == lookup.authority and set(lookup.asked) <= {item.name for item in register.items}
    ]
    if len(found) != 1:
        raise LookupError(f"{lookup.slug}: {len(found)} registers have its fields")
    return found[0]


def _service(lookup: LookupDefinition, resource: str) -> sharing.NewService:
    return sharing.NewService(
        slug=lookup.service,
        title=f"{lookup.name.zh}（本人查询）",
        summary=f"{lookup.summary.zh}只答复本人的查询。",
        resource=resource,
        fields=lookup.masks,
        max_age_s=_MAX_AGE_S,
    )


def _application(lookup: LookupDefinition) -> sharing.Application:
    return sharing.Application(
        applicant=front().asker,
        service=lookup.service,
        fields=lookup.asked,
        purpose=lookup.purpose,
        item=f"lookup-{lookup.slug}"[:64],
        legal_basis=LEGAL_BASIS,
        scenario=f"市民实名登录政务服务平台，用指尖查查询自己的“{lookup.name.zh}”，替代到窗口开具查询单。",
        duration_months=24,
        quota_per_day=_QUOTA,
        rate_per_s=_RATE,
        token=uuid5(NAMESPACE_OID, f"haihe-demo:{lookup.service}"),
    )
