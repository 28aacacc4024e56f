"""A steward registers and changes entries by hand, without JavaScript; what is wrong is told beside its field."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.city.testing import load_departments
from haihe.data.catalogue import operations
from haihe.data.catalogue.demo.entries import ENTRIES, RELIEF_REGISTER
from haihe.data.catalogue.editing.fields import EntryForm
from haihe.data.catalogue.editing.handing_in import departments, entry_from, initial_of
from haihe.data.catalogue.editing.items import ItemRows
from haihe.data.catalogue.models import Resource, Revision
from haihe.data.catalogue.operations.code_lists import load_standard_lists
from haihe.data.catalogue.records import NewResource, new_resource
from haihe.data.catalogue.testing import NOW, RELIEF, cast_actor, publish_entry

pytestmark = pytest.mark.django_db
NEW = reverse("catalogue:new")
EDIT = reverse("catalogue:edit", args=[RELIEF])
ITEM = {"title": "姓名", "name": "name", "data_type": "C", "sensitivity": "PERSONAL"}
EMPTY = {"data_type": "C", "sensitivity": "INTERNAL"}
MINIMAL = {
    "owner": "120012",
    "title": "养老机构信息",
    "abstract": "本市养老机构的名称和地址。",
    "classification": "203003",
    "grade": "GENERAL",
    "format": "DATABASE",
    "update_cycle": "MONTHLY",
    "sharing_type": "UNCONDITIONAL",
    "sharing_forms": ["SERVICE"],
    "opening_type": "CLOSED",
}


def rows(*items: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"items-rows": str(len(items))}
    for n, item in enumerate(items):
        told |= {f"items-{n}-{name}": value for name, value in item.items()}
    return told


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(make_user(username, *cast.person(username).memberships))
    return client


@pytest.fixture
def steward() -> Client:
    load_departments()
    return signed_in("steward_mzj")


def typed(entry: NewResource) -> dict[str, Any]:
    """Return what a browser would send for the entry."""
    told = {name: value for name, value in initial_of(entry).items() if value not in ("", None, ())}
    told["sharing_forms"] = list(entry.sharing_forms)
    items = [
        {
            name: getattr(item, name)
            for name in item.__dataclass_fields__
            if getattr(item, name) not in ("", None, False)
        }
        for item in entry.items
    ]
    return told | rows(*items)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_what_the_form_shows_is_what_it_hands_in(entry: NewResource) -> None:
    load_departments()
    load_standard_lists(now=NOW)
    told = typed(entry) if entry.classification else typed(entry) | {"classification": "3"}
    form = EntryForm(_post(told), owners=[entry.owner], departments=departments())
    table = ItemRows(_post(told))
    assert form.is_valid(), form.errors
    assert table.is_valid()
    made = entry_from(form, table, entry)
    if entry.classification:
        assert made == entry
    assert made.items == entry.items
    assert made.assessments == entry.assessments


def _post(told: dict[str, Any]) -> Any:
    data = QueryDict(mutable=True)
    for name, value in told.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return data


def test_a_draft_is_registered_by_hand(steward: Client) -> None:
    answer = steward.post(NEW, MINIMAL | rows(ITEM, EMPTY, EMPTY), follow=True)
    assert answer.redirect_chain == [(reverse("catalogue:resource", args=[RELIEF]), 302)]
    row = Resource.objects.get()
    assert (row.state, row.guide_code, row.items.get().title) == ("DRAFT", "203003/00001", "姓名")
    assert "提交本单位审核" in answer.content.decode()


def test_the_departments_own_place_is_found_from_the_owner(steward: Client) -> None:
    steward.post(NEW, MINIMAL | {"classification": "3"} | rows(ITEM))
    assert Resource.objects.get().classification == "301012"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "id_title"),
        ({"classification": ""}, "id_classification"),
        ({"sharing_type": "CONDITIONAL"}, "应当列明共享范围"),
        ({"sharing_type": "REFUSED", "sharing_forms": []}, "应当写明理由"),
        ({"opening_type": "CONDITIONAL"}, "应当写明开放条件"),
        ({"provider_code": "91120000MA0000000X"}, "统一社会信用代码"),
        ({"related": "120012/999999"}, "目录中没有资源"),
        ({"secrecy_assessor": "保密办"}, "请填写完整，或者全部留空"),
        ({"items-0-name": "Name!"}, "请用小写字母"),
        ({"items-0-title": ""}, "id_items-0-title"),
        ({"items-0-is_identifying": "on", "items-0-sensitivity": "INTERNAL"}, "能识别个人的信息项应标为个人信息"),
        ({"owner": "120040"}, "id_owner"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(steward: Client, changes: dict[str, str], words: str) -> None:
    answer = steward.post(NEW, MINIMAL | rows(ITEM) | changes)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert words in body
    assert "errorlist" in body
    assert str(MINIMAL["abstract"]) in body
    assert not Resource.objects.exists()


def test_rows_are_added_by_a_button_and_nothing_is_said_to_be_wrong_yet(steward: Client) -> None:
    answer = steward.post(NEW, {"title": "半截", "add": "1"} | rows(ITEM))
    body = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="items-3-title"' in body
    assert 'value="姓名"' in body
    assert "errorlist" not in body
    assert not Resource.objects.exists()


def test_rows_are_removed_by_ticking_them(steward: Client) -> None:
    steward.post(NEW, MINIMAL | rows(ITEM, ITEM | {"name": "other", "title": "其他"}))
    told = MINIMAL | rows(ITEM | {"DELETE": "on"}, ITEM | {"name": "other", "title": "其他"})
    assert steward.post(EDIT, told).status_code == 302
    assert [item.name for item in Resource.objects.get().items.all()] == ["other"]


@pytest.mark.parametrize("count", ["", "x", "²", "-1", "99999999", "1000"])
def test_a_strange_count_of_rows_does_no_harm(steward: Client, count: str) -> None:
    assert steward.post(NEW, MINIMAL | rows(ITEM) | {"items-rows": count}).status_code in (302, 422)


def test_a_draft_is_changed_and_keeps_its_samples() -> None:
    publish_entry(until="register")
    client = signed_in("steward_mzj")
    told = typed(RELIEF_REGISTER) | {"title": "救助名册"}
    assert client.post(EDIT, told).status_code == 302
    row = Resource.objects.get()
    assert (row.title, row.samples.count()) == ("救助名册", 2)
    assert "救助名册" in client.get(EDIT).content.decode()


@pytest.mark.parametrize("name", ["edit", "samples"])
def test_only_the_owners_steward_changes_only_drafts(name: str) -> None:
    publish_entry(until="register")
    page = reverse(f"catalogue:{name}", args=[RELIEF])
    for username, status in (("steward_mzj", 200), ("steward_gjj", 404), ("approver_mzj", 403), ("liu", 403)):
        assert signed_in(username).get(page).status_code == status, username
    operations.submit(actor=cast_actor("steward_mzj"), code=RELIEF, now=NOW)
    client = Client()
    client.force_login(make_user("another", ("STEWARD", "120012")))
    assert client.get(page).status_code == 404


def test_samples_are_typed_into_a_grid() -> None:
    publish_entry(until="register")
    client, page = signed_in("steward_mzj"), reverse("catalogue:samples", args=[RELIEF])
    assert "120103********101X" in client.get(page).content.decode()
    assert client.post(page, {"row-1-name": "演示", "row-3-status": "在保"}).status_code == 302
    assert [row.values for row in Resource.objects.get().samples.all()] == [{"name": "演示"}, {"status": "在保"}]
    refused = client.post(page, {"row-1-id_number": "120103197905121012"})
    assert refused.status_code == 422
    assert "可能属于真人" in refused.content.decode()


def test_an_update_is_edited_by_the_same_form() -> None:
    publish_entry()
    client = signed_in("steward_mzj")
    begun = client.post(
        reverse("catalogue:begin-revision", args=[RELIEF]),
        {"cause": "OTHER", "changed_on": "2026-11-20", "basis": "补充说明"},
    )
    revision = Revision.objects.get()
    assert begun.headers["Location"] == reverse("catalogue:revision", args=[revision.pk])
    page = reverse("catalogue:edit-revision", args=[revision.pk])
    assert RELIEF_REGISTER.title in client.get(page).content.decode()
    client.post(page, typed(RELIEF_REGISTER) | {"title": "救助名册"})
    assert Resource.objects.get().title == RELIEF_REGISTER.title
    shown = client.get(reverse("catalogue:revision", args=[revision.pk])).content.decode()
    assert "<ins>救助名册</ins>" in shown
    assert signed_in("steward_gjj").get(page).status_code == 404
    samples = reverse("catalogue:revision-samples", args=[revision.pk])
    assert client.post(samples, {"row-1-name": "演示"}).status_code == 302


@given(
    told=st.dictionaries(
        st.sampled_from([*MINIMAL, "items-rows", "items-0-name", "items-0-length"]), st.text(max_size=9)
    )
)
def test_whatever_is_sent_the_form_answers(told: dict[str, str]) -> None:
    form = EntryForm(_post(told), owners=["120012"], departments=[])
    assert not form.is_valid()
    ItemRows(_post(told)).is_valid()


def test_an_entry_is_read_back_as_it_was() -> None:
    publish_entry(until="register")
    assert new_resource(Resource.objects.get()) == RELIEF_REGISTER
