"""The chart that a table chooses for itself: by what its rows are, never a mean of things that don't go together."""

from collections.abc import Sequence
from datetime import date

import duckdb
import pyarrow as pa
import pytest

from haihe.data.open.charting import Drawing, draw
from haihe.data.open.columns import ColumnKind, OpenColumn

type Cells = Sequence[object]
PEOPLE, ROADS = "在校学生", "道路面积"


def drawn(**columns: tuple[ColumnKind, Cells]) -> Drawing | None:
    opened = [OpenColumn(name=name, title=name, kind=kind) for name, (kind, _cells) in columns.items()]
    kinds = {name: len(set(cells)) for name, (_kind, cells) in columns.items()}
    with duckdb.connect(":memory:") as connection:
        connection.register("t", pa.table({name: list(cells) for name, (_kind, cells) in columns.items()}))
        return draw(connection, opened, kinds)


def test_lists_of_things_are_counted_by_district() -> None:
    chart = drawn(
        name=("text", ["甲", "乙", "丙"]),
        district=("text", ["河西区", "河西区", "南开区"]),
        beds=("integer", [100, 300, 50]),
        approved_on=("date", [date(2001, 1, 1)] * 3),
    )
    assert chart == Drawing("bar", "district", "", "count", ("河西区", "南开区"), (2.0, 1.0))


def test_figures_of_several_indicators_are_not_mixed() -> None:
    chart = drawn(
        year=("integer", [2023, 2024, 2024]),
        indicator=("text", [PEOPLE, PEOPLE, ROADS]),
        value=("decimal", [10.0, 12.0, 9000.0]),
    )
    assert chart == Drawing("line", "year", "value", "average", ("2023", "2024"), (10.0, 12.0), "indicator", PEOPLE)


def test_measurements_go_over_time() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 2)]
    chart = drawn(station=("text", ["A", "A", "B"]), day=("date", days), pm25=("integer", [10, 20, 40]))
    assert chart == Drawing("line", "day", "pm25", "average", ("01-01", "01-02"), (10.0, 30.0))


def test_amounts_are_added_up_by_kind() -> None:
    chart = drawn(kind=("text", ["货物", "服务", "服务"]), budget=("decimal", [1.0, 2.0, 2.5]))
    assert chart == Drawing("bar", "kind", "budget", "sum", ("服务", "货物"), (4.5, 1.0))


@pytest.mark.parametrize("cells", [["同"], [str(n) for n in range(90)]])
def test_where_nothing_fits_there_is_no_chart(cells: list[str]) -> None:
    assert drawn(remark=("text", cells)) is None
