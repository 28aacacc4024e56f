"""Whatever type a value has at the source, its text keeps each of its characters."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.exchange.connectors.rows import RowWriter, preview_of, text_of
from haihe.data.exchange.connectors.testing import ListSink


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", ""),
        ("012", "012"),
        (120103199001010013, "120103199001010013"),
        (Decimal("1.10"), "1.10"),
        (Decimal("1E+20"), "100000000000000000000"),
        (1e22, "10000000000000000000000"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (float("nan"), "nan"),
        (True, "true"),
        (datetime(2026, 11, 25, 8, 0, 1), "2026-11-25 08:00:01"),  # noqa: DTZ001 - databases have such
        (date(2026, 2, 28), "2026-02-28"),
        (time(8, 0), "08:00:00"),
        (timedelta(hours=26, minutes=1), "26:01:00"),
        (timedelta(hours=-1), "-01:00:00"),
        (b"\x01\xff", "01ff"),
        ({"a": "值"}, '{"a": "值"}'),
        ([1, None], "[1, null]"),
    ],
)
def test_text_of(value: object, text: str | None) -> None:
    assert text_of(value) == text


@given(st.integers())
def test_a_whole_number_reads_back(value: int) -> None:
    assert int(text_of(value) or "") == value


@given(st.decimals(-(10**38), 10**38, places=10))
def test_a_decimal_reads_back(value: Decimal) -> None:
    assert Decimal(text_of(value) or "") == value


cells = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.lists(st.tuples(cells, cells), max_size=20))
def test_rows_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    sink = ListSink(Path(tmp_path_factory.getbasetemp()) / "memory")
    writer = RowWriter(sink, ["a", "b"])
    writer.write(rows)
    writer.close()
    assert [(row["a"], row["b"]) for row in sink.table()] == rows


def test_a_preview_cuts_long_texts() -> None:
    preview = preview_of(["a"], [["x" * 200], [None], *[["y"]] * 9])
    assert len(preview.rows) == 5
    assert preview.rows[0][0] == "x" * 120 + "…"
    assert preview.rows[1][0] is None
