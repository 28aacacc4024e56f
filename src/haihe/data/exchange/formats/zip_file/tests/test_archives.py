"""An archive is read as the files in it would be; whatever it does beyond that is refused."""

import io
import struct
import zipfile

import pytest

from haihe.data.exchange.formats import FORMATS, detect
from haihe.data.exchange.formats.testing import csv_file, json_file, parquet, xls, xlsx, zip_of
from haihe.data.exchange.ports import Reading
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import rules_of
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, row, source_of

ROWS = [row(id_number(serial)) for serial in range(4)]
FIRST, SECOND = csv_file([TITLES, *ROWS[:2]]), csv_file([TITLES, *ROWS[2:]], encoding="gb18030")


def opened(content: bytes) -> Reading:
    return FORMATS["zip_file"].open(source_of(content), rules_of(RELIEF))


def refusal_of(content: bytes) -> Refusal:
    with pytest.raises(FileRefused) as caught:
        list(opened(content).records)
    assert caught.value.sentence.endswith("。")
    return Refusal(caught.value.code)


def test_files_of_the_same_columns_follow_one_another_in_the_order_of_names() -> None:
    content = zip_of({"b.csv": SECOND, "a.csv": FIRST, "__MACOSX/._a.csv": b"\0\0", "名单/.DS_Store": b"\0"})
    reading = opened(content)
    records = list(reading.records)
    assert [record.cells for record in records] == ROWS
    assert [record.line for record in records] == [2, 3, 5, 6]
    assert reading.facts.part == "a.csv、b.csv（共 2 个文件，行号接着上一个文件往下数）"
    assert detect("x", content).name == "zip_file"


@pytest.mark.parametrize("write", [csv_file, xlsx, xls, json_file, parquet])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_file_of_any_format_may_be_packed(write: object, compression: int) -> None:
    assert callable(write)
    reading = opened(zip_of({"数据/名单.bin": write([TITLES, *ROWS])}, compression=compression))
    assert [record.cells for record in reading.records] == ROWS
    assert reading.facts.part.startswith("数据/名单.bin")


def test_a_workbook_whose_first_member_hides_what_it_is_is_read_as_one() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx([TITLES, *ROWS]))) as book:
        members = {name: book.read(name) for name in reversed(book.namelist())}
    content = zip_of({"a-note.txt": b"x", **members})
    assert detect("x", content).name == "zip_file"
    assert len(list(opened(content).records)) == 4


def test_names_in_gbk_are_shown_right() -> None:
    written = zip_of({"AAAA.csv": FIRST}).replace(b"AAAA.csv", "名单".encode("gbk") + b".csv")
    assert opened(written).facts.part == "名单.csv"


@pytest.mark.parametrize(
    "name", ["../a.csv", "/etc/a.csv", "..\\a.csv", "C:\\a.csv", "a/../../b.csv", "\\\\host\\a.csv"]
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert refusal_of(zip_of({name: FIRST})) == Refusal.UNSAFE_NAME


def test_what_cannot_be_one_table_is_refused() -> None:
    assert refusal_of(zip_of({"a.csv": FIRST, "b.xlsx": xlsx([TITLES, *ROWS])})) == Refusal.SEVERAL_TABLES
    other = csv_file([[*TITLES, "备注"], [*ROWS[0], ""]])
    assert refusal_of(zip_of({"a.csv": FIRST, "b.csv": other})) == Refusal.SEVERAL_TABLES
    assert refusal_of(zip_of({"a.zip": zip_of({"a.csv": FIRST})})) == Refusal.NO_TABLE
    assert refusal_of(zip_of({"__MACOSX/a": b""})) == Refusal.NO_TABLE
    assert refusal_of(zip_of({f"{n}.csv": FIRST for n in range(201)})) == Refusal.SEVERAL_TABLES


def test_a_password_is_told() -> None:
    content = bytearray(zip_of({"a.csv": FIRST}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal_of(bytes(content)) == Refusal.ENCRYPTED


def test_a_bomb_is_stopped_while_it_unpacks() -> None:
    bomb = zip_of({"a.csv": csv_file([TITLES, *ROWS]) + b"0" * (80 << 20)})
    assert len(bomb) < 200_000
    assert refusal_of(bomb) == Refusal.UNPACKS_TOO_LARGE
    assert refusal_of(zip_of({f"{n}": b"" for n in range(5000)})) == Refusal.UNPACKS_TOO_LARGE


def test_a_size_that_is_a_lie_is_damage() -> None:
    content = bytearray(zip_of({"a.csv": FIRST}, compression=zipfile.ZIP_STORED))
    at = content.index(b"PK\x01\x02")
    content[at + 20 : at + 28] = struct.pack("<II", len(FIRST) - 9, len(FIRST) - 9)
    assert refusal_of(bytes(content)) == Refusal.DAMAGED
    packed = bytearray(zip_of({"a.csv": FIRST}))
    packed[60] ^= 0xFF
    assert refusal_of(bytes(packed)) in {Refusal.DAMAGED, Refusal.NO_HEADER, Refusal.UNKNOWN_ENCODING}
