"""Items go out as a workbook and come back unchanged; what is wrong is told by cell; nothing in it is believed."""

import io
import json
import zipfile
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from haihe.city.testing import load_departments
from haihe.platforms.services.forms.testing import actor
from haihe.platforms.services.items import reading
from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.elements import faults, flat
from haihe.platforms.services.items.elements.columns import TABLES
from haihe.platforms.services.items.elements.flat import Rows
from haihe.platforms.services.items.models import ItemDraft, ItemSheetImport
from haihe.platforms.services.items.operations import load_items
from haihe.platforms.services.items.sheets.importing import run_import, start_import, taken_of
from haihe.platforms.services.items.sheets.reading import CellFault, NoWorkbook, Read, read, taken
from haihe.platforms.services.items.sheets.taking_in import Taken, take_in
from haihe.platforms.services.items.sheets.writing import as_csv, as_json, workbook
from haihe.platforms.services.items.testing import ITEM, NOW, story_item

FREE = ("name", "note", "says", "who", "q", "a", "otherwise", "told", "place")
"""Elements in which anything may be written."""
NASTY = (
    "=1+1",
    "+86",
    "-1",
    "@SUM(A1)",
    "'quoted",
    "''",
    "\tx",
    "2026-01-01",
    "1e5",
    "#N/A",
    "TRUE",
    "<a>&b",
    "_x000D_",
    "甲\n乙",
)
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=40),
).map(lambda text: text.strip() or "空")


@pytest.fixture
def departments() -> None:
    load_departments()


def is_free(name: str) -> bool:
    return name in ("zh", "en") or (name.endswith((".zh", ".en")) and name.split(".")[0] in FREE)


@st.composite
def items(draw: st.DrawFn) -> ItemDefinition:
    """A shipped item in which other things are written, and rows come and go."""
    item = draw(st.sampled_from(reading.shipped()))
    rows = flat.rows_of(item)
    for key in ("conditions", "steps", "faq", "checks"):
        there = rows[key] or flat.rows_of(story_item())[key] or [dict.fromkeys(_columns(key), "")]
        rows[key] = [dict(draw(st.sampled_from(there))) for _ in range(draw(st.integers(1, 3)))]
    for table in rows:
        for row in rows[table]:
            for name in filter(is_free, row):
                if draw(st.integers(0, 3)) == 0 or (not row[name] and table == "steps"):
                    row[name] = draw(TEXTS)
    rows["item"][0]["keywords"] = "\n".join(
        draw(st.lists(st.text("abc 公积金=+'", min_size=1, max_size=5), max_size=3))
    )
    return faults.item_of(_both(flat.complete(rows)), version=draw(st.integers(1, 9)))


def _columns(key: str) -> list[str]:
    return [column.name for table in TABLES if table.key == key for column in table.columns]


def _both(rows: Rows) -> Rows:
    """A text that need not be there is there in both languages or in none."""
    for row in (*rows["item"], *rows["form"]):
        for stem in ("visits.told", "label"):
            zh, en = row.get(f"{stem}.zh", ""), row.get(f"{stem}.en", "")
            if bool(zh) != bool(en):
                row[f"{stem}.zh"] = row[f"{stem}.en"] = ""
    return rows


def came_back(data: bytes) -> list[ItemDefinition]:
    found = read(data)
    assert found.faults == []
    assert [item.faults for item in found.items] == [[] for _ in found.items]
    return [
        faults.item_of(flat.complete(item.rows), version=int(item.rows["item"][0]["version"])) for item in found.items
    ]


