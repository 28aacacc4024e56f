"""A district's catalogue for tests: entries of its own, published, and a registered node that may ask for them."""

from dataclasses import replace
from datetime import datetime

from haihe.base.accounts.api import SYSTEM
from haihe.city.models import Division, Organisation
from haihe.city.testing import load_departments
from haihe.data.catalogue import operations
from haihe.data.catalogue.cascade.models import CatalogueNode, Direction
from haihe.data.catalogue.cascade.nodes import NewNode, register_node
from haihe.data.catalogue.demo.entries import RELIEF_REGISTER, RELIEF_STANDARDS
from haihe.data.catalogue.models import CodeList, CodeListVersion
from haihe.data.catalogue.operations.code_lists import load_standard_lists
from haihe.data.catalogue.records import NewResource
from haihe.data.catalogue.testing import ASSESSED, NOW, cast_actor

BUREAU = "12A012"
"""和平区民政局, as a district would number it."""
SEX = "sex-of-district"


def load_bureau() -> None:
    load_departments()
    load_standard_lists(now=NOW)
    division, _new = Division.objects.get_or_create(
        code="120101000000",
        defaults={"name": "和平区", "level": 3, "parent_id": "120000000000", "full_name": "天津市和平区", "path": "x"},
    )
    Organisation.objects.get_or_create(
        code=BUREAU,
        defaults={
            "name": "和平区民政局",
            "short_name": "和平区民政局",
            "kind": "DEPARTMENT",
            "level": 3,
            "division": division,
        },
    )


def district_entry(**changes: object) -> NewResource:
    """Return an entry of the bureau with every kind of element filled."""
    if not CodeList.objects.filter(slug=SEX).exists():
        kept = CodeList.objects.create(slug=SEX, title="性别", standard="GB/T 2261.1")
        CodeListVersion.objects.create(code_list=kept, number=1, codes=[["1", "男"], ["2", "女"]], at=NOW, by="test")
    first, *rest = RELIEF_REGISTER.items
    items = (replace(first, description="户籍姓名", is_required=True, code_list=SEX, unit="人"), *rest)
    told: dict[str, object] = {
        "owner": BUREAU,
        "title": "和平区救助对象信息",
        "keywords": ("低保", "救助"),
        "items": items,
    }
    return replace(RELIEF_REGISTER, **(told | changes))  # type: ignore[arg-type]  # a table of changes


def publish_district(*entries: NewResource, now: datetime = NOW) -> list[str]:
    """Publish entries of the bureau, by the system where the cast has nobody; return their codes."""
    load_bureau()
    codes = []
    for entry in entries or (district_entry(), replace(RELIEF_STANDARDS, owner=BUREAU, title="和平区救助标准")):
        code = operations.register_resource(actor=SYSTEM, entry=replace(entry, assessments=ASSESSED), now=now)
        for name in ("submit", "approve", "submit_for_publication", "publish"):
            operations.move_resource(actor=SYSTEM, code=code, name=name, now=now)
        codes.append(code)
    return codes


def registered(direction: object = Direction.LOWER, **changes: object) -> tuple[CatalogueNode, str]:
    """Register a node as the operator; return it with the token that it shows to us."""
    told: dict[str, object] = {"slug": "heping", "name": "和平区", "direction": direction, "prefix": "12A"}
    node = NewNode(**(told | changes))  # type: ignore[arg-type]  # a table of changes
    token = register_node(actor=cast_actor("operator"), node=node, now=NOW)
    return CatalogueNode.objects.get(slug=node.slug), token
