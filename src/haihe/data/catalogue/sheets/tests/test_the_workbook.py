"""Entries go out as a workbook and come in again; what is wrong is told by sheet and cell, and holds up no other."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from haihe.base.accounts.models import User
from haihe.base.accounts.testing import make_user
from haihe.city.testing import load_departments
from haihe.data.catalogue.classification import tree
from haihe.data.catalogue.demo.entries import RELIEF_REGISTER, RELIEF_STANDARDS
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.records import NewResource, new_resource
from haihe.data.catalogue.sheets.columns import ITEMS, RESOURCES, SHEETS
from haihe.data.catalogue.sheets.reading import MOST_BYTES, MOST_ROWS, NoWorkbook, read
from haihe.data.catalogue.sheets.taking_in import MOST_ENTRIES, Taken, take_in
from haihe.data.catalogue.sheets.writing import workbook
from haihe.data.catalogue.testing import NOW, cast_actor, publish_entry

pytestmark = pytest.mark.django_db
type Change = Callable[[Any], None]


@pytest.fixture
def steward() -> User:
    load_departments()
    return make_user("steward", ("STEWARD", "120012"))


def exported() -> bytes:
    return workbook(Resource.objects.order_by("code").prefetch_related("items", "assessments"))


def drafts() -> bytes:
    """Return the workbook of two entries of 民政局 that the catalogue doesn't hold."""
    load_departments()
    with transaction.atomic():
        publish_entry(RELIEF_REGISTER, until="register")
        publish_entry(RELIEF_STANDARDS, until="register")
        data = exported()
        transaction.set_rollback(True)
    return data


def changed(data: bytes, change: Change) -> bytes:
    book = load_workbook(io.BytesIO(data))
    change(book)
    return saved(book)


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def taken(data: bytes, username: str = "steward_mzj") -> Taken:
    return take_in(cast_actor(username), read(io.BytesIO(data)), now=NOW)


def put(sheet: str, cell: str, value: object) -> Change:
    def change(book: Any) -> None:
        book[sheet][cell] = value

    return change


def says(entry: NewResource | Resource) -> NewResource:
    """Return all that an entry says, whether it is to be registered or is; but for the samples."""
    if isinstance(entry, Resource):
        entry = new_resource(entry)
    place = entry.classification or tree.place_for(
        category=entry.category, subject=entry.subject_area, owner=entry.owner
    )
    return replace(entry, samples=(), classification=place)


def test_what_went_out_comes_in_the_same() -> None:
    data = drafts()
    first = taken(data)
    assert (len(first.new), first.faults) == (2, [])
    for entry in (RELIEF_REGISTER, RELIEF_STANDARDS):
        assert says(Resource.objects.get(title=entry.title)) == says(entry)


def test_the_same_file_again_changes_nothing() -> None:
    data = drafts()
    taken(data)
    before = list(Resource.objects.values())
    again = taken(data)
    assert (again.new, again.changed, len(again.unchanged), again.faults) == ([], [], 2, [])
    assert list(Resource.objects.values()) == before


def test_a_changed_draft_is_changed() -> None:
    data = drafts()
    taken(data)
    again = taken(changed(data, put(RESOURCES, "I2", "每日")))
    assert (again.changed, len(again.unchanged)) == ([RELIEF_REGISTER.title], 1)
    assert Resource.objects.get(title=RELIEF_REGISTER.title).update_cycle == "DAILY"


def test_what_is_published_is_not_overwritten() -> None:
    publish_entry()
    again = taken(changed(exported(), put(RESOURCES, "I2", "每日")))
    assert [(fault.sheet, fault.cell) for fault in again.faults] == [(RESOURCES, "2")]
    assert Resource.objects.get().update_cycle == RELIEF_REGISTER.update_cycle


@pytest.mark.parametrize(
    ("sheet", "cell", "value"),
    [
        (RESOURCES, "A2", None),
        (RESOURCES, "A2", "=1+1"),
        (RESOURCES, "A2", "长" * 5000),
        (RESOURCES, "A2", "长" * 101),
        (RESOURCES, "C2", "120040"),
        (RESOURCES, "C2", "999999"),
        (RESOURCES, "D2", "91120000MA0000000X"),
        (RESOURCES, "I2", "每分钟"),
        (RESOURCES, "K2", "服务接口、口头"),
        (RESOURCES, "L2", None),
        (RESOURCES, "N2", "保密"),
        (ITEMS, "C2", "Name!"),
        (ITEMS, "D2", "文本"),
        (ITEMS, "E2", "十"),
        (ITEMS, "G2", "也许"),
    ],
)
def test_a_wrong_cell_is_named_and_the_other_entry_goes_in(sheet: str, cell: str, value: object) -> None:
    told = taken(changed(drafts(), put(sheet, cell, value)))
    assert told.new == [RELIEF_STANDARDS.title]
    named = {(fault.sheet, fault.cell) for fault in told.faults}
    # A field's name is judged with the entry as a whole; its row in the first sheet is named then.
    assert (sheet, cell) in named or (value == "Name!" and (RESOURCES, "2") in named)
    assert all(fault.reason.endswith("。") for fault in told.faults)


