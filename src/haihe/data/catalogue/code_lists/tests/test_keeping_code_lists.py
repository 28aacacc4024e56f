"""Everybody reads code lists; a department keeps its own, the data centre all; a change is a new version."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.api import NotPermitted
from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.data.catalogue.code_lists.standard import standard_lists
from haihe.data.catalogue.errors import EntryRefused, ResourceNotFound
from haihe.data.catalogue.models import CodeList, CodeListVersion
from haihe.data.catalogue.operations.code_lists import add_code_list, load_standard_lists, renew_code_list
from haihe.data.catalogue.testing import NOW, cast_actor, publish_entry

pytestmark = pytest.mark.django_db
LISTS = reverse("catalogue:code-lists")


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(make_user(username, *cast.person(username).memberships))
    return client


def add(username: str, owner: str, codes: str = "1 甲\n2 乙", slug: str = "kinds") -> str:
    told = {"slug": slug, "title": "种类", "standard": "", "owner": owner, "codes": codes}
    return add_code_list(actor=cast_actor(username), now=NOW, **told)


def test_a_city_starts_with_the_standard_lists_and_keeps_what_it_has() -> None:
    load_standard_lists(now=NOW)
    CodeList.objects.filter(slug="sex").update(title="性别（改）")
    assert load_standard_lists(now=NOW) == 0
    assert {row.slug for row in standard_lists()} <= set(CodeList.objects.values_list("slug", flat=True))
    assert CodeList.objects.get(slug="sex").title == "性别（改）"


def test_everybody_reads_them() -> None:
    load_standard_lists(now=NOW)
    assert "婚姻状况" in Client().get(LISTS).content.decode()
    page = Client().get(reverse("catalogue:code-list", args=["sex"])).content.decode()
    assert "GB/T 2261.1-2003" in page
    assert "未说明的性别" in page
    assert Client().get(reverse("catalogue:code-list", args=["none"])).status_code == 404


@pytest.mark.parametrize(
    ("username", "owner", "may"),
    [
        ("operator", "", True),
        ("operator", "120012", True),
        ("steward_mzj", "120012", True),
        ("steward_mzj", "", False),
        ("steward_mzj", "120040", False),
        ("approver_mzj", "120012", False),
        ("liu", "", False),
    ],
)
def test_who_keeps_which_list(username: str, owner: str, may: bool) -> None:
    if may:
        assert add(username, owner) == "kinds"
        return
    with pytest.raises(NotPermitted):
        add(username, owner)
    add("operator", owner)
    with pytest.raises(NotPermitted):
        renew_code_list(actor=cast_actor(username), slug="kinds", codes="1 丙", now=NOW)


@pytest.mark.parametrize("codes", ["", "1", "1 甲\n1 乙", "\n".join(f"{n} 甲" for n in range(1001))])
def test_what_is_no_list_of_codes_is_refused(codes: str) -> None:
    with pytest.raises(EntryRefused) as refusal:
        add("operator", "", codes)
    assert refusal.value.field == "codes"


@pytest.mark.parametrize("slug", ["", "Kinds", "种类", "a" * 49, "k"])
def test_what_is_no_slug_is_refused(slug: str) -> None:
    with pytest.raises(EntryRefused) as refusal:
        add("operator", "", slug=slug)
    assert refusal.value.field == "slug"


def test_a_change_is_a_new_version_and_the_old_one_stays() -> None:
    add("operator", "")
    with pytest.raises(EntryRefused):
        renew_code_list(actor=cast_actor("operator"), slug="kinds", codes="1|甲\n2\t乙", now=NOW)
    assert renew_code_list(actor=cast_actor("operator"), slug="kinds", codes="1 甲\n3 丙", now=NOW) == 2
    page = reverse("catalogue:code-list", args=["kinds"])
    assert "丙" in Client().get(page).content.decode()
    assert "丙" not in Client().get(page, {"version": "1"}).content.decode()
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        CodeListVersion.objects.update(number=9)
    with pytest.raises(ResourceNotFound):
        renew_code_list(actor=cast_actor("operator"), slug="none", codes="1 甲", now=NOW)


def test_lists_are_added_and_renewed_on_their_pages() -> None:
    publish_entry()
    steward = signed_in("steward_mzj")
    told = {"slug": "kinds", "title": "种类", "owner": "120012", "codes": "1 甲"}
    assert steward.post(LISTS, told | {"codes": "1"}).status_code == 422
    assert steward.post(LISTS, told).status_code == 302
    page = reverse("catalogue:code-list", args=["kinds"])
    assert steward.post(page, {"codes": "1 甲\n2 乙"}).status_code == 302
    assert CodeList.objects.get(slug="kinds").versions.count() == 2
    assert steward.post(page, {"codes": "1 甲\n2 乙"}).status_code == 422
    for username, address in (("liu", LISTS), ("steward_gjj", page)):
        assert signed_in(username).post(address, told).status_code == 403
