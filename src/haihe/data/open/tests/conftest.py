"""What tests of the platform share: the city's bodies, a data directory of their own, a register that was fed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.db import transaction
from django.test.utils import override_settings
from pytest_django import DjangoDbBlocker

from haihe.base.accounts import demo as people
from haihe.base.keys import api as keys
from haihe.city import api as city
from haihe.city import cast
from haihe.data.catalogue.api import NewAssessment, NewItem, NewResource
from haihe.data.catalogue.demo.bulk import publish_many
from haihe.data.exchange.demo.bulk import Column, Kind, Personal, RegisterSchema, Small, feed_many, id_numbers
from haihe.data.open.demo.source import made_up
from haihe.data.open.sources import register_source

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
CANTEENS = NewResource(
    title="社区食堂名录",
    abstract="全市社区食堂的名称、所在区、负责人和餐位数，供老年人就近用餐。",
    owner=cast.CIVIL_AFFAIRS,
    category="DEPARTMENT",
    subject_area="民政",
    format="DATABASE",
    update_cycle="MONTHLY",
    sharing_type="UNCONDITIONAL",
    sharing_forms=("FILE",),
    opening_type="UNCONDITIONAL",
    keywords=("食堂",),
    items=tuple(
        NewItem(name=name, title=title, data_type=letter, sensitivity="PUBLIC")
        for name, title, letter in (
            ("code", "编号", "C"),
            ("name", "名称", "C"),
            ("district", "所在区", "C"),
            ("manager", "负责人", "C"),
            ("manager_id", "负责人证件号", "C"),
            ("seats", "餐位数", "I"),
        )
    ),
    assessments=tuple(
        NewAssessment(kind=kind, assessor="演示", assessed_on=date(2025, 9, 15))
        for kind in ("SECRECY", "PERSONAL_INFORMATION")
    ),
)
_IDS = [str(number) for number in id_numbers(np.arange(8, dtype=np.int64) * 7919).to_pylist()]


def canteen(code: str, name: str, district: str, manager: str, seats: int) -> tuple[str, ...]:
    """Return one row as it is handed in, with an identity number of nobody."""
    return (code, name, district, manager, _IDS[int(code[1:])], str(seats))


ROWS = (
    canteen("S1", "水上食堂", "南开区", "王建军", 40),
    canteen("S2", "北宁食堂", "河北区", "张晓梅", 36),
    canteen("S3", "人民食堂", "河西区", "刘志远", 52),
    canteen("S4", "梅江食堂", "西青区", "李敏", 28),
    canteen("S5", "柳林食堂", "津南区", "陈磊", 61),
    canteen("S6", "堆山食堂", "红桥区", "孙丽华", 33),
)


def feed(code: str, rows: tuple[tuple[str, ...], ...], *, now: datetime) -> None:
    """Let the department hand in the register's rows."""
    columns = tuple(
        Column(field=item.name, title=item.title, kind=Kind.ID_NUMBER, personal=Personal.SUBJECT)
        if item.name == "manager_id"
        else Column(field=item.name, title=item.title, kind=Kind.INTEGER if item.data_type == "I" else Kind.TEXT)
        for item in CANTEENS.items
    )
    feed_many([Small(RegisterSchema(resource=code, title=CANTEENS.title, columns=columns), rows)], now=now)


@pytest.fixture(scope="module")
def lake(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A data directory, the city's bodies and the cast; the demo's rows are at hand."""
    ring, folder = keys.keyring(), tmp_path_factory.mktemp("open")
    register_source(made_up)
    changed = override_settings(HAIHE=replace(settings.HAIHE, data_dir=folder))
    with django_db_blocker.unblock(), changed, transaction.atomic():
        city.load_reference_data()
        people.plant((*cast.CAST, *cast.OFFICERS), now=NOW, keyring=ring)
        yield folder
        transaction.set_rollback(True)


def bring_canteens() -> str:
    """Bring a register of 民政局 that may be opened into the catalogue, fed once; return its code."""
    code = publish_many([CANTEENS], now=NOW)[CANTEENS.owner, CANTEENS.title]
    feed(code, ROWS, now=NOW)
    return code


@pytest.fixture
def canteens(lake: Path, db: None) -> str:
    """A register of 民政局 that may be opened, fed once; its code."""
    return bring_canteens()
