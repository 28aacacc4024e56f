"""Files of before are taken in as ever, new columns come and go whole, and the worker takes in what is too large."""

import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from haihe.base.accounts.models import Membership
from haihe.base.accounts.testing import make_user
from haihe.city.testing import load_departments
from haihe.data.catalogue.demo.entries import RELIEF_REGISTER
from haihe.data.catalogue.models import Resource, SheetImport
from haihe.data.catalogue.records import new_resource
from haihe.data.catalogue.sheets.columns import ITEMS, RESOURCES, SHEETS
from haihe.data.catalogue.sheets.importing import run_import
from haihe.data.catalogue.sheets.reading import read
from haihe.data.catalogue.sheets.taking_in import MOST_WAITED, Taken, take_in
from haihe.data.catalogue.sheets.writing import workbook
from haihe.data.catalogue.tasks import take_in_sheet
from haihe.data.catalogue.testing import NOW, cast_actor, publish_entry

pytestmark = pytest.mark.django_db
SHEET = reverse("catalogue:sheets")


def book_of_drafts() -> Any:
    publish_entry(RELIEF_REGISTER, until="register")
    rows = Resource.objects.prefetch_related("items", "assessments")
    return load_workbook(io.BytesIO(workbook(rows)))


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def taken(book: Any) -> Taken:
    return take_in(cast_actor("steward_mzj"), read(io.BytesIO(saved(book))), now=NOW)


def put(book: Any, sheet: str, heading: str, value: object, row: int = 2) -> None:
    headings = [cell.value for cell in book[sheet][1]]
    book[sheet].cell(row=row, column=headings.index(heading) + 1).value = value


def without_new_columns(book: Any) -> Any:
    for sheet, columns in SHEETS.items():
        for place, column in reversed(list(enumerate(columns, 1))):
            if column.new:
                book[sheet].delete_cols(place)
    return book


def test_a_file_of_before_is_taken_in_and_leaves_the_new_alone() -> None:
    book = without_new_columns(book_of_drafts())
    again = taken(book)
    assert ((len(again.unchanged), again.changed), again.faults) == ((1, []), [])
    put(book, RESOURCES, "更新周期", "每日")
    assert taken(book).changed == [RELIEF_REGISTER.title]
    row = new_resource(Resource.objects.get())
    assert (row.keywords, row.assessments) == (RELIEF_REGISTER.keywords, RELIEF_REGISTER.assessments)
    assert (row.samples, row.classification) == (RELIEF_REGISTER.samples, "203002")
    assert [item.unit for item in row.items] == [item.unit for item in RELIEF_REGISTER.items]


def test_a_file_of_before_may_move_an_entry_by_its_words() -> None:
    book = without_new_columns(book_of_drafts())
    put(book, RESOURCES, "分类细目", "养老服务")
    taken(book)
    assert Resource.objects.get().classification == "203003"


def test_new_columns_are_read() -> None:
    book = book_of_drafts()
    for heading, value in (
        ("分类代码", "203003"),
        ("关键词", "养老，机构"),
        ("数源部门编码", "120025"),
        ("是否开放", "有条件开放"),
        ("开放条件", "实名申请"),
        ("保密审查日期", date(2026, 11, 2)),
        ("个人信息评估日期", "2026年11月3日"),
        ("个人信息评估结论", "可以编入目录"),
        ("个人信息评估措施", None),
    ):
        put(book, RESOURCES, heading, value)
    put(book, ITEMS, "单位", "字")
    put(book, ITEMS, "信息项共享类型", "不予共享")
    assert taken(book).faults == []
    row = new_resource(Resource.objects.get())
    assert (row.classification, row.subject_area, row.keywords) == ("203003", "养老服务", ("养老", "机构"))
    assert (row.source_department, row.opening_type, row.opening_condition) == ("120025", "CONDITIONAL", "实名申请")
    assert {each.kind: each.assessed_on for each in row.assessments} == {
        "SECRECY": date(2026, 11, 2),
        "PERSONAL_INFORMATION": date(2026, 11, 3),
    }
    assert (row.items[0].unit, row.items[0].sharing_type) == ("字", "REFUSED")
    assert (taken(book).unchanged, taken(book).faults) == ([RELIEF_REGISTER.title], [])


