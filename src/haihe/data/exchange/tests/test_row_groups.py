"""Row groups made apart and put together are one Parquet file, the same to every reader."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.data.exchange.footers import FooterError, take_apart
from haihe.data.exchange.row_groups import GroupsFile, made_group, opened_group

SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("subject", pa.binary(16)),
        ("name", pa.string()),
        ("state", pa.dictionary(pa.int32(), pa.string())),
        ("amount", pa.decimal128(17, 2)),
        ("since", pa.date32()),
        ("size", pa.int64()),
    ]
)
rows = st.fixed_dictionaries(
    {
        "line": st.integers(1, 2**62),
        "subject": st.binary(min_size=16, max_size=16),
        "name": st.none() | st.text(max_size=12),
        "state": st.none() | st.sampled_from(["在保", "停保"]),
        "amount": st.none() | st.integers(-(10**16), 10**16).map(lambda cents: Decimal(cents) / 100),
        "since": st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        "size": st.none() | st.integers(-(2**63), 2**63 - 1),
    }
)


def put_together(file: Path, groups: list[pa.Table]) -> int:
    with GroupsFile(file, SCHEMA) as whole:
        for group in groups:
            whole.add(made_group(group))
    return whole.rows


@given(st.lists(st.lists(rows, max_size=30), max_size=20))
@settings(max_examples=150, deadline=None)
def test_what_was_put_together_is_read_in_order_and_whole(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[list[dict[str, object]]]
) -> None:
    file = tmp_path_factory.mktemp("groups") / "data.parquet"
    groups = [pa.Table.from_pylist(each, schema=SCHEMA) for each in drawn]
    expected = [row for each in drawn for row in each]
    assert put_together(file, groups) == len(expected)
    assert pq.read_table(file).to_pylist() == expected
    assert [opened_group(made_group(group)).to_pylist() for group in groups] == drawn
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT * FROM read_parquet('{file}') ORDER BY file_row_number").fetchall()
    assert found == [tuple(row[name] for name in SCHEMA.names) for row in expected]


def test_groups_are_found_by_what_their_numbers_span(tmp_path: Path) -> None:
    file = tmp_path / "data.parquet"
    numbered = [{"line": line, "subject": bytes(16), "name": "甲"} for line in range(1, 4001)]
    put_together(file, [pa.Table.from_pylist(numbered[start : start + 1000], SCHEMA) for start in range(0, 4000, 1000)])
    metadata = pq.read_metadata(file)
    spans = [metadata.row_group(place).column(0).statistics for place in range(metadata.num_row_groups)]
    assert [(span.min, span.max) for span in spans] == [(1, 1000), (1001, 2000), (2001, 3000), (3001, 4000)]
    assert metadata.num_rows == 4000
    assert pq.ParquetFile(file).read_row_group(2, columns=["line"]).column("line").to_pylist() == [*range(2001, 3001)]


def test_one_batch_may_hold_more_rows_than_a_group(tmp_path: Path) -> None:
    many = pa.table({"line": range(1_100_000)}, pa.schema([("line", pa.int64())]))
    with GroupsFile(tmp_path / "data.parquet", many.schema) as whole:
        whole.add(made_group(many))
        whole.add(made_group(many.slice(0, 5)))
    assert pq.read_table(tmp_path / "data.parquet").num_rows == whole.rows == 1_100_005


def test_a_file_that_failed_half_way_is_no_parquet(tmp_path: Path) -> None:
    file = tmp_path / "data.parquet"

    def fail() -> None:
        with GroupsFile(file, SCHEMA) as whole:
            whole.add(made_group(SCHEMA.empty_table()))
            whole.add(b"PAR1 and nothing that follows PAR1")

    with pytest.raises(FooterError):
        fail()
    with pytest.raises(pa.ArrowInvalid):
        pq.read_metadata(file)


@given(st.binary(max_size=200))
def test_no_bytes_are_taken_for_a_footer_that_they_are_not(noise: bytes) -> None:
    made = made_group(SCHEMA.empty_table())
    for damaged in (noise, made[:-9], b"PAR1" + noise + made[-8:]):
        try:
            apart = take_apart(damaged)
        except FooterError:
            continue
        assert isinstance(apart.footer, dict)
