"""One table in every format, and workbooks taken apart and put together by hand, for tests."""

import csv
import io
import json
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

type Value = str | int | float | bool | date | datetime | Decimal | None
type Table = Sequence[Sequence[object]]
"""Rows of values, the first of them the titles."""


def csv_file(table: Table, *, encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([["" if value is None else str(value) for value in row] for row in table])
    return text.getvalue().encode(encoding)


def json_file(table: Table, *, wrapped_in: str = "") -> bytes:
    rows = [dict(zip(map(str, table[0]), map(_jsonable, row), strict=False)) for row in table[1:]]
    return json.dumps({wrapped_in: rows} if wrapped_in else rows, ensure_ascii=False).encode()


def jsonl(table: Table) -> bytes:
    rows = (dict(zip(map(str, table[0]), map(_jsonable, row), strict=False)) for row in table[1:])
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def repeating_parquet(columns: Mapping[str, str], rows: int, *, groups: int = 1, stored: bool = False) -> bytes:
    """Return a file of some kilobytes in which each row has the same values, and each of `groups` the same rows.

    A footer that names one group again and again costs its writer nothing. With `stored` the columns stay dictionaries
    for who reads them by Arrow.
    """
    content, footer, numbers = io.BytesIO(), io.BytesIO(), pa.array(np.zeros(rows, np.int32))
    table = pa.table(
        {title: pa.DictionaryArray.from_arrays(numbers, pa.array([value])) for title, value in columns.items()}
    )
    options = {"compression": "zstd", "store_schema": stored, "write_statistics": False}
    pq.write_table(table, content, row_group_size=rows, **options)
    if groups == 1:
        return content.getvalue()
    one, told = pq.read_metadata(content), pq.read_metadata(content)
    for _ in range(groups - 1):
        told.append_row_groups(one)
    told.write_metadata_file(footer)
    whole = content.getvalue()
    end = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    return whole[:end] + footer.getvalue()[4:]


def xlsx(table: Table, *, sheets: Mapping[str, Table] | None = None, epoch_1904: bool = False) -> bytes:
    """Return a workbook; `sheets` come behind the table's own."""
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    for name, rows in {"名单": table, **(sheets or {})}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    del book["Sheet"]
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def xls(table: Table, *, sheets: Mapping[str, Table] | None = None, epoch_1904: bool = False) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = epoch_1904
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for name, rows in {"名单": table, **(sheets or {})}.items():
        sheet = book.add_sheet(name)
        for line, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write(line, place, value, day)
                elif value is not None:
                    sheet.write(line, place, value)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def arrow_table(table: Table) -> pa.Table:
    """Return the table with a column's own type where its values agree, as text otherwise."""
    titles = [str(title) for title in table[0]]
    columns = [_column([row[place] for row in table[1:]]) for place in range(len(titles))]
    return pa.Table.from_arrays(columns, names=titles)


def _column(values: list[object]) -> pa.Array:
    if len({type(value) for value in values if value is not None}) == 1:
        try:
            return pa.array(values)
        except (pa.ArrowException, OverflowError):
            pass  # whole numbers beyond 64 bits are written as text below
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def parquet(table: Table) -> bytes:
    content = io.BytesIO()
    pq.write_table(arrow_table(table), content)
    return content.getvalue()


def arrow_stream(table: Table) -> bytes:
    found = arrow_table(table)
    content = io.BytesIO()
    with pa.ipc.new_stream(content, found.schema) as stream:
        stream.write_table(found, max_chunksize=3)
    return content.getvalue()


def zip_of(files: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


WRITERS: dict[str, Callable[[Table], bytes]] = {
    "csv_file": csv_file,
    "json_file": json_file,
    "jsonl": jsonl,
    "xlsx": xlsx,
    "xls": xls,
    "parquet": parquet,
    "arrow_stream": arrow_stream,
    "zip_file": lambda table: zip_of({"名单.csv": csv_file(table)}),
}

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="{kind}/{what}" Target="{target}"/>{more}</Relationships>'
)
_WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{properties}'
    '<sheets><sheet name="名单" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{inside}</worksheet>'


def raw_workbook(inside: str, *, properties: str = "", members: Mapping[str, bytes] | None = None) -> bytes:
    """Return a workbook whose one sheet holds just this XML; `members` are added or replace others."""
    styles = f'<Relationship Id="rId2" Type="{_RELATION}/styles" Target="styles.xml"/>'
    parts = {
        "[Content_Types].xml": _TYPES.encode(),
        "_rels/.rels": _RELATIONS.format(
            kind=_RELATION, what="officeDocument", target="xl/workbook.xml", more=""
        ).encode(),
        "xl/workbook.xml": _WORKBOOK.format(properties=properties).encode(),
        "xl/_rels/workbook.xml.rels": _RELATIONS.format(
            kind=_RELATION, what="worksheet", target="worksheets/sheet1.xml", more=styles
        ).encode(),
        "xl/worksheets/sheet1.xml": _SHEET.format(inside=inside).encode(),
        **(members or {}),
    }
    return zip_of(parts)


def text_cells(line: int, cells: Sequence[str]) -> str:
    """Return a row of XML with its cells as inline texts; one that begins with < is XML already."""
    inside = "".join(
        cell if cell.startswith("<c") else f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells
    )
    return f'<row r="{line}">{inside}</row>'


def _jsonable(value: object) -> object:
    return value if value is None or isinstance(value, (str, int, float)) else str(value)
