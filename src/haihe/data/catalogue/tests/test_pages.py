"""Anybody reads what is published; a draft exists for its department only; moves are made by who may make them."""

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.testing import RELIEF, publish_entry

pytestmark = pytest.mark.django_db
LIST = reverse("catalogue:list")
PAGE = reverse("catalogue:resource", args=[RELIEF])


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(make_user(username, *cast.person(username).memberships))
    return client


def move(name: str) -> str:
    return reverse("catalogue:move", args=[name, RELIEF])


def test_anybody_finds_and_reads_what_is_published() -> None:
    publish_entry()
    listed = Client().get(LIST, {"search": "社会救助"}).content.decode()
    assert "社会救助对象信息" in listed
    assert "市民政局" in listed
    page = Client().get(PAGE).content.decode()
    for told in ("有条件共享", "证件号码", "10 个工作日"):
        assert told in page
    assert "办理经过" not in page
    assert "申请使用" not in page


def test_a_draft_exists_for_its_department_and_the_authority_only() -> None:
    publish_entry(until="register")
    assert "社会救助对象信息" not in Client().get(LIST).content.decode()
    for username, status in (("steward_mzj", 200), ("operator", 200), ("steward_gjj", 404), ("liu", 404)):
        assert signed_in(username).get(PAGE).status_code == status


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "不存在的东西"}, False),
        ({"owner": "120012"}, True),
        ({"owner": "120099"}, False),
        ({"sharing_type": "CONDITIONAL", "update_cycle": "MONTHLY"}, True),
        ({"sharing_type": "' OR 1=1 --"}, False),
        ({"search": "\x00"}, True),
        ({"search": "救" * 500}, False),
        ({"page": "999999"}, True),
    ],
)
def test_filters_narrow_the_list_and_strange_ones_do_no_harm(query: dict[str, str], found: bool) -> None:
    publish_entry()
    answer = Client().get(LIST, query)
    assert answer.status_code == 200
    assert (PAGE in answer.content.decode()) is found


def test_a_steward_of_another_department_is_led_to_the_request() -> None:
    publish_entry()
    assert "申请使用" in signed_in("steward_gjj").get(PAGE).content.decode()
    assert "申请使用" not in signed_in("steward_mzj").get(PAGE).content.decode()


def test_the_life_of_an_entry_can_be_led_by_its_buttons() -> None:
    publish_entry(until="register")
    steps = [
        ("steward_mzj", "submit", "REGISTRATION_REVIEW"),
        ("approver_mzj", "approve", "REGISTERED"),
        ("steward_mzj", "submit_for_publication", "PUBLICATION_REVIEW"),
        ("operator", "publish", "PUBLISHED"),
    ]
    clients = {username: signed_in(username) for username in ("steward_mzj", "approver_mzj", "operator")}
    for username, name, state in steps:
        assert move(name) in clients[username].get(PAGE).content.decode()
        assert clients[username].post(move(name), follow=True).status_code == 200
        assert Resource.objects.get().state == state
    assert "审核通过并发布" in clients["steward_mzj"].get(PAGE).content.decode()


def test_sending_back_needs_words_and_says_so() -> None:
    publish_entry(until="submit")
    client = signed_in("approver_mzj")
    answer = client.post(move("send_back"), {"words": "  "})
    assert answer.status_code == 422
    assert "请写明理由" in answer.content.decode()
    assert Resource.objects.get().state == "REGISTRATION_REVIEW"
    client.post(move("send_back"), {"words": "缺少更新周期说明"})
    assert Resource.objects.get().state == "DRAFT"


@pytest.mark.parametrize(
    ("username", "status"),
    [("steward_mzj", 403), ("outsider", 404), ("steward_gjj", 404), ("liu", 403), ("auditor", 403)],
)
def test_who_may_not_make_a_move_changes_nothing(username: str, status: int) -> None:
    publish_entry(until="submit")
    assert signed_in(username).post(move("approve")).status_code == status
    assert Resource.objects.get().state == "REGISTRATION_REVIEW"


def test_a_move_made_twice_is_told_and_changes_nothing() -> None:
    publish_entry(until="approve")
    answer = signed_in("approver_mzj").post(move("approve"))
    assert answer.status_code == 422
    assert Resource.objects.get().state == "REGISTERED"


def test_a_stranger_is_asked_to_sign_in_and_a_strange_code_is_not_there() -> None:
    publish_entry()
    assert Client().post(move("retire")).status_code == 302
    for code in ("120012/999999", "x", "../../etc/passwd", "120012/000001/extra"):
        assert Client().get(f"/catalogue/entries/{code}/").status_code == 404


def test_the_list_asks_the_database_a_bounded_number_of_times(django_assert_max_num_queries: object) -> None:
    publish_entry()
    with django_assert_max_num_queries(8):  # type: ignore[operator]  # pytest-django's fixture is untyped here
        Client().get(LIST)
