"""Plant a district's catalogue as it would hand it in: a file, looked at and taken in. All of it is made up."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec

from haihe.base.accounts.api import actor_for
from haihe.city import api as city
from haihe.data.catalogue.cascade import exchanging
from haihe.data.catalogue.cascade.export import as_json
from haihe.data.catalogue.cascade.models import CatalogueNode, Direction
from haihe.data.catalogue.cascade.nodes import NewNode, register_node
from haihe.data.catalogue.cascade.records import CataloguePage, Entry, Item

_DIVISION: Final = "120101000000"
_NODE: Final = NewNode(slug="heping", name="和平区", direction=Direction.LOWER, prefix="12A")
_ENTRIES: Final = (
    (
        "12A012/000001",
        "民政局",
        "和平区临时救助发放信息",
        "社会救助",
        "本区临时救助的对象、原因和发放日期。",
        ("低保", "救助"),
    ),
    (
        "12A012/000002",
        "民政局",
        "和平区养老机构床位信息",
        "养老服务",
        "本区养老机构的床位、空余床位和收费标准。",
        ("养老",),
    ),
    (
        "12A018/000001",
        "城市管理委员会",
        "和平区公共停车场信息",
        "城市管理",
        "本区公共停车场的位置、泊位和收费标准。",
        ("停车",),
    ),
    # The city's own code: a district can't hand it in, and the page shows why.
    (
        "120018/000009",
        "城市管理委员会",
        "和平区道路保洁作业信息",
        "城市管理",
        "本区道路保洁的路段、班次和作业时间。",
        ("环卫",),
    ),
)


def plant_district(*, now: datetime) -> None:
    """Register the district and take in what it handed in, unless that was done."""
    if CatalogueNode.objects.filter(slug=_NODE.slug).exists():
        return
    operator = actor_for("operator", now=now)
    # Nobody needs the token: this district only hands in files.
    division = _DIVISION if city.division(_DIVISION) else ""  # cities for tests have no districts
    register_node(actor=operator, node=replace(_NODE, division=division), now=now)
    page = CataloguePage(
        publisher="12A001",
        publisher_name="和平区人民政府",
        as_of=now,
        entries=tuple(_entry(*told, now=now) for told in _ENTRIES),
    )
    data = msgspec.json.encode(as_json(page))
    run = exchanging.read_file(actor=operator, slug=_NODE.slug, data=data, media_type="application/json", now=now)
    exchanging.answer(actor=operator, run_id=run.pk, take=True, now=now)


def _entry(
    code: str, bureau: str, title: str, subject: str, abstract: str, keywords: tuple[str, ...], *, now: datetime
) -> Entry:
    return Entry(
        code=code,
        title=title,
        abstract=abstract,
        owner=code.partition("/")[0],
        owner_name=f"和平区{bureau}",
        category="THEME",
        subject_area=subject,
        keywords=keywords,
        grade="GENERAL",
        format="DATABASE",
        update_cycle="MONTHLY",
        sharing_type="UNCONDITIONAL",
        sharing_forms=("SERVICE", "FILE"),
        items=(
            Item(name="name", title="名称", data_type="C", length=100),
            Item(name="address", title="地址", data_type="C", length=200),
            Item(name="updated_on", title="更新日期", data_type="D", length=10),
        ),
        published_at=now - timedelta(days=30),
        modified_at=now - timedelta(days=2),
    )