@pytest.mark.parametrize(
    ("sheet", "heading", "value"),
    [
        (RESOURCES, "分类代码", "999999"),
        (RESOURCES, "保密审查日期", "去年"),
        (RESOURCES, "保密审查日期", "2026-02-30"),
        (RESOURCES, "保密审查日期", None),
        (RESOURCES, "保密审查结论", "尚可"),
        (RESOURCES, "是否开放", "也许"),
        (RESOURCES, "关联资源代码", "120012/999999"),
        (ITEMS, "代码表", "none"),
        (ITEMS, "必填", "也许"),
    ],
)
def test_what_is_wrong_in_a_new_column_is_told(sheet: str, heading: str, value: object) -> None:
    book = book_of_drafts()
    put(book, sheet, heading, value)
    told = taken(book)
    assert len(told.faults) == 1
    assert told.changed == []


def large(count: int) -> bytes:
    """Return a workbook of so many entries of 民政局, each with one item."""
    book = load_workbook(io.BytesIO(workbook(())))
    for number in range(count):
        said = {
            "信息资源名称": f"名册{number}",
            "信息资源摘要": "用于测试。",
            "提供方机构编码": "120012",
            "资源分类": "主题信息资源",
            "分类细目": "社会救助",
            "数据分级": "一般数据",
            "信息资源格式": "数据库",
            "更新周期": "每月" if number else "每分钟",
            "共享类型": "无条件共享",
            "共享方式": "服务接口",
        }
        book[RESOURCES].append([said.get(column.heading) for column in SHEETS[RESOURCES]])
        item = {
            "信息资源名称": f"名册{number}",
            "信息项名称": "名称",
            "字段名": "name",
            "数据类型": "字符型",
            "敏感程度": "内部",
        }
        book[ITEMS].append([item.get(column.heading) for column in SHEETS[ITEMS]])
    return saved(book)


@pytest.fixture
def steward() -> Client:
    load_departments()
    client = Client()
    client.force_login(make_user("steward", ("STEWARD", "120012")))
    return client


def handed_in(client: Client, count: int) -> str:
    file = SimpleUploadedFile("目录.xlsx", large(count))
    answer = client.post(SHEET, {"workbook": file})
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_a_large_file_is_taken_in_by_the_worker(steward: Client) -> None:
    page = handed_in(steward, MOST_WAITED + 1)
    assert not Resource.objects.exists()
    assert f"共 {MOST_WAITED + 1} 个资源" in steward.get(page).content.decode()
    assert "HX-Refresh" not in steward.get(f"{page}live/").headers
    take_in_sheet(str(SheetImport.objects.get().pk))
    assert Resource.objects.count() == MOST_WAITED
    assert "HX-Refresh" in steward.get(f"{page}live/").headers
    body = steward.get(page).content.decode()
    assert "“每分钟”不在可选的值中" in body
    assert "I2" in body
    row = SheetImport.objects.get()
    assert (row.file, row.done, row.total) == (None, MOST_WAITED + 1, MOST_WAITED + 1)
    take_in_sheet(str(row.pk))
    assert Resource.objects.count() == MOST_WAITED


def waiting(client: Client, count: int) -> SheetImport:
    handed_in(client, MOST_WAITED + 1)
    row = SheetImport.objects.get()
    SheetImport.objects.update(file=large(count))
    return row


def test_what_died_half_way_goes_on_where_it_was(steward: Client) -> None:
    row = waiting(steward, 4)
    take_in(cast_actor("steward_mzj"), read(io.BytesIO(large(3))), now=NOW)
    run_import(row.pk, now=timezone.now())
    told = SheetImport.objects.get().result
    assert told is not None
    assert (told["new"], told["unchanged"]) == (["名册3"], ["名册1", "名册2"])


def test_a_role_that_ended_meanwhile_counts_no_longer(steward: Client) -> None:
    row = waiting(steward, 3)
    Membership.objects.all().delete()
    run_import(row.pk, now=timezone.now())
    assert not Resource.objects.exists()
    told = SheetImport.objects.get().result
    assert told is not None
    assert {fault["reason"] for fault in told["faults"][1:]} == {"您不是这个单位的数据专员。"}


def test_what_is_no_workbook_after_all_is_told(steward: Client) -> None:
    row = waiting(steward, 1)
    SheetImport.objects.update(file=b"PK\x03\x04")
    run_import(row.pk, now=timezone.now())
    body = steward.get(reverse("catalogue:sheet-import", args=[row.pk])).content.decode()
    assert "这不是能打开的 Excel 文件" in body


def test_an_import_is_shown_to_whoever_handed_it_in(steward: Client) -> None:
    row = waiting(steward, 1)
    other = Client()
    other.force_login(make_user("other", ("STEWARD", "120012")))
    for name in ("sheet-import", "sheet-import-live"):
        assert other.get(reverse(f"catalogue:{name}", args=[row.pk])).status_code == 404
        assert steward.get(reverse(f"catalogue:{name}", args=[row.pk])).status_code == 200