def test_a_title_twice_and_items_of_nothing_are_told() -> None:
    def change(book: Any) -> None:
        book[RESOURCES]["A3"] = RELIEF_REGISTER.title
        book[ITEMS].append(["没有的资源", "名称", "name", "字符型", 10, "内部", "否"])

    told = taken(changed(drafts(), change))
    assert told.new == []
    assert {fault.cell[0] for fault in told.faults if fault.sheet == RESOURCES} == {"A"}
    assert any(fault.sheet == ITEMS for fault in told.faults)


def test_columns_may_stand_in_any_order_and_others_beside_them() -> None:
    def change(book: Any) -> None:
        book[RESOURCES].move_range("A1:A3", cols=20)
        book[RESOURCES]["A1"] = "备注"

    told = taken(changed(drafts(), change))
    assert len(told.new) == 2


@pytest.mark.parametrize("username", ["approver_mzj", "steward_gjj", "operator", "liu"])
def test_only_the_owners_steward_registers(username: str) -> None:
    told = taken(drafts(), username)
    assert (told.new, len(told.faults)) == ([], 2)
    assert not Resource.objects.exists()


def _without(sheet: str) -> Change:
    return lambda book: book.remove(book[sheet])


@pytest.mark.parametrize(
    "change",
    [_without(RESOURCES), _without(ITEMS), put(RESOURCES, "A1", "名字"), put(ITEMS, f"A{MOST_ROWS + 2}", "末行")],
)
def test_a_workbook_that_is_not_the_template_is_refused(change: Change) -> None:
    with pytest.raises(NoWorkbook):
        taken(changed(drafts(), change))


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(300 << 20))
    return buffer.getvalue()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"name,title\n", bytes(MOST_BYTES + 1), _bomb()], ids=len)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(NoWorkbook):
        read(io.BytesIO(data))


def test_too_many_entries_are_refused_before_anything_is_written(client: Client, steward: User) -> None:
    def change(book: Any) -> None:
        for number in range(MOST_ENTRIES):
            book[RESOURCES].append([f"名册{number}"])

    client.force_login(steward)
    answer = client.post(reverse("catalogue:sheets"), {"workbook": upload(changed(drafts(), change))})
    assert answer.status_code == 422
    assert not Resource.objects.exists()


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("目录.xlsx", data)


def test_a_steward_hands_in_a_workbook_and_reads_what_became_of_it(client: Client, steward: User) -> None:
    client.force_login(steward)
    data = changed(drafts(), put(RESOURCES, "I2", "每分钟"))
    body = client.post(reverse("catalogue:sheets"), {"workbook": upload(data)}).content.decode()
    assert RELIEF_STANDARDS.title in body
    assert "I2" in body
    assert "“每分钟”不在可选的值中" in body


def test_the_template_and_the_own_entries_are_taken_away(client: Client, steward: User) -> None:
    publish_entry()
    client.force_login(steward)
    template = load_workbook(io.BytesIO(client.get(reverse("catalogue:sheets-template")).content))
    assert [[cell.value for cell in template[name][1]] for name in SHEETS] == [
        [column.heading for column in columns] for columns in SHEETS.values()
    ]
    own = load_workbook(io.BytesIO(client.get(reverse("catalogue:sheets-entries")).content))
    assert own[RESOURCES]["A2"].value == RELIEF_REGISTER.title
    client.force_login(make_user("other", ("STEWARD", "120040")))
    others = load_workbook(io.BytesIO(client.get(reverse("catalogue:sheets-entries")).content))
    assert others[RESOURCES]["A2"].value is None


def test_what_looks_like_a_formula_is_kept_from_calculating() -> None:
    publish_entry(RELIEF_REGISTER, until="register")
    Resource.objects.update(title="=HYPERLINK(1)")
    cell = load_workbook(io.BytesIO(exported()))[RESOURCES]["A2"]
    assert (cell.value, cell.data_type) == ("'=HYPERLINK(1)", "s")


@pytest.mark.parametrize("name", ["sheets", "sheets-template", "sheets-entries"])
@pytest.mark.parametrize("role", ["CLERK", "APPROVER", "AUDITOR"])
def test_it_is_for_stewards(client: Client, name: str, role: str) -> None:
    client.force_login(make_user("somebody", (role, "120012")))
    assert client.get(reverse(f"catalogue:{name}")).status_code == 403
