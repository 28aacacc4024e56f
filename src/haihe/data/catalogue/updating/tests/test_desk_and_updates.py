"""The desk shows each what waits for them; an update goes its way by buttons; what is new is read by all."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.data.catalogue import operations
from haihe.data.catalogue.demo.entries import RELIEF_STANDARDS
from haihe.data.catalogue.models import Resource, Revision
from haihe.data.catalogue.testing import NOW, RELIEF, cast_actor, publish_entry
from haihe.data.catalogue.updating.pages import MOST_TASKS

pytestmark = pytest.mark.django_db
DESK = reverse("catalogue:desk")
PAGE = reverse("catalogue:resource", args=[RELIEF])


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(make_user(username, *cast.person(username).memberships))
    return client


def begun(changed_days_ago: int = 0) -> Revision:
    found = operations.open_revision(
        actor=cast_actor("steward_mzj"),
        code=RELIEF,
        cause="LAW",
        basis="规定修改",
        changed_on=timezone.localdate() - timedelta(days=changed_days_ago),
        now=timezone.now(),
    )
    return Revision.objects.get(pk=found)


@pytest.mark.parametrize(
    ("until", "username", "what"),
    [
        ("register", "steward_mzj", "补充后提交本单位审核"),
        ("submit", "approver_mzj", "本单位审核"),
        ("approve", "steward_mzj", "提交发布审核"),
        ("submit_for_publication", "operator", "发布审核"),
    ],
)
def test_an_entry_waits_for_whoever_moves_it_next_and_for_nobody_else(until: str, username: str, what: str) -> None:
    publish_entry(until=until)
    for each in ("steward_mzj", "approver_mzj", "operator", "steward_gjj"):
        body = signed_in(each).get(DESK).content.decode()
        assert (RELIEF in body) is (each == username), each
        assert (what in body) is (each == username) or each != username


@pytest.mark.parametrize("username", ["liu", "auditor", "clerk_gjj"])
def test_the_desk_is_for_those_who_move_entries(username: str) -> None:
    assert signed_in(username).get(DESK).status_code == 403


def test_an_update_goes_its_way_by_buttons() -> None:
    publish_entry()
    revision = begun()
    page = reverse("catalogue:revision", args=[revision.pk])
    clients = {name: signed_in(name) for name in ("steward_mzj", "approver_mzj", "operator")}
    for username, name in (("steward_mzj", "submit"), ("approver_mzj", "approve"), ("operator", "publish")):
        move = reverse("catalogue:move-revision", args=[revision.pk, name])
        assert page in clients[username].get(DESK).content.decode()
        assert move in clients[username].get(page).content.decode()
        assert clients[username].post(move, follow=True).status_code == 200
    assert Revision.objects.get().state == "PUBLISHED"
    assert "2 个版本" in Client().get(PAGE).content.decode()


def test_what_an_owner_let_run_out_waits_for_the_authority() -> None:
    publish_entry()
    revision = begun(changed_days_ago=60)
    body = signed_in("operator").get(DESK).content.decode()
    assert "需要督办" in body
    client = Client()
    client.force_login(make_user("second", ("OPERATOR", "120001")))
    urge = reverse("catalogue:move-revision", args=[revision.pk, "urge"])
    assert client.post(urge, {"words": ""}).status_code == 422
    assert client.post(urge, {"words": "请立即更新"}, follow=True).status_code == 200
    assert (
        "请立即更新" in signed_in("steward_mzj").get(reverse("catalogue:revision", args=[revision.pk])).content.decode()
    )


def test_an_extension_is_asked_for_and_answered_on_the_page() -> None:
    publish_entry()
    revision = begun()
    page = reverse("catalogue:revision", args=[revision.pk])
    steward, centre = signed_in("steward_mzj"), signed_in("operator")
    assert "同意延期" not in centre.get(page).content.decode()
    steward.post(reverse("catalogue:move-revision", args=[revision.pk, "ask_extension"]), {"words": "涉及多个系统"})
    assert "答复延期申请" in centre.get(DESK).content.decode()
    assert "同意延期" in centre.get(page).content.decode()
    assert "ask_extension" not in steward.get(page).content.decode()
    centre.post(reverse("catalogue:move-revision", args=[revision.pk, "consent_extension"]))
    assert Revision.objects.get().extended_at is not None


@pytest.mark.parametrize(
    ("username", "status"), [("steward_mzj", 200), ("operator", 200), ("approver_mzj", 403), ("steward_gjj", 403)]
)
def test_who_may_begin_an_update(username: str, status: int) -> None:
    publish_entry()
    page = reverse("catalogue:begin-revision", args=[RELIEF])
    assert signed_in(username).get(page).status_code == status
    assert signed_in("outsider").get(reverse("catalogue:begin-revision", args=["120012/000099"])).status_code == 404


def test_beginning_tells_what_is_missing() -> None:
    publish_entry()
    client = signed_in("steward_mzj")
    page = reverse("catalogue:begin-revision", args=[RELIEF])
    assert client.post(page, {"cause": "LAW", "changed_on": "2199-01-01", "basis": "规定"}).status_code == 422
    assert client.post(page, {}).status_code == 422
    assert not Revision.objects.exists()


def test_strangers_learn_nothing_of_an_update() -> None:
    publish_entry()
    revision = begun()
    page = reverse("catalogue:revision", args=[revision.pk])
    for username, status in (("steward_gjj", 404), ("outsider", 404), ("liu", 403), ("auditor", 200)):
        assert signed_in(username).get(page).status_code == status
    move = reverse("catalogue:move-revision", args=[revision.pk, "submit"])
    assert signed_in("approver_gjj").post(move).status_code == 404
    assert Client().get(page).status_code == 302


def test_what_is_new_is_read_by_all_and_by_feed_readers() -> None:
    publish_entry()
    publish_entry(RELIEF_STANDARDS, until="approve")
    told = Client().get(reverse("catalogue:news")).content.decode()
    assert "社会救助对象信息" in told
    assert "社会救助保障标准" not in told
    answer = Client().get(reverse("catalogue:news-feed"))
    feed = ElementTree.fromstring(answer.content)  # noqa: S314 - our own feed
    titles = [title.text for title in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert titles[1:] == ["新发布：社会救助对象信息"]
    operations.move_resource(actor=cast_actor("operator"), code=RELIEF, name="retire", now=NOW, words="划出")
    assert "社会救助对象信息" not in Client().get(reverse("catalogue:news")).content.decode()


QUERIES = {"list": 8, "resource": 14, "versions": 5, "news": 4}


@pytest.mark.parametrize("name", QUERIES)
def test_pages_ask_the_database_a_bounded_number_of_times(name: str, django_assert_max_num_queries: object) -> None:
    publish_entry()
    for _number in range(6):
        publish_entry(RELIEF_STANDARDS)
    address = reverse(f"catalogue:{name}", args=[RELIEF] if name in ("resource", "versions") else [])
    with django_assert_max_num_queries(QUERIES[name]):  # type: ignore[operator]  # pytest-django's fixture is untyped here
        assert Client().get(address).status_code == 200


def test_a_desk_with_much_on_it_shows_a_page_of_it_and_counts_all() -> None:
    publish_entry(until="register")
    row = Resource.objects.get()
    for number in range(2, MOST_TASKS + 10):
        row.pk, row.code, row.guide_serial = None, f"120012/{number:06}", number
        row.save(force_insert=True)
    body = signed_in("steward_mzj").get(DESK).content.decode()
    assert body.count("补充后提交本单位审核") == MOST_TASKS
    assert "还有 9 件" in body


def test_the_desk_asks_no_more_for_more_that_waits(django_assert_max_num_queries: object) -> None:
    for _number in range(8):
        publish_entry(RELIEF_STANDARDS, until="register")
    client = signed_in("steward_mzj")
    with django_assert_max_num_queries(14):  # type: ignore[operator]  # pytest-django's fixture is untyped here
        client.get(DESK)
    assert Resource.objects.count() == 8