@pytest.fixture(scope="module")
def _every_department(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        from django.db import transaction

        with transaction.atomic():
            load_departments()
            yield
            transaction.set_rollback(True)


@pytest.mark.usefixtures("_every_department")
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(made=st.lists(items(), min_size=1, max_size=2, unique_by=lambda item: item.slug))
def test_whatever_is_written_in_an_item_it_comes_back_unchanged(made: list[ItemDefinition]) -> None:
    assert came_back(workbook(made)) == made


@pytest.mark.usefixtures("_every_department")
def test_all_items_of_the_city_come_back_unchanged() -> None:
    every = reading.shipped()[::8]
    assert came_back(workbook(every)) == list(every)


def test_nothing_that_was_typed_is_calculated() -> None:
    item = story_item()
    rows = flat.rows_of(item)
    rows["faq"][0]["q.zh"] = '=HYPERLINK("http://example.com";"x")'
    book = load_workbook(io.BytesIO(workbook([_item(rows)])))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert any(str(cell.value).startswith("'=HYPERLINK") for cell in cells)


def _item(rows: Rows) -> ItemDefinition:
    import msgspec

    return msgspec.convert(flat.raw_of(rows) | {"version": 1}, ItemDefinition, strict=False)


def test_headings_are_those_of_an_implementation_list() -> None:
    book = load_workbook(io.BytesIO(workbook([])))
    assert book.sheetnames == [
        "基本信息",
        "受理条件",
        "设定依据",
        "申请材料",
        "数据核验",
        "办前自查",
        "办理流程",
        "常见问题",
        "申请表单",
        "填写说明",
    ]
    first = [cell.value for cell in book["基本信息"][1]]
    assert {"实施编码", "事项名称", "事项类型", "行使层级", "法定办结时限（工作日）", "承诺办结时限（工作日）"} <= set(
        first
    )
    assert [cell.value for cell in book["申请材料"][1]][:4] == ["事项标识", "材料标识", "材料名称", "材料名称（英文）"]


def changed(sheet: str, cell: str, value: object, *, also: tuple[str, str, object] | None = None) -> bytes:
    """Return the workbook of the story's item with other things in some cells."""
    book = load_workbook(io.BytesIO(workbook([story_item()])))
    for name, at, new in ((sheet, cell, value), *((also,) if also else ())):
        book[name][at] = new
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@cache
def letter(sheet: str, heading: str) -> str:
    book = load_workbook(io.BytesIO(workbook([])))
    return next(cell.column_letter for cell in book[sheet][1] if cell.value == heading)


def imported(data: bytes, username: str = "steward_gjj") -> Taken:
    return take_in(actor(username), read(data), now=NOW)


@pytest.mark.django_db
@pytest.mark.usefixtures("departments")
@pytest.mark.parametrize(
    ("sheet", "heading", "value", "told"),
    [
        ("基本信息", "事项类型", "行政吩咐", "“行政吩咐”不在可选的值中"),
        ("基本信息", "承诺办结时限（工作日）", "三", "请填写整数"),
        ("基本信息", "承诺办结时限（工作日）", 9, "承诺时限不能长于法定时限"),
        ("基本信息", "生效日期", "去年", "“去年”不是日期"),
        ("基本信息", "事项名称", None, "“事项名称”必须填写"),
        ("基本信息", "事项名称", "=1+1", "不要填写公式"),
        ("基本信息", "实施编码", "abc", "实施编码应为实施主体编码"),
        ("申请材料", "份数", 99, "份数是 1 到 9"),
        ("申请材料", "什么情形需要", "shoe > 40", "“shoe”不是申请表单的栏目"),
        ("申请表单", "其余定义", "{", "请写成 JSON 对象"),
    ],
)
def test_what_is_wrong_is_told_by_cell_in_chinese(sheet: str, heading: str, value: object, told: str) -> None:
    cell = f"{letter(sheet, heading)}2"
    done = imported(changed(sheet, cell, value))
    assert done.drafted == []
    at = [fault for fault in done.faults if told in fault.reason]
    assert [(fault.sheet, fault.cell) for fault in at] == [(sheet, cell)], done.faults


@pytest.mark.django_db
@pytest.mark.usefixtures("departments")
def test_a_sound_sheet_becomes_a_draft_once() -> None:
    load_items()
    data = changed(
        "基本信息",
        f"{letter('基本信息', '咨询方式')}2",
        12345,
        also=("基本信息", f"{letter('基本信息', '生效日期')}2", "2027年1月5日"),
    )
    assert imported(data).drafted == [story_item().name.zh]
    draft = ItemDraft.objects.get()
    assert (draft.slug, draft.rows["item"][0]["hotline"], draft.rows["item"][0]["in_force_from"]) == (
        ITEM,
        "12345",
        "2027-01-05",
    )
    again = imported(data)
    assert (again.drafted, again.unchanged, again.faults) == ([], [story_item().name.zh], [])
    other = reading.shipped_item("housing-fund-loan")
    assert other is not None
    assert imported(workbook([other])).unchanged == [other.name.zh]
    assert ItemDraft.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("departments")
def test_a_new_item_comes_in_by_a_sheet_and_another_departments_does_not() -> None:
    load_items()
    rows = flat.rows_of(story_item())
    rows["item"][0] |= {"slug": "fund-of-tomorrow", "code": "120040-GG-9001"}
    assert imported(workbook([_item(rows)])).drafted != []
    assert ItemDraft.objects.get().base == 0
    done = imported(workbook([story_item()]), "steward_mzj")
    assert [(fault.sheet, fault.cell) for fault in done.faults] == [("基本信息", "A2")]
    assert "别的部门" in done.faults[0].reason


@pytest.mark.django_db
@pytest.mark.usefixtures("departments")
def test_a_paper_that_many_ask_for_is_named_by_its_slug_alone() -> None:
    load_items()
    number = len(flat.rows_of(story_item())["papers"]) + 2
    book = load_workbook(io.BytesIO(workbook([story_item()])))
    book["申请材料"][f"A{number}"], book["申请材料"][f"B{number}"] = ITEM, "household-register"
    book["申请材料"][f"{letter('申请材料', '份数')}{number}"] = 1
    buffer = io.BytesIO()
    book.save(buffer)
    assert imported(buffer.getvalue()).faults == []
    added = ItemDraft.objects.get().rows["papers"][-1]
    assert (added["name.zh"], added["proof"]) == ("户口簿", "CERTIFICATE")


def test_rows_of_an_item_that_is_not_there_are_told() -> None:
    book = load_workbook(io.BytesIO(workbook([story_item()])))
    book["常见问题"]["A2"] = "nobody"
    buffer = io.BytesIO()
    book.save(buffer)
    assert read(buffer.getvalue()).faults == [CellFault("常见问题", "A2", "“基本信息”表里没有标识为“nobody”的事项。")]


def packed(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def without(sheet: str) -> bytes:
    book = load_workbook(io.BytesIO(workbook([])))
    del book[sheet]
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"not a workbook", "不是能打开的 Excel"),
        (packed(a=b"x"), "不是能打开的 Excel"),
        (packed(bomb=b"\0" * (201 << 20)), "展开后太大"),
        (packed(a=b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'), "不是能打开的 Excel"),
        (without("申请材料"), "没有“申请材料”这张表"),
        (b"\0" * ((20 << 20) + 1), "不能超过 20 MB"),
    ],
    ids=["text", "no book", "bomb", "entities", "a sheet less", "too large"],
)
def test_a_file_that_is_no_workbook_is_refused_whole(data: bytes, told: str) -> None:
    with pytest.raises(NoWorkbook, match=told):
        read(taken(io.BytesIO(data)))


def test_machines_take_csv_and_json() -> None:
    lines = as_csv([story_item()]).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("事项标识,事项版本,实施编码,事项名称")
    (whole,) = json.loads(as_json([story_item()]))
    assert whole["code"] == story_item().code


@pytest.mark.django_db
@pytest.mark.usefixtures("departments")
def test_a_large_workbook_is_taken_in_by_the_worker_and_tells_how_far_it_is() -> None:
    load_items()
    own = [item for item in reading.shipped() if item.authority == "120040"]
    rows = [flat.rows_of(item) for item in own]
    for one in rows:
        one["item"][0]["hotline"] = "12345"
    data = workbook([_item(one) for one in rows])
    steward = actor("steward_gjj")
    pk = start_import(actor=steward, username="steward_gjj", name="fund.xlsx", data=data, total=0, now=NOW)
    run_import(pk, now=NOW)
    row = ItemSheetImport.objects.get(pk=pk)
    done, more = taken_of(row)
    assert (len(done.drafted), more, row.done, row.total, row.file) == (len(own), 0, len(own), len(own), None)
    run_import(pk, now=NOW)
    assert ItemDraft.objects.count() == len(own)


def test_an_unfinished_reading_says_where_each_element_stands() -> None:
    found = read(workbook([story_item()]))
    assert isinstance(found, Read)
    assert found.letters["item"]["slug"] == "A"
    assert found.letters["papers"]["slug"] == "B"


def test_a_workbook_of_another_kind_is_told_which_columns_it_lacks() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "基本信息"
    sheet.append(["事项名称"])
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(NoWorkbook, match="“基本信息”表缺少列：事项标识、"):
        read(buffer.getvalue())
