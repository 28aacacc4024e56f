"""Certificates that the cast has had for a while: some that hold, one that is over, one that was taken away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from haihe.base.accounts.api import SYSTEM, actor_for
from haihe.base.keys import api as keys
from haihe.city import cast
from haihe.city.cast import LIU, WANG, ZHANG, CastPerson
from haihe.kernel.identifiers import make_credit_code
from haihe.platforms.services.certificates import operations
from haihe.platforms.services.certificates.models import Certificate
from haihe.platforms.services.certificates.operations import Holder

_SHOP: Final = ("天津红桥演示餐饮有限公司", make_credit_code("91120106", 1))
_STALL: Final = ("天津南开演示食品商行", make_credit_code("92120104", 2))


@dataclass(frozen=True, slots=True)
class _Given:
    """One certificate of the demo; of a body, its name and code, kept by the person."""

    kind: str
    person: CastPerson
    days_ago: int
    fields: Mapping[str, str] = field(default_factory=dict)
    body: tuple[str, str] | None = None
    revoked_for: str = ""


_LONG_AGO: Final = timedelta(days=120)
"""So long that no inbox shows it as news."""
_HOME: Final = "天津市演示区演示路 1 号"
_GIVEN: Final = (
    _Given("relief-certificate", LIU, 200, {"home": _HOME, "members": "3", "hardship": "家庭成员患病"}),
    _Given("household-register", LIU, 2400, {"head": LIU.name, "home": _HOME}),
    _Given("driving-licence", LIU, 900, {"vehicle_class": "C1", "first_issued": "2012-05-08", "home": _HOME}),
    _Given(
        "business-licence",
        ZHANG,
        700,
        {
            "entity_kind": "有限责任公司",
            "legal_representative": ZHANG.name,
            "capital": "100,000.00",
            "scope": "餐饮服务；食品销售",
            "address": _HOME,
        },
        _SHOP,
    ),
    _Given("food-business-licence", ZHANG, 690, {"food_kind": "餐饮服务", "premises": _HOME}, _SHOP),
    _Given("disability-card", WANG, 1200, {"disability_kind": "肢体", "disability_level": "三级"}),
    _Given("driving-licence", WANG, 2600, {"vehicle_class": "B2", "home": _HOME}),
    _Given(
        "food-business-licence",
        WANG,
        500,
        {"food_kind": "食品销售", "premises": _HOME},
        _STALL,
        "以虚假材料取得许可，经核实依法撤销",
    ),
)


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Give the cast its certificates; the same at every scale, and harmless when repeated."""
    progress(f"{issue_all(now=now)} certificates", 1.0)


@transaction.atomic
def issue_all(*, now: datetime) -> int:
    """Issue them as of their days, once; return how many are new."""
    if Certificate.objects.exists():
        return 0
    for given in _GIVEN:
        row = operations.issue(
            actor=SYSTEM,
            kind=given.kind,
            holder=_holder(given),
            fields=given.fields,
            now=now - timedelta(days=given.days_ago),
        )
        if given.revoked_for:
            _revoke(row, given.revoked_for, now)
    operations.expire_due(now=now - _LONG_AGO)
    return len(_GIVEN)


def _holder(given: _Given) -> Holder:
    person = cast.person(given.person.username)
    if given.body is None:
        return Holder(person.name, person.id_number or "")
    name, code = given.body
    return Holder(name, code, keys.keyring().subject_key(person.id_number or ""))


def _revoke(row: Certificate, reason: str, now: datetime) -> None:
    """Let the two officers of the issuer take it away, as they would have."""
    clerk, head = (actor_for(f"{role}_scjg", now=now) for role in ("clerk", "approver"))
    then = now - _LONG_AGO
    operations.propose(actor=clerk, number=row.number, name="revoke", reason=reason, now=then)
    operations.decide(actor=head, number=row.number, agree=True, now=then)
