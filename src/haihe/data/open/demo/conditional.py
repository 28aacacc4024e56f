"""The demo's conditional datasets, and a developer who asked for them: one use under way, one application to answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from haihe.base.accounts.api import actor_for
from haihe.data.open import operations
from haihe.data.open.models import Developer
from haihe.data.open.operations import Asked, NewDeveloper
from haihe.data.sharing import api as sharing

CONDITIONS: Final[Mapping[str, str]] = {
    "social-organisations": "用于公共服务、研究和公益，不得用于营销，不得识别或者联系个人。",
    "place-names": "用于地图和位置服务，标明来源，不得转让。",
}
"""Both are the civil affairs bureau's, whose steward and approver are in the cast."""
FORMER_CONDITIONS: Final[Mapping[str, str]] = {
    "street-name-signs": "用于地图和导航服务，标明来源，不得转让。",
    "allowance-offices": "用于便民服务，不得用于营销。",
}
"""Of those that aren't open any more."""
REGISTERED: Final = timedelta(days=200)
"""So long ago the developers of the demo registered."""
_DEVELOPER: Final = "wang"
_APPROVER: Final = "approver_mzj"
_COMPANY: Final = NewDeveloper(
    kind="ORGANISATION",
    organisation="海河养老数据服务有限公司",
    credit_code="91120000MA05A0A01U",
    use="PRODUCT",
    purpose="给老年人推荐附近的社会组织和公共服务。",
    is_authorised=True,
)
_ASKED: Final[Mapping[str, Asked]] = {
    "social-organisations": Asked(
        use="PRODUCT",
        purpose="在养老服务小程序中列出附近的社会组织。",
        storage="本市机房的数据库，磁盘加密，每季度检查一次。",
        readers="研发组四人，都签了保密承诺。",
        deletion="到期后十日内删除并出具说明。",
        months=12,
        columns=("name", "district", "industry", "founded_on"),
        token=UUID("5f0c8d5e-55c5-4a0e-9a5e-0a7f5f1d2c01"),
    ),
    "place-names": Asked(
        use="PRODUCT",
        purpose="在小程序的地图上标注标准地名。",
        storage="本市机房的数据库，磁盘加密，每季度检查一次。",
        readers="研发组四人，都签了保密承诺。",
        deletion="到期后十日内删除并出具说明。",
        months=6,
        columns=("kind", "district", "road", "longitude", "latitude"),
        token=UUID("5f0c8d5e-55c5-4a0e-9a5e-0a7f5f1d2c02"),
    ),
}


def condition_of(slug: str) -> str:
    """Return on what condition a dataset of the demo is open, "" for most."""
    return CONDITIONS.get(slug, "") or FORMER_CONDITIONS.get(slug, "")


def plant_uses(*, now: datetime) -> None:
    """Register the developer with a key, and hand in both applications; the first is agreed and accepted.

    Where the cast isn't planted, as in a bench, nobody asks.
    """
    try:
        actor, approver = (actor_for(name, now=now) for name in (_DEVELOPER, _APPROVER))
    except ObjectDoesNotExist:
        return
    if actor.user_id is None or Developer.objects.filter(user=actor.user_id).exists():
        return
    operations.register(actor=actor, new=_COMPANY, now=now - REGISTERED)
    key = operations.make_key(actor=actor, name="养老服务小程序", now=now)
    first, _second = [operations.ask(actor=actor, slug=slug, asked=asked, now=now) for slug, asked in _ASKED.items()]
    sharing.move_application(
        actor=approver, number=first, name="approve", now=now, columns=("name", "district", "industry")
    )
    operations.accept(actor=actor, number=first, key_id=key.id, now=now)
