"""Files of some kilobytes that unpack to a billion rows, handed in as publishers' programs do: refused with a sentence,
and neither memory nor disk is the worse for it.
"""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from ckanapi import RemoteCKAN, ValidationError

from haihe.data.exchange import api as exchange
from haihe.data.exchange.formats.testing import raw_workbook, repeating_parquet, text_cells
from haihe.data.open.faces.ckan.tests.test_publishing_by_a_program import TITLES, program, proposed
from haihe.data.open.tests.conftest import ROWS

__all__ = ["program"]
pytestmark = pytest.mark.django_db
INLINE_BYTES = 1 << 20
"""Larger uploads are judged by the worker, by the same code."""
MOST_MEMORY_BYTES = 400 << 20
MOST_DISK_BYTES = 8 << 20
LINE = b"S1," + b"a" * 2000 + b",district,manager,id,40\n"


def billion_rows() -> bytes:
    return repeating_parquet(dict.fromkeys(TITLES, "x"), 1_000_000, groups=1000)


def rows_while_read() -> bytes:
    return repeating_parquet(dict.fromkeys(TITLES, "x" * 1000), 1_000_000, groups=100)


def long_value() -> bytes:
    return repeating_parquet(dict.fromkeys(TITLES, "x") | {TITLES[1]: "甲" * 300_000}, 8192)


def huge_sheet() -> bytes:
    """A sheet that says it has a billion rows; its last row says it is the billionth."""
    rows = text_cells(1, TITLES) + text_cells(1_000_000_000, ["x"] * len(TITLES))
    return raw_workbook(f'<dimension ref="A1:XFD1000000000"/><sheetData>{rows}</sheetData>')


def endless_sheet() -> bytes:
    head = text_cells(1, TITLES)
    sheet = f"<worksheet><sheetData>{head}".encode() + b"<row><c><v>1</v></c></row>" * 4_000_000
    return raw_workbook("", members={"xl/worksheets/sheet1.xml": sheet + b"</sheetData></worksheet>"})


def gzipped_lines() -> bytes:
    return gzip.compress(",".join(TITLES).encode() + b"\n" + LINE * 100_000)


def one_line() -> bytes:
    """A line that never ends, in an archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("rows.csv", "w") as member:
        member.write(",".join(TITLES).encode() + b'\n"')
        for _ in range(100):
            member.write(b"a" * (1 << 20))
    return content.getvalue()


BOMBS = (
    billion_rows, rows_while_read, long_value, huge_sheet, endless_sheet, gzipped_lines, one_line,
)  # fmt: skip


def on_disk(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("bomb", BOMBS, ids=[bomb.__name__ for bomb in BOMBS])
def test_it_is_refused_with_a_sentence(
    program: RemoteCKAN, canteens: str, lake: Path, bomb: Callable[[], bytes]
) -> None:
    proposed(program)
    content, before = bomb(), exchange.latest_snapshot(canteens)
    assert len(content) < INLINE_BYTES
    memory, disk = psutil.Process().memory_info().rss, on_disk(lake)
    with pytest.raises(ValidationError) as caught:
        program.action.resource_create(package_id="canteens", upload=io.BytesIO(content))
    assert psutil.Process().memory_info().rss - memory < MOST_MEMORY_BYTES
    assert on_disk(lake) - disk < MOST_DISK_BYTES
    assert "。" in str(caught.value.error_dict["upload"])
    assert exchange.latest_snapshot(canteens) == before


def test_too_many_records_are_refused_before_they_are_written(program: RemoteCKAN, lake: Path) -> None:
    proposed(program)
    resource = program.action.resource_create(package_id="canteens", upload=io.BytesIO(rows()))["id"]
    disk = on_disk(lake)
    records: list[dict[str, str]] = [{}] * 50_001
    with pytest.raises(ValidationError) as caught:
        program.action.datastore_upsert(resource_id=resource, records=records, method="upsert")
    assert "50000" in str(caught.value.error_dict["records"])
    assert on_disk(lake) - disk < MOST_DISK_BYTES


def rows() -> bytes:
    return "\n".join(",".join(row) for row in (TITLES, *ROWS)).encode()
