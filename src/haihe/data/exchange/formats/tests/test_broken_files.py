"""Broken and hostile files: each is accounted for row by row, or refused whole with a sentence; nothing else raises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.data.exchange.formats import FORMATS, detect
from haihe.data.exchange.formats.testing import WRITERS, raw_workbook, text_cells, xlsx, zip_of
from haihe.data.exchange.ports import Record
from haihe.data.exchange.reasons import FileRefused, Reason
from haihe.data.exchange.rules import rules_of
from haihe.data.exchange.testing import HEADER, RELIEF, TITLES, id_number, row, source_of

ROWS = [row(id_number(serial)) for serial in range(20)]
WHOLE = {name: write([TITLES, *ROWS]) for name, write in WRITERS.items()}
MAGICS = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3",
    "gzip": b"\x1f\x8b\x08\0",
    "rar": b"Rar!\x1a\x07",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "sqlite": b"SQLite format 3\0",
    "png": b"\x89PNG\r\n\x1a\n",
    "elf": b"\x7fELF",
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "zip": b"PK\x03\x04",
    "empty zip": b"PK\x05\x06" + bytes(18),
    "parquet": b"PAR1",
    "html": b"<html><table><tr><td>",
    "xml": b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>",
    "json": b"[{",
    "nul": bytes(64),
}


def outcome(name: str, content: bytes) -> list[Record] | FileRefused:
    """Read a file to its end, or return how it was refused."""
    try:
        reading = FORMATS[name].open(source_of(content), rules_of(RELIEF))
        records = list(reading.records)
    except FileRefused as refused:
        return refused
    lines = [record.line for record in records]
    assert lines == sorted(set(lines))
    assert all(record.fault in {None, *Reason} for record in records)
    return records


def told(found: list[Record] | FileRefused) -> None:
    """What is refused is told why."""
    if isinstance(found, FileRefused):
        assert found.sentence.endswith(("。", "）。"))


@pytest.mark.parametrize("filler", [b"", b"\0" * 4096, b"\xff" * 4096, b"x,y\n" * 1000])
@pytest.mark.parametrize("kind", sorted(MAGICS))
def test_what_only_begins_like_something_is_refused(kind: str, filler: bytes) -> None:
    content = MAGICS[kind] + filler
    for name in FORMATS:
        found = outcome(name, content)
        assert isinstance(found, FileRefused)
        told(found)
    assert isinstance(outcome(detect("名单.csv", content).name, content), FileRefused)


@pytest.mark.parametrize("name", sorted(WRITERS))
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_truncated_file_loses_no_row_silently(name: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(WHOLE[name]) - 1))
    found = outcome(name, WHOLE[name][:cut])
    if name in ("csv_file", "jsonl") and isinstance(found, list):
        # Lines show nothing of what would have come behind them; all that is there is read.
        for record, cells in zip(found, ROWS, strict=False):
            assert record.fault or record.cells == cells or record is found[-1]
    else:
        assert isinstance(found, FileRefused) or [record.cells for record in found] == ROWS


@pytest.mark.parametrize("name", sorted(WRITERS))
@given(places=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=80, deadline=None)
def test_bytes_that_were_overwritten_raise_nothing_else(name: str, places: list[tuple[float, int]]) -> None:
    content = bytearray(WHOLE[name])
    for share, byte in places:
        content[int(share * len(content))] = byte
    told(outcome(name, bytes(content)))


@given(content=st.binary(max_size=300), magic=st.sampled_from([b"", *MAGICS.values()]))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_some_format_that_reads_or_refuses_them(content: bytes, magic: bytes) -> None:
    whole = magic + content
    told(outcome(detect("a.xlsx", whole).name, whole))


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_a_header_alone_and_no_header_at_all(name: str) -> None:
    alone = outcome(name, WRITERS[name]([TITLES]))
    assert alone == [] or isinstance(alone, FileRefused)
    assert isinstance(outcome(name, WRITERS[name]([["甲", "乙"], ["1", "2"]])), FileRefused)


@pytest.mark.parametrize("name", ["csv_file", "xlsx", "xls", "zip_file"])
def test_a_title_that_comes_twice_is_refused(name: str) -> None:
    found = outcome(name, WRITERS[name]([[*TITLES, "姓名"], [*ROWS[0], "x"]]))
    assert isinstance(found, FileRefused)
    assert "姓名" in found.sentence


def test_a_million_columns_are_no_table() -> None:
    wide = ",".join(f"列{n}" for n in range(1_000_000)).encode()
    assert isinstance(outcome("csv_file", wide + b"\n" + wide), FileRefused)
    cells = "".join("<c t='b'><v>1</v></c>" for _ in range(17_000))
    assert isinstance(outcome("xlsx", raw_workbook(f"<sheetData><row>{cells}</row></sheetData>")), FileRefused)


def test_a_sheet_that_claims_to_be_huge_costs_nothing() -> None:
    rows = text_cells(1, TITLES) + text_cells(1_048_576, ROWS[0])
    found = outcome("xlsx", raw_workbook(f'<dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData>'))
    assert isinstance(found, list)
    assert [record.line for record in found] == [1_048_576]


def test_a_bomb_inside_a_workbook_is_stopped() -> None:
    blank = b"<worksheet><sheetData>" + b" " * (60 << 20) + b"</sheetData></worksheet>"
    assert isinstance(outcome("xlsx", raw_workbook("", members={"xl/worksheets/sheet1.xml": blank})), FileRefused)


def test_encodings_mixed_in_one_file_cost_the_lines_that_are_in_another() -> None:
    lines = [HEADER.encode(), *(",".join(cells).encode() for cells in ROWS)]
    lines[7] = ",".join(ROWS[6]).encode("gb18030")
    found = outcome("csv_file", b"\n".join(lines))
    assert isinstance(found, list)
    assert [record.line for record in found if record.fault] == [8]


def test_a_name_never_decides() -> None:
    assert detect("名单.csv", xlsx([TITLES])).name == "xlsx"
    assert detect("名单.xlsx", HEADER.encode("gb18030")).name == "csv_file"
    assert detect("名单.xls", HEADER.replace(",", "\t").encode()).name == "csv_file"
    assert detect("名单.json", zip_of({"a": b"x"})).name == "zip_file"
    assert detect("x", b"{1},{2}\n").name == "csv_file"
    assert detect("x", b"[a],[b]\n").name == "csv_file"
