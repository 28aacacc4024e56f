"""Anybody can look a public body up and see what it is made of."""

import pytest
from django.test import Client
from django.urls import reverse

from haihe.city.testing import load_departments

pytestmark = pytest.mark.django_db


def _list(client: Client, **filters: str) -> str:
    answer = client.get(reverse("city:organisations"), filters)
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_loading_the_page_says_what_to_do(client: Client) -> None:
    assert "机构数据尚未载入" in _list(client)


def test_the_first_page_lists_the_48_departments_and_no_units(client: Client) -> None:
    load_departments()
    body = _list(client)
    assert "共 48 条" in body
    assert "天津市民政局" in body
    assert "社会救助处" not in body


@pytest.mark.parametrize(
    ("typed", "found"), [("公积金", "120040"), ("smzj", "120012"), ("120030", "120030"), ("fire", "120048")]
)
def test_a_department_is_found_by_name_initials_code_and_english(client: Client, typed: str, found: str) -> None:
    load_departments()
    body = _list(client, q=typed)
    assert reverse("city:organisation", args=[found]) in body
    assert "共 1 条" in body


def test_units_are_found_under_their_kind_with_the_department_they_belong_to(client: Client) -> None:
    load_departments()
    body = _list(client, q="社会救助", kind="UNIT")
    assert "社会救助处" in body
    assert "天津市民政局" in body


def test_nothing_found_offers_the_whole_list_and_an_unknown_kind_is_ignored(client: Client) -> None:
    load_departments()
    assert "没有符合条件的机构" in _list(client, q="没有这个机构")
    assert "共 48 条" in _list(client, kind="NONSENSE")


def test_a_department_shows_its_units_and_a_unit_its_department(client: Client) -> None:
    load_departments()
    department = client.get(reverse("city:organisation", args=["120040"])).content.decode()
    assert "归集管理处" in department
    unit = client.get(reverse("city:organisation", args=["12004002"])).content.decode()
    assert reverse("city:organisation", args=["120040"]) in unit
    assert "没有登记下属机构" in unit
    assert client.get(reverse("city:organisation", args=["120999"])).status_code == 404
