"""The pages show an owner its versions and what changed, nothing personal, and nothing to anybody else."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.data.catalogue.testing import NOW, publish_entry
from haihe.data.exchange.testing import RELIEF, row
from haihe.data.exchange.versions.models import SnapshotRetention
from haihe.data.exchange.versions.tests.test_time_travel import DAY, ONE, TWO, fed

pytestmark = pytest.mark.django_db
VERSIONS = reverse("exchange:versions", args=[RELIEF])
COMPARE = reverse("exchange:versions-compare", args=[RELIEF])
RETENTION = reverse("exchange:versions-retention", args=[RELIEF])


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(make_user(username, *cast.person(username).memberships))
    return client


def test_a_steward_sees_all_versions_and_compares_two() -> None:
    before = fed(row(ONE, name="张三丰"), now=NOW)
    after = fed(row(ONE, name="李四光", size="5"), row(TWO), now=NOW + DAY)
    client = signed_in("steward_mzj")
    page = client.get(VERSIONS).content.decode()
    assert page.count("名册.csv") == 2
    assert page.count('type="radio"') == 4
    assert "checked" not in strip_tags(page), "a tag broke off within itself"
    told = client.get(COMPARE, {"before": after.pk, "after": before.pk}).content.decode()
    assert "<del>3</del> → <ins>5</ins>" in " ".join(told.split())
    assert "已变化（个人信息不显示）" in told
    for hidden in ("张三丰", "李四光", ONE, TWO):
        assert hidden not in told


def test_a_moment_is_looked_up() -> None:
    fed(row(ONE), now=NOW)
    client = signed_in("steward_mzj")
    assert "当时在用的数据" in client.get(VERSIONS, {"moment": "2026-11-24T09:00"}).content.decode()
    assert "没有找到" in client.get(VERSIONS, {"moment": "2020-01-01T09:00"}).content.decode()
    assert "请填写日期和时间" in client.get(VERSIONS, {"moment": "yesterday"}).content.decode()


def test_a_register_without_data_says_what_comes() -> None:
    publish_entry(now=NOW)
    assert "还没有任何一版数据" in signed_in("steward_mzj").get(VERSIONS).content.decode()


def test_the_retention_is_set_within_its_limits() -> None:
    publish_entry(now=NOW)
    client = signed_in("steward_mzj")
    refused = client.post(RETENTION, {"keep_days": "7", "keep_newest": "2", "keep_months": "0"})
    assert (refused.status_code, SnapshotRetention.objects.count()) == (422, 0)
    assert client.post(RETENTION, {"keep_days": "60", "keep_newest": "2", "keep_months": "0"}).status_code == 302
    assert SnapshotRetention.objects.get().keep_days == 60
    assert "最近 60 天" in client.get(VERSIONS).content.decode()


@pytest.mark.parametrize("username", ["outsider", "steward_gjj"])
def test_for_others_there_is_nothing(username: str) -> None:
    one = fed(row(ONE), now=NOW)
    client = signed_in(username)
    assert client.get(VERSIONS).status_code == 404
    assert client.get(COMPARE, {"before": one.pk, "after": one.pk}).status_code == 404
    assert client.post(RETENTION, {"keep_days": "60", "keep_newest": "2", "keep_months": "0"}).status_code == 404


@pytest.mark.parametrize("given", [{}, {"before": "x"}, {"before": "a\x00", "after": "'"}])
def test_a_wrong_address_is_not_found(given: dict[str, str]) -> None:
    fed(row(ONE), now=NOW)
    assert signed_in("steward_mzj").get(COMPARE, given).status_code == 404
