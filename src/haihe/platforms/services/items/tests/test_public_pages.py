"""What everybody sees of items: the front, lists, guides, life events, departments."""

import msgspec
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.city.testing import load_departments
from haihe.platforms.services.items import bundles, shelf
from haihe.platforms.services.items.definition import Paper
from haihe.platforms.services.items.kinds import ItemChannel, Proof
from haihe.platforms.services.items.operations import load_items
from haihe.platforms.services.items.testing import ITEM, make_item, story_item

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _items() -> None:
    load_departments()
    load_items()
    load_items([make_item("window-only", "窗口专办", "Window only", channels=(ItemChannel.WINDOW,))])


def get(client: Client, name: str, *args: str, **query: str) -> str:
    answer = client.get(reverse(f"services:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_front_has_a_search_tabs_and_what_is_often_wanted(client: Client) -> None:
    people, companies = get(client, "home"), get(client, "home", who="company")
    assert 'name="q"' in people
    assert reverse("services:item", args=[shelf.frequent(is_for_companies=False)[0]]) in people
    assert "topic=relief&amp;who=PERSON" in people
    assert "topic=relief&amp;who=PERSON" not in companies


def test_in_the_care_mode_the_front_offers_fewer_things(client: Client) -> None:
    client.post(reverse("care"), {"on": "1", "next": "/"})
    body = get(client, "home")
    assert "按主题找" not in body
    assert "tel:12345" in body


def test_a_guide_tells_all_elements(client: Client) -> None:
    body = get(client, "item", ITEM)
    item = story_item()
    told = [
        item.name.zh,
        item.summary.zh,
        item.code,
        item.fee.zh,
        item.result.zh,
        item.place.zh,
        item.hotline,
        "公共服务",
        "市级",
        "承诺件",
        "我能办吗",
        "不用带",
        "数据核验，免提交",
        "马上申请",
        *(basis.law.zh for basis in item.legal_basis),
        *(condition.zh for condition in item.conditions),
        *(one.q.zh for one in item.faq),
    ]
    assert [words for words in told if words not in body] == []


def test_can_i_tells_what_to_do_instead(client: Client) -> None:
    checks = story_item().checks
    assert "看来可以办" in get(client, "item", ITEM, check1="yes", check2="yes")
    body = get(client, "item", ITEM, check1="yes", check2="no")
    assert checks[1].otherwise.zh in body
    assert checks[0].otherwise.zh not in body
    assert "看来可以办" not in get(client, "item", ITEM, check1="yes")
    assert "看来可以办" not in get(client, "item", ITEM, check1="yes", check2="<script>")


def test_what_is_done_at_the_window_only_offers_no_application(client: Client) -> None:
    body = get(client, "item", "window-only")
    assert "马上申请" not in body
    assert "到窗口办理" in body


def test_the_qr_code_leads_to_the_guide(client: Client) -> None:
    answer = client.get(reverse("services:item-qr", args=[ITEM]))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg")
    assert client.get(reverse("services:item-qr", args=["no-such-item"])).status_code == 404


def test_versions_say_which_one_is_in_force(client: Client) -> None:
    later = timezone.localdate().replace(year=timezone.localdate().year + 2, day=1)
    load_items([make_item("window-only", "窗口专办", "Window only", version=2, in_force_from=later)])
    body = get(client, "item-versions", "window-only")
    assert body.count("现行") == body.count("尚未施行") == 1
    assert get(client, "item-versions", ITEM)
    assert client.get(reverse("services:item-versions", args=["no-such-item"])).status_code == 404


def test_departments_lead_to_what_they_handle(client: Client) -> None:
    assert reverse("services:department", args=["120040"]) in get(client, "departments")
    body = get(client, "department", "120040")
    assert "低保家庭提取住房公积金" in body
    assert "窗口专办" not in body
    assert client.get(reverse("services:department", args=["999999"])).status_code == 404


def test_a_list_keeps_what_was_typed_and_chosen(client: Client) -> None:
    body = get(client, "items", q="公积金", topic="housing")
    assert 'value="公积金"' in body
    assert "低保家庭提取住房公积金" in body
    assert "没有找到这样的事项" in get(client, "items", q="火星移民", authority="120040", topic="marriage")


def test_every_life_event_is_a_guide_over_items_that_are_there(client: Client) -> None:
    for bundle in bundles.bundles():
        body = get(client, "bundle", bundle.slug)
        assert bundle.name.zh in body
        assert [one for one in bundle.items if reverse("services:item", args=[one]) not in body] == []


def test_there_is_no_life_event_of_another_name(client: Client) -> None:
    assert client.get(reverse("services:bundle", args=["no-such-event"])).status_code == 404


def test_papers_of_a_life_event_are_asked_for_once_and_the_strictest_counts() -> None:
    card, certificate = story_item().papers
    handed_in = make_item("one", "甲", "A", papers=(card, _changed(certificate, Proof.HAND_IN)))
    verified = make_item("two", "乙", "B", papers=(card, certificate))
    rows = bundles.papers_once([verified, handed_in])
    assert [(row.paper.slug, row.paper.proof, len(row.items)) for row in rows] == [
        ("relief-certificate", Proof.HAND_IN, 2),
        ("id-card", Proof.SHOW, 2),
    ]


def _changed(paper: Paper, proof: Proof) -> Paper:
    return msgspec.structs.replace(paper, proof=proof, verify=None)


def test_a_guide_names_the_other_department_that_is_asked(client: Client) -> None:
    body = get(client, "item", "private-school-founding")
    assert "其他部门" not in body
    assert "市民政局" in body
