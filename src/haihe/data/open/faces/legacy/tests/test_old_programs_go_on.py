"""Programs written against the older interface: their page, their token, their codes."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from haihe.data.open import operations
from haihe.data.open.faces.stores import close_stores
from haihe.data.open.models import AccessKey, Dataset, DatasetUsage
from haihe.data.open.tests.conftest import NOW, canteens, lake
from haihe.data.open.tests.test_opening_a_dataset import person, published

__all__ = ["canteens", "lake", "published"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def closed_after() -> Iterator[None]:
    yield
    close_stores()


@pytest.fixture
def address(published: str) -> str:
    """The canteens' old address; a key that may ask 20 times a day, as old tokens could."""
    now = timezone.now()
    AccessKey.objects.create(
        key_hash=hashlib.sha256(b"old-token").digest(),
        holder="老程序",
        quota_per_day=20,
        valid_until=now + timedelta(days=90),
        made_at=now,
    )
    return f"/api/invoke/{Dataset.objects.get(slug='canteens').pk.hex}"


def asked(address: str, *, method: str = "get", **told: Any) -> Any:
    answer = getattr(Client(enforce_csrf_checks=True), method)(address, {"authToken": "old-token"} | told)
    assert answer.status_code == 200  # whatever happens
    return answer.json()


def test_a_page_has_the_old_shape(address: str) -> None:
    for method in ("get", "post"):
        told = asked(address, method=method, page="2", pageNum="2")
        assert (told["code"], told["totalCount"], told["page"], told["pageNum"]) == (200, 6, 2, 2)
        assert told["columnNames"] == ["编号", "名称", "所在区", "负责人", "餐位数"]
        assert [row["名称"] for row in told["list"]] == ["人民食堂", "梅江食堂"]
    assert [row["编号"] for n in (1, 2, 3, 4) for row in asked(address, page="2", pageNum=str(n))["list"]] == [
        f"S{n}" for n in range(1, 7)
    ]
    assert DatasetUsage.objects.get(kind="CALL").count == 6


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"authToken": ""}, "不能为空"),
        ({"authToken": "nothing"}, "无效"),
        ({"authToken": "é" * 300}, "无效"),
        ({"page": "5001"}, "5000"),
        ({"page": "0"}, "正整数"),
        ({"page": "1 OR 1=1"}, "正整数"),
        ({"pageNum": "-1"}, "正整数"),
        ({"pageNum": "9" * 40}, "正整数"),
        ({"page": "\x00"}, "正整数"),
    ],
)
def test_what_is_wrong_is_told_in_the_body(address: str, told: dict[str, str], says: str) -> None:
    for method in ("get", "post"):
        body = asked(address, method=method, **told)
        assert (body["code"], says in body["msg"]) == (500, True), body


def test_pages_behind_the_last_are_empty(address: str) -> None:
    assert asked(address, page="5000", pageNum="9" * 12)["list"] == []


def test_after_so_many_calls_the_day_is_over(address: str) -> None:
    codes = [asked(address)["code"] for _ in range(21)]
    assert codes == [200] * 20 + [500]


def test_what_is_not_open_has_no_interface(address: str) -> None:
    assert asked("/api/invoke/" + "0" * 32)["code"] == 500
    Dataset.objects.update(opening_type="CONDITIONAL", opening_condition="限科研")
    assert "有条件开放" in asked(address)["msg"]
    Dataset.objects.update(state="SUSPENDED")
    assert asked(address)["code"] == 500
    assert Client().get("/api/invoke/xyz").status_code == 404


def test_of_a_withdrawn_dataset_it_tells_since_when_and_why(address: str) -> None:
    operations.move(actor=person("approver_mzj"), slug="canteens", name="withdraw", words="不再更新", now=NOW)
    told = asked(address)
    assert told["code"] == 500
    assert told["msg"].startswith(f"{localdate(NOW)} 起不再开放：提供部门撤下。")
