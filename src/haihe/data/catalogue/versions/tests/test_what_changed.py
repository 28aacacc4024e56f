"""What changed is told in the form's labels: fields, items, and long texts by their words."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.catalogue import operations
from haihe.data.catalogue.contents import content_of
from haihe.data.catalogue.demo.entries import RELIEF_REGISTER, RELIEF_STANDARDS
from haihe.data.catalogue.models import Resource, Revision
from haihe.data.catalogue.records import NewItem, NewResource
from haihe.data.catalogue.testing import NOW, RELIEF, cast_actor, publish_entry
from haihe.data.catalogue.versions.diff import Change, Diff, diff
from haihe.data.catalogue.versions.words import compare


@given(st.text("甲乙丙abc 1。", max_size=40), st.text("甲乙丙abc 1。", max_size=40))
def test_pieces_make_both_texts_again(before: str, after: str) -> None:
    pieces = compare(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after


def test_a_long_text_is_told_by_its_words() -> None:
    told = [
        (piece.kind, piece.text)
        for piece in compare("家庭人口和金额档次，不提供名单。", "家庭人口，不提供名单和照片。")
    ]
    assert ("gone", "和金额档次") in told
    assert ("new", "和照片") in told


def test_texts_too_long_to_compare_are_told_whole() -> None:
    assert [piece.kind for piece in compare("甲" * 2000, "乙" * 2000)] == ["gone", "new"]


def changed(after: NewResource, before: NewResource = RELIEF_REGISTER, *, inside: bool = True) -> Diff:
    return diff(content_of(before), content_of(after), inside=inside)


def labels(changes: list[Change]) -> list[str]:
    return [str(change.label) for change in changes]


@pytest.mark.django_db
def test_nothing_changed_is_nothing_to_tell() -> None:
    assert changed(RELIEF_REGISTER).is_empty
    assert changed(replace(RELIEF_REGISTER, samples=())).is_empty


@pytest.mark.django_db
def test_fields_are_told_by_label_and_values_as_people_read_them() -> None:
    after = replace(
        RELIEF_REGISTER, update_cycle="DAILY", classification="203003", sharing_forms=("SERVICE", "FILE"), keywords=()
    )
    told = {str(change.label): "".join(piece.text for piece in change.pieces) for change in changed(after).fields}
    assert set(told) == {"更新周期", "分类", "共享方式", "关键词"}
    assert "每月" in told["更新周期"]
    assert "养老服务" in told["分类"]
    assert "文件下载" in told["共享方式"]


@pytest.mark.django_db
def test_items_come_go_and_change() -> None:
    first, *others = RELIEF_REGISTER.items
    after = replace(
        RELIEF_REGISTER,
        items=(
            *others[:-1],
            replace(first, title="姓名（全）", unit="字", is_required=False),
            NewItem(name="note", title="备注", data_type="M"),
        ),
    )
    told = changed(after)
    assert [(item.kind, item.name) for item in told.items] == [
        ("added", "note"),
        ("removed", "status"),
        ("changed", "name"),
    ]
    assert labels(told.items[2].changes) == ["名称", "单位", "必填"]
    assert told.reordered


@pytest.mark.django_db
def test_assessments_are_told_inside_only() -> None:
    after = replace(RELIEF_REGISTER, assessments=RELIEF_REGISTER.assessments[:1])
    assert labels(changed(after).fields) == ["个人信息保护影响评估"]
    assert changed(after, inside=False).is_empty


@pytest.mark.django_db
def test_the_page_tells_what_changed_between_any_two_versions() -> None:
    publish_entry()
    for number, title in ((2, "社会救助对象名册"), (3, "困难群众名册")):
        found = operations.open_revision(
            actor=cast_actor("steward_mzj"),
            code=RELIEF,
            cause="OTHER",
            basis=f"第{number}次整理",
            changed_on=NOW.date(),
            now=NOW,
        )
        entry = replace(RELIEF_REGISTER, title=title)
        operations.edit_revision(actor=cast_actor("steward_mzj"), revision_id=found, entry=entry, now=NOW)
        for who, name in (("steward_mzj", "submit"), ("approver_mzj", "approve"), ("operator", "publish")):
            operations.move_revision(actor=cast_actor(who), revision_id=found, name=name, now=NOW)
    page = reverse("catalogue:versions", args=[RELIEF])
    usual = Client().get(page).content.decode()
    assert "第 2 版到第 3 版的变化" in usual
    assert "<ins>困难群众</ins>" in usual
    assert "第3次整理" in usual
    chosen = Client().get(page, {"before": "1", "after": "3"}).content.decode()
    assert "第 1 版到第 3 版的变化" in chosen
    assert "社会救助对象信息" in strip_tags(chosen)
    for strange in ("x", "9", "²", "-1", "1' OR 1=1"):
        assert Client().get(page, {"before": strange}).status_code == 200
    assert Revision.objects.filter(state="PUBLISHED").count() == 2


@pytest.mark.django_db
def test_versions_of_what_one_may_not_know_are_not_there() -> None:
    publish_entry()
    draft = publish_entry(RELIEF_STANDARDS, until="approve")
    for code in (draft, "120012/999999", "x"):
        assert Client().get(reverse("catalogue:versions", args=[code])).status_code == 404
    assert "第一次发布" in Client().get(reverse("catalogue:versions", args=[RELIEF])).content.decode()
    assert Resource.objects.count() == 2
