"""Parquet's types become the same text that a careful person would have typed."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from haihe.data.exchange.formats.parquet.format import PARQUET
from haihe.data.exchange.formats.testing import repeating_parquet
from haihe.data.exchange.ports import Record
from haihe.data.exchange.reasons import FileRefused, Reason, Refusal
from haihe.data.exchange.rules import rules_of
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, row, source_of

MIDNIGHT_UTC = datetime(2026, 3, 1, tzinfo=UTC)


def written(column: str, values: pa.Array, **options: object) -> bytes:
    rows = [row(id_number(serial)) for serial in range(len(values))]
    columns = {title: pa.array([one[place] for one in rows]) for place, title in enumerate(TITLES)}
    content = io.BytesIO()
    pq.write_table(pa.table(columns | {column: values}), content, **options)
    return content.getvalue()


def read(content: bytes) -> list[Record]:
    return list(PARQUET.open(source_of(content), rules_of(RELIEF)).records)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pa.array([3], pa.int8()), "3"),
        (pa.array([2**63], pa.uint64()), "9223372036854775808"),
        (pa.array([3.0]), "3"),
        (pa.array([0.1], pa.float32()), "0.1"),
        (pa.array([Decimal("1010.50")]), "1010.5"),
        (pa.array([Decimal("120103199001010011")], pa.decimal128(38, 0)), "120103199001010011"),
        (pa.array([date(2026, 3, 1)]), "2026-03-01"),
        (pa.array([datetime(2026, 3, 1)], pa.timestamp("ns")), "2026-03-01"),  # noqa: DTZ001 - a column without zone
        (
            pa.array([MIDNIGHT_UTC], pa.timestamp("ms", "Asia/Shanghai")),
            "2026-03-01 08:00:00+08:00",
        ),
        (pa.array(["在保"]).dictionary_encode(), "在保"),
        (pa.array(["在保"], pa.large_string()), "在保"),
        (pa.array(["在保".encode()], pa.binary()), "在保"),
        (pa.array([None], pa.int64()), ""),
        (pa.array([None], pa.null()), ""),
        (pa.array([True]), "true"),
    ],
)
def test_a_value_is_its_plain_text(values: pa.Array, text: str) -> None:
    (record,) = read(written("救助证号", values))
    assert (record.fault, record.cells[3], record.line) == (None, text, 1)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (pa.array([1.20103199001012e17]), Reason.DIGITS_LOST),
        (pa.array([float("inf")]), Reason.BAD_NUMBER),
        (pa.array([b"\xff\xfe"], pa.binary()), Reason.UNDECODABLE),
        (pa.array(["a\0"]), Reason.CONTROL_CHARACTER),
    ],
)
def test_a_value_that_is_lost_is_rejected(values: pa.Array, reason: Reason) -> None:
    (record,) = read(written("证件号码", values))
    assert (record.fault, record.column) == (reason, "证件号码")


def test_a_date_beyond_the_calendar_costs_its_row_only() -> None:
    (record,) = read(written("开始日期", pa.array([4_000_000], pa.int32()).cast(pa.date32())))
    assert record.cells[8].startswith("12921")


def test_nested_columns_are_refused_where_they_are_asked_for_and_ignored_elsewhere() -> None:
    nested = pa.array([[{"a": 1}]])
    with pytest.raises(FileRefused) as caught:
        read(written("状态", nested))
    assert caught.value.code == Refusal.NO_TABLE
    assert "状态" in caught.value.sentence
    assert len(read(written("家庭成员", nested))) == 1


def test_row_groups_are_read_one_after_the_other() -> None:
    records = read(written("备注", pa.array(list(range(2500))), row_group_size=700))
    assert [record.line for record in records] == list(range(1, 2501))


def test_an_encrypted_file_is_told() -> None:
    with pytest.raises(FileRefused) as caught:
        read(b"PARE" + bytes(100) + b"PARE")
    assert caught.value.code == Refusal.ENCRYPTED


def refusal_of(content: bytes) -> tuple[Refusal, int]:
    """Return how a file is refused, and how much memory its reading took of Arrow at most, in bytes."""
    before = pa.total_allocated_bytes()
    rss = psutil.Process().memory_info().rss
    with pytest.raises(FileRefused) as caught:
        read(content)
    assert caught.value.sentence.endswith("上传。")
    assert psutil.Process().memory_info().rss - rss < 400 << 20
    return caught.value.code, pa.total_allocated_bytes() - before


@pytest.mark.parametrize("stored", [True, False], ids=["dictionary", "text"])
def test_a_megabyte_in_every_row_is_never_written_out(stored: bool) -> None:
    """Eight gigabytes of rows in some kilobytes: a long value that a dictionary holds once."""
    columns = dict.fromkeys(TITLES, "x") | {"救助证号": "甲" * 300_000}
    content = repeating_parquet(columns, 8192, stored=stored)
    assert len(content) < 100_000
    code, kept = refusal_of(content)
    assert code == Refusal.UNPACKS_TOO_LARGE
    assert kept < 100 << 20


@pytest.mark.parametrize("groups", [400, 1000], ids=["four hundred million", "a billion"])
def test_endless_equal_rows_are_refused(groups: int) -> None:
    """The same group of a million rows again and again: by what the file claims, or while it is read."""
    bomb = repeating_parquet(dict.fromkeys(TITLES, "x" * 1000), 1_000_000, groups=groups)
    assert pq.read_metadata(io.BytesIO(bomb)).num_rows == groups * 1_000_000
    assert len(bomb) < 2_000_000
    assert refusal_of(bomb)[0] == Refusal.UNPACKS_TOO_LARGE
