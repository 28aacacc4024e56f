"""An entry carries every core element of 编制指南: both codes, opening, source, assessments, items in full, samples."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from haihe.base.accounts.api import SIGNED_OUT
from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.data.catalogue import operations
from haihe.data.catalogue.check_items import holds_id_number
from haihe.data.catalogue.classification import tree
from haihe.data.catalogue.contents import content_of, entry_of
from haihe.data.catalogue.demo.entries import ENTRIES, RELIEF_REGISTER, RELIEF_STANDARDS
from haihe.data.catalogue.errors import EntryRefused
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.queries import Filters, find_resources
from haihe.data.catalogue.records import NewAssessment, NewItem, NewResource, new_resource
from haihe.data.catalogue.testing import ASSESSED, NOW, RELIEF, cast_actor, publish_entry

STEWARD = "steward_mzj"


def register(entry: NewResource) -> Resource:
    code = operations.register_resource(actor=cast_actor(STEWARD), entry=entry, now=NOW)
    return Resource.objects.get(code=code)


@pytest.mark.django_db
def test_what_is_registered_is_kept_whole() -> None:
    publish_entry()
    assert new_resource(register(RELIEF_REGISTER)) == RELIEF_REGISTER


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_an_entry_survives_as_plain_json(entry: NewResource) -> None:
    assert entry_of(content_of(entry)) == entry


def test_content_of_an_older_version_is_still_read() -> None:
    content = content_of(RELIEF_REGISTER) | {"forgotten": 1}
    for name in ("keywords", "assessments", "samples", "opening_type"):
        del content[name]
    read = entry_of(content)
    assert (read.keywords, read.assessments, read.opening_type) == ((), (), "CLOSED")


@pytest.mark.django_db
def test_both_codes_are_given_and_found() -> None:
    publish_entry()
    second = register(RELIEF_REGISTER)
    assert (second.code, second.guide_code) == ("120012/000002", "203002/00002")
    for search in (RELIEF, "203002/00001", "203002"):
        assert [row.code for row in find_resources(SIGNED_OUT, Filters(search=search)).rows] == [RELIEF]
    assert find_resources(SIGNED_OUT, Filters(place="203")).total == 1
    assert find_resources(SIGNED_OUT, Filters(place="204")).total == 0


@pytest.mark.django_db
def test_a_moved_draft_gets_a_serial_where_it_goes() -> None:
    publish_entry()
    row = register(RELIEF_REGISTER)
    entry = replace(RELIEF_REGISTER, classification="101002")
    operations.revise_resource(actor=cast_actor(STEWARD), code=row.code, entry=entry, now=NOW)
    row.refresh_from_db()
    assert (row.guide_code, row.category, row.subject_area) == ("101002/00001", "BASE", "户籍与居住")


@pytest.mark.parametrize(
    ("category", "subject", "code"),
    [
        ("THEME", "社会救助", "203002"),
        ("THEME", "社会保障", "203000"),
        ("BASE", "人口", "101000"),
        ("BASE", "没有的", "199000"),
        ("DEPARTMENT", "任意", "301012"),
    ],
)
def test_a_place_is_found_from_words(category: str, subject: str, code: str) -> None:
    assert tree.place_for(category=category, subject=subject, owner="120012") == code


@pytest.mark.parametrize(("owner", "code"), [("120012", "301012"), ("12A003", "302003"), ("12000102", "30100102")])
def test_a_department_has_a_place_of_its_own(owner: str, code: str) -> None:
    assert tree.department_code(owner) == code
    assert tree.is_place(code, owner)
    assert not tree.is_place(code, "120040")


def test_the_tree_holds_together() -> None:
    for node in tree.nodes().values():
        assert [step.code for step in tree.path_of(node.code)][-1] == node.code
        assert node.title_en.isascii()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (replace(RELIEF_REGISTER, classification="204999"), "classification"),
        (replace(RELIEF_REGISTER, classification="301040"), "classification"),
        (replace(RELIEF_REGISTER, classification="", category="NONE"), "category"),
        (replace(RELIEF_REGISTER, opening_type="CONDITIONAL"), "opening_condition"),
        (replace(RELIEF_REGISTER, opening_condition="实名申请"), "opening_condition"),
        (replace(RELIEF_REGISTER, opening_type="UNCONDITIONAL"), "opening_type"),
        (replace(RELIEF_REGISTER, source_department="129999"), "source_department"),
        (replace(RELIEF_REGISTER, related=("120012/999999",)), "related"),
        (replace(RELIEF_REGISTER, keywords=tuple("一二三四五六七八九十百")), "keywords"),
        (replace(RELIEF_REGISTER, assessments=(*ASSESSED, *ASSESSED)), "assessments"),
        (
            replace(RELIEF_REGISTER, assessments=(replace(ASSESSED[0], assessed_on=date(2026, 11, 24)),)),
            "assessments",
        ),
        (replace(RELIEF_REGISTER, assessments=(replace(ASSESSED[0], conclusion="WITH_MEASURES"),)), "assessments"),
        (replace(RELIEF_REGISTER, samples=({"name": "甲", "other": "乙"},)), "samples"),
        (replace(RELIEF_REGISTER, samples=tuple({"name": str(n)} for n in range(6))), "samples"),
        (replace(RELIEF_REGISTER, samples=({"id_number": "12010319790512 1012"},)), "samples"),
        (replace(RELIEF_REGISTER, items=(NewItem(name="a", title="甲", data_type="C", code_list="none"),)), "items"),
        (
            replace(
                RELIEF_REGISTER, items=(NewItem(name="a", title="甲", data_type="C", sharing_type="UNCONDITIONAL"),)
            ),
            "items",
        ),
    ],
)
def test_what_is_wrong_is_told_by_its_field(entry: NewResource, field: str) -> None:
    publish_entry()
    with pytest.raises(EntryRefused) as refusal:
        register(entry)
    assert refusal.value.field == field


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"opening_type": "CONDITIONAL"},
        {"opening_condition": "实名"},
        {"classification": "9"},
        {"classification": ""},
        {"guide_serial": None},
        {"source_department": "民政局"},
    ],
)
def test_the_database_refuses_it_too(changes: dict[str, object]) -> None:
    code = publish_entry()
    with pytest.raises(IntegrityError), transaction.atomic():
        Resource.objects.filter(code=code).update(**changes)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "assessments",
    [(), ASSESSED[:1], (ASSESSED[0], replace(ASSESSED[1], conclusion="FAILED"))],
)
def test_nothing_is_submitted_before_both_assessments_allow_it(assessments: tuple[NewAssessment, ...]) -> None:
    publish_entry()
    row = register(replace(RELIEF_REGISTER, assessments=assessments))
    with pytest.raises(EntryRefused) as refusal:
        operations.submit(actor=cast_actor(STEWARD), code=row.code, now=NOW)
    assert refusal.value.field == "assessments"
    row.refresh_from_db()
    assert row.state == "DRAFT"


@given(st.text(max_size=30))
def test_no_text_upsets_the_look_for_identity_numbers(text: str) -> None:
    assert not holds_id_number(text.replace("1", "*"))
    assert holds_id_number(f"{text} 120103197905121012")


def page_for(username: str | None) -> str:
    client = Client()
    if username:
        client.force_login(make_user(username, *cast.person(username).memberships))
    return client.get(reverse("catalogue:resource", args=[RELIEF])).content.decode()


@pytest.mark.django_db
def test_samples_are_shown_masked_to_officials_and_to_nobody_else() -> None:
    publish_entry()
    told = page_for("steward_gjj")
    assert "120103********101X" in told
    assert "演*一" in told
    for hidden in ("演示一", "演示-DB1", "2340"):
        assert hidden not in told
    assert "样例" not in page_for(None)


@pytest.mark.django_db
def test_samples_of_public_items_are_for_everybody() -> None:
    publish_entry()
    code = publish_entry(RELIEF_STANDARDS)
    assert "1034" in Client().get(reverse("catalogue:resource", args=[code])).content.decode()


@pytest.mark.django_db
def test_assessments_are_for_the_owner_and_the_authority() -> None:
    publish_entry()
    for username in ("steward_mzj", "operator", "auditor"):
        assert "局保密办公室" in page_for(username)
    for stranger in ("steward_gjj", None):
        assert "局保密办公室" not in page_for(stranger)


@pytest.mark.django_db
def test_the_page_tells_all_of_it() -> None:
    publish_entry()
    told = page_for(None)
    for words in ("203002/00001", "社会救助", "不开放", "数源部门", "低保、特困、救助", "元/月", "必填"):
        assert words in told
